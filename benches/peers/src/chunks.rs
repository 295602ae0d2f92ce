//! Signing one chunk of 64 KiB after another, each after the signature before it.

use crate::case::{ACCESS_KEY_ID, EPOCH, REGION, Request, SECRET};
use crate::measure::{Entry, Group};
use crate::{floor, sig4, versions};
use ::aws_sigv4::sign::v4;
use ::sig4::payload::Streaming;
use ::sig4::stream::ChunkSigner;
use ::sig4::{Credentials, Payload, Signer};
use aws_credential_types::Credentials as AwsCredentials;
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::hint::black_box;
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;

/// The service in the scope.
const SERVICE: &str = "s3";

/// The request, whose body is the chunk.
fn upload() -> Request {
    let chunk: &[u8] = vec![b'a'; 65_536].leak();
    let request = http::Request::put("https://examplebucket.s3.amazonaws.com/test.txt");
    request.header("x-amz-decoded-content-length", chunk.len()).body(chunk).expect("a valid request")
}

/// The crates that sign chunks, then the floor and the bare request.
pub(crate) fn group() -> Group {
    let entries = vec![
        Entry::new(sig4::PEER.name, versions::SIG4, "keeps the key", of_sig4()),
        Entry::new("aws-sigv4", versions::AWS_SIGV4, "derives the key for every chunk", of_aws_sigv4()),
        #[cfg(feature = "s3s")]
        Entry::new("s3s-sigv4, key kept", versions::S3S_SIGV4, "the caller keeps the key", of_s3s()),
        Entry::new(floor::FLOOR.name, versions::SHA2, "SHA-256 of the chunk", |request| {
            black_box(Sha256::digest(request.body()));
        }),
        Entry::new(floor::CLONE.name, "-", "cloning and dropping the request; subtracted from all others", |_| ()),
    ];
    Group { name: "chunk-64k", request: upload(), entries, fewer: 250 }
}

/// Compares the signatures of three chunks, the last of which is empty.
pub(crate) fn check() -> Result<(), String> {
    let (mut ours, mut theirs) = (chunk_signer().0, Theirs::new());
    #[cfg(feature = "s3s")]
    let s3s = s3s_signer();
    for chunk in [upload().into_body(), b"a short one", b""] {
        let (ours, theirs) = (ours.sign(chunk).to_string(), theirs.sign(chunk));
        if ours != theirs {
            return Err(format!("aws-sigv4 on a chunk of {} bytes: {theirs} in place of {ours}", chunk.len()));
        }
        #[cfg(feature = "s3s")]
        if ours != s3s(chunk) {
            return Err(format!("s3s-sigv4 on a chunk of {} bytes: another signature than {ours}", chunk.len()));
        }
    }
    println!("  {:<20} {:<10} same signatures", "all peers", "chunk-64k");
    Ok(())
}

/// sig4's signer of chunks, and the signature of the head that it begins with.
fn chunk_signer() -> (ChunkSigner, String) {
    let signer = Signer::new(REGION, SERVICE).expect("valid names");
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).expect("valid credentials");
    let now = OffsetDateTime::from_unix_timestamp(i64::from(EPOCH)).expect("a valid time");
    let request = upload();
    let payload = Payload::Streaming(Streaming::Signed);
    let signed = signer.sign_view(&(&request).into(), &payload, &credentials, now).expect("a signature");
    (signer.chunk_signer(&signed, &credentials), signed.signature().to_string())
}

/// sig4, chunk after chunk.
fn of_sig4() -> impl Fn(Request) {
    let signer = RefCell::new(chunk_signer().0);
    move |request| {
        black_box(signer.borrow_mut().sign(request.body()));
    }
}

/// aws-sigv4, chunk after chunk.
fn of_aws_sigv4() -> impl Fn(Request) {
    let signer = RefCell::new(Theirs::new());
    move |request| {
        black_box(signer.borrow_mut().sign(request.body()));
    }
}

/// What a caller of aws-sigv4 keeps.
struct Theirs {
    /// The credentials.
    identity: Identity,
    /// The time of signing.
    time: SystemTime,
    /// The signature before.
    previous: String,
}

impl Theirs {
    /// The chain that begins with the signature of the same head.
    fn new() -> Self {
        Self {
            identity: AwsCredentials::new(ACCESS_KEY_ID, SECRET, None, None, "static").into(),
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(EPOCH)),
            previous: chunk_signer().1,
        }
    }

    /// Signs the next chunk.
    fn sign(&mut self, chunk: &'static [u8]) -> String {
        let params = v4::SigningParams::builder()
            .identity(&self.identity)
            .region(REGION)
            .name(SERVICE)
            .time(self.time)
            .settings(())
            .build()
            .expect("every parameter");
        let output = v4::sign_chunk(&Bytes::from_static(chunk), &self.previous, &params).expect("a signature");
        self.previous = output.signature().to_owned();
        self.previous.clone()
    }
}

/// s3s-sigv4, chunk after chunk.
#[cfg(feature = "s3s")]
fn of_s3s() -> impl Fn(Request) {
    let sign = s3s_signer();
    move |request| {
        black_box(sign(request.body()));
    }
}

/// The signatures of chunks by s3s-sigv4, with the key that the caller keeps.
#[cfg(feature = "s3s")]
fn s3s_signer() -> impl Fn(&[u8]) -> String {
    use ::s3s_sigv4::{AmzDate, calculate_signature_with_key, create_chunk_string_to_sign, derive_signing_key};
    let date = AmzDate::parse(crate::case::DATE).expect("a valid time");
    let key = derive_signing_key(SECRET, &date, REGION, SERVICE);
    let previous = RefCell::new(chunk_signer().1);
    move |chunk| {
        let mut previous = previous.borrow_mut();
        let string_to_sign = create_chunk_string_to_sign(&date, REGION, SERVICE, &previous, &[chunk]);
        *previous = hex::encode(calculate_signature_with_key(&string_to_sign, &key));
        previous.clone()
    }
}
