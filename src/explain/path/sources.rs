//! Other paths than the received one that a client may have signed: a proxy changed the path on the way, or the client took
//! another part of the URL for it.

use crate::explain::cause::Mistake;
use crate::explain::path::causes::{
    PATH_BUCKET_STYLE, PATH_CASE_LOWERED, PATH_CUT_AT_SEMICOLON, PATH_HEX_LOWER, PATH_HEX_UPPER, PATH_INCLUDES_QUERY,
    PATH_IS_URL, PATH_PREFIX_ADDED, PATH_PREFIX_CUT, PATH_READ_AS_URL, PATH_REWRITTEN, PATH_SUFFIX_ADDED,
};
use crate::explain::path::facts::PathFacts;
use crate::explain::spelling::{decode, hex_case_if, lower_case};
use crate::explain::targets::{OriginalPath, behind_authority};
use crate::settings::PathEncoding;

/// The stages and prefixes that are tried although nothing in the request names them, the likeliest first.
const USUAL_PREFIXES: [&str; 28] = [
    "prod",
    "dev",
    "v1",
    "api",
    "$default",
    "test",
    "stage",
    "staging",
    "default",
    "s3",
    "live",
    "beta",
    "qa",
    "uat",
    "v2",
    "api/v1",
    "sandbox",
    "production",
    "development",
    "Prod",
    "Stage",
    "preprod",
    "minio",
    "storage",
    "aws",
    "public",
    "latest",
    "_user_request_",
];
/// The number of usual prefixes that are also combined with mistakes in other sections.
const COMBINED_PREFIXES: usize = 6;
/// The maximum number of leading segments that are cut.
const MAX_CUT_SEGMENTS: usize = 4;
/// The maximum number of occurrences of `://` at which a path is cut.
const MAX_SCHEMES: usize = 3;
/// The maximum length of a prefix in a report.
const MAX_DETAIL_LEN: usize = 64;

/// A raw path that a client may have signed in place of the received one.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) mistake: Mistake,
    pub(super) raw: Vec<u8>,
    /// Whether it is combined with mistakes in other sections.
    pub(super) is_combined: bool,
}

impl Source {
    fn new(mistake: impl Into<Mistake>, raw: impl Into<Vec<u8>>) -> Self {
        Self { mistake: mistake.into(), raw: raw.into(), is_combined: true }
    }
}

/// The paths that the text of the received path or a header of a proxy suggests.
pub(super) fn suggested(facts: &PathFacts<'_>) -> Vec<Source> {
    let mut sources = parsed_as_url(facts.raw);
    for target in facts.targets {
        match target.path {
            OriginalPath::Whole(path) => sources.push(Source::new(PATH_REWRITTEN.of(target.header), path)),
            OriginalPath::Prefix(prefix) => sources.extend(with_and_without(facts.raw, prefix, true)),
        }
    }
    sources.push(Source::new(PATH_HEX_LOWER, hex_case_if(facts.raw, false, |_| true)));
    sources.push(Source::new(PATH_HEX_UPPER, hex_case_if(facts.raw, true, |_| true)));
    sources.extend(bucket_styles(facts));
    if let Some(semicolon) = last_segment_semicolon(facts.raw) {
        sources.push(Source::new(PATH_CUT_AT_SEMICOLON, facts.raw.split_at(semicolon).0));
    }
    if !facts.query.is_empty() {
        sources.push(Source::new(PATH_INCLUDES_QUERY, [facts.raw, b"?", facts.query].concat()));
    }
    sources
}

/// Paths with other beginnings and ends.
pub(super) fn guessed(facts: &PathFacts<'_>) -> Vec<Source> {
    let mut sources = vec![Source::new(PATH_CASE_LOWERED, lower_case(facts.raw))];
    let starts = facts.raw.iter().enumerate().skip(1).filter(|(_, b)| **b == b'/').map(|(at, _)| at);
    // Without its first segment alone, the path may be that of another stage.
    for start in starts.skip(1).take(MAX_CUT_SEGMENTS) {
        let (prefix, rest) = facts.raw.split_at(start);
        sources.push(Source::new(PATH_PREFIX_ADDED.of(shown(prefix)), rest));
    }
    let label = facts.host.split(|b| *b == b'.').next().unwrap_or_default();
    let label = std::str::from_utf8(label).ok().filter(|label| !label.is_empty() && !label.contains(':'));
    let others = USUAL_PREFIXES.into_iter().skip(COMBINED_PREFIXES);
    let rare = others.chain(label).map(|prefix| (prefix, false));
    for (prefix, is_combined) in USUAL_PREFIXES.into_iter().take(COMBINED_PREFIXES).map(|p| (p, true)).chain(rare) {
        let prefix = format!("/{prefix}");
        let longer = |source: &Source| source.raw.len() > facts.raw.len();
        sources.extend(with_and_without(facts.raw, prefix.as_bytes(), is_combined).filter(longer));
    }
    for index in ["index.html", "index.php"] {
        if let Some(folder) = facts.raw.strip_suffix(index.as_bytes()) {
            sources.push(Source::new(PATH_SUFFIX_ADDED.of(index), folder));
        }
    }
    if let Some(last) = facts.raw.iter().rposition(|b| *b == b'/').filter(|at| *at > 0) {
        let (rest, suffix) = facts.raw.split_at(last);
        sources.push(Source { is_combined: false, ..Source::new(PATH_SUFFIX_ADDED.of(shown(suffix)), rest) });
    }
    sources
}

/// The texts that clients write for the target or the whole URL in place of the path. They are not encoded or encoded once.
pub(super) fn urls(facts: &PathFacts<'_>) -> Vec<Source> {
    let mut sources = Vec::new();
    let query = [b"?", facts.query].concat();
    let has_query = !facts.query.is_empty();
    if has_query {
        sources.push(Source::new(PATH_INCLUDES_QUERY, [facts.raw, &query].concat()));
    }
    for query in [b"", query.as_slice()].into_iter().take(1 + usize::from(has_query)) {
        for (scheme, is_combined) in [("https://", true), ("http://", false), ("", false)] {
            let url = [scheme.as_bytes(), facts.host, facts.raw, query].concat();
            sources.push(Source { is_combined, ..Source::new(PATH_IS_URL, url) });
        }
    }
    sources
}

/// The path of `raw`, if a client parses it as a URL: behind an authority that follows `://`, or a leading `//`.
fn parsed_as_url(raw: &[u8]) -> Vec<Source> {
    let schemes = raw.windows(3).enumerate().filter(|(_, window)| *window == b"://").map(|(at, _)| at);
    let starts = schemes.map(|at| raw.get(at..).unwrap_or_default()).take(MAX_SCHEMES);
    let leading = raw.strip_prefix(b"//");
    let path = |url: &[u8]| behind_authority(url).and_then(|at| url.get(at..)).unwrap_or(b"/").to_vec();
    starts.chain(leading).map(|url| Source::new(PATH_READ_AS_URL, path(url))).collect()
}

/// The path with a prefix that a proxy may have cut, and without it if the proxy may have added it.
fn with_and_without(raw: &[u8], prefix: &[u8], is_combined: bool) -> impl Iterator<Item = Source> {
    let prefix = prefix.strip_prefix(b"/").unwrap_or(prefix);
    let prefix = [b"/", prefix].concat();
    let longer = [prefix.as_slice(), if raw == b"/" { b"" } else { raw }].concat();
    let with = Source { is_combined, ..Source::new(PATH_PREFIX_CUT.of(shown(&prefix)), longer) };
    let slash = (raw == b"/").then(|| {
        let longer = [prefix.as_slice(), b"/"].concat();
        Source { is_combined, ..Source::new(PATH_PREFIX_CUT.of(shown(&prefix)), longer) }
    });
    let rest = raw.strip_prefix(prefix.as_slice()).filter(|rest| rest.is_empty() || rest.starts_with(b"/"));
    let without = rest.map(|rest| Source {
        is_combined,
        ..Source::new(PATH_PREFIX_ADDED.of(shown(&prefix)), if rest.is_empty() { b"/" } else { rest })
    });
    [Some(with), slash, without].into_iter().flatten()
}

/// S3: the path with the bucket that the host names, or without its first segment.
fn bucket_styles(facts: &PathFacts<'_>) -> Vec<Source> {
    if facts.encoding != PathEncoding::Canonical {
        return Vec::new();
    }
    let mut sources = Vec::new();
    let of_host = bucket_of_host(facts.host);
    if let Some((bucket, _)) = of_host {
        sources.push(Source::new(PATH_BUCKET_STYLE.of(shown(bucket)), [b"/", bucket, facts.raw].concat()));
        if facts.raw == b"/" {
            sources.push(Source::new(PATH_BUCKET_STYLE.of(shown(bucket)), [b"/", bucket].concat()));
        }
    }
    let inner = facts.raw.strip_prefix(b"/").unwrap_or(facts.raw);
    let end = inner.iter().position(|b| *b == b'/').unwrap_or(inner.len());
    let (bucket, key) = inner.split_at(end);
    if !bucket.is_empty() && !of_host.is_some_and(|(_, is_certain)| is_certain) {
        let key = if key.is_empty() { b"/" } else { key };
        sources.push(Source::new(PATH_BUCKET_STYLE.of(shown(bucket)), key));
    }
    sources
}

/// The bucket in front of `.s3` in a host, or the first label of a host of another store; and whether it is S3's host.
fn bucket_of_host(host: &[u8]) -> Option<(&[u8], bool)> {
    let of_s3 = host.windows(3).position(|window| window == b".s3");
    let first = || host.iter().position(|b| *b == b'.').filter(|_| host.iter().any(u8::is_ascii_alphabetic));
    let at = of_s3.or_else(first).filter(|_| !host.starts_with(b"s3."))?;
    host.get(..at).filter(|bucket| !bucket.is_empty()).map(|bucket| (bucket, of_s3.is_some()))
}

/// The position of the first semicolon in the last segment.
fn last_segment_semicolon(raw: &[u8]) -> Option<usize> {
    let last = raw.iter().rposition(|b| *b == b'/').unwrap_or_default();
    raw.iter().skip(last).position(|b| *b == b';').map(|at| last + at)
}

fn shown(part: &[u8]) -> String {
    let text = String::from_utf8_lossy(&decode(part)).into_owned();
    text.chars().filter(|c| !c.is_control()).take(MAX_DETAIL_LEN).collect()
}
