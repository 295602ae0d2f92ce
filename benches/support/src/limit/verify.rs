//! Verifying.

use super::hash::Sha256;
use super::headers::Sorted;
use super::query::Pairs;
use super::scan::{check_path, split};
use super::{DAY, DayKey, hash, host, payload};
use http::HeaderValue;
use http::request::Parts;
use subtle::{Choice, ConstantTimeEq};
use time::OffsetDateTime;

/// How far the client's clock may be off, in seconds.
const SKEW: i64 = 300;

/// Verifies a request whose headers are all signed.
pub fn verify(key: &DayKey, parts: &Parts, body: &[u8], now: OffsetDateTime) -> bool {
    let (mut authorization, mut date, mut token, mut content_sha256) = (None, None, None, None);
    let host = ("host", host(&parts.uri).as_bytes());
    let headers = Sorted::new(&parts.headers, Some(host), |name, value| {
        match name {
            "authorization" => authorization = Some(value),
            "x-amz-date" => date = Some(value),
            "x-amz-security-token" => token = Some(value),
            "x-amz-content-sha256" => content_sha256 = Some(value),
            _ => {}
        }
        name != "authorization"
    });

    let authorization = authorization.expect("there is a signature");
    let mut rest = authorization.strip_prefix(b"AWS4-HMAC-SHA256 ").expect("it is the algorithm");
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    while !rest.is_empty() {
        let (mut parameter, after) = split(rest, b',').unwrap_or((rest, b""));
        rest = after;
        while let Some(after) = parameter.strip_prefix(b" ") {
            parameter = after;
        }
        let (place, value) = if let Some(value) = parameter.strip_prefix(b"Credential=") {
            (&mut credential, value)
        } else if let Some(value) = parameter.strip_prefix(b"SignedHeaders=") {
            (&mut signed_headers, value)
        } else {
            (&mut signature, parameter.strip_prefix(b"Signature=").expect("it is a parameter"))
        };
        assert!(place.replace(value).is_none(), "a parameter comes twice");
    }
    let names = signed_headers.expect("headers are signed");
    let date = date.expect("there is a date");
    let signed_at = key.seconds(date);
    if (now.unix_timestamp() - signed_at).abs() > SKEW
        || credential != Some(key.credential.as_bytes())
        || !headers.are(names)
    {
        return false;
    }

    let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or(""));
    check_path(path);
    let payload = payload(body);
    let mut canonical = Sha256::new();
    canonical.put(parts.method.as_str().as_bytes());
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

    let signature = hash::unhex(signature.expect("there is a signature"));
    let matches = same(&key.sign(date, &mut canonical), &signature);
    let token = same(token.unwrap_or_default(), key.session_token.as_ref().map_or(&b""[..], HeaderValue::as_bytes));
    content_sha256.is_none_or(|stated| stated == payload) && (matches & token).into()
}

/// Verifies a presigned URL that is in canonical form and signs the host alone.
pub fn verify_presigned(key: &DayKey, parts: &Parts, now: OffsetDateTime) -> bool {
    assert!(parts.headers.is_empty(), "there is more to sign");
    let pairs = Pairs::new(parts.uri.query().expect("there is a query"));
    let (mut algorithm, mut credential, mut date, mut expires) = (None, None, None, None);
    let (mut signed_headers, mut signature) = (None, None);
    for (name, value) in pairs.iter() {
        let place = match name {
            b"X-Amz-Algorithm" => &mut algorithm,
            b"X-Amz-Credential" => &mut credential,
            b"X-Amz-Date" => &mut date,
            b"X-Amz-Expires" => &mut expires,
            b"X-Amz-SignedHeaders" => &mut signed_headers,
            b"X-Amz-Signature" => &mut signature,
            _ => continue,
        };
        assert!(place.replace(value).is_none(), "a parameter comes twice");
    }
    let date = date.expect("there is a date");
    let expires: u32 = expires.and_then(|text| str::from_utf8(text).ok()?.parse().ok()).expect("there is an end");
    let age = now.unix_timestamp() - key.seconds(date);
    let current = (-SKEW..=i64::from(expires)).contains(&age) && i64::from(expires) <= 7 * DAY;
    let claimed = (algorithm, credential, signed_headers);
    if !current
        || claimed != (Some(&b"AWS4-HMAC-SHA256"[..]), Some(key.encoded_credential.as_bytes()), Some(&b"host"[..]))
    {
        return false;
    }

    let (method, path, host) = (parts.method.as_str(), parts.uri.path(), host(&parts.uri));
    check_path(path);
    let mut canonical = Sha256::new();
    canonical.put(method.as_bytes());
    canonical.put(b"\n");
    canonical.put(path.as_bytes());
    canonical.put(b"\n");
    pairs.write_if(|name| name != b"X-Amz-Signature", &mut canonical);
    canonical.put(b"\nhost:");
    canonical.put(host.as_bytes());
    canonical.put(b"\n\nhost\nUNSIGNED-PAYLOAD");
    let signature = hash::unhex(signature.expect("there is a signature"));
    same(&key.sign(date, &mut canonical), &signature).into()
}

/// Compares secrets in constant time, eight bytes at a time.
fn same(a: &[u8], b: &[u8]) -> Choice {
    let ((words, rest), (other_words, other_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let words_same = words.iter().zip(other_words).fold(rest.ct_eq(other_rest), |same, (word, other)| {
        same & u64::from_ne_bytes(*word).ct_eq(&u64::from_ne_bytes(*other))
    });
    words_same & Choice::from(u8::from(a.len() == b.len()))
}
