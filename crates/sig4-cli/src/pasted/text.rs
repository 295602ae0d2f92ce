//! A pasted text without the marks of the program that it was copied from.

use std::borrow::Cow;

/// The text in UTF-8, without a byte order mark. PowerShell writes UTF-16.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return rest.into();
    }
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let pair =
            |pair: &[u8]| unit([pair.first().copied().unwrap_or_default(), pair.last().copied().unwrap_or_default()]);
        let units = rest.chunks_exact(2).map(pair);
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into_bytes()
    };
    match (bytes.strip_prefix(b"\xff\xfe"), bytes.strip_prefix(b"\xfe\xff")) {
        (Some(rest), _) => utf16(rest, u16::from_le_bytes).into(),
        (None, Some(rest)) => utf16(rest, u16::from_be_bytes).into(),
        (None, None) => bytes.into(),
    }
}

/// The text without the colours of a terminal: `ESC [ digits m`.
pub(super) fn without_colours(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&0x1b) {
        return bytes.into();
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let end = if rest.starts_with(b"\x1b[") {
            rest.iter().skip(2).position(|b| !matches!(b, b'0'..=b'9' | b';')).map(|at| at + 2)
        } else {
            None
        };
        rest = match end.and_then(|end| rest.split_at_checked(end)) {
            Some((_, tail)) if tail.starts_with(b"m") => tail.get(1..).unwrap_or_default(),
            _ => {
                out.push(*first);
                after
            }
        };
    }
    out.into()
}

/// The lines, without their ends.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    bytes.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Where a part of a text ends in it, in bytes: after `part`, which is a piece of `whole`.
pub(super) fn after<'a>(whole: &'a [u8], part: &[u8]) -> &'a [u8] {
    let end = part.as_ptr_range().end.addr().saturating_sub(whole.as_ptr().addr());
    whole.get(end..).unwrap_or_default()
}

/// Whether a line is the first one of a request: `METHOD TARGET HTTP/1.1`, or without the version if the target is a path or a
/// URL.
pub(super) fn is_request_line(line: &[u8]) -> bool {
    let Ok(line) = str::from_utf8(line) else { return false };
    let Some((method, rest)) = line.trim_end().split_once(' ') else { return false };
    let is_method = (1..=32).contains(&method.len())
        && method.starts_with(|c: char| c.is_ascii_alphabetic())
        && method.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let has_version = rest.rsplit_once(' ').is_some_and(|(_, version)| version.starts_with("HTTP/"));
    let has_target = rest.starts_with('/') || rest.starts_with("http://") || rest.starts_with("https://");
    is_method && (has_version || (has_target && !PROGRAMS.contains(&method)))
}

/// Whether a line is the first one of a request, with its version.
pub(super) fn is_versioned_line(line: &[u8]) -> bool {
    is_request_line(line)
        && str::from_utf8(line)
            .is_ok_and(|line| line.trim_end().rsplit_once(' ').is_some_and(|(_, v)| v.starts_with("HTTP/")))
}

/// Programs that take a URL, whose command lines look like requests without a version.
const PROGRAMS: [&str; 8] = ["curl", "wget", "http", "https", "xh", "sig4", "fetch", "open"];

#[cfg(test)]
mod tests {
    use super::{decoded, is_request_line, without_colours};

    #[test]
    fn marks_of_the_encoding_are_removed() {
        let utf16: Vec<u8> = "GET é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(&*decoded(&[b"\xff\xfe".as_slice(), &utf16].concat()), "GET é".as_bytes());
        assert_eq!(&*decoded(b"\xef\xbb\xbfGET"), b"GET");
        assert_eq!(&*decoded(b"GET \x93a\x94"), b"GET \x93a\x94");
    }

    #[test]
    fn colours_are_removed_and_other_escapes_kept() {
        assert_eq!(&*without_colours(b"\x1b[1mHost\x1b[0m: h\x1b[2J\x1b[3"), b"Host: h\x1b[2J\x1b[3");
    }

    #[test]
    fn command_lines_are_no_requests() {
        for line in ["GET / HTTP/1.1", "get /a b", "POST https://h/", "GET ?a HTTP/1.0", "PATCH * HTTP/2"] {
            assert!(is_request_line(line.as_bytes()), "{line}");
        }
        for line in ["curl https://h/", "GET", "HTTP/1.1 403 Forbidden", "DEBUG botocore: x", "", "* Trying /"] {
            assert!(!is_request_line(line.as_bytes()), "{line}");
        }
    }
}
