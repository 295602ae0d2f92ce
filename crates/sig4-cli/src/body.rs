//! The body of a request.

/// A request's body.
#[derive(Debug)]
pub(crate) enum Body {
    /// No body.
    None,
    /// The bytes, read once, so that the signed bytes are the sent bytes.
    Given(Vec<u8>),
}

impl Body {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::None => b"",
            Self::Given(bytes) => bytes,
        }
    }
}
