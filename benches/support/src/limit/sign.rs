//! Signing in headers.

use super::hash::Sha256;
use super::headers::Sorted;
use super::query::Pairs;
use super::scan::check_path;
use super::{DayKey, hash, host, payload};
use http::Request;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use time::OffsetDateTime;

const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Signs a request that has no signature.
pub fn sign(key: &DayKey, request: &mut Request<Vec<u8>>, now: OffsetDateTime) {
    let timestamp = key.timestamp(now);
    let payload = payload(request.body());
    let token = key.session_token.as_ref();

    let content_sha256 = key.s3.then_some(("x-amz-content-sha256", &payload[..]));
    let session_token = token.map(|token| ("x-amz-security-token", token.as_bytes()));
    let always = [("host", host(request.uri()).as_bytes()), ("x-amz-date", &timestamp[..])];
    let added = always.into_iter().chain(content_sha256).chain(session_token);
    let headers = Sorted::new(request.headers(), added, |_, _| true);
    let names_len = headers.names_len();
    let mut authorization = Vec::with_capacity(key.credential.len() + names_len + 120);
    authorization.extend_from_slice(b"AWS4-HMAC-SHA256 Credential=");
    authorization.extend_from_slice(key.credential.as_bytes());
    authorization.extend_from_slice(b", SignedHeaders=");
    headers.write_names(&mut authorization);
    let names = &authorization[authorization.len() - names_len..];

    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or(""));
    check_path(path);
    let mut canonical = Sha256::new();
    canonical.put(request.method().as_str().as_bytes());
    canonical.put(b"\n");
    canonical.put(path.as_bytes());
    canonical.put(b"\n");
    if !query.is_empty() {
        Pairs::new(query).write_if(|_| true, &mut canonical);
    }
    canonical.put(b"\n");
    headers.write(names, &mut canonical);
    canonical.put(b"\n");
    canonical.put(&payload);
    let signature = key.sign(&timestamp, &mut canonical);
    authorization.extend_from_slice(b", Signature=");
    authorization.extend_from_slice(&hash::hex(&signature));

    let mut authorization = HeaderValue::try_from(authorization).expect("it is a value");
    authorization.set_sensitive(true);
    let headers = request.headers_mut();
    headers.insert(DATE, HeaderValue::from_bytes(&timestamp).expect("it is a value"));
    headers.insert(AUTHORIZATION, authorization);
    if key.s3 {
        headers.insert(CONTENT_SHA256, HeaderValue::from_bytes(&payload).expect("it is a value"));
    }
    if let Some(token) = token {
        headers.insert(TOKEN, token.clone());
    }
}
