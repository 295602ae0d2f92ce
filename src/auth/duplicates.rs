//! What to do with a parameter that is given twice.

/// What to do with a parameter that is given twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DuplicatePolicy {
    /// Refuse the request: two readers may take two values.
    Refuse,
    /// Take the one that AWS takes: the last in a header, the first in a query. Unknown parameters of a header are ignored.
    AsAws,
}
