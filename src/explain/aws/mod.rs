//! Refusals by AWS.

// Lowest first, as in `explain`.
pub(crate) mod causes;
pub(crate) mod policies;
pub(crate) mod messages;
pub(crate) mod canonical;
pub(crate) mod search;
pub(crate) mod response;
pub(crate) mod joined;
