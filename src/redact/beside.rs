//! Values beside the name of a secret.
//!
//! ```text
//! header    = name ":" value-to-the-end-of-the-line
//! parameter = name ( "=" / "%3D" / "%253D" / … ) value         ; the name may be percent-encoded, too
//! member    = DQUOTE name DQUOTE ( ":" / "," ) json-value      ; the quotes may be escaped: JSON in JSON
//! url       = scheme "://" user-information "@" host
//! ```

use super::names;
use crate::bytes::percent;
use core::ops::Range;

/// The maximum length of a name, with its encoding.
const NAME_WINDOW: usize = 256;
/// The maximum number of percent-encodings of a name or a separator.
const MOST_ENCODED: usize = 3;
/// The number of backslashes before the quotes of JSON that is nested as a JSON string three times.
const MOST_ESCAPES: usize = 7;
/// The maximum length of an authorization scheme. A longer word is a secret.
const SCHEME_WINDOW: usize = 32;

/// The separator between a name and its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Separator {
    Colon,
    Comma,
    Equals,
    /// `%3D`, `%253D`, and so on.
    EncodedEquals,
    /// `://`, which may precede user information.
    Authority,
    /// The same, encoded.
    EncodedAuthority,
}

/// The ranges of the values, in order and without overlaps.
pub(super) fn ranges(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, end, separator)) = next(text, from) {
        let value = value(text, at, end, separator).filter(|value| !value.is_empty());
        from = value.as_ref().map_or(end, |value| value.end.max(end));
        found.extend(value);
    }
    found
}

/// The range of the next separator.
fn next(text: &[u8], from: usize) -> Option<(usize, usize, Separator)> {
    let is_one = |byte: &u8| matches!(byte, b':' | b'=' | b'%' | b',');
    let mut from = from;
    loop {
        let at = from + text.get(from..)?.iter().position(is_one)?;
        let rest = text.get(at..)?;
        let found = match rest {
            [b'=', ..] => Some((1, Separator::Equals)),
            [b':', b'/', b'/', ..] => Some((3, Separator::Authority)),
            [b':', ..] => Some((1, Separator::Colon)),
            [b',', ..] => Some((1, Separator::Comma)),
            _ => encoded(rest, b"3d")
                .map(|length| (length, Separator::EncodedEquals))
                .or_else(|| encoded_authority(rest).map(|length| (length, Separator::EncodedAuthority))),
        };
        match found {
            Some((length, separator)) => return Some((at, at + length, separator)),
            None => from = at + 1,
        }
    }
}

/// The length of a percent sequence with these digits, in lower case, at the start of `text`: `%3D`, `%253D`.
fn encoded(text: &[u8], digits: &[u8; 2]) -> Option<usize> {
    let mut rest = text.strip_prefix(b"%")?;
    while let Some(after) = rest.strip_prefix(b"25") {
        rest = after;
    }
    let sequence = rest.get(..2)?;
    sequence.eq_ignore_ascii_case(digits).then_some(text.len() - rest.len() + 2)
}

/// The length of `://` at the start of `text`, encoded.
fn encoded_authority(text: &[u8]) -> Option<usize> {
    let colon = encoded(text, b"3a")?;
    let first = colon + encoded(text.get(colon..)?, b"2f")?;
    Some(first + encoded(text.get(first..)?, b"2f")?)
}

/// The secret after a separator at `at..end`, if there is one.
fn value(text: &[u8], at: usize, end: usize, separator: Separator) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    match separator {
        Separator::Authority => user_information(rest, b'@', is_end_of_authority).map(|length| end..end + length),
        Separator::EncodedAuthority => encoded_user_information(rest).map(|length| end..end + length),
        _ => {
            let (name, quote) = name_before(text.get(..at)?)?;
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let (start, rest) = (end + blanks, rest.get(blanks..)?);
            let length = match (separator, quote) {
                (Separator::Colon | Separator::Comma, Some(escapes)) => {
                    names::is_parameter(&name).then(|| json_value(rest, escapes))?
                }
                (Separator::Colon, None) if names::is_header(&name) => return header_value(&name, rest, start),
                (Separator::Equals, _) if names::is_parameter(&name) => parameter(rest),
                (Separator::EncodedEquals, _) if names::is_parameter(&name) => encoded_parameter(rest),
                _ => return None,
            };
            Some(start..start + length)
        }
    }
}

/// The name at the end of `text`, decoded, and if it is in double quotes, the number of backslashes before each.
fn name_before(text: &[u8]) -> Option<(String, Option<usize>)> {
    let text = text.trim_ascii_end();
    let quoted = text.strip_suffix(b"\"");
    let text = quoted.unwrap_or(text);
    let escapes = text.iter().rev().take(MOST_ESCAPES).take_while(|byte| **byte == b'\\').count();
    let text = text.get(..text.len() - escapes)?;
    let window = text.get(text.len().saturating_sub(NAME_WINDOW)..)?;
    let start = window.iter().rposition(|byte| !is_of_name(byte) && *byte != b'%').map_or(0, |at| at + 1);
    let mut name = window.get(start..)?.to_vec();
    for _ in 0..MOST_ENCODED {
        if !name.contains(&b'%') {
            break;
        }
        name = percent::decode(&name).into_owned();
    }
    let start = name.iter().rposition(|byte| !is_of_name(byte)).map_or(0, |at| at + 1);
    let name = name.get(start..).filter(|name| !name.is_empty())?;
    Some((String::from_utf8_lossy(name).into_owned(), quoted.map(|_| escapes)))
}

const fn is_of_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The value up to the end of the line, without the scheme of a header that has one.
fn header_value(name: &str, rest: &[u8], start: usize) -> Option<Range<usize>> {
    // The signature in it has a name of its own.
    if names::has_scheme(name) && rest.starts_with(b"AWS4-") {
        return None;
    }
    let line = rest.split(|byte| *byte == b'\n').next()?;
    // A carriage return alone is part of the value.
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let scheme = if names::has_scheme(name) { scheme(line) } else { 0 };
    Some(start + scheme..start + line.len())
}

/// The length of the scheme that a value begins with, and of the blank after it.
fn scheme(value: &[u8]) -> usize {
    let word = value.iter().take(SCHEME_WINDOW).take_while(|byte| is_of_name(byte)).count();
    if value.get(word) == Some(&b' ') { word + 1 } else { 0 }
}

/// The length of a value in quotes, or up to the delimiter in a query or a message.
fn parameter(rest: &[u8]) -> usize {
    match rest {
        [quote @ (b'"' | b'\''), inner @ ..] => 1 + inner.iter().position(|byte| byte == quote).unwrap_or(inner.len()),
        _ => rest.iter().position(ends_parameter).unwrap_or(rest.len()),
    }
}

fn encoded_parameter(rest: &[u8]) -> usize {
    let ends = |at: &usize| {
        let (_, here) = rest.split_at(*at);
        here.first().is_some_and(ends_parameter) || encoded(here, b"26").is_some()
    };
    (0..rest.len()).find(ends).unwrap_or(rest.len())
}

const fn ends_parameter(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'&' | b'#' | b'"' | b'`' | b'<' | b'>')
}

/// The length of a JSON string without its closing quote, of a list, or of another value. Quotes have this many backslashes.
fn json_value(rest: &[u8], escapes: usize) -> usize {
    let quote = escapes + 1;
    match rest {
        _ if rest.iter().position(|byte| *byte != b'\\') == Some(escapes) && rest.get(escapes) == Some(&b'"') => {
            // A backslash inside the string is escaped as twice this many backslashes.
            let mut run = 0;
            let end = rest.iter().skip(quote).position(|byte| {
                let ends = *byte == b'"' && run % (2 * quote) == escapes;
                run = if *byte == b'\\' { run + 1 } else { 0 };
                ends
            });
            end.map_or(rest.len(), |at| quote + at - escapes)
        }
        [b'[', ..] => rest.iter().position(|byte| *byte == b']').unwrap_or(rest.len()),
        _ => rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b'\n')).unwrap_or(rest.len()),
    }
}

/// The length of the text before the last `@` of an authority.
fn user_information(rest: &[u8], at: u8, ends: impl Fn(&u8) -> bool) -> Option<usize> {
    let authority = rest.get(..rest.iter().position(ends).unwrap_or(rest.len()))?;
    authority.iter().rposition(|byte| *byte == at)
}

const fn is_end_of_authority(byte: &u8) -> bool {
    matches!(byte, b'/' | b'?') || (ends_parameter(byte) && *byte != b'&')
}

fn encoded_user_information(rest: &[u8]) -> Option<usize> {
    let here = |at: usize| rest.split_at(at).1;
    let ends = |at: &usize| {
        rest.get(*at).is_some_and(ends_parameter)
            || [b"2f", b"3f"].iter().any(|digits| encoded(here(*at), digits).is_some())
    };
    let end = (0..rest.len()).find(ends).unwrap_or(rest.len());
    (0..end).rev().find(|at| encoded(here(*at), b"40").is_some())
}

#[cfg(test)]
mod tests {
    use super::ranges;

    fn shown(text: &str) -> String {
        let mut out = text.to_owned();
        for range in ranges(text.as_bytes()).into_iter().rev() {
            out.replace_range(range, "…");
        }
        out
    }

    #[test]
    fn values_beside_the_names_of_secrets_are_found() {
        for (text, expected) in [
            ("GET\n/\n\nhost:h\nx-amz-security-token:a b\n\nhost", "GET\n/\n\nhost:h\nx-amz-security-token:…\n\nhost"),
            ("> X-Amz-Security-Token: a&b=c\r\n> x: y", "> X-Amz-Security-Token: …\r\n> x: y"),
            ("?a=b&X-Amz-Security-Token=s%2F&c=d", "?a=b&X-Amz-Security-Token=…&c=d"),
            ("?x-amz-SECURITY-token=s", "?x-amz-SECURITY-token=…"),
            ("X%2DAmz%2dSignature=s&b", "X%2DAmz%2dSignature=…&b"),
            ("X%252DAmz-Signature=s&b", "X%252DAmz-Signature=…&b"),
            ("u=https%3A%2F%2Fh%3Fa%26X-Amz-Signature%3Ds%26b=c", "u=https%3A%2F%2Fh%3Fa%26X-Amz-Signature%3D…%26b=c"),
            ("u=%253FX-Amz-Security-Token%253Ds%2526b", "u=%253FX-Amz-Security-Token%253D…%2526b"),
            ("`https://h/?X-Amz-Signature=s`: refused", "`https://h/?X-Amz-Signature=…`: refused"),
            ("https://user:p@ss@h/a@b", "https://…@h/a@b"),
            ("u=https%3A%2F%2Fuser%3Apass%40h%2Fa%40b", "u=https%3A%2F%2F…%40h%2Fa%40b"),
            ("https://h/a@b https://h:80?a@b", "https://h/a@b https://h:80?a@b"),
            ("Authorization: Bearer abc", "Authorization: Bearer …"),
            ("Authorization: abc", "Authorization: …"),
            ("Proxy-Authorization:Basic YTpi\nx", "Proxy-Authorization:Basic …\nx"),
            (
                "authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=0f",
                "authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=…",
            ),
            ("Signature=0f SignedHeaders=host", "Signature=… SignedHeaders=host"),
            ("cookie: a=b; c=d & e\nx:y", "cookie: …\nx:y"),
            ("cookie: a\rb\r\nx:y\r\n", "cookie: …\r\nx:y\r\n"),
            ("Authorization: a=b c", "Authorization: …"),
            ("Authorization: 0123456789abcdef0123456789abcdef0 c", "Authorization: …"),
            ("Authorization: Bearer\ta", "Authorization: …"),
            (
                "X-Amz-Access-Token: a\nX-Aws-Ec2-Metadata-Token: b",
                "X-Amz-Access-Token: …\nX-Aws-Ec2-Metadata-Token: …",
            ),
            (
                "x-amz-sso_bearer_token: a\nx-amzn-oidc-accesstoken: b",
                "x-amz-sso_bearer_token: …\nx-amzn-oidc-accesstoken: …",
            ),
            (r#"{"accessToken":"a","clientSecret":"b"}"#, r#"{"accessToken":…","clientSecret":…"}"#),
            (r#"{"body":"{\"secretKey\":\"a\",\"id\":1}"}"#, r#"{"body":"{\"secretKey\":…\",\"id\":1}"}"#),
            (r#"\\\"cookie\\\":\\\"a\\\\\\\"b\\\" c"#, r#"\\\"cookie\\\":…\\\" c"#),
            (r#"\"cookie\":[\"a\"] c"#, r#"\"cookie\":…] c"#),
            (
                "x-amz-server-side-encryption-customer-key: k\nx-amz-server-side-encryption-customer-key-md5: m",
                "x-amz-server-side-encryption-customer-key: …\nx-amz-server-side-encryption-customer-key-md5: m",
            ),
            ("aws_secret_access_key = a/b", "aws_secret_access_key = …"),
            ("AWS_SESSION_TOKEN='a b' x", "AWS_SESSION_TOKEN=…' x"),
            (r#"{"secret_key":"a\"b","id":1}"#, r#"{"secret_key":…","id":1}"#),
            (r#"[["Cookie" , "a"],["x","y"]]"#, r#"[["Cookie" , …"],["x","y"]]"#),
            (r#"{"Cookie":["a","b"],"x":1}"#, r#"{"Cookie":…],"x":1}"#),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "host;x-amz-security-token\nhash",
            "the header x-amz-security-token is signed, and the signature is another",
            "the signature: it does not match",
            "x-amz-date:20150830T123600Z\nx-amz-meta-cookie-jar:z",
            "X-Amz-SignedHeaders=host&X-Amz-Credential=A%2F20150830",
            "https://h/a?b=c, and http://[::1]:80/",
            "",
            "=:%=,%3D",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
