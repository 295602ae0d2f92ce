//! The headers in which a client on this machine asks for the cause of a refusal, and gets it.
//!
//! They are this server's own: AWS has no such headers.

use http::HeaderName;

/// The request header that asks for the cause of a refusal: `x-sig4-explain: 1`. It is not signed.
///
/// [`ApiDefinition::with_local_explanations`](crate::ApiDefinition::with_local_explanations) says when it counts.
pub const EXPLAIN_HEADER: HeaderName = HeaderName::from_static("x-sig4-explain");
/// The only value of [`EXPLAIN_HEADER`] that asks.
pub const EXPLAIN_VALUE: &str = "1";
/// The response header with the cause, the text of [`AccessRecord::cause`](crate::AccessRecord::cause).
pub const CAUSE_HEADER: HeaderName = HeaderName::from_static("x-sig4-cause");
/// The response header with the remedy, the text of [`AccessRecord::remedy`](crate::AccessRecord::remedy).
pub const REMEDY_HEADER: HeaderName = HeaderName::from_static("x-sig4-remedy");
