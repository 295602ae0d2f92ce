//! A request as it is sent: the given request with the changes of signing.

use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::print::note;
use crate::url::Url;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use sig4::sign::Presigned;
use sig4::{Credentials, Signed};

/// The headers whose values a presigned URL has as parameters. They are sent only if the URL signs them.
const IN_URL: [&str; 4] = ["authorization", "x-amz-content-sha256", "x-amz-date", TOKEN_HEADER];
/// The header with a session token.
const TOKEN_HEADER: &str = "x-amz-security-token";

/// The URL and the headers to send.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) url: String,
    pub(crate) headers: Vec<GivenHeader>,
}

impl Outgoing {
    /// The request to `url` with the headers `given`, as `signed` changes it.
    pub(crate) fn signed(signed: &Signed<'_>, given: &[GivenHeader], url: &Url<'_>) -> Self {
        let added = signed.headers().map(|(name, value)| GivenHeader { name: name.to_owned(), value });
        let added: Vec<_> = added.collect();
        let is_kept = |header: &&GivenHeader| {
            let is_removed = signed.removed_header().is_some_and(|name| header.is(name));
            !is_removed && !added.iter().any(|added| header.is(&added.name))
        };
        let mut headers: Vec<_> = given.iter().filter(is_kept).cloned().collect();
        headers.extend(added);
        Self { url: url.with_target(signed.target().unwrap_or(&url.target())), headers }
    }

    /// The request with the headers `given` to a presigned URL, which signs `signed_headers`, joined with `;`.
    pub(crate) fn presigned(presigned: &Presigned, given: &[GivenHeader], signed_headers: &str) -> Self {
        let is_signed = |header: &GivenHeader| signed_headers.split(';').any(|name| header.is(name));
        let is_kept = |header: &&GivenHeader| is_signed(header) || !IN_URL.iter().any(|name| header.is(name));
        Self { url: presigned.url(), headers: given.iter().filter(is_kept).cloned().collect() }
    }
}

/// Notes the headers of `given` that are not sent as they are given, because the signature has its own. Values are not shown. A
/// session token that was taken as that of the credentials is not lost.
pub(crate) fn note_replaced(given: &[GivenHeader], sent: &[GivenHeader], credentials: &Credentials) {
    let is_sent = |header: &GivenHeader| sent.iter().any(|other| other.is(&header.name) && other.value == header.value);
    let is_taken =
        |header: &GivenHeader| header.is(TOKEN_HEADER) && credentials.session_token() == Some(header.value.as_str());
    let mut names: Vec<_> =
        given.iter().filter(|h| !is_sent(h) && !is_taken(h)).map(|h| h.name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    for name in names {
        note(&format!("the given header `{name}` is not sent: signing sets it or leaves it out; do not give it"));
    }
}

/// Refuses headers that contradict how the client frames the body. The client would replace a signed header, or the server would
/// read another body.
pub(crate) fn check_framing(headers: &[GivenHeader], body: &[u8]) -> Result<(), Failure> {
    if headers.iter().any(|header| header.is(TRANSFER_ENCODING.as_str())) {
        return Err("a body is sent whole, and its client says how: leave out `transfer-encoding`".into());
    }
    let mut lengths = headers.iter().filter(|header| header.is(CONTENT_LENGTH.as_str()));
    let (length, again) = (lengths.next(), lengths.next());
    match length {
        Some(_) if again.is_some() => Err("there is more than one `content-length` header".into()),
        Some(header) if header.value != body.len().to_string() => {
            let (value, found) = (&header.value, body.len());
            Err(format!("`content-length` is `{value}`, but the body has {found} bytes").into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check_framing;
    use crate::given_header::GivenHeader;

    #[test]
    fn the_stated_length_is_the_bodys() {
        let check = |headers: &[&str], body: &str| {
            let headers: Vec<_> = headers.iter().map(|text| GivenHeader::parse(text).unwrap()).collect();
            check_framing(&headers, body.as_bytes()).map_err(|e| e.to_string())
        };
        assert_eq!(check(&["x-a: b"], "abc"), Ok(()));
        assert_eq!(check(&["Content-Length: 3"], "abc"), Ok(()));
        for (headers, why) in [
            (&["Content-Length: 2"][..], "has 3 bytes"),
            (&["Content-Length: 03"], "has 3 bytes"),
            (&["Content-Length: +3"], "has 3 bytes"),
            (&["Content-Length;"], "has 3 bytes"),
            (&["content-length: 3", "Content-Length: 3"], "more than one"),
            (&["Transfer-Encoding: chunked"], "leave out"),
        ] {
            assert!(check(headers, "abc").unwrap_err().contains(why), "{headers:?}");
        }
    }
}
