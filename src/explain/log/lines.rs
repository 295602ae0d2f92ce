//! A log as plain lines: without colours and carriage returns, and with its escapes undone.

use crate::bytes::scan::backslashes;
use std::borrow::Cow;

/// The fewest line breaks of a canonical request or a string to sign.
const MIN_BREAKS: usize = 3;
/// How often a text may have been escaped: by a program, by its logger and by a collector of logs.
const MAX_ESCAPED: usize = 3;
/// A line break as rsyslog writes it.
const RSYSLOG_BREAK: &str = "#012";

/// The lines of a log.
pub(crate) fn lines(text: &str) -> Vec<Cow<'_, str>> {
    let mut lines = Vec::new();
    let mut continues = false;
    for line in text.split('\n') {
        let line = without_colours(line.strip_suffix('\r').unwrap_or(line));
        let line = if continues { without_opening_quote(line) } else { line };
        continues = false;
        if let Some(content) = broken_literal(&line) {
            lines.push(Cow::Owned(backslashes(content)));
            continues = true;
        } else if breaks(&line) >= MIN_BREAKS {
            lines.extend(unescaped(&line).split('\n').map(|line| Cow::Owned(line.trim_end_matches('\r').to_owned())));
        } else {
            lines.push(line);
        }
    }
    lines
}

/// The line without the sequences with which a terminal changes its colours.
fn without_colours(line: &str) -> Cow<'_, str> {
    if !line.contains("\u{1b}[") {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    for (at, piece) in line.split("\u{1b}[").enumerate() {
        let end =
            if at == 0 { 0 } else { piece.find(|c: char| ('@'..='~').contains(&c)).map_or(piece.len(), |n| n + 1) };
        out.push_str(piece.get(end..).unwrap_or_default());
    }
    Cow::Owned(out)
}

/// The line of a source-code literal that goes on in the next line, as Python's `pprint` and Node's `console.log` write long
/// texts: `'GET\n'` or `'GET\n' +`. Returns the line up to its line break.
fn broken_literal(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let line = line.strip_suffix('+').map_or(line, str::trim_end);
    let content = line.strip_suffix('\'').or_else(|| line.strip_suffix('"'))?.strip_suffix("\\n")?;
    let content = content.trim_start_matches([' ', '(']);
    let content = content.strip_prefix(['\'', '"']).unwrap_or(content);
    (breaks(content) == 0).then_some(content)
}

fn without_opening_quote(line: Cow<'_, str>) -> Cow<'_, str> {
    let content = line.trim_start().strip_prefix(['\'', '"']);
    content.map(|content| Cow::Owned(content.to_owned())).unwrap_or(line)
}

/// How many escaped line breaks a line has, counted up to the fewest that matter.
fn breaks(line: &str) -> usize {
    let count = |mark: &str| line.match_indices(mark).take(MIN_BREAKS).count();
    count("\\n").max(count(RSYSLOG_BREAK))
}

/// Undoes the escapes of a line, as often as it was escaped.
fn unescaped(line: &str) -> String {
    let mut text = line.replace(RSYSLOG_BREAK, "\n");
    for _ in 0..MAX_ESCAPED {
        if text.match_indices("\\n").take(MIN_BREAKS).count() < MIN_BREAKS {
            break;
        }
        text = backslashes(&text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn colours_and_carriage_returns_are_left_out() {
        assert_eq!(lines("\u{1b}[2mGET\u{1b}[0m\r\n/a\r\n"), ["GET", "/a", ""]);
        assert_eq!(lines("a\u{1b}[1;31"), ["a"]);
    }

    #[test]
    fn escapes_are_undone_as_often_as_they_were_made() {
        let once = r#"{"m":"GET\n/a\nx=\"1\"\nh"}"#;
        let twice = once.replace('\\', "\\\\").replace('"', "\\\"");
        let expected = ["{\"m\":\"GET", "/a", "x=\"1\"", "h\"}"];
        assert_eq!(
            (lines(once), lines(&twice)),
            (expected.map(Into::into).to_vec(), expected.map(Into::into).to_vec())
        );
        assert_eq!(lines("x: GET#012/a#012#012host:h"), ["x: GET", "/a", "", "host:h"]);
        assert_eq!(lines(r"C:\new\nothing"), [r"C:\new\nothing"], "two are no text of three lines");
    }

    #[test]
    fn literals_over_several_lines_are_joined() {
        let node = "  creq: 'GET\\n' +\n    '/it\\'s\\n' +\n    '\\n' +\n    'e3b0'";
        assert_eq!(lines(node), ["creq: 'GET", "/it's", "", "e3b0'"]);
        let python = "('\\n'\n 'CANONICAL REQUEST = GET\\n'\n '/a\\n'\n 'e3b0')";
        assert_eq!(lines(python), ["", "CANONICAL REQUEST = GET", "/a", "e3b0')"]);
    }
}
