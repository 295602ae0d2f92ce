//! A request with a body in chunks, signed and encoded without the crate's encoder.

use crate::vector::Received;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sig4::payload::Streaming;
use sig4::stream::{BodyEnd, Checksum, ChecksumAlgorithm, Decoded, DecodedBody};
use sig4::{Credentials, Error, Payload, Signer, Timestamp, Verifier};
use time::OffsetDateTime;

pub const ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const TIME: &str = "20261129T220000Z";

pub fn now() -> OffsetDateTime {
    Timestamp::parse(TIME).unwrap().to_datetime()
}

pub fn credentials() -> Credentials {
    Credentials::new(ID, SECRET).unwrap()
}

pub fn verifier() -> Verifier {
    Verifier::new("us-east-1", "s3").unwrap()
}

pub fn hex_sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// An upload before it is encoded.
#[derive(Clone)]
pub struct Upload {
    pub marker: Streaming,
    pub data: Vec<u8>,
    pub chunk_len: usize,
    pub trailers: Vec<(String, String)>,
    /// Headers instead of, or besides, those that the body wants.
    pub headers: Vec<(String, String)>,
}

impl Upload {
    pub fn new(marker: Streaming, data: &[u8], chunk_len: usize) -> Self {
        let mut upload = Self { marker, data: data.to_vec(), chunk_len, trailers: Vec::new(), headers: Vec::new() };
        if marker.has_trailer() {
            upload.trailers = vec![("x-amz-checksum-sha256".into(), base64_sha256(data))];
        }
        upload
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The head, signed.
    pub fn head(&self) -> Received {
        let mut headers = vec![
            ("content-encoding".to_owned(), b"aws-chunked".to_vec()),
            ("x-amz-decoded-content-length".to_owned(), self.data.len().to_string().into_bytes()),
        ];
        if !self.trailers.is_empty() {
            let names: Vec<&str> = self.trailers.iter().map(|(name, _)| name.as_str()).collect();
            headers.push(("x-amz-trailer".to_owned(), names.join(",").into_bytes()));
        }
        for (name, value) in &self.headers {
            headers.retain(|(other, _)| other != name);
            if !value.is_empty() {
                headers.push((name.clone(), value.clone().into_bytes()));
            }
        }
        let origin = Some(("https".to_owned(), "bucket.s3.us-east-1.amazonaws.com".to_owned()));
        let mut head =
            Received { method: "PUT".into(), origin, path: "/key".into(), query: None, headers, body: Vec::new() };
        let signer = Signer::new("us-east-1", "s3").unwrap();
        let (payload, credentials) = (Payload::Streaming(self.marker), credentials());
        let signed = signer.sign_view(&head.view(), &payload, &credentials, now()).unwrap();
        let added: Vec<_> = signed.headers().map(|(n, v)| (n.to_owned(), v.into_bytes())).collect();
        head.headers.extend(added);
        head
    }

    /// The head, and the body as separate frames: chunks, the last chunk, fields, signature, end.
    pub fn frames(&self) -> (Received, Vec<Vec<u8>>) {
        let head = self.head();
        let mut chain = Chain::after(&head);
        let mut frames: Vec<Vec<u8>> = Vec::new();
        for data in self.data.chunks(self.chunk_len).chain([&[][..]]) {
            let mut frame = match self.marker.is_signed() {
                true => format!("{:x};chunk-signature={}\r\n", data.len(), chain.chunk(data)),
                false => format!("{:x}\r\n", data.len()),
            }
            .into_bytes();
            if !data.is_empty() {
                frame.extend_from_slice(data);
                frame.extend_from_slice(b"\r\n");
            }
            frames.push(frame);
        }
        for (name, value) in &self.trailers {
            frames.push(format!("{name}:{value}\r\n").into_bytes());
        }
        if self.marker.is_signed() && self.marker.has_trailer() {
            frames.push(format!("x-amz-trailer-signature:{}\r\n", chain.trailer(&self.trailers)).into_bytes());
        }
        frames.push(b"\r\n".to_vec());
        (head, frames)
    }

    /// The head, with the body.
    pub fn encoded(&self) -> Received {
        let (head, frames) = self.frames();
        Received { body: frames.concat(), ..head }
    }
}

pub fn base64_sha256(data: &[u8]) -> String {
    let mut checksum = Checksum::new(ChecksumAlgorithm::Sha256);
    checksum.update(data);
    checksum.finish().to_string()
}

/// The chain of signatures, as AWS documents it.
pub struct Chain {
    previous: String,
}

impl Chain {
    pub fn after(head: &Received) -> Self {
        let (_, value) = head.headers.iter().find(|(name, _)| name == "authorization").unwrap();
        let value = String::from_utf8(value.clone()).unwrap();
        Self { previous: value.split_once("Signature=").unwrap().1.to_owned() }
    }

    /// The signature of the head.
    pub fn seed(&self) -> &str {
        &self.previous
    }

    pub fn chunk(&mut self, data: &[u8]) -> String {
        let hashes = format!("{}\n{}", hex_sha256(b""), hex_sha256(data));
        self.next("AWS4-HMAC-SHA256-PAYLOAD", &hashes)
    }

    pub fn trailer(&mut self, fields: &[(String, String)]) -> String {
        let mut fields = fields.to_vec();
        fields.sort();
        let lines: String = fields.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        self.next("AWS4-HMAC-SHA256-TRAILER", &hex_sha256(lines.as_bytes()))
    }

    fn next(&mut self, kind: &str, hashes: &str) -> String {
        let day = TIME.split_once("T").unwrap().0;
        let text = format!("{kind}\n{TIME}\n{day}/us-east-1/s3/aws4_request\n{}\n{hashes}", self.previous);
        let secret = format!("AWS4{SECRET}").into_bytes();
        let key = [day, "us-east-1", "s3", "aws4_request"].iter().fold(secret, |key, part| hmac(&key, part.as_bytes()));
        self.previous = hex::encode(hmac(&key, text.as_bytes()));
        self.previous.clone()
    }
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().to_vec()
}

/// Verifies a request with its body in memory.
pub fn whole<'r>(verifier: &'r Verifier, request: &'r Received) -> Result<DecodedBody<'r>, Error> {
    verifier.claim_view(&request.view())?.decode_whole(&credentials(), &request.body, now())
}

/// What comes out of a body in pieces of `len` bytes, until it fails.
pub fn in_pieces(verifier: &Verifier, request: &Received, len: usize) -> (Vec<u8>, Result<BodyEnd, Error>) {
    let view = request.view();
    let claim = verifier.claim_view(&view);
    let begun = claim.and_then(|claim| claim.decode(&credentials(), now()));
    let (_caller, mut decoder) = match begun {
        Ok(begun) => begun,
        Err(error) => return (Vec::new(), Err(error)),
    };
    let (mut out, is_signed) = (Vec::new(), decoder.is_signed());
    for mut piece in request.body.chunks(len) {
        loop {
            match decoder.decode(&mut piece) {
                Ok(Some(bytes)) => {
                    assert_eq!(matches!(bytes, Decoded::Verified(_)), is_signed);
                    out.extend_from_slice(bytes.even_unverified());
                }
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(decoder.decode(&mut &[][..]).unwrap_err().to_string(), error.to_string());
                    assert_eq!(decoder.finish().unwrap_err().to_string(), error.to_string());
                    return (out, Err(error));
                }
            }
        }
        assert!(piece.is_empty());
    }
    (out, decoder.finish())
}
