//! The options that make a body. Their values are joined in the order of the command line, with `&`.
//!
//! Source: curl's manual page, `--data` and its relatives, and `--json`. Two things differ: `-` is standard input, as `@-` is, and
//! data that is JSON gets `application/json`.

use super::form::FormField;
use super::given::content;
use super::urlencode::{Content, Field};
use crate::body::Body;
use crate::failure::Failure;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use serde::de::IgnoredAny;

/// The content type of a body in JSON.
const APPLICATION_JSON: &str = "application/json";
/// The content type of other data.
const URL_ENCODED: &str = "application/x-www-form-urlencoded";
/// The heading of the options in the help.
const HEADING: &str = "Body";

/// The options, with the text of the help.
const OPTIONS: [(Kind, &str, &str); 7] = [
    (
        Kind::Data,
        "DATA|@FILE|-",
        "The body: text, @FILE, or - for standard input; the line breaks of a file are removed. With several, `&` \
        stands between them. Data in JSON gets the content type application/json, other data application/x-www-form-urlencoded",
    ),
    (Kind::Binary, "DATA|@FILE|-", "Like --data; a file is sent byte for byte"),
    (Kind::Raw, "DATA", "Like --data; `@` and `-` have no meaning"),
    (Kind::UrlEncode, "DATA", "Like --data, percent-encoded: CONTENT, NAME=CONTENT, @FILE or NAME@FILE"),
    (
        Kind::Json,
        "JSON|@FILE|-",
        "A body in JSON, with the headers content-type and accept. For output in JSON give --format json",
    ),
    (
        Kind::Form,
        "NAME=VALUE|NAME=@FILE",
        "A field of multipart/form-data, or a file; `;type=TYPE` and `;filename=NAME` may follow. May \
        be repeated",
    ),
    (Kind::FormText, "NAME=VALUE", "Like --form; `@`, `<` and `;` have no meaning"),
];

/// What an option means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Data,
    Binary,
    Raw,
    UrlEncode,
    Json,
    Form,
    FormText,
}

impl Kind {
    /// The long name of the option.
    fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Binary => "data-binary",
            Self::Raw => "data-raw",
            Self::UrlEncode => "data-urlencode",
            Self::Json => "json",
            Self::Form => "form",
            Self::FormText => "form-string",
        }
    }

    /// The name of the option's values. Some commands have another option that is called `json`.
    fn id(self) -> &'static str {
        if self == Self::Json { "json-body" } else { self.name() }
    }

    fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::FormText)
    }
}

/// A value of one of the options.
#[derive(Clone, Debug)]
struct Part {
    kind: Kind,
    text: String,
}

/// The options that make a body, in their order. With `JSON`, `--json` is one of them.
#[derive(Clone, Debug, Default)]
pub(super) struct BodyArgs<const JSON: bool> {
    parts: Vec<Part>,
}

impl<const JSON: bool> Args for BodyArgs<JSON> {
    fn augment_args(command: Command) -> Command {
        let options = OPTIONS.iter().filter(|(kind, ..)| JSON || *kind != Kind::Json);
        command.next_help_heading(HEADING).args(options.map(|(kind, value, help)| {
            let option = Arg::new(kind.id()).long(kind.name()).value_name(*value).help(*help);
            let option = option.action(ArgAction::Append).allow_hyphen_values(!kind.is_form()).help_heading(HEADING);
            match kind {
                Kind::Data => option.short('d').visible_alias("data-ascii"),
                Kind::Form => option.short('F'),
                _ => option,
            }
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const JSON: bool> FromArgMatches for BodyArgs<JSON> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut parts = Vec::new();
        for (kind, ..) in OPTIONS.iter().filter(|(kind, ..)| JSON || *kind != Kind::Json) {
            let (Some(places), Some(texts)) = (matches.indices_of(kind.id()), matches.get_many::<String>(kind.id()))
            else {
                continue;
            };
            parts.extend(places.zip(texts).map(|(place, text)| (place, Part { kind: *kind, text: text.clone() })));
        }
        parts.sort_by_key(|(place, _)| *place);
        let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
        if parts.iter().any(|part| part.kind.is_form()) && !parts.iter().all(|part| part.kind.is_form()) {
            let why = "the body is either a form (-F) or data (-d, --json and others), and both are given\n";
            return Err(Error::raw(ErrorKind::ArgumentConflict, why));
        }
        Ok(Self { parts })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<const JSON: bool> BodyArgs<JSON> {
    /// Whether nothing is given.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether `--json` is given.
    pub(super) fn is_json(&self) -> bool {
        self.parts.iter().any(|part| part.kind == Kind::Json)
    }

    /// Refuses a `--json` on the command line that holds no JSON: it may have been meant for the output.
    pub(super) fn check_json(&self) -> Result<(), Failure> {
        let is_inline = |part: &Part| part.kind == Kind::Json && !part.text.starts_with('@') && part.text != "-";
        if !self.is_json() || !self.parts.iter().all(is_inline) {
            return Ok(());
        }
        let joined: String = self.parts.iter().map(|part| part.text.as_str()).collect();
        if serde_json::from_str::<IgnoredAny>(&joined).is_ok() {
            return Ok(());
        }
        Err("--json takes a body in JSON, @FILE or -, and this is not JSON; for output in JSON give --format json"
            .into())
    }

    /// The body, and its content type.
    pub(super) fn read(&self) -> Result<(Body, Option<String>), Failure> {
        if self.parts.is_empty() {
            return Ok((Body::None, None));
        }
        if self.parts.iter().all(|part| part.kind.is_form()) {
            let parse = |part: &Part| FormField::parse(&part.text, part.kind == Kind::FormText);
            let fields: Vec<_> = self.parts.iter().map(parse).collect::<Result<_, _>>()?;
            let (bytes, content_type) = super::form::encoded(&fields)?;
            return Ok((Body::Given(bytes), Some(content_type)));
        }
        let mut bytes = Vec::new();
        for part in &self.parts {
            if !bytes.is_empty() && part.kind != Kind::Json {
                bytes.push(b'&');
            }
            bytes.extend(part.read()?);
        }
        let content_type = if self.is_json() || is_json(&bytes) { APPLICATION_JSON } else { URL_ENCODED };
        Ok((Body::Given(bytes), Some(content_type.to_owned())))
    }
}

impl Part {
    /// The bytes that the option adds.
    fn read(&self) -> Result<Vec<u8>, Failure> {
        let named = match self.text.as_str() {
            "-" => Some("-"),
            text => text.strip_prefix('@'),
        };
        match (self.kind, named) {
            (Kind::UrlEncode, _) => {
                let field = Field::parse(&self.text);
                match field.content {
                    Content::Text(text) => Ok(field.encoded(text.as_bytes())),
                    Content::File(name) => Ok(field.encoded(&content(name)?)),
                }
            }
            (Kind::Data, Some(name)) => {
                let mut bytes = content(name)?;
                bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                Ok(bytes)
            }
            (Kind::Binary | Kind::Json, Some(name)) => content(name),
            _ => Ok(self.text.clone().into_bytes()),
        }
    }
}

/// Whether a body is a JSON object or array.
fn is_json(body: &[u8]) -> bool {
    let begins = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    begins && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{BodyArgs, Kind, Part};
    use crate::body::Body;

    fn args(parts: &[(Kind, &str)]) -> BodyArgs<true> {
        BodyArgs { parts: parts.iter().map(|(kind, text)| Part { kind: *kind, text: (*text).to_owned() }).collect() }
    }

    #[test]
    fn parts_are_joined_as_curl_joins_them() {
        for (parts, expected, content_type) in [
            (&[(Kind::Data, "a=b"), (Kind::UrlEncode, "c=d e"), (Kind::Raw, "@f")][..], "a=b&c=d+e&@f", "urlencoded"),
            (&[(Kind::Data, ""), (Kind::Data, "a")], "a", "urlencoded"),
            (&[(Kind::Json, "{\"a\":"), (Kind::Json, "1}")], "{\"a\":1}", "json"),
            (&[(Kind::Json, "1")], "1", "json"),
            (&[(Kind::Data, " [1]")], " [1]", "json"),
            (&[(Kind::Data, "{a}")], "{a}", "urlencoded"),
            (&[(Kind::Data, "\r\n@")], "\r\n@", "urlencoded"),
        ] {
            let (body, found) = args(parts).read().unwrap();
            let Body::Given(bytes) = body else { panic!("{parts:?}") };
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
            assert!(found.unwrap().contains(content_type), "{parts:?}");
        }
    }

    #[test]
    fn json_that_is_none_names_the_option_for_the_output() {
        for text in ["", "https://h/", "{"] {
            let why = args(&[(Kind::Json, text)]).check_json().unwrap_err().to_string();
            assert!(why.contains("--format json"), "{why}");
        }
        for text in ["{}", "@file", "-", "@-", "\"x\""] {
            args(&[(Kind::Json, text)]).check_json().unwrap();
        }
    }
}
