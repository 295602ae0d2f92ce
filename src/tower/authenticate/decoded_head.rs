//! The headers of a request whose body is in chunks or events, and those that describe it once it is decoded.

use crate::name;
use crate::payload::Streaming;
use crate::stream::wire::AWS_CHUNKED;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue};

/// The length of a body once it is decoded.
#[derive(Clone, Copy, Debug)]
pub(super) enum DecodedLen {
    /// A body in chunks states it.
    Stated(u64),
    /// A stream of events does not.
    Unknown,
}

/// Whether the headers state a body in chunks or events, which is decoded.
#[cold]
pub(super) fn is_decoded(headers: &HeaderMap) -> bool {
    let stated = headers.get(name::CONTENT_SHA256_HEADER).and_then(|value| value.to_str().ok());
    stated.is_some_and(|stated| Streaming::parse(stated.trim()).is_ok())
}

/// Makes the headers describe the decoded body: `content-length` is its length, if it is known, and `content-encoding` does not name
/// `aws-chunked`. Headers of the `x-amz-` family stay.
#[cold]
pub(super) fn describe(headers: &mut HeaderMap, len: DecodedLen) {
    if headers.contains_key(CONTENT_LENGTH) {
        match len {
            DecodedLen::Stated(len) => drop(headers.insert(CONTENT_LENGTH, len.into())),
            DecodedLen::Unknown => drop(headers.remove(CONTENT_LENGTH)),
        }
    }
    let codings = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let is_other = |coding: &&str| !coding.is_empty() && !coding.eq_ignore_ascii_case(AWS_CHUNKED);
    let others: Vec<_> = codings.flat_map(|value| value.split(',')).map(str::trim).filter(is_other).collect();
    match HeaderValue::try_from(others.join(", ")) {
        Ok(others) if !others.is_empty() => drop(headers.insert(CONTENT_ENCODING, others)),
        _ => drop(headers.remove(CONTENT_ENCODING)),
    }
}

#[cfg(test)]
mod tests {
    use super::{DecodedLen, describe};
    use http::HeaderMap;
    use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};

    #[test]
    fn the_headers_describe_the_decoded_body() {
        for (sent, left) in [
            (&["aws-chunked"][..], None),
            (&["gzip,aws-chunked"], Some("gzip")),
            (&["AWS-Chunked , gzip", "br"], Some("gzip, br")),
            (&["gzip"], Some("gzip")),
            (&[], None),
        ] {
            let mut headers: HeaderMap = sent.iter().map(|value| (CONTENT_ENCODING, value.parse().unwrap())).collect();
            describe(&mut headers, DecodedLen::Stated(11));
            let described = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!((described, headers.get(CONTENT_LENGTH)), (left, None), "{sent:?}");
        }
        let mut headers = HeaderMap::from_iter([(CONTENT_LENGTH, "100".parse().unwrap())]);
        describe(&mut headers, DecodedLen::Stated(11));
        assert_eq!(headers[CONTENT_LENGTH], "11");
        describe(&mut headers, DecodedLen::Unknown);
        assert!(!headers.contains_key(CONTENT_LENGTH));
    }
}
