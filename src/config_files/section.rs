//! The files that AWS's tools share, `~/.aws/credentials` and `~/.aws/config`, as botocore 1.44 reads them.
//!
//! ```text
//! file    = *( blank / comment / section )
//! section = "[" header "]" text LF *( blank / comment / setting )   ; up to the last "]" of the line
//! setting = name *WSP ( "=" / ":" ) *WSP value LF *( more LF )
//! more    = WSP text                              ; indented deeper than the name: another line of the value
//! comment = *WSP ( "#" / ";" ) text LF            ; also at the end of a line, after white space
//! ```
//!
//! Source: botocore's `configloader.py`, which reads with Python's `configparser`: names in any case, a section or a
//! name that occurs twice is an error, quotes are part of a value. The differences: a comment may end a line, as the
//! other SDKs have it; a byte order mark is passed over; `[DEFAULT]`, whose settings Python gives to every section, is an
//! error.

use super::error::{Error, Problem};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use zeroize::Zeroizing;

/// The settings of a section by their names in small letters.
pub(super) type Settings = BTreeMap<String, Zeroizing<String>>;

/// A section, with the text between its brackets.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) header: String,
    pub(super) settings: Settings,
}

/// The sections of a file in their order. A file that is not there has none.
pub(super) fn sections(path: &Path) -> Result<Vec<Section>, Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(Problem::Unreadable { path: path.to_owned(), error }.into()),
    };
    parse(&text).map_err(|(line, why)| Problem::InvalidLine { path: path.to_owned(), line, why }.into())
}

/// Reads the sections, or says which line is not valid and why. The reason does not repeat the line, which may hold a key.
fn parse(text: &str) -> Result<Vec<Section>, (usize, &'static str)> {
    let text = Zeroizing::new(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
    let mut reader = Reader::default();
    for (line, content) in (1..).zip(text.split(['\n', '\r'])) {
        reader.take(content).map_err(|why| (line, why))?;
    }
    Ok(reader.sections)
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    headers: BTreeSet<String>,
    /// The name of the last setting of the last section.
    name: Option<String>,
    /// How far that name is indented.
    indent: usize,
}

impl Reader {
    fn take(&mut self, line: &str) -> Result<(), &'static str> {
        let content = without_comment(line);
        if content.is_empty() {
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        let is_deeper = indent > self.indent;
        if let Some(value) = self.last_value().filter(|_| is_deeper) {
            value.extend(["\n", content]);
            return Ok(());
        }
        self.indent = indent;
        // The text between brackets may look like a comment.
        match line.trim_start().strip_prefix('[') {
            Some(rest) => self.begin(rest.rsplit_once(']').ok_or("`[` without `]`")?.0),
            None => self.set(content),
        }
    }

    /// The value to which an indented line belongs.
    fn last_value(&mut self) -> Option<&mut String> {
        let value = self.sections.last_mut()?.settings.get_mut(self.name.as_ref()?)?;
        Some(&mut **value)
    }

    fn begin(&mut self, header: &str) -> Result<(), &'static str> {
        match header {
            "" => return Err("`[]` names no section"),
            "DEFAULT" => {
                return Err("`[DEFAULT]` would apply to every section: name the profile, such as `[default]`");
            }
            _ if !self.headers.insert(header.to_owned()) => return Err("the section occurs twice"),
            _ => {}
        }
        self.name = None;
        self.sections.push(Section { header: header.to_owned(), settings: Settings::new() });
        Ok(())
    }

    fn set(&mut self, content: &str) -> Result<(), &'static str> {
        let (name, value) = content.split_once(['=', ':']).ok_or("expected `[section]` or `name = value`")?;
        let name = name.trim_end().to_lowercase();
        if name.is_empty() {
            return Err("there is no name before the `=`");
        }
        let section = self.sections.last_mut().ok_or("a setting before the first `[section]`")?;
        if section.settings.insert(name.clone(), value.trim_start().to_owned().into()).is_some() {
            return Err("the name occurs twice in its section");
        }
        self.name = Some(name);
        Ok(())
    }
}

/// The line without white space around it and without a comment.
fn without_comment(line: &str) -> &str {
    let is_comment = |at: &usize| {
        let (before, _) = line.split_at(*at);
        before.is_empty() || before.ends_with(char::is_whitespace)
    };
    let comment = line.match_indices(['#', ';']).map(|(at, _)| at).find(is_comment);
    let (content, _) = line.split_at(comment.unwrap_or(line.len()));
    content.trim()
}

#[cfg(test)]
mod tests {
    use super::{parse, without_comment};

    fn setting(text: &str, header: &str, name: &str) -> Option<String> {
        let sections = parse(text).unwrap();
        let section = sections.iter().find(|section| section.header == header)?;
        section.settings.get(name).map(|value| (**value).clone())
    }

    #[test]
    fn settings_are_read_as_awss_tools_read_them() {
        let text = "\u{feff}# comment with = and [x]\r\n[default] ; note\r\n  # indented = comment\r\n\
                    KEY = a/b+c==#;d\\ # end\r\ns3 =\r\n  key = nested\r\n\r\nother='q'\r\n[x]\r\nkey:1=:\r\n\
                    [indented]\r\n  key = 2\r\n  s3 =\r\n    key = 3\r\n[ p #q ]\rkey=4\rlong = a\r\r # c\r  b\rlast=";
        assert_eq!(setting(text, "default", "key").unwrap(), r"a/b+c==#;d\");
        assert_eq!(setting(text, "default", "s3").unwrap(), "\nkey = nested");
        assert_eq!(setting(text, "default", "other").unwrap(), "'q'");
        assert_eq!(setting(text, "x", "key").unwrap(), "1=:");
        assert_eq!(setting(text, "indented", "key").unwrap(), "2");
        assert_eq!(setting(text, " p #q ", "key").unwrap(), "4");
        assert_eq!(setting(text, " p #q ", "long").unwrap(), "a\nb");
        assert_eq!(setting(text, " p #q ", "last").unwrap(), "");
        assert_eq!(setting(text, "y", "key"), None);
    }

    #[test]
    fn quotes_and_escapes_are_part_of_a_value() {
        assert_eq!(setting("[a]\nk = \"x\\ty'", "a", "k").unwrap(), "\"x\\ty'");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_reported_by_its_number_alone() {
        for text in [
            "[a]\nhush",
            "[a]\n[hush",
            "[a]\n= hush",
            "[hush]\n[hush]",
            "[a]\n[]",
            "\nhush = 1",
            "\r[DEFAULT]",
            "# x\r\n[DEFAULT]",
        ] {
            let (line, why) = parse(text).unwrap_err();
            assert!(line == 2 && !why.contains("hush"), "{line}: {why}");
        }
        assert_eq!(parse("[a]\nhush=1\nHush : 2").unwrap_err(), (3, "the name occurs twice in its section"));
    }

    #[test]
    fn comments_begin_a_line_or_follow_white_space() {
        for (line, content) in
            [("a=b#c", "a=b#c"), ("a=b #c", "a=b"), ("a=b\t; c # d", "a=b"), (" ; c", ""), ("#", ""), ("", "")]
        {
            assert_eq!(without_comment(line), content, "{line}");
        }
    }
}
