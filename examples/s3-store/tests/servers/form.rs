//! The forms of an upload that sig4 makes.

use crate::keys::encoded;
use crate::trial::{ACCESS_KEY, BUCKET, REGION};
use axum::body::Bytes;
use http::Request;
use http::request::Builder;
use sig4::post_policy::PostPolicy;
use sig4::stream::{ChecksumAlgorithm, ChunkPlan};
use sig4::{Credentials, Expires, Signer};
use time::OffsetDateTime;

/// The size of a chunk that sig4 takes.
const USUAL_CHUNK: usize = 64 << 10;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// The hash of the body is signed.
    Hashed,
    /// `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// A presigned URL.
    Presigned,
    /// Signed chunks of so many bytes.
    SignedChunks(usize),
    /// Signed chunks and a signed trailer with a checksum.
    SignedTrailer(ChecksumAlgorithm),
    /// Unsigned chunks and a trailer with a checksum.
    UnsignedTrailer(ChecksumAlgorithm),
    /// The form of a browser, whose fields a POST policy signs.
    Post,
}

/// What is wrong with an upload that must be refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Forgery {
    /// The form is signed with a wrong secret.
    Secret,
    /// One byte of the data was changed after it was signed.
    Data,
    /// The first chunk and the second have changed places.
    Order,
    /// One digit of the second chunk's signature was changed.
    ChunkSignature,
    /// One character of the checksum in the trailer was changed.
    Checksum,
    /// One character of the signed policy was changed.
    Policy,
    /// The file is longer than the policy allows.
    Length,
}

impl Form {
    pub const ALL: [Self; 11] = [
        Self::Hashed,
        Self::Unsigned,
        Self::Presigned,
        Self::SignedChunks(USUAL_CHUNK),
        Self::SignedTrailer(ChecksumAlgorithm::Crc32),
        Self::UnsignedTrailer(ChecksumAlgorithm::Crc32),
        Self::UnsignedTrailer(ChecksumAlgorithm::Crc32c),
        Self::UnsignedTrailer(ChecksumAlgorithm::Crc64Nvme),
        Self::UnsignedTrailer(ChecksumAlgorithm::Sha1),
        Self::UnsignedTrailer(ChecksumAlgorithm::Sha256),
        Self::Post,
    ];

    /// Forms that differ from these in a number or an algorithm.
    pub const MORE: [Self; 6] = [
        Self::SignedChunks(8 << 10),
        Self::SignedChunks(1 << 20),
        Self::SignedTrailer(ChecksumAlgorithm::Crc32c),
        Self::SignedTrailer(ChecksumAlgorithm::Crc64Nvme),
        Self::SignedTrailer(ChecksumAlgorithm::Sha1),
        Self::SignedTrailer(ChecksumAlgorithm::Sha256),
    ];

    /// What the form has to guard against.
    pub const fn forgeries(self) -> &'static [Forgery] {
        match self {
            Self::Hashed => &[Forgery::Secret, Forgery::Data],
            Self::Unsigned | Self::Presigned => &[Forgery::Secret],
            Self::SignedChunks(_) => &[Forgery::Secret, Forgery::Data, Forgery::Order, Forgery::ChunkSignature],
            Self::SignedTrailer(_) => {
                &[Forgery::Secret, Forgery::Data, Forgery::Order, Forgery::ChunkSignature, Forgery::Checksum]
            }
            Self::UnsignedTrailer(_) => &[Forgery::Secret, Forgery::Data, Forgery::Checksum],
            Self::Post => &[Forgery::Secret, Forgery::Policy, Forgery::Length],
        }
    }

    /// How a body of so many bytes is sent, if it is in chunks.
    fn plan(self, len: usize) -> Option<ChunkPlan> {
        let len = u64::try_from(len).unwrap();
        match self {
            Self::Hashed | Self::Unsigned | Self::Presigned | Self::Post => None,
            Self::SignedChunks(size) => Some(ChunkPlan::signed(len).with_chunk_size(size).unwrap()),
            Self::SignedTrailer(checksum) => Some(ChunkPlan::signed(len).with_checksum(checksum).unwrap()),
            Self::UnsignedTrailer(checksum) => Some(ChunkPlan::unsigned(len, checksum)),
        }
    }
}

/// An upload before it is signed.
#[derive(Clone)]
pub struct Upload<'k> {
    pub key: &'k str,
    pub body: Bytes,
    pub form: Form,
    pub secret: &'k str,
    /// The `content-encoding` of the object.
    pub encoding: Option<&'static str>,
}

impl Upload<'_> {
    /// The signed request.
    pub fn request(&self, origin: &str) -> Request<Bytes> {
        let mut request = self.builder("PUT", origin);
        if let Some(encoding) = self.encoding {
            request = request.header("content-encoding", encoding);
        }
        if let Some(plan) = self.form.plan(self.body.len()) {
            return self.in_chunks(request, plan);
        }
        match self.form {
            Form::Post => self.posted(origin, self.body.len()),
            Form::Presigned => self.presigned(&request.body("").unwrap()),
            Form::Unsigned => {
                let request = request.header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
                self.signed(request.body(self.body.clone()).unwrap())
            }
            _ => self.signed(request.body(self.body.clone()).unwrap()),
        }
    }

    /// The request that reads the object.
    pub fn read(&self, origin: &str) -> Request<Bytes> {
        self.signed(self.builder("GET", origin).body(Bytes::new()).unwrap())
    }

    /// The request with a fault.
    pub fn forged(mut self, forgery: Forgery, origin: &str) -> Request<Bytes> {
        if forgery == Forgery::Secret {
            self.secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ";
        }
        if forgery == Forgery::Length {
            return self.posted(origin, self.body.len() - 1);
        }
        let request = self.request(origin);
        match forgery {
            Forgery::Secret | Forgery::Length => request,
            Forgery::Policy => request.map(|body| changed(&body, after(&body, b"name=\"policy\"\r\n\r\n", 0) + 40)),
            Forgery::Data => request.map(|body| changed(&body, body.len() / 2)),
            Forgery::Order => request.map(|body| swapped(&body)),
            Forgery::ChunkSignature => request.map(|body| changed(&body, after(&body, b"chunk-signature=", 1))),
            Forgery::Checksum => request.map(|body| {
                let name = after(&body, b"\r\nx-amz-checksum-", 0);
                changed(&body, name + after(&body[name..], b":", 0))
            }),
        }
    }

    fn builder(&self, method: &str, origin: &str) -> Builder {
        let key = encoded(self.key);
        let slash = if key.is_empty() { "" } else { "/" };
        Request::builder().method(method).uri(format!("{origin}/{BUCKET}{slash}{key}"))
    }

    fn signed(&self, mut request: Request<Bytes>) -> Request<Bytes> {
        signer().sign(&mut request, &self.credentials(), OffsetDateTime::now_utc()).unwrap();
        request
    }

    fn in_chunks(&self, request: Builder, plan: ChunkPlan) -> Request<Bytes> {
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let now = OffsetDateTime::now_utc();
        let encoder = signer().sign_chunked(&mut parts, plan, &self.credentials(), now).unwrap();
        let body = encoder.encode_all(&self.body).unwrap();
        Request::from_parts(parts, body.into())
    }

    /// A request without a signature in its headers, by a URL that has one.
    fn presigned(&self, request: &Request<&str>) -> Request<Bytes> {
        let expires = Expires::from_secs(300).unwrap();
        let presigned = signer().presign(request, &self.credentials(), expires, OffsetDateTime::now_utc()).unwrap();
        Request::builder().method(request.method()).uri(presigned.url()).body(self.body.clone()).unwrap()
    }

    /// The form of a browser, for files of at most so many bytes.
    fn posted(&self, origin: &str, most: usize) -> Request<Bytes> {
        let policy = PostPolicy::new(BUCKET, self.key).with_length(0..=most.try_into().unwrap());
        let (expires, now) = (Expires::from_secs(300).unwrap(), OffsetDateTime::now_utc());
        let form = signer().post_form(&policy, &self.credentials(), expires, now).unwrap();
        let mut body = Vec::new();
        for (name, value) in form.fields() {
            part(&mut body, &format!("name=\"{name}\""), value.as_bytes());
        }
        part(&mut body, "name=\"file\"; filename=\"a\"", &self.body);
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        Request::post(format!("{origin}/{BUCKET}")).header("content-type", kind).body(body.into()).unwrap()
    }

    fn credentials(&self) -> Credentials {
        Credentials::new(ACCESS_KEY, self.secret).unwrap()
    }
}

/// What stands between the parts of a form.
const BOUNDARY: &str = "a-boundary-of-a-form";

fn part(body: &mut Vec<u8>, disposition: &str, value: &[u8]) {
    body.extend_from_slice(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {disposition}\r\n\r\n").as_bytes());
    body.extend_from_slice(value);
    body.extend_from_slice(b"\r\n");
}

fn signer() -> Signer {
    Signer::new(REGION, "s3").unwrap()
}

/// The place after a text, which is there so many times before.
fn after(bytes: &[u8], text: &[u8], before: usize) -> usize {
    let mut starts = bytes.windows(text.len()).enumerate().filter(|(_, window)| *window == text);
    starts.nth(before).unwrap().0 + text.len()
}

/// The bytes with the first two chunks the other way round.
fn swapped(body: &[u8]) -> Bytes {
    let chunk = after(body, b"\r\n", 0) + USUAL_CHUNK + 2;
    [&body[chunk..2 * chunk], &body[..chunk], &body[2 * chunk..]].concat().into()
}

/// The bytes with another letter or digit at a place; a sign of base64 or hex stays one.
fn changed(bytes: &[u8], at: usize) -> Bytes {
    let mut bytes = bytes.to_vec();
    bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
    bytes.into()
}
