//! The values that a header may have been signed with, before a proxy or an HTTP stack changed it.

use crate::explain::cause::Mistake;
use crate::explain::headers::causes::HEADER_CHANGED;
use crate::name;

/// The maximum number of candidates of a header.
const MAX_HEADER_CANDIDATES: usize = 24;

/// Common values of headers that proxies and HTTP stacks rewrite.
const COMMON: &[(&str, &[&str])] = &[
    ("accept", &["*/*", "application/json", "application/json, text/plain, */*", "text/html", "application/xml"]),
    (
        "accept-encoding",
        &[
            "gzip",
            "identity",
            "gzip, deflate",
            "gzip, deflate, br",
            "gzip, deflate, br, zstd",
            "gzip, br",
            "br",
            "*",
            "deflate",
            "gzip,deflate",
            "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
        ],
    ),
    ("cache-control", &["no-cache", "no-store", "max-age=0"]),
    ("connection", &["keep-alive", "Keep-Alive", "close", "upgrade", "Upgrade", "TE", "close, TE"]),
    (
        "content-type",
        &[
            "application/json",
            "application/x-www-form-urlencoded",
            "application/octet-stream",
            "binary/octet-stream",
            "text/plain",
            "application/x-amz-json-1.0",
            "application/x-amz-json-1.1",
            "application/xml",
        ],
    ),
    ("expect", &["100-continue"]),
    ("pragma", &["no-cache"]),
    ("range", &["bytes=0-"]),
    ("te", &["trailers"]),
    ("transfer-encoding", &["chunked"]),
    ("upgrade", &["h2c", "websocket"]),
    ("x-forwarded-port", &["443", "80"]),
    ("x-forwarded-proto", &["https", "http"]),
];

/// Parameters that HTTP stacks add to or remove from a content type.
const CHARSETS: [&str; 6] = [
    "; charset=utf-8",
    "; charset=UTF-8",
    ";charset=utf-8",
    ";charset=UTF-8",
    "; charset=iso-8859-1",
    "; charset=ISO-8859-1",
];

/// The values that the header may have been signed with. The headers of the signature itself are left alone.
pub(crate) fn candidates(lower: &str, values: &[Vec<u8>], body_lengths: &[usize]) -> Vec<(Mistake, Vec<u8>)> {
    let own = [name::HOST, name::AUTHORITY, name::DATE_HEADER, name::TOKEN_HEADER, name::CONTENT_SHA256_HEADER];
    if own.contains(&lower) {
        return Vec::new();
    }
    let value = values.join(b", ".as_slice());
    let value = value.trim_ascii();
    let mut candidates: Vec<Vec<u8>> = Vec::new();
    shorter_lists(value, &mut candidates);
    if lower == "content-type" {
        charsets(value, &mut candidates);
    }
    if lower == "content-length" {
        candidates.extend(body_lengths.iter().map(|length| length.to_string().into_bytes()));
        candidates.push(b"0".to_vec());
    }
    let common = COMMON.iter().find(|(name, _)| *name == lower).map_or(&[][..], |(_, values)| values);
    candidates.extend(common.iter().map(|value| value.as_bytes().to_vec()));
    candidates.extend([Vec::new(), value.to_ascii_lowercase()]);
    candidates.truncate(MAX_HEADER_CANDIDATES);
    candidates.into_iter().map(|candidate| (HEADER_CHANGED.of(lower), candidate)).collect()
}

/// The value without elements that proxies append or prepend.
fn shorter_lists(value: &[u8], candidates: &mut Vec<Vec<u8>>) {
    let commas: Vec<_> = value.iter().enumerate().filter(|(_, b)| **b == b',').map(|(at, _)| at).collect();
    for at in commas.iter().rev().take(4).chain(commas.first()) {
        candidates.extend(value.get(..*at).map(|start| start.trim_ascii().to_vec()));
    }
    if let Some(rest) = commas.first().and_then(|at| value.get(at + 1..)) {
        candidates.push(rest.trim_ascii().to_vec());
    }
}

fn charsets(value: &[u8], candidates: &mut Vec<Vec<u8>>) {
    let end = value.iter().position(|b| *b == b';').unwrap_or(value.len());
    let plain = value.split_at(end).0.trim_ascii();
    candidates.push(plain.to_vec());
    candidates.extend(CHARSETS.iter().map(|charset| [plain, charset.as_bytes()].concat()));
}

#[cfg(test)]
mod tests {
    use super::candidates;

    fn of(name: &str, value: &str) -> Vec<String> {
        let found = candidates(name, &[value.as_bytes().to_vec()], &[12]);
        found.into_iter().map(|(_, candidate)| String::from_utf8(candidate).unwrap()).collect()
    }

    #[test]
    fn lists_lose_what_was_appended_and_types_their_charset() {
        assert!(of("x-forwarded-for", "1.1.1.1, 2.2.2.2, 3.3.3.3").contains(&"1.1.1.1".to_owned()));
        assert!(of("content-type", "text/css; charset=utf-8").contains(&"text/css".to_owned()));
        assert!(of("content-type", "text/css").contains(&"text/css;charset=UTF-8".to_owned()));
        assert!(of("content-length", "9").contains(&"12".to_owned()));
        assert!(of("host", "a, b").is_empty());
        assert!(of("x", &"a,".repeat(9999)).len() <= super::MAX_HEADER_CANDIDATES);
    }
}
