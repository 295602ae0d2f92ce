//! `-F` and multipart/form-data.
//!
//! ```text
//! field  = name "=" ( value / "@" file / "<" file ) *( ";" ( "type" / "filename" ) "=" value )
//! value  = text / DQUOTE *( text / "\" ( DQUOTE / "\" ) ) DQUOTE
//! ```
//!
//! Source: curl's manual page, `--form`; RFC 7578 for the body. Names are escaped as the WHATWG HTML Standard has it: `"`, CR and LF
//! become `%22`, `%0D` and `%0A`.

use super::given::content;
use crate::failure::Failure;
use std::path::Path;

/// The bytes of randomness in a boundary.
const BOUNDARY_BYTES: usize = 8;
/// The content types that a file's extension stands for, as curl has them.
const TYPES: [(&str, &str); 9] = [
    ("gif", "image/gif"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("pdf", "application/pdf"),
];

/// One field, with its content.
#[derive(Debug)]
pub(super) struct FormField {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    content: Vec<u8>,
}

impl FormField {
    /// Reads a field, and its file. A `literal` value has no file and no settings.
    pub(super) fn parse(text: &str, literal: bool) -> Result<Self, Failure> {
        let (name, value) = text.split_once('=').ok_or("-F takes NAME=VALUE, NAME=@FILE or NAME=<FILE")?;
        let name = name.to_owned();
        if literal {
            return Ok(Self { name, file_name: None, content_type: None, content: value.as_bytes().to_vec() });
        }
        let (sign, rest) = match value.strip_prefix(['@', '<']) {
            Some(rest) => (value.chars().next(), rest),
            None => (None, value),
        };
        let (first, settings) = word(rest);
        let mut field = Self { name, file_name: None, content_type: None, content: Vec::new() };
        field.content = match sign {
            None => first.clone().into_bytes(),
            Some(_) => content(&first)?,
        };
        if sign == Some('@') {
            field.file_name = Some(base_name(&first));
            field.content_type = Some(type_of(&first).to_owned());
        }
        field.set(settings)?;
        Ok(field)
    }

    /// Reads what follows the value.
    fn set(&mut self, mut settings: &str) -> Result<(), Failure> {
        while !settings.is_empty() {
            let (name, value) = settings.split_once('=').unwrap_or((settings, ""));
            let (value, rest) = word(value);
            let hidden = value.contains(char::is_control);
            match name.trim() {
                "type" if !hidden => self.content_type = Some(value),
                "filename" => self.file_name = Some(value),
                _ => {
                    return Err("after `;` a field of -F has type=TYPE or filename=NAME; give a value with a `;` by \
                                --form-string, or in double quotes"
                        .into());
                }
            }
            settings = rest;
        }
        Ok(())
    }

    fn head(&self) -> String {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", escaped(&self.name));
        if let Some(file) = &self.file_name {
            head.extend(["; filename=\"", &escaped(file), "\""]);
        }
        if let Some(content_type) = &self.content_type {
            head.extend(["\r\nContent-Type: ", content_type]);
        }
        head
    }
}

/// A value up to the `;` that ends it, and what follows.
fn word(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (word, rest) = text.split_once(';').unwrap_or((text, ""));
        return (word.to_owned(), rest);
    };
    let (mut word, mut chars) = (String::new(), quoted.chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let rest = chars.as_str();
                return (word, rest.split_once(';').map_or("", |(_, rest)| rest));
            }
            '\\' => word.push(match chars.as_str().chars().next() {
                Some(escaped @ ('"' | '\\')) => {
                    chars.next();
                    escaped
                }
                _ => '\\',
            }),
            other => word.push(other),
        }
    }
    // A quotation without an end is not a quotation.
    let (word, rest) = text.split_once(';').unwrap_or((text, ""));
    (word.to_owned(), rest)
}

fn base_name(file: &str) -> String {
    Path::new(file).file_name().map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn type_of(file: &str) -> &'static str {
    let extension = Path::new(file).extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let extension = extension.as_deref().unwrap_or_default();
    if extension == "xml" {
        return "application/xml";
    }
    TYPES.iter().find(|(known, _)| *known == extension).map_or("application/octet-stream", |(_, found)| found)
}

fn escaped(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The body, and its content type.
pub(super) fn encoded(fields: &[FormField]) -> Result<(Vec<u8>, String), Failure> {
    loop {
        let mut random = [0; BOUNDARY_BYTES];
        getrandom::fill(&mut random).map_err(|error| format!("no randomness for the boundary of a form: {error}"))?;
        let boundary = ["-".repeat(24), hex::encode(random)].concat();
        let occurs = |bytes: &[u8]| bytes.windows(boundary.len()).any(|window| window == boundary.as_bytes());
        if !fields.iter().any(|field| occurs(&field.content) || occurs(field.head().as_bytes())) {
            return Ok((with_boundary(fields, &boundary), ["multipart/form-data; boundary=", &boundary].concat()));
        }
    }
}

fn with_boundary(fields: &[FormField], boundary: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for field in fields {
        body.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", field.head()).as_bytes());
        body.extend_from_slice(&field.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

#[cfg(test)]
mod tests {
    use super::{FormField, encoded, with_boundary};

    #[test]
    fn fields_are_written_as_curl_writes_them() {
        let fields: Vec<_> = ["a=b", "c\"d=e;type=text/csv", "q=\"x;y\\\"z\";filename=f.txt"]
            .iter()
            .map(|text| FormField::parse(text, false).unwrap())
            .chain([FormField::parse("raw=@x;y", true).unwrap()])
            .collect();
        let body = String::from_utf8(with_boundary(&fields, "B")).unwrap();
        let expected = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n\
                        --B\r\nContent-Disposition: form-data; name=\"c%22d\"\r\nContent-Type: text/csv\r\n\r\ne\r\n\
                        --B\r\nContent-Disposition: form-data; name=\"q\"; filename=\"f.txt\"\r\n\r\nx;y\"z\r\n\
                        --B\r\nContent-Disposition: form-data; name=\"raw\"\r\n\r\n@x;y\r\n--B--\r\n";
        assert_eq!(body, expected);
        let (body, content_type) = encoded(&fields).unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert!(boundary.len() == 40 && body.starts_with(format!("--{boundary}\r\n").as_bytes()));
    }

    #[test]
    fn what_curl_would_drop_is_refused() {
        for text in ["a", "a=b;c", "a=b;headers=x", "a=b;type=x\u{1}y"] {
            assert!(FormField::parse(text, false).is_err(), "{text}");
        }
    }
}
