//! Refusals by AWS.

pub(crate) mod messages;
pub(crate) mod canonical;
pub(crate) mod response;
