//! The policy for duplicate parameters.

/// The policy for a parameter that is given twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DuplicatePolicy {
    /// Refuse the request, because two readers may use different values.
    Refuse,
    /// Use the value that AWS uses: the last in a header, the first in a query. Unknown parameters of a header are ignored.
    AsAws,
}
