//! The same body as other serialisers and tools write it.
//!
//! JSON is respaced byte by byte, without parsing: outside of strings, white space is removed and inserted where a serialiser
//! writes it. For a body that is not JSON the result is harmless: it does not match the signature.

use crate::explain::spelling::replace;

/// The spaces that a serialiser writes.
#[derive(Clone, Copy)]
struct Spacing {
    after_comma: &'static str,
    after_colon: &'static str,
    /// The indentation of a level, if elements are on their own lines.
    indent: Option<&'static str>,
}

const SPACINGS: [(&str, Spacing); 6] = [
    ("JSON without spaces", Spacing { after_comma: "", after_colon: "", indent: None }),
    (
        "JSON with spaces after `,` and `:`, as Python writes it",
        Spacing { after_comma: " ", after_colon: " ", indent: None },
    ),
    ("JSON with spaces after `:`", Spacing { after_comma: "", after_colon: " ", indent: None }),
    ("JSON indented by two spaces", Spacing { after_comma: "", after_colon: " ", indent: Some("  ") }),
    ("JSON indented by four spaces", Spacing { after_comma: "", after_colon: " ", indent: Some("    ") }),
    ("JSON indented by tabs", Spacing { after_comma: "", after_colon: " ", indent: Some("\t") }),
];

/// The deepest nesting that is indented.
const MAX_DEPTH: usize = 64;

/// The other serialisations of the body, each with its description.
pub(crate) fn serialisations(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
        found.extend(SPACINGS.map(|(words, spacing)| (words, spacing.write(body))));
        found.push(("JSON with `\\/` for `/`", replace(body, b"/", b"\\/")));
        found.push(("JSON with `/` for `\\/`", replace(body, b"\\/", b"/")));
        found.push(("JSON in ASCII, with \\u sequences", in_ascii(body)));
    }
    let trimmed = body.trim_ascii_end();
    found.push(("without white space at its end", trimmed.to_vec()));
    found.push(("with a line break at its end", [body, b"\n"].concat()));
    found.push(("with CR LF at its end", [body, b"\r\n"].concat()));
    let lf = replace(body, b"\r\n", b"\n");
    found.push(("with CR LF at its line ends", replace(&lf, b"\n", b"\r\n")));
    found.push(("with LF at its line ends", lf));
    found.push(("a form with `%20` for `+`", replace(body, b"+", b"%20")));
    found.push(("a form with `+` for `%20`", replace(body, b"%20", b"+")));
    found.push(("a JSON text of the body", quoted(body)));
    found.push(("with a byte order mark", [b"\xEF\xBB\xBF", body].concat()));
    found
}

impl Spacing {
    fn write(self, body: &[u8]) -> Vec<u8> {
        let (mut out, mut depth) = (Vec::with_capacity(body.len() * 2), 0_usize);
        let (mut in_text, mut escaped) = (false, false);
        let mut rest = body;
        let most = body.len() * 4 + 1024;
        while let Some((byte, after)) = rest.split_first().filter(|_| out.len() <= most) {
            rest = after;
            if in_text {
                out.push(*byte);
                (in_text, escaped) = (escaped || *byte != b'"', !escaped && *byte == b'\\');
                continue;
            }
            in_text = *byte == b'"';
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'{' | b'[' => {
                    out.push(*byte);
                    depth += 1;
                    let next = rest.iter().find(|b| !b.is_ascii_whitespace());
                    if !matches!(next, Some(b'}' | b']')) {
                        self.break_line(depth, &mut out);
                    }
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if !matches!(out.last(), Some(b'{' | b'[')) {
                        self.break_line(depth, &mut out);
                    }
                    out.push(*byte);
                }
                b',' => {
                    out.push(b',');
                    out.extend_from_slice(self.after_comma.as_bytes());
                    self.break_line(depth, &mut out);
                }
                b':' => {
                    out.push(b':');
                    out.extend_from_slice(self.after_colon.as_bytes());
                }
                other => out.push(*other),
            }
        }
        out
    }

    fn break_line(self, depth: usize, out: &mut Vec<u8>) {
        if let Some(indent) = self.indent {
            out.push(b'\n');
            out.extend_from_slice(indent.repeat(depth.min(MAX_DEPTH)).as_bytes());
        }
    }
}

fn in_ascii(body: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(body.len());
    for c in String::from_utf8_lossy(body).chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}"));
        }
    }
    out.into_bytes()
}

/// The body as a JSON string: the result of serialising a text once more.
fn quoted(body: &[u8]) -> Vec<u8> {
    let escaped = replace(&replace(body, b"\\", b"\\\\"), b"\"", b"\\\"");
    [b"\"", replace(&escaped, b"\n", b"\\n").as_slice(), b"\""].concat()
}

#[cfg(test)]
mod tests {
    use super::serialisations;

    /// Expected texts by `json.dumps` of Python 3.11 with and without `indent`, and by `JSON.stringify`.
    #[test]
    fn json_is_written_as_serialisers_write_it() {
        let body = "{ \"a\" :[1, 2],\"b\":{}, \"c\": \"x: \\\", é\"}\n";
        let found = serialisations(body.as_bytes());
        let texts: Vec<_> = found.iter().map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect();
        for expected in [
            "{\"a\":[1,2],\"b\":{},\"c\":\"x: \\\", é\"}",
            "{\"a\": [1, 2], \"b\": {}, \"c\": \"x: \\\", é\"}",
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": \"x: \\\", é\"\n}",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected} in {texts:#?}");
        }
    }

    #[test]
    fn deep_nesting_stays_small() {
        let body = "[".repeat(20_000) + "1";
        let longest = serialisations(body.as_bytes()).iter().map(|(_, text)| text.len()).max().unwrap();
        assert!(longest < body.len() * 5, "{longest}");
    }
}
