//! The literals of `aws-chunked` bodies, which encoding writes and decoding reads.

/// What stands between the size of a signed chunk and its signature.
pub(crate) const CHUNK_SIGNATURE: &[u8] = b";chunk-signature=";

/// The end of a line, and of a chunk's data.
pub(crate) const LINE_END: &[u8] = b"\r\n";

/// The name of the trailer's signature, which is the last field of a signed trailer.
pub(crate) const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// The `content-encoding` of the body.
pub(crate) const AWS_CHUNKED: &str = "aws-chunked";
