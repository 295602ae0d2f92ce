//! Streams of events, whose messages are signed one by one: `application/vnd.amazon.eventstream`.
//!
//! Amazon Transcribe, Lex, Polly, Bedrock and others take them. The head of the request is signed with
//! `STREAMING-AWS4-HMAC-SHA256-EVENTS` as its payload. Each message is then sent inside a signed message, whose signature covers the
//! signature before it, and a signed message without a payload ends the stream. A service's answer consists of messages that are not signed.
//!
//! | item | content |
//! |---|---|
//! | [`Message`], [`Header`], [`HeaderValue`] | a message, written and read byte by byte as AWS's SDKs do |
//! | [`EventSigner`] | signs messages and the end, after the signature of the head |
//! | [`EventVerifier`] | verifies them: a message comes out only after its signature matched |
//! | [`MessageDecoder`] | reads messages that are not signed |
//!
//! With the feature `futures`, `SignedEvents`, `VerifiedEvents` and `Messages` are streams, and `EventSink` is a sink.
//!
//! Sources: "Event stream encoding" and "Setting up an HTTP/2 stream" in the developer guide of Amazon Transcribe; `aws-c-event-stream` for
//! the limits.

mod claim;
mod day_keys;
mod decoder;
mod envelope;
mod fault;
mod frame;
mod header;
mod message;
mod signer;
mod verifier;

#[cfg(feature = "futures")]
mod error;
#[cfg(feature = "futures")]
mod incoming;
#[cfg(feature = "futures")]
mod outgoing;

pub use decoder::MessageDecoder;
#[cfg(feature = "futures")]
pub use error::EventStreamError;
pub use frame::{MAX_HEADERS_LEN, MAX_MESSAGE_LEN, MAX_PAYLOAD_LEN};
pub use header::{Header, HeaderValue, MAX_HEADER_NAME_LEN, MAX_HEADER_VALUE_LEN};
#[cfg(feature = "futures")]
pub use incoming::{Messages, VerifiedEvents};
pub use message::Message;
#[cfg(feature = "futures")]
pub use outgoing::{EventSink, SignedEvents};
pub use signer::EventSigner;
pub use verifier::EventVerifier;
