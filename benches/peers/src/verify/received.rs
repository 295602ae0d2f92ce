//! Signed requests, as a server's HTTP/1.1 library hands them over.

use crate::case::{ACCESS_KEY_ID, Case, EPOCH, REGION, Request, SECRET, host};
use http::HeaderValue;
use http::header::{AUTHORIZATION, HOST};
use http::uri::{PathAndQuery, Uri};
use sig4::{Credentials, Expires, Signer};
use time::OffsetDateTime;

/// When the requests are received: a minute after they were signed.
pub(super) const RECEIVED: u32 = EPOCH + 60;

/// The case, signed by sig4 at its time.
pub(super) fn signed(case: &Case) -> Request {
    signed_at(case, EPOCH)
}

/// The case, signed by sig4 at `epoch`: with a `host` header, and a URI without scheme and authority.
pub(super) fn signed_at(case: &Case, epoch: u32) -> Request {
    let (signer, credentials) =
        (Signer::new(REGION, case.service).unwrap(), Credentials::new(ACCESS_KEY_ID, SECRET).unwrap());
    let (mut request, now) = (case.request.clone(), time(epoch));
    let host = HeaderValue::from_str(host(&request)).expect("a valid host");
    match case.expires {
        Some(seconds) => {
            let expires = Expires::from_secs(u64::from(seconds)).expect("a valid lifetime");
            let presigned = signer.presign(&request, &credentials, expires, now).expect("a signature");
            *request.uri_mut() = presigned.into_uri().expect("a URI");
        }
        None => drop(signer.sign(&mut request, &credentials, now).expect("a signature")),
    }
    request.headers_mut().insert(HOST, host);
    let target = request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    *request.uri_mut() = Uri::try_from(target).expect("a valid URI");
    request
}

/// The time as sig4 takes it.
pub(super) fn time(epoch: u32) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(i64::from(epoch)).expect("a valid time")
}

/// The same request, with the last digit of its signature changed.
pub(super) fn with_another_signature(request: &Request) -> Request {
    let mut request = request.clone();
    if let Some(value) = request.headers().get(AUTHORIZATION) {
        let value = with_another_last_digit(crate::case::text(value));
        set_authorization(&mut request, &value);
    } else {
        let target = with_another_last_digit(&request.uri().to_string());
        *request.uri_mut() = Uri::try_from(target).expect("a valid URI");
    }
    request
}

/// Sets the value of `authorization`.
pub(super) fn set_authorization(request: &mut Request, value: &str) {
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(value).expect("a valid header"));
}

/// Changes the last digit. Every signature that sig4 writes stands last.
fn with_another_last_digit(text: &str) -> String {
    let mut text = text.to_owned();
    let last = text.pop().expect("a signature");
    text.push(if last == '0' { '1' } else { '0' });
    text
}
