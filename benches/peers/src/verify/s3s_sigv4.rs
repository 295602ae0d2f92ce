//! s3s-sigv4: the stages of verification as functions.
//!
//! It has no function that verifies a request. What it leaves to its caller is done here as s3s, the server that it was
//! made for, does it: collecting and sorting the headers, decoding the query, looking at the time and the scope, hashing
//! the body and comparing. All of that is measured with it.

use super::received::RECEIVED;
use super::{Verifier, Verify};
use crate::case::{ACCESS_KEY_ID, DATE, REGION, Request, SECRET};
use crate::versions;
use ::s3s_sigv4::{
    AmzContentSha256, AmzDate, AuthorizationV4, CredentialV4, Payload, PresignedUrlV4, calculate_signature_with_key,
    create_canonical_request_with_raw_uri_path, create_presigned_canonical_request_with_raw_uri_path,
    create_string_to_sign, derive_signing_key,
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use subtle::ConstantTimeEq;

/// s3s-sigv4 with the signing key kept by the caller.
pub(super) const VERIFIER: Verifier = Verifier {
    name: "s3s-sigv4",
    version: versions::S3S_SIGV4,
    note: "the caller keeps the key, sorts headers, decodes the query, hashes, checks and compares",
    unable: |_| None,
    prepare: |service| Box::new(S3sSigv4::new(service)),
};

/// The algorithm.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How far the times may be apart.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// The longest lifetime of a presigned URL, in seconds.
const LONGEST: u32 = 7 * 24 * 60 * 60;

/// A header's name and value.
type Header<'a> = (&'a str, &'a str);
/// A query parameter's name and value, decoded.
type Parameter<'a> = (Cow<'a, str>, Cow<'a, str>);

/// What a caller of s3s-sigv4 keeps.
struct S3sSigv4 {
    /// The service in the scope.
    service: &'static str,
    /// The day's signing key.
    key: [u8; 32],
    /// The time of verification.
    now: Timestamp,
}

impl S3sSigv4 {
    /// Prepares for a service.
    fn new(service: &'static str) -> Self {
        let date = AmzDate::parse(DATE).expect("a valid date");
        let now = Timestamp::from_second(i64::from(RECEIVED)).expect("a valid time");
        Self { service, key: derive_signing_key(SECRET, &date, REGION, service), now }
    }

    /// Verifies a signature in `authorization`.
    fn verify_header(&self, request: &Request, query: &[Parameter<'_>], all: &[Header<'_>]) -> Result<(), String> {
        let mut presented = AuthorizationV4::parse(unique(all, "authorization")?).map_err(|e| e.to_string())?;
        presented.signed_headers.sort_unstable();
        let date = AmzDate::parse(unique(all, "x-amz-date")?).map_err(|e| e.to_string())?;
        self.check(presented.algorithm, &presented.credential, &date)?;
        if self.age(&date)?.abs() > WINDOW {
            return refuse("the times are too far apart");
        }
        let sha256: [u8; 32] = Sha256::digest(request.body()).into();
        let stated = unique(all, "x-amz-content-sha256").ok().map(AmzContentSha256::parse).transpose();
        let hexadecimal = hex::encode(sha256);
        let payload = match stated.map_err(|e| e.to_string())? {
            Some(AmzContentSha256::UnsignedPayload) => Payload::Unsigned,
            Some(AmzContentSha256::SingleChunk(stated)) if stated != sha256 => return refuse("another body"),
            Some(AmzContentSha256::SingleChunk(_)) | None => Payload::SingleChunk(&hexadecimal),
            Some(_) => return refuse("a body in chunks"),
        };
        let headers = signed(all, &presented.signed_headers)?;
        let (method, path) = (request.method().as_str(), request.uri().path());
        let canonical_request = create_canonical_request_with_raw_uri_path(method, path, query, &headers, payload);
        self.compare(&canonical_request, &date, presented.signature)
    }

    /// Verifies a presigned URL.
    fn verify_url(&self, request: &Request, query: &[Parameter<'_>], all: &[Header<'_>]) -> Result<(), String> {
        let presented = PresignedUrlV4::parse(query, LONGEST).map_err(|e| e.to_string())?;
        self.check(presented.algorithm, &presented.credential, &presented.amz_date)?;
        let age = self.age(&presented.amz_date)?;
        if age < -WINDOW || age > presented.expires {
            return refuse("it has expired, or is not yet valid");
        }
        let headers = signed(all, &presented.signed_headers)?;
        let (method, path) = (request.method().as_str(), request.uri().path());
        let canonical_request = create_presigned_canonical_request_with_raw_uri_path(method, path, query, &headers);
        self.compare(&canonical_request, &presented.amz_date, presented.signature)
    }

    /// Checks that the key is that of the credential.
    fn check(&self, algorithm: &str, credential: &CredentialV4<'_>, date: &AmzDate) -> Result<(), String> {
        let scope = (credential.date, credential.aws_region, credential.aws_service);
        if algorithm != ALGORITHM || credential.access_key_id != ACCESS_KEY_ID {
            return refuse("another algorithm or access key");
        }
        if scope != (date.fmt_date().as_str(), REGION, self.service) || scope.0 != &DATE[..8] {
            return refuse("another scope");
        }
        Ok(())
    }

    /// How long ago the request was signed.
    fn age(&self, date: &AmzDate) -> Result<SignedDuration, String> {
        let signed = date.to_time().ok_or("no such date")?;
        Ok(self.now.duration_since(signed))
    }

    /// Computes the signature and compares.
    fn compare(&self, canonical_request: &str, date: &AmzDate, presented: &str) -> Result<(), String> {
        let string_to_sign = create_string_to_sign(canonical_request, date, REGION, self.service);
        let signature = hex::encode(calculate_signature_with_key(&string_to_sign, &self.key));
        if bool::from(signature.as_bytes().ct_eq(presented.as_bytes())) {
            return Ok(());
        }
        refuse("another signature")
    }
}

impl Verify for S3sSigv4 {
    fn verify(&self, request: Request) -> Result<(), String> {
        let mut query: Vec<_> = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).collect();
        query.sort();
        let headers = request.headers().iter().map(|(name, value)| Ok((name.as_str(), value.to_str()?)));
        let mut headers: Vec<_> =
            headers.collect::<Result<_, http::header::ToStrError>>().map_err(|e| e.to_string())?;
        headers.sort_by_key(|(name, _)| *name);
        if query.iter().any(|(name, _)| name == "X-Amz-Signature") {
            self.verify_url(&request, &query, &headers)
        } else {
            self.verify_header(&request, &query, &headers)
        }
    }
}

/// The value of a header that comes once. The headers are sorted.
fn unique<'a>(headers: &[Header<'a>], name: &str) -> Result<&'a str, String> {
    match named(headers, name) {
        [(_, value)] => Ok(value),
        _ => Err(format!("the header {name} should come once")),
    }
}

/// The headers that are signed, if all are there.
fn signed<'a>(headers: &[Header<'a>], names: &[&str]) -> Result<Vec<Header<'a>>, String> {
    let mut signed = Vec::with_capacity(names.len());
    for name in names {
        match named(headers, name) {
            [] => return Err(format!("the signed header {name} is not there")),
            found => signed.extend_from_slice(found),
        }
    }
    Ok(signed)
}

/// The headers of this name.
fn named<'h, 'a>(headers: &'h [Header<'a>], name: &str) -> &'h [Header<'a>] {
    let first = headers.partition_point(|header| header.0 < name);
    let count = headers[first..].iter().take_while(|header| header.0 == name).count();
    &headers[first..first + count]
}

/// Refuses the request.
fn refuse(why: &str) -> Result<(), String> {
    Err(why.to_owned())
}
