//! A command line of curl for a signed request, which can be pasted into a POSIX shell.
//!
//! Source: curl's manual page. `--path-as-is` and `--globoff` keep curl from changing the URL.

use crate::body::Body;
use crate::curl::{Sendable, header_line};
use crate::failure::Failure;
use crate::printable;
use http::Method;
use http::header::CONTENT_TYPE;

/// The advice for a request that a command line cannot hold.
const INSTEAD: &str = "give --format curl-config, which curl reads with -K -, or --format http";

/// The command, with one option on each line.
pub(crate) fn text(sendable: &Sendable<'_>) -> Result<String, Failure> {
    let Sendable { method, outgoing, body } = sendable;
    if !["http://", "https://"].iter().any(|scheme| outgoing.url.starts_with(scheme)) {
        return Err("curl sends requests over http and https: print the headers, without --format".into());
    }
    let is_bodiless = matches!(body, Body::None);
    let mut lines = vec![match (is_bodiless, *method) {
        (true, method) if method == Method::HEAD.as_str() => "curl --head".to_owned(),
        (_, method) => format!("curl -X {}", quoted(method)?),
    }];
    lines.push(format!("--path-as-is --globoff {}", quoted(&outgoing.url)?));
    for header in &outgoing.headers {
        lines.push(format!("-H {}", quoted(&header_line(header))?));
    }
    if !is_bodiless {
        if !outgoing.headers.iter().any(|header| header.is(CONTENT_TYPE.as_str())) {
            lines.push(format!("-H '{CONTENT_TYPE}:'"));
        }
        let text = str::from_utf8(body.bytes());
        let text = text.map_err(|_| format!("a command line cannot hold a body that is not UTF-8: {INSTEAD}"))?;
        lines.push(format!("--data-raw {}", quoted(text)?));
    }
    Ok(lines.join(" \\\n  ") + "\n")
}

/// A word in single quotes. Line breaks and tabs are safe within them; other characters that a terminal acts on are refused.
fn quoted(word: &str) -> Result<String, Failure> {
    let is_refused = |c: char| printable::is_hidden(c) && !matches!(c, '\n' | '\t');
    if word.contains(is_refused) {
        return Err(format!("the request has a character that is not safe to paste: {INSTEAD}").into());
    }
    Ok(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::body::Body;
    use crate::curl::Sendable;
    use crate::given_header::GivenHeader;
    use crate::outgoing::Outgoing;

    fn command(method: &str, headers: &[&str], body: &Body) -> Result<String, String> {
        let headers = headers.iter().map(|text| GivenHeader::parse(text).unwrap()).collect();
        let outgoing = Outgoing { url: "https://h/a?b[]='c'".to_owned(), headers };
        text(&Sendable { method, outgoing: &outgoing, body }).map_err(|error| error.to_string())
    }

    #[test]
    fn a_shell_reads_the_words_as_they_are() {
        let body = Body::Given(b"it's $(id) `id` \\ \"x\"\n\ty".to_vec());
        let command = command("POST", &["X-A: $HOME 'b'", "X-B;"], &body).unwrap();
        // `shlex` does not join lines.
        let words = shlex::split(&command.replace(" \\\n", "")).unwrap();
        assert_eq!(
            words,
            [
                "curl",
                "-X",
                "POST",
                "--path-as-is",
                "--globoff",
                "https://h/a?b[]='c'",
                "-H",
                "X-A: $HOME 'b'",
                "-H",
                "X-B;",
                "-H",
                "content-type:",
                "--data-raw",
                "it's $(id) `id` \\ \"x\"\n\ty"
            ]
        );
    }

    #[test]
    fn what_is_not_safe_to_paste_is_refused() {
        assert!(command("HEAD", &[], &Body::None).unwrap().starts_with("curl --head \\\n  --path-as-is"));
        for bytes in [&b"\x1b[2J"[..], b"\xff", b"a\rb", "\u{202e}".as_bytes()] {
            let why = command("PUT", &[], &Body::Given(bytes.to_vec())).unwrap_err();
            assert!(why.contains("--format curl-config"), "{why}");
        }
    }
}
