//! The second carrier, the query of a presigned URL: the same facts as in the header, and the time, the lifetime and
//! the session token, which a header-signed request has in headers of their own.
//!
//! Source: "Authenticating Requests: Using Query Parameters".

use super::Auth;
use crate::algorithm::Algorithm;
use crate::bytes::percent::{self, Keep};
use crate::bytes::sink::Sink;
use crate::expires::Expires;
use crate::name::query as name;
use crate::signature::Signature;
use crate::time::Timestamp;

/// The signed parameters in canonical spelling, each followed by `&`.
pub(crate) fn parameters(auth: &Auth<'_>, timestamp: Timestamp, expires: Expires, token: Option<&str>) -> Vec<u8> {
    let mut text = Vec::with_capacity(512 + 2 * token.map_or(0, str::len));
    begin(name::ALGORITHM, &mut text);
    text.put(Algorithm::HmacSha256.as_str().as_bytes());
    text.push(b'&');
    begin(name::CREDENTIAL, &mut text);
    percent::encode(auth.access_key_id.as_bytes(), Keep::Unreserved, &mut text);
    Encoded(&mut text).put(b"/");
    auth.scope.write(&mut Encoded(&mut text));
    text.push(b'&');
    begin(name::DATE, &mut text);
    text.put(timestamp.as_bytes());
    text.push(b'&');
    begin(name::EXPIRES, &mut text);
    expires.write(&mut text);
    text.push(b'&');
    begin(name::SIGNED_HEADERS, &mut text);
    auth.signed_headers.write_names(&mut Encoded(&mut text));
    text.push(b'&');
    if let Some(token) = token {
        begin(name::TOKEN, &mut text);
        Encoded(&mut text).put(token.as_bytes());
        text.push(b'&');
    }
    text
}

/// Writes the parameters that are not signed: the signature, and the session token if it stays outside.
pub(crate) fn put_unsigned(signature: &Signature, token: Option<&str>, url: &mut Vec<u8>) {
    url.push(b'&');
    begin(name::SIGNATURE, url);
    url.put(&signature.to_hex());
    if let Some(token) = token {
        url.push(b'&');
        begin(name::TOKEN, url);
        Encoded(url).put(token.as_bytes());
    }
}

#[inline]
fn begin(name: &str, text: &mut Vec<u8>) {
    text.put(name.as_bytes());
    text.push(b'=');
}

/// Encodes what is put into it.
struct Encoded<'a>(&'a mut Vec<u8>);

impl Sink for Encoded<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        percent::encode(bytes, Keep::Unreserved, self.0);
    }
}
