//! Input for curl: header lines for `curl -H @-`, and a configuration for `curl -K -`.
//!
//! Source: curl's manual page, `--header` and `--config`.

use crate::body::Body;
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::outgoing::Outgoing;
use http::Method;
use http::header::CONTENT_TYPE;

/// The longest line of a configuration, in bytes with its end, that every curl reads. curl 7.88 refuses longer ones; later
/// versions take up to 10 MiB.
const MAX_LINE: usize = 102_399;
/// The advice for a body that a configuration cannot hold.
const INSTEAD: &str = "leave out --format, and pipe the headers to \
                       `curl -X METHOD -H @- -H content-type: --data-binary @BODY --path-as-is --globoff URL`";

/// A header for curl's `-H`. An empty header is `name;`, because `name:` removes a header.
pub(crate) fn header_line(header: &GivenHeader) -> String {
    match header.value.as_str() {
        "" => format!("{};", header.name),
        value => format!("{}: {value}", header.name),
    }
}

/// A request to be sent.
#[derive(Debug)]
pub(crate) struct Sendable<'a> {
    pub(crate) method: &'a str,
    pub(crate) outgoing: &'a Outgoing,
    pub(crate) body: &'a Body,
}

impl Sendable<'_> {
    /// The configuration with which curl sends the request as it was signed.
    ///
    /// By default curl resolves dot segments and expands `[]` and `{}` in the URL, waits for the body of a response to `HEAD`, and
    /// adds a content type to a body. The configuration turns this off. It names no file: a file may change after signing, and
    /// its name may mean another file in another folder or process.
    pub(crate) fn config(&self) -> Result<String, Failure> {
        let mut out = String::new();
        let Outgoing { url, headers } = self.outgoing;
        if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err("curl sends requests over http and https: print the headers, without --format".into());
        }
        put(&mut out, "request", self.method)?;
        let bodiless = matches!(self.body, Body::None);
        if bodiless && self.method == Method::HEAD.as_str() {
            out.push_str("head\n");
        }
        put(&mut out, "url", url)?;
        out.push_str("path-as-is\ngloboff\n");
        for header in headers {
            put(&mut out, "header", &header_line(header))?;
        }
        if !bodiless && !headers.iter().any(|h| h.is(CONTENT_TYPE.as_str())) {
            put(&mut out, "header", &format!("{CONTENT_TYPE}:"))?;
        }
        self.put_body(&mut out)?;
        Ok(out)
    }

    fn put_body(&self, out: &mut String) -> Result<(), Failure> {
        if matches!(self.body, Body::None) {
            return Ok(());
        }
        let text = str::from_utf8(self.body.bytes()).ok().filter(|text| !text.contains('\0'));
        let text = text
            .ok_or_else(|| format!("a curl configuration cannot hold a body with a NUL, or not in UTF-8: {INSTEAD}"))?;
        put(out, "data-raw", text).map_err(|why| format!("{why}: {INSTEAD}").into())
    }
}

/// Writes one option.
fn put(out: &mut String, option: &str, value: &str) -> Result<(), Failure> {
    let line = format!("{option} = \"{}\"\n", escaped(value));
    if line.len() > MAX_LINE {
        let why =
            format!("`{option}` is longer than the {MAX_LINE} bytes that a line of a curl configuration may have");
        return Err(why.into());
    }
    out.push_str(&line);
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
    use super::{MAX_LINE, Sendable, escaped, header_line};
    use crate::body::Body;
    use crate::given_header::GivenHeader;
    use crate::outgoing::Outgoing;

    fn config(method: &str, body: &Body) -> Result<String, String> {
        let headers = vec![GivenHeader::parse("X-A: say \"hi\"").unwrap()];
        let outgoing = Outgoing { url: "https://h/a?b[]=c".to_owned(), headers };
        Sendable { method, outgoing: &outgoing, body }.config().map_err(|e| e.to_string())
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
        let config = config("POST", &Body::Given(b"@a\n".to_vec())).unwrap();
        assert!(config.ends_with("header = \"content-type:\"\ndata-raw = \"@a\\n\"\n"), "{config}");
    }

    #[test]
    fn a_body_that_begins_with_an_at_sign_names_no_file() {
        let body = Body::Given(b"@/etc/passwd".to_vec());
        assert!(config("PUT", &body).unwrap().ends_with("data-raw = \"@/etc/passwd\"\n"));
    }

    #[test]
    fn what_a_configuration_cannot_hold_is_refused() {
        for bytes in [vec![0xff], vec![0]] {
            let why = config("PUT", &Body::Given(bytes)).unwrap_err();
            assert!(why.contains("UTF-8") && why.contains("--data-binary @BODY"), "{why}");
        }
        let room = MAX_LINE - "data-raw = \"\"\n".len();
        assert!(config("PUT", &Body::Given(vec![b'a'; room])).is_ok());
        for longer in ["a".repeat(room + 1), "\"".repeat(room / 2 + 1)] {
            assert!(
                config("PUT", &Body::Given(longer.into_bytes())).unwrap_err().contains("longer than the 102399 bytes")
            );
        }
    }

    #[test]
    fn only_http_is_left_to_curl() {
        for url in ["file://localhost/etc/passwd", "wss://h/"] {
            let outgoing = Outgoing { url: url.to_owned(), headers: Vec::new() };
            let sendable = Sendable { method: "GET", outgoing: &outgoing, body: &Body::None };
            assert!(sendable.config().unwrap_err().to_string().contains("http and https"), "{url}");
        }
    }
}
