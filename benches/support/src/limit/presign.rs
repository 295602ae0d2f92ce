//! Presigning.

use super::hash::Sha256;
use super::scan::check_path;
use super::{DayKey, hash, host};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use time::OffsetDateTime;

/// Presigns a request without headers and without a query, for S3.
pub fn presign(key: &DayKey, request: &Request<Vec<u8>>, expires: u32, now: OffsetDateTime) -> Uri {
    assert!(request.headers().is_empty() && request.uri().query().is_none(), "there is more to sign");
    assert!(key.session_token.is_none() && key.s3, "the token and the body's hash are left out");
    let timestamp = key.timestamp(now);
    let (path, host) = (request.uri().path(), host(request.uri()));
    check_path(path);

    let mut target = Vec::with_capacity(path.len() + key.encoded_credential.len() + 229);
    target.extend_from_slice(path.as_bytes());
    target.extend_from_slice(b"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=");
    target.extend_from_slice(key.encoded_credential.as_bytes());
    target.extend_from_slice(b"&X-Amz-Date=");
    target.extend_from_slice(&timestamp);
    target.extend_from_slice(b"&X-Amz-Expires=");
    decimal(expires, &mut target);
    target.extend_from_slice(b"&X-Amz-SignedHeaders=host");

    let (_, query) = target.split_at(path.len() + 1);
    let mut canonical = Sha256::new();
    canonical.put(request.method().as_str().as_bytes());
    canonical.put(b"\n");
    canonical.put(path.as_bytes());
    canonical.put(b"\n");
    canonical.put(query);
    canonical.put(b"\nhost:");
    canonical.put(host.as_bytes());
    canonical.put(b"\n\nhost\nUNSIGNED-PAYLOAD");
    let signature = key.sign(&timestamp, &mut canonical);

    target.extend_from_slice(b"&X-Amz-Signature=");
    target.extend_from_slice(&hash::hex(&signature));
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::from_maybe_shared(bytes::Bytes::from(target)).expect("it is a target"));
    Uri::from_parts(parts).expect("it is a URL")
}

fn decimal(mut number: u32, to: &mut Vec<u8>) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    to.extend_from_slice(&digits[at..]);
}
