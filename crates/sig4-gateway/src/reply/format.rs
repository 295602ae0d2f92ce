//! How the reply of a function is read.

/// How the reply of a function is read: the rules of the API's type and of the payload format.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum ReplyFormat {
    /// Payload format 2.0.
    #[default]
    V2,
    /// Payload format 1.0 of an HTTP API.
    HttpApiV1,
    /// Payload format 1.0 of a REST API.
    Rest {
        /// Whether base64 is decoded: the client accepts one of the API's binary media types.
        decodes: bool,
    },
}
