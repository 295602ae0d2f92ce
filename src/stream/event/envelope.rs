//! The signed message around a message.
//!
//! ```text
//! signed  = frame of ":chunk-signature" (bytes) and ":date" (timestamp); its payload is a whole message, or empty at the end
//! message = string-to-sign of event: hash of the encoded ":date" header, hash of that payload
//! ```
//!
//! Sources: "Signing event stream messages" in "Setting up an HTTP/2 stream" of Amazon Transcribe; the order of the two headers is that of
//! the crate `aws-sigv4`.

use super::fault::invalid;
use super::frame::{CHECKSUM_LEN, Frame, PRELUDE_LEN, Prelude, crc32};
use super::header::{BYTES, Header, HeaderValue, TIMESTAMP, write_name};
use super::message::Message;
use crate::algorithm::Algorithm;
use crate::bytes::write::Write;
use crate::crypto::sha256;
use crate::error::Error;
use crate::stream::chain::{Chain, ChainSignature, Link};
use crate::time::Timestamp;
use bytes::Bytes;
use time::OffsetDateTime;

const DATE: &str = ":date";
const SIGNATURE: &str = ":chunk-signature";

/// The length of a signature in an event, in bytes.
const SIGNATURE_LEN: u16 = 32;

/// The length of both headers: names and types, the signature with its length, and the date.
const HEADERS_LEN: usize = 2 + SIGNATURE.len() + 2 + 32 + 2 + DATE.len() + 8;

/// The length of a signed message before its payload.
const HEAD_LEN: usize = PRELUDE_LEN + HEADERS_LEN;

/// Signs `message`, or the end of the stream.
pub(super) fn seal(chain: &mut Chain, message: Option<&Message>, timestamp: Timestamp) -> Result<Bytes, Error> {
    let mut out = vec![0; HEAD_LEN];
    if let Some(message) = message {
        message.encode_after(&mut out, CHECKSUM_LEN)?;
    }
    let (place, payload) = out.split_at_mut(HEAD_LEN);
    let prelude = Prelude::of(HEADERS_LEN, payload.len())?;
    let date = date_header(1000 * timestamp.to_datetime().unix_timestamp());
    let link = Link::Event { timestamp, headers: &sha256::digest(&date), payload: &sha256::digest(payload) };
    if chain.scope().algorithm() != Algorithm::HmacSha256 {
        return Err(invalid("events are not signed with Signature Version 4a: no service takes them"));
    }
    let signature = chain.sign(&link);
    place.copy_from_slice(&head(&prelude, &signature, &date));
    let checksum = crc32(&out);
    out.extend_from_slice(&checksum);
    Ok(out.into())
}

/// The prelude and the two headers.
fn head(prelude: &Prelude, signature: &ChainSignature, date: &[u8]) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD_LEN);
    prelude.write(&mut head);
    write_name(SIGNATURE, &mut head);
    head.push(BYTES);
    head.put(&SIGNATURE_LEN.to_be_bytes());
    head.put(signature.as_bytes());
    head.put(date);
    head
}

/// The encoded `:date` header, which is signed.
fn date_header(millis: i64) -> Vec<u8> {
    let mut header = Vec::with_capacity(2 + DATE.len() + 8);
    write_name(DATE, &mut header);
    header.push(TIMESTAMP);
    header.put(&millis.to_be_bytes());
    header
}

/// A signed message that is not verified yet.
#[derive(Debug)]
pub(super) struct Envelope {
    /// The time of signing, to the second.
    pub(super) timestamp: Timestamp,
    /// The milliseconds since 1970 that `:date` states.
    millis: i64,
    signature: Bytes,
    pub(super) payload: Bytes,
}

impl Envelope {
    /// Reads the two headers, in either order. Another header would not be signed.
    pub(super) fn of_frame(frame: Frame) -> Result<Self, Error> {
        let Frame { headers: mut block, payload } = frame;
        let (mut date, mut signature) = (None, None);
        while !block.is_empty() {
            let header = Header::read(&mut block)?;
            match (header.name(), header.value()) {
                (DATE, HeaderValue::Timestamp(millis)) if date.is_none() => date = Some(*millis),
                (SIGNATURE, HeaderValue::Bytes(bytes)) if signature.is_none() => signature = Some(bytes.clone()),
                (name, _) => return Err(other_header(name)),
            }
        }
        let (Some(millis), Some(signature)) = (date, signature) else {
            return Err(invalid("a signed message has the headers `:date` and `:chunk-signature`, and one is absent"));
        };
        Ok(Self { timestamp: second_of(millis)?, millis, signature, payload })
    }

    /// Whether the signature is the next of `chain`. The chain then continues with it.
    pub(super) fn continues(&self, chain: &mut Chain) -> bool {
        let (date, payload) = (sha256::digest(&date_header(self.millis)), sha256::digest(&self.payload));
        let link = Link::Event { timestamp: self.timestamp, headers: &date, payload: &payload };
        chain.read_bytes(&self.signature).and_then(|claimed| chain.verify(&link, &claimed)).is_some()
    }
}

/// The second of a date in milliseconds: the fraction is left out of the string to sign, and is part of the signed header.
fn second_of(millis: i64) -> Result<Timestamp, Error> {
    let moment = OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000)).ok();
    let timestamp = moment.and_then(|moment| Timestamp::of_any_year(moment).ok());
    timestamp.ok_or_else(|| invalid(format!("the `:date` of {millis} ms is in no year of four digits")))
}

#[cold]
fn other_header(name: &str) -> Error {
    match name {
        DATE | SIGNATURE => invalid(format!("the header `{name}` of a signed message comes twice or has another type")),
        _ => invalid(format!("a signed message has the header `{name}`, which is not signed")),
    }
}
