//! The values that a header may have been signed with, before a proxy or an HTTP stack changed it.

use crate::bytes::hex;
use crate::bytes::percent::EncodeSet;
use crate::crypto::sha256;
use crate::explain::cause::{Cause, Mistake};
use crate::explain::headers::causes::{
    HEADER_CHANGED, HEADER_DATE_REWRITTEN, HEADER_QUOTES_CHANGED, HEADER_SIGNED_EMPTY, HEADER_VALUE_ENCODED,
};
use crate::explain::headers::dates;
use crate::explain::spelling::{decode, encode, replace};
use crate::name;
use crate::payload::{ContentSha256, Payload};

/// The maximum number of candidates of a header.
const MAX_HEADER_CANDIDATES: usize = 40;

/// The number of common values of a header that are tried together with other mistakes.
const MAX_LIKELY: usize = 3;

/// A value that a header may have been signed with.
pub(crate) struct Candidate {
    pub(crate) mistake: Mistake,
    pub(crate) value: Vec<u8>,
    /// Whether it is tried last, and with no other mistake of the headers.
    pub(crate) rare: bool,
}

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
            "text/plain;charset=UTF-8",
            "application/json; charset=utf-8",
            "application/x-www-form-urlencoded; charset=utf-8",
            "application/x-www-form-urlencoded;charset=UTF-8",
            "multipart/form-data",
        ],
    ),
    ("expect", &["100-continue"]),
    ("pragma", &["no-cache"]),
    ("range", &["bytes=0-"]),
    ("te", &["trailers"]),
    ("transfer-encoding", &["chunked"]),
    ("upgrade", &["h2c", "websocket"]),
    ("user-agent", &["Amazon CloudFront", "node", "axios", "undici", "fetch"]),
    (name::REGION_SET_HEADER, &["*", "us-east-1"]),
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

/// The values that the header may have been signed with, the likeliest first. Of the headers of the signature itself, only the
/// payload's hash is tried.
pub(crate) fn candidates(lower: &str, values: &[Vec<u8>], body_lengths: &[usize]) -> Vec<Candidate> {
    let own = [name::HOST, name::AUTHORITY, name::DATE_HEADER, name::TOKEN_HEADER, name::S3_TOKEN_HEADER];
    if own.contains(&lower) {
        return Vec::new();
    }
    let mut found = Found { lower, candidates: Vec::new() };
    if lower == name::CONTENT_SHA256_HEADER {
        let unsigned = ContentSha256::of(&Payload::Unsigned);
        found.add(HEADER_CHANGED, unsigned.as_bytes().to_vec(), false);
        found.add(HEADER_CHANGED, hex::encode(&sha256::digest(b"")).to_vec(), false);
        return found.candidates;
    }
    let common = COMMON.iter().find(|(name, _)| *name == lower).map_or(&[][..], |(_, values)| values);
    let value = values.join(b", ".as_slice());
    found.of_value(value.trim_ascii(), body_lengths);
    for (n, text) in common.iter().enumerate() {
        found.add(HEADER_CHANGED, text.as_bytes().to_vec(), n >= MAX_LIKELY);
    }
    found.missing_values();
    let mut candidates = found.candidates;
    candidates.truncate(MAX_HEADER_CANDIDATES);
    candidates
}

/// The candidates of one header.
struct Found<'f> {
    lower: &'f str,
    candidates: Vec<Candidate>,
}

impl Found<'_> {
    fn add(&mut self, cause: Cause, value: Vec<u8>, rare: bool) {
        self.candidates.push(Candidate { mistake: cause.of(self.lower), value, rare });
    }

    /// The candidates that are made of the received value.
    fn of_value(&mut self, value: &[u8], body_lengths: &[usize]) {
        let mut shorter = Vec::new();
        shorter_lists(value, &mut shorter);
        match self.lower {
            "content-type" => charsets(value, &mut shorter),
            "content-length" => shorter.extend(body_lengths.iter().map(|length| length.to_string().into_bytes())),
            "user-agent" => beginnings(value, &mut shorter),
            _ => {}
        }
        for (n, candidate) in shorter.into_iter().enumerate() {
            self.add(HEADER_CHANGED, candidate, n >= MAX_LIKELY);
        }
        self.add(HEADER_SIGNED_EMPTY, Vec::new(), false);
        if self.lower == "content-length" {
            self.add(HEADER_CHANGED, b"0".to_vec(), false);
        }
        self.respelled(value);
    }

    /// The value in other encodings, with other quotes, and with other white space and letters.
    fn respelled(&mut self, value: &[u8]) {
        for candidate in [decode(value), encode(value, EncodeSet::Unreserved), encode_non_ascii(value)] {
            self.add_other(HEADER_VALUE_ENCODED, candidate, value);
        }
        self.add_other(HEADER_VALUE_ENCODED, encode(value, EncodeSet::UnreservedAndSlash), value);
        let bare = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value);
        self.add_other(HEADER_QUOTES_CHANGED, bare.to_vec(), value);
        self.add_other(HEADER_QUOTES_CHANGED, value.iter().filter(|b| **b != b'"').copied().collect(), value);
        if matches!(self.lower, "etag" | "if-match" | "if-none-match") {
            self.add(HEADER_QUOTES_CHANGED, [b"\"", value, b"\""].concat(), false);
        }
        for date in dates::formats(value) {
            self.add_other(HEADER_DATE_REWRITTEN, date, value);
        }
        self.add_other(HEADER_CHANGED, replace(value, b", ", b","), value);
        self.add_other(HEADER_CHANGED, replace(&replace(value, b", ", b","), b",", b", "), value);
        self.add_other(HEADER_CHANGED, replace(value, b"; ", b";"), value);
        self.add_other(HEADER_CHANGED, replace(&replace(value, b"; ", b";"), b";", b"; "), value);
        self.add_other(HEADER_CHANGED, without_end(value).to_vec(), value);
        self.add_other(HEADER_CHANGED, value.to_ascii_lowercase(), value);
        self.add_other(HEADER_QUOTES_CHANGED, [b"\"", value, b"\""].concat(), value);
    }

    fn add_other(&mut self, cause: Cause, candidate: Vec<u8>, value: &[u8]) {
        if candidate != value {
            self.add(cause, candidate, self.candidates.len() >= 2 * MAX_LIKELY);
        }
    }

    /// The texts of a value that was not set.
    fn missing_values(&mut self) {
        for text in ["undefined", "null", "None", "nil", "0"] {
            self.add(HEADER_SIGNED_EMPTY, text.as_bytes().to_vec(), true);
        }
    }
}

/// The value without a separator at its end.
fn without_end(value: &[u8]) -> &[u8] {
    value.strip_suffix(b";").or_else(|| value.strip_suffix(b",")).unwrap_or(value).trim_ascii_end()
}

/// The value with every byte outside ASCII percent-encoded.
fn encode_non_ascii(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for byte in value {
        match byte.is_ascii() {
            true => out.push(*byte),
            false => out.extend(format!("%{byte:02X}").into_bytes()),
        }
    }
    out
}

/// The beginnings of a value that ends at a space: what stood there before a program appended its own name.
fn beginnings(value: &[u8], candidates: &mut Vec<Vec<u8>>) {
    let spaces = value.iter().enumerate().filter(|(_, b)| **b == b' ').map(|(at, _)| at);
    let spaces: Vec<_> = spaces.collect();
    candidates.extend(spaces.iter().rev().take(6).filter_map(|at| value.get(..*at).map(<[u8]>::to_vec)));
    candidates.extend(spaces.first().and_then(|at| value.get(at + 1..)).map(<[u8]>::to_vec));
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
        found.into_iter().map(|candidate| String::from_utf8(candidate.value).unwrap()).collect()
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
