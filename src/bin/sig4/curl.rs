//! What curl reads: header lines for `curl -H @-`, and a configuration for `curl -K -`.
//!
//! Source: curl's manual page, `--header` and `--config`.

use crate::Failure;
use crate::body::Body;
use crate::given_header::GivenHeader;
use http::Method;
use http::header::CONTENT_TYPE;
use std::fmt::Write;

/// A header as curl's `-H` takes it; `name:` without a value would remove the header, so it is `name;`.
pub(crate) fn header_line(header: &GivenHeader) -> String {
    match header.value.as_str() {
        "" => format!("{};", header.name),
        value => format!("{}: {value}", header.name),
    }
}

/// A request, ready to be sent.
#[derive(Debug)]
pub(crate) struct Sendable<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [GivenHeader],
    pub(crate) body: &'a Body,
}

impl Sendable<'_> {
    /// The configuration that has curl send the request as it was signed.
    ///
    /// curl would resolve dot segments and expand `[]` and `{}` in the URL, wait for the body of an answer to `HEAD`, and
    /// send a content type of its own with a body: it is told not to.
    pub(crate) fn config(&self) -> Result<String, Failure> {
        let mut out = String::new();
        put(&mut out, "request", self.method)?;
        let bodiless = matches!(self.body, Body::None);
        if bodiless && self.method == Method::HEAD.as_str() {
            out.push_str("head\n");
        }
        put(&mut out, "url", self.url)?;
        out.push_str("path-as-is\ngloboff\n");
        for header in self.headers {
            put(&mut out, "header", &header_line(header))?;
        }
        if !bodiless && !self.headers.iter().any(|h| h.is(CONTENT_TYPE.as_str())) {
            put(&mut out, "header", &format!("{CONTENT_TYPE}:"))?;
        }
        self.put_body(&mut out)?;
        Ok(out)
    }

    fn put_body(&self, out: &mut String) -> Result<(), Failure> {
        match self.body {
            Body::None => Ok(()),
            Body::Text(text) => put(out, "data-raw", text),
            Body::File { name, .. } => put(out, "data-binary", &format!("@{name}")),
            Body::Stdin(bytes) => {
                let text = str::from_utf8(bytes).map_err(
                    |_| "standard input is not UTF-8, which a curl configuration cannot hold: give --data @file",
                )?;
                put(out, "data-raw", text)
            }
        }
    }
}

/// Writes one option.
fn put(out: &mut String, option: &str, value: &str) -> Result<(), Failure> {
    if value.contains('\0') {
        return Err(format!("`{option}` holds a NUL, which a curl configuration cannot hold").into());
    }
    writeln!(out, "{option} = \"{}\"", escaped(value))?;
    Ok(())
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' => out.push_str(r"\\"),
            '"' => out.push_str(r#"\""#),
            '\t' => out.push_str(r"\t"),
            '\n' => out.push_str(r"\n"),
            '\r' => out.push_str(r"\r"),
            '\u{b}' => out.push_str(r"\v"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Sendable, escaped, header_line};
    use crate::body::Body;
    use crate::given_header::GivenHeader;

    fn config(method: &str, body: &Body) -> Result<String, String> {
        let headers = [GivenHeader::parse("X-A: say \"hi\"").unwrap()];
        let sendable = Sendable { method, url: "https://h/a?b[]=c", headers: &headers, body };
        sendable.config().map_err(|e| e.to_string())
    }

    #[test]
    fn every_character_that_curl_escapes_is_escaped() {
        assert_eq!(escaped("a\\\"\t\n\r\u{b}é"), r#"a\\\"\t\n\r\vé"#);
    }

    #[test]
    fn an_empty_header_is_sent_and_not_removed() {
        for given in ["X-A:", "X-A: ", "X-A;"] {
            assert_eq!(header_line(&GivenHeader::parse(given).unwrap()), "X-A;");
        }
        assert_eq!(header_line(&GivenHeader::parse("X-A:a:b;").unwrap()), "X-A: a:b;");
    }

    #[test]
    fn the_url_is_sent_as_it_is() {
        let expected = "request = \"HEAD\"\nhead\nurl = \"https://h/a?b[]=c\"\npath-as-is\ngloboff\n\
                        header = \"X-A: say \\\"hi\\\"\"\n";
        assert_eq!(config("HEAD", &Body::None).unwrap(), expected);
    }

    #[test]
    fn a_body_brings_no_content_type_along() {
        let config = config("POST", &Body::Text("@a\n".to_owned())).unwrap();
        assert!(config.ends_with("header = \"content-type:\"\ndata-raw = \"@a\\n\"\n"), "{config}");
    }

    #[test]
    fn a_file_is_left_to_curl() {
        let body = Body::File { name: "a\"b".to_owned(), bytes: vec![0xff] };
        assert!(config("PUT", &body).unwrap().ends_with("data-binary = \"@a\\\"b\"\n"));
    }

    #[test]
    fn what_a_configuration_cannot_hold_is_refused() {
        assert!(config("PUT", &Body::Stdin(vec![0xff])).unwrap_err().contains("not UTF-8"));
        assert!(config("PUT", &Body::Stdin(vec![0])).unwrap_err().contains("NUL"));
    }
}
