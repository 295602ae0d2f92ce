//! Bodies of `http-body` that are signed or verified while they stream.

mod encoded;
pub(crate) mod error;
#[cfg(feature = "tower")]
pub(crate) mod events;
pub(crate) mod pieces;
pub(crate) mod verified;

pub use encoded::EncodedBody;
pub use error::BodyError;
pub use verified::VerifiedBody;
