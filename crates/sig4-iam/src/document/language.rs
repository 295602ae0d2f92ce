//! The dialects of policy documents, and the effects of statements.

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// What a document may contain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    /// Whether it is a resource-based policy.
    pub(crate) has_principals: bool,
    /// Whether its version has policy variables.
    pub(crate) has_variables: bool,
}
