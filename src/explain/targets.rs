//! The targets of a request before a proxy rewrote them, as the proxy's headers state them.

use std::borrow::Cow;

/// The maximum number of targets that are tried.
const MAX_TARGETS: usize = 8;

/// Headers with the original path, or the original URL.
const WHOLE: [&str; 9] = [
    "x-original-uri",
    "x-original-url",
    "x-rewrite-url",
    "x-envoy-original-path",
    "x-forwarded-uri",
    "x-forwarded-url",
    "x-forwarded-path",
    "x-request-uri",
    "x-original-path",
];
/// Headers with the beginning that was cut off the path.
const PREFIX: [&str; 6] = [
    "x-forwarded-prefix",
    "x-forwarded-script-name",
    "x-script-name",
    "x-forwarded-context",
    "x-forwarded-basepath",
    "x-envoy-prefix",
];

/// A header that states an original target.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct OriginalTarget<'a> {
    /// The name of the header in lower case.
    pub(crate) header: &'static str,
    pub(crate) path: OriginalPath<'a>,
    /// The query, if the header has one.
    pub(crate) query: Option<&'a [u8]>,
}

/// What a header states about the path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum OriginalPath<'a> {
    Whole(&'a [u8]),
    Prefix(&'a [u8]),
}

/// The original targets that these headers state.
pub(crate) fn original_targets<'a>(headers: &'a [(Cow<'a, str>, Cow<'a, [u8]>)]) -> Vec<OriginalTarget<'a>> {
    let mut targets = Vec::new();
    for (name, value) in headers {
        let known = |names: &[&'static str]| names.iter().copied().find(|known| name.eq_ignore_ascii_case(known));
        let value = value.trim_ascii();
        if let Some(header) = known(&WHOLE) {
            let (path, query) = split_target(value);
            targets.push(OriginalTarget { header, path: OriginalPath::Whole(path), query });
        } else if let Some(header) = known(&PREFIX) {
            let prefix = value.strip_suffix(b"/").unwrap_or(value);
            targets.push(OriginalTarget { header, path: OriginalPath::Prefix(prefix), query: None });
        }
        if targets.len() == MAX_TARGETS {
            break;
        }
    }
    targets
}

/// The path and the query of a target, which may be a whole URL.
fn split_target(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    let start = if target.starts_with(b"/") { Some(0) } else { behind_authority(target) };
    let target = start.map_or(&b"/"[..], |start| target.get(start..).unwrap_or_default());
    match target.iter().position(|b| *b == b'?') {
        Some(at) => (target.split_at(at).0, target.get(at + 1..)),
        None => (target, None),
    }
}

/// Where the path of a URL begins. `None` if it has no path.
pub(crate) fn behind_authority(url: &[u8]) -> Option<usize> {
    let authority = url.windows(3).position(|w| w == b"://").map_or(0, |at| at + 3);
    let slash = url.iter().skip(authority).position(|b| *b == b'/')?;
    Some(authority + slash)
}

#[cfg(test)]
mod tests {
    use super::{OriginalPath, OriginalTarget, original_targets};
    use std::borrow::Cow;

    #[test]
    fn headers_of_proxies_state_the_original_target() {
        let headers = [
            ("X-Original-URI", "/a?b=1"),
            ("x-original-url", "https://h:1/c"),
            ("X-Rewrite-Url", "https://h"),
            ("X-Forwarded-Prefix", "/s3/"),
            ("X-Other", "/d"),
        ];
        let headers = headers.map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value.as_bytes())));
        let whole = |header, path: &'static str, query: Option<&'static str>| OriginalTarget {
            header,
            path: OriginalPath::Whole(path.as_bytes()),
            query: query.map(str::as_bytes),
        };
        let prefix = OriginalTarget { header: "x-forwarded-prefix", path: OriginalPath::Prefix(b"/s3"), query: None };
        assert_eq!(
            original_targets(&headers),
            [
                whole("x-original-uri", "/a", Some("b=1")),
                whole("x-original-url", "/c", None),
                whole("x-rewrite-url", "/", None),
                prefix,
            ]
        );
    }
}
