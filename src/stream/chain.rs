//! The chain of signatures: each covers the signature before it, and the first covers that of the request's head.
//!
//! ```text
//! chunk   = algorithm "-PAYLOAD" LF timestamp LF scope LF previous LF hex(sha256("")) LF hex(sha256(data))
//! trailer = algorithm "-TRAILER" LF timestamp LF scope LF previous LF hex(sha256(fields))
//! event   = algorithm "-PAYLOAD" LF timestamp LF scope LF previous LF hex(sha256(headers)) LF hex(sha256(payload))
//! ```
//!
//! `fields` are the trailer's, sorted, each as `name:value` and a line feed. An event has a timestamp of its own.
//!
//! In the string to sign the signature before stands without the padding that it has on the wire.
//!
//! Sources: the pages that [`stream`](crate::stream) names for chunks and trailers; "Signing event stream messages" in the developer guide
//! of Amazon Transcribe for events.

use crate::algorithm::Algorithm;
use crate::bytes::hex;
use crate::bytes::write::Write;
use crate::crypto::sha256;
use crate::key::ReadyKey;
use crate::scope::Scope;
use crate::signature::{MAX_V4A_DIGITS, Matched, Signature};
use crate::time::Timestamp;
use std::fmt;

/// The room for a signature on the wire, in bytes: one of Signature Version 4a is padded to this length.
pub(crate) const SIGNATURE_ROOM: usize = MAX_V4A_DIGITS;

/// Fills a signature of Signature Version 4a up to the longest, because its length is known only once it is made.
const PADDING: u8 = b'*';

/// The part of a body that is signed next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Link<'a> {
    /// A chunk whose data has this SHA-256. The last chunk has no data.
    Chunk(&'a [u8; 32]),
    /// A trailer whose fields in canonical form have this SHA-256.
    Trailer(&'a [u8; 32]),
    /// An event.
    Event {
        /// The time of signing, which the event's `:date` header states.
        timestamp: Timestamp,
        /// The SHA-256 of the encoded `:date` header.
        headers: &'a [u8; 32],
        /// The SHA-256 of the event's payload.
        payload: &'a [u8; 32],
    },
}

/// A signature of the chain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ChainSignature(Signature);

impl ChainSignature {
    /// Writes the signature as a chunk's header and a trailer carry it. Its length is [`Chain::signature_len`].
    pub(crate) fn write(&self, sink: &mut impl Write) {
        self.0.write_hex(sink);
        let padding = Signature::max_digits(self.0.algorithm()).saturating_sub(2 * self.0.as_bytes().len());
        (0..padding).for_each(|_| sink.put(&[PADDING]));
    }

    /// The bytes that an event carries.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The key of a body, and the last signature.
#[derive(Clone)]
pub(crate) struct Chain {
    key: ReadyKey,
    scope: Scope,
    timestamp: Timestamp,
    previous: ChainSignature,
}

impl Chain {
    /// The chain that begins with `seed`, the signature of a request's head. `key` is the key of `scope`.
    pub(crate) const fn new(key: ReadyKey, scope: Scope, timestamp: Timestamp, seed: Signature) -> Self {
        Self { key, scope, timestamp, previous: ChainSignature(seed) }
    }

    /// Continues with the key of another day. A stream of events may last longer than a day.
    pub(crate) fn set_key(&mut self, key: ReadyKey, scope: Scope) {
        (self.key, self.scope) = (key, scope);
    }

    /// The scope of the key.
    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The last signature.
    #[cfg(test)]
    pub(crate) const fn previous(&self) -> &ChainSignature {
        &self.previous
    }

    /// The length of each signature in a chunk's header and in a trailer, in bytes. It is known before anything is signed.
    pub(crate) const fn signature_len(&self) -> usize {
        Signature::max_digits(self.scope.algorithm())
    }

    /// Signs the next part.
    pub(crate) fn sign(&mut self, link: &Link<'_>) -> ChainSignature {
        self.previous = ChainSignature(self.key.sign_message(|message| self.write(link, message)));
        self.previous
    }

    /// Reads the signature of a chunk's header or of a trailer. `None` if it cannot match.
    pub(crate) fn read(&self, text: &[u8]) -> Option<ChainSignature> {
        let padding = text.iter().rev().take_while(|byte| **byte == PADDING).count();
        let algorithm = self.scope.algorithm();
        let (digits, _) = match algorithm {
            Algorithm::HmacSha256 => (text, &[][..]),
            // All of it or none: a writer pads to the longest length.
            Algorithm::EcdsaP256Sha256 if padding > 0 && text.len() != self.signature_len() => return None,
            Algorithm::EcdsaP256Sha256 => text.split_at(text.len() - padding),
        };
        Signature::parse_as(algorithm, str::from_utf8(digits).ok()?).map(ChainSignature)
    }

    /// Takes the bytes of an event's signature. `None` if they cannot match.
    pub(crate) fn read_bytes(&self, bytes: &[u8]) -> Option<ChainSignature> {
        Signature::of_bytes(self.scope.algorithm(), bytes).map(ChainSignature)
    }

    /// Compares the signature of the next part, in constant time. Only a match continues the chain.
    pub(crate) fn verify(&mut self, link: &Link<'_>, claimed: &ChainSignature) -> Option<Matched> {
        let matched = self.key.compare_message(|message| self.write(link, message), &claimed.0)?;
        self.previous = *claimed;
        Some(matched)
    }

    /// Writes the string to sign.
    fn write(&self, link: &Link<'_>, sink: &mut impl Write) {
        let (kind, timestamp, hashes) = match link {
            Link::Chunk(data) => ("-PAYLOAD\n", self.timestamp, [Some(&sha256::OF_NOTHING), Some(*data)]),
            Link::Trailer(fields) => ("-TRAILER\n", self.timestamp, [Some(*fields), None]),
            Link::Event { timestamp, headers, payload } => ("-PAYLOAD\n", *timestamp, [Some(*headers), Some(*payload)]),
        };
        sink.put(self.scope.algorithm().as_str().as_bytes());
        sink.put(kind.as_bytes());
        sink.put(timestamp.as_bytes());
        sink.put(b"\n");
        self.scope.write(sink);
        sink.put(b"\n");
        self.previous.0.write_hex(sink);
        for hash in hashes.into_iter().flatten() {
            sink.put(b"\n");
            sink.put(&hex::encode(hash));
        }
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain").field("scope", &self.scope).field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Chain, ChainSignature, Link};
    use crate::credentials::Credentials;
    use crate::crypto::sha256;
    use crate::key::SigningKey;
    use crate::scope::Scope;
    use crate::signature::Signature;
    use crate::time::Timestamp;

    /// The example of "Transferring Payload in Multiple Chunks": 66,560 times the letter `a`.
    fn example(seed: &str) -> Chain {
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").unwrap();
        let scope = Scope::parse("20130524/us-east-1/s3/aws4_request").unwrap();
        let key = SigningKey::derive(&credentials, &scope).ready().clone();
        Chain::new(key, scope, Timestamp::parse("20130524T000000Z").unwrap(), Signature::parse(seed).unwrap())
    }

    const CHUNKED: &str = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    const WITH_TRAILER: &str = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";

    fn data() -> [Vec<u8>; 3] {
        [vec![b'a'; 65_536], vec![b'a'; 1024], Vec::new()]
    }

    fn text(signature: &ChainSignature) -> String {
        let mut text = Vec::new();
        signature.write(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn the_documented_chunks_are_signed_and_verified() {
        let expected = [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ];
        let [mut signing, mut verifying] = [example(CHUNKED), example(CHUNKED)];
        for (data, expected) in data().iter().zip(expected) {
            let digest = sha256::digest(data);
            assert_eq!(text(&signing.sign(&Link::Chunk(&digest))), expected);
            let claimed = verifying.read(expected.as_bytes()).unwrap();
            assert_eq!(expected.len(), verifying.signature_len());
            assert!(verifying.verify(&Link::Chunk(&[0; 32]), &claimed).is_none(), "and the chain stays where it was");
            assert!(verifying.verify(&Link::Chunk(&digest), &claimed).is_some());
        }
    }

    #[test]
    fn the_documented_trailer_is_signed_and_verified() {
        let [mut signing, mut verifying] = [example(WITH_TRAILER), example(WITH_TRAILER)];
        for data in data() {
            let digest = sha256::digest(&data);
            let signature = signing.sign(&Link::Chunk(&digest));
            assert!(verifying.verify(&Link::Chunk(&digest), &signature).is_some());
        }
        assert_eq!(text(signing.previous()), "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
        let digest = sha256::digest(b"x-amz-checksum-crc32c:sOO8/Q==\n");
        let signature = signing.sign(&Link::Trailer(&digest));
        assert_eq!(text(&signature), "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
        assert!(verifying.verify(&Link::Chunk(&digest), &signature).is_none(), "a trailer is not a chunk");
        assert!(verifying.verify(&Link::Trailer(&digest), &signature).is_some());
    }

    #[test]
    fn an_event_is_no_chunk_and_states_its_own_time() {
        let [mut signing, mut verifying] = [example(CHUNKED), example(CHUNKED)];
        let timestamp = Timestamp::parse("20130524T000001Z").unwrap();
        let link = |timestamp| Link::Event { timestamp, headers: &[1; 32], payload: &[2; 32] };
        let signature = signing.sign(&link(timestamp));
        let claimed = verifying.read_bytes(signature.as_bytes()).unwrap();
        let earlier = Timestamp::parse("20130524T000000Z").unwrap();
        assert!(verifying.verify(&link(earlier), &claimed).is_none());
        assert!(verifying.verify(&link(timestamp), &claimed).is_some());
        assert_eq!(verifying.previous(), signing.previous());
        assert!(verifying.read_bytes(&[0; 31]).is_none() && verifying.read(&[b'A'; 64]).is_none());
    }

    #[test]
    fn the_key_of_another_day_continues_the_chain() {
        let mut chain = example(CHUNKED);
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").unwrap();
        let scope = Scope::parse("20130525/us-east-1/s3/aws4_request").unwrap();
        chain.set_key(SigningKey::derive(&credentials, &scope).ready().clone(), scope);
        assert_eq!((chain.scope(), text(chain.previous()).as_str()), (&scope, CHUNKED));
        assert!(!format!("{chain:?}").contains("key"));
    }
}
