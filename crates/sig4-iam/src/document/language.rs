//! What a document may contain, and what a statement does.

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// What a document may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    /// Whether it is a resource's policy.
    pub(crate) has_principals: bool,
    /// Whether it is of the version that has policy variables.
    pub(crate) has_variables: bool,
}
