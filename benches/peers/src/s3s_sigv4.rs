//! s3s-sigv4: the stages of the signature as functions, made for a server that verifies.
//!
//! It has no function that signs a request, but its stages give a signature all the same. The caller hashes the body,
//! sorts the headers, decodes the query and writes the outcome into the request; all of that is measured with it.

use crate::case::{ACCESS_KEY_ID, Case, DATE, REGION, Request, SECRET, host, text};
use crate::peer::{Peer, Sign};
use crate::versions;
use ::s3s_sigv4::{
    AmzDate, Payload, calculate_signature, calculate_signature_with_key, create_canonical_request,
    create_presigned_canonical_request, create_string_to_sign, derive_signing_key,
};
use http::HeaderValue;
use http::header::{AUTHORIZATION, HOST};
use http::uri::{PathAndQuery, Uri};
use sha2::{Digest, Sha256};

/// s3s-sigv4 from the secret.
pub(crate) const PEER: Peer =
    Peer { name: "s3s-sigv4", version: versions::S3S_SIGV4, prepare: |case| prepare(case, false) };

/// s3s-sigv4 with the signing key kept by the caller.
pub(crate) const PEER_WITH_KEY: Peer =
    Peer { name: "s3s-sigv4, key kept", version: versions::S3S_SIGV4, prepare: |case| prepare(case, true) };

/// What a caller of s3s-sigv4 keeps.
struct S3sSigv4 {
    /// The service in the scope.
    service: &'static str,
    /// The session token, which the crate does not know of.
    token: Option<HeaderValue>,
    /// A presigned URL's lifetime.
    expires: Option<u32>,
    /// The time of signing.
    date: AmzDate,
    /// The signing key, if the caller keeps it.
    key: Option<[u8; 32]>,
}

/// Prepares a case.
fn prepare(case: &Case, keep_key: bool) -> Option<Box<dyn Sign>> {
    let date = AmzDate::parse(DATE).ok()?;
    Some(Box::new(S3sSigv4 {
        service: case.service,
        token: case.token.map(HeaderValue::from_static),
        expires: case.expires,
        key: keep_key.then(|| derive_signing_key(SECRET, &date, REGION, case.service)),
        date,
    }))
}

impl S3sSigv4 {
    /// The stages that follow the canonical request.
    fn signature(&self, canonical_request: &str) -> String {
        let string_to_sign = create_string_to_sign(canonical_request, &self.date, REGION, self.service);
        match &self.key {
            Some(key) => hex::encode(calculate_signature_with_key(&string_to_sign, key)),
            None => calculate_signature(&string_to_sign, SECRET, &self.date, REGION, self.service),
        }
    }

    /// Adds the headers that are signed with the others.
    fn complete(&self, request: &mut Request) {
        let host = HeaderValue::from_str(host(request)).expect("a valid host");
        let date = HeaderValue::from_str(&self.date.fmt_iso8601()).expect("a valid date");
        request.headers_mut().insert(HOST, host);
        request.headers_mut().insert("x-amz-date", date);
        if let Some(token) = &self.token {
            request.headers_mut().insert("x-amz-security-token", token.clone());
        }
    }

    /// The value of `authorization`.
    fn authorization(&self, request: &Request) -> HeaderValue {
        let mut headers: Vec<_> = request.headers().iter().map(|(name, value)| (name.as_str(), text(value))).collect();
        headers.sort_by_key(|(name, _)| *name);
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let query: Vec<_> = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).collect();
        let hash = hex::encode(Sha256::digest(request.body()));
        let payload = Payload::SingleChunk(&hash);
        let canonical =
            create_canonical_request(request.method().as_str(), request.uri().path(), &query, &headers, payload);
        let value = format!(
            "AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/{}/{REGION}/{}/aws4_request, SignedHeaders={}, Signature={}",
            self.date.fmt_date(),
            self.service,
            names.join(";"),
            self.signature(&canonical),
        );
        HeaderValue::try_from(value).expect("a valid header")
    }

    /// The path and query of the presigned URL.
    fn presigned(&self, request: &Request, expires: u32) -> String {
        let (path, service) = (request.uri().path(), self.service);
        let (date, day, expires) = (self.date.fmt_iso8601(), self.date.fmt_date(), expires.to_string());
        let credential = format!("{ACCESS_KEY_ID}/{day}/{REGION}/{service}/aws4_request");
        let query = [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", credential.as_str()),
            ("X-Amz-Date", date.as_str()),
            ("X-Amz-Expires", expires.as_str()),
            ("X-Amz-SignedHeaders", "host"),
        ];
        let headers = [("host", host(request))];
        let canonical = create_presigned_canonical_request(request.method().as_str(), path, &query, headers);
        let signature = self.signature(&canonical);
        format!(
            "{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential={ACCESS_KEY_ID}%2F{day}%2F{REGION}%2F{service}%2Faws4_request\
             &X-Amz-Date={date}&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
        )
    }
}

impl Sign for S3sSigv4 {
    fn sign(&self, mut request: Request) -> Request {
        if let Some(expires) = self.expires {
            let target = self.presigned(&request, expires);
            set_target(&mut request, target);
        } else {
            self.complete(&mut request);
            let authorization = self.authorization(&request);
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
        request
    }

    fn note(&self) -> &'static str {
        match (self.key, self.expires) {
            (None, None) => "derives the key every time; the caller hashes the body, sorts and sets all headers",
            (None, Some(_)) => "derives the key every time; the caller writes the URL",
            (Some(_), None) => "the caller keeps the key, hashes the body, sorts and sets all headers",
            (Some(_), Some(_)) => "the caller keeps the key and writes the URL",
        }
    }
}

/// Sends the request to this path and query instead.
fn set_target(request: &mut Request, target: String) {
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).expect("a valid path and query"));
    *request.uri_mut() = Uri::from_parts(parts).expect("a valid URI");
}
