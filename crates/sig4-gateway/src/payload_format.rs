//! The version of the event that a function gets.

/// The version of the event that a function gets, and of its reply.
///
/// A REST API always has [`V1`](Self::V1). The integrations of an HTTP API have either.
///
/// Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway", payload format version.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PayloadFormat {
    /// Payload format 1.0: the event of REST APIs.
    V1,
    /// Payload format 2.0: the event of HTTP APIs. The default of HTTP APIs.
    #[default]
    V2,
}
