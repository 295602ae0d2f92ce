//! Bodies that are signed as they pass: in chunks, with a trailer, or event by event.
//!
//! The value of `x-amz-content-sha256` is then a [marker](crate::payload::Streaming), and the signature of the request's head is the
//! first of a chain: each chunk, trailer and event is signed together with the signature before it. Nothing here does IO.
//!
//! | marker | chunks | trailer |
//! |---|---|---|
//! | `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` | signed | none |
//! | `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER` | signed | signed |
//! | `STREAMING-UNSIGNED-PAYLOAD-TRAILER` | not signed | a checksum, not signed |
//! | `STREAMING-AWS4-HMAC-SHA256-EVENTS` | signed events | none |
//!
//! Signature Version 4a has three markers of its own, with `ECDSA-P256` in the place of `HMAC`.
//!
//! | item | content |
//! |---|---|
//! | [`ChunkPlan`] | how a body is sent in chunks: its length, the size of its chunks, its trailer |
//! | [`Signer::sign_chunked`](crate::Signer::sign_chunked), [`ChunkEncoder`] | signs a request's head, and encodes its body while it passes |
//! | [`ShortBody`] | finds the length of a short body that does not state it |
//! | [`ChunkSigner`] | signs chunks of any sizes, for a framing of your own |
//! | [`event`] | streams of signed events |
//! | [`ChecksumAlgorithm`], [`Checksum`] | the checksums of S3, computed while a body passes |
//! | [`ChunkDecoder`], [`Decoded`], [`BodyEnd`] | a received body in chunks, verified as it arrives; begin with [`Claim::decode`](crate::Claim::decode) |
//!
//! Sources: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" and "Transferring payload in
//! multiple chunks with trailing headers" in the API reference of Amazon S3.

// `chain` is the seam between directions and algorithms: it holds the key and the signature before, and signs or verifies what comes next.

#[cfg(feature = "http-body")]
pub(crate) mod body;
pub(crate) mod chain;
mod checksum;
mod decode;
pub(crate) mod encoder;
pub mod event;
pub(crate) mod framer;
mod plan;
mod short_body;
mod signer;
pub(crate) mod trailer;
pub(crate) mod wire;

#[cfg(feature = "http-body")]
pub use body::{BodyError, EncodedBody, VerifiedBody};
pub use checksum::{Checksum, ChecksumAlgorithm, ChecksumValue};
pub use decode::{BodyEnd, BodyProof, ChunkDecoder, Decoded, DecodedBody};
pub use encoder::ChunkEncoder;
pub use plan::{ChunkPlan, DEFAULT_CHUNK_SIZE, MAX_CHUNK_SIZE, MIN_CHUNK_SIZE};
pub use short_body::ShortBody;
pub use signer::{ChunkSignature, ChunkSigner};
