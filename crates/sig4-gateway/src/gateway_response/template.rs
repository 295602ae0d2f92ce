//! The templates of gateway responses: text with variables.
//!
//! API Gateway substitutes variables and does not run VTL. AWS does not document whether it escapes their values; here they are
//! escaped, so that a request cannot add to the template.
//!
//! Source: "x-amazon-apigateway-gateway-responses.responseTemplates object"; "Gateway responses in API Gateway" for the variables.

use super::expression::Expression;
use super::variables::ErrorFacts;
use serde_json::Value;
use std::borrow::Cow;

/// The most bytes of a template. Source: "Quotas for configuring and running a REST API in API Gateway", mapping template size.
pub(crate) const MAX_TEMPLATE_LEN: usize = 300 * 1024;
/// The most bytes that a template may become. A longer response is the one without the template.
pub(crate) const MAX_RENDERED_LEN: usize = 1024 * 1024;

/// The directives of VTL.
const DIRECTIVES: [&str; 13] = [
    "set", "if", "elseif", "else", "end", "foreach", "include", "parse", "macro", "define", "stop", "break", "evaluate",
];

/// A template.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    Text(String),
    Value(Expression),
}

/// How values are escaped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Escaping {
    /// As the content of a JSON string.
    Json,
    /// As the text of HTML and XML.
    Markup,
    /// Not at all: plain text.
    None,
}

impl Escaping {
    /// The escaping for a content type without parameters. What is not one content type, such as a list, may be read as markup.
    pub(crate) fn of(media_type: &str) -> Self {
        let media_type = media_type.to_ascii_lowercase();
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        let subtype = media_type.split_once('/').map_or("", |(_, subtype)| subtype);
        let is_one = subtype.bytes().all(is_token);
        if is_one && (subtype.contains("json") || subtype.contains("javascript")) {
            Self::Json
        } else if media_type == "text/plain" {
            Self::None
        } else {
            Self::Markup
        }
    }

    fn apply<'v>(self, value: Cow<'v, str>, is_json: bool) -> Cow<'v, str> {
        match self {
            Self::Json if is_json => value,
            Self::Json => {
                let quoted = Value::from(value.as_ref()).to_string();
                Cow::Owned(quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or("").to_owned())
            }
            Self::Markup if value.contains(['<', '>', '&', '"', '\'']) => Cow::Owned(markup(&value)),
            Self::Markup | Self::None => value,
        }
    }
}

fn markup(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

impl Template {
    /// Reads a template.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_TEMPLATE_LEN {
            return Err(format!("the template has {} bytes, more than {MAX_TEMPLATE_LEN}", text.len()));
        }
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find(['$', '#']) {
            let (before, sign) = rest.split_at(at);
            push_text(&mut parts, before);
            let after = sign.get(1..).unwrap_or("");
            rest = if sign.starts_with('#') {
                check_directive(after)?;
                push_text(&mut parts, "#");
                after
            } else {
                match reference(after)? {
                    Some((expression, after)) => {
                        parts.push(Part::Value(expression));
                        after
                    }
                    None => {
                        push_text(&mut parts, "$");
                        after
                    }
                }
            };
        }
        push_text(&mut parts, rest);
        Ok(Self(parts))
    }

    /// The body for an error. `None` if it would be longer than [`MAX_RENDERED_LEN`].
    pub(crate) fn render(&self, escaping: Escaping, facts: &ErrorFacts<'_>) -> Option<String> {
        let mut body = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => body.push_str(text),
                // AWS does not document the text of a variable without a value.
                Part::Value(expression) => {
                    let value = expression.value(facts).unwrap_or(Cow::Borrowed(""));
                    body.push_str(&escaping.apply(value, expression.is_json()));
                }
            }
            if body.len() > MAX_RENDERED_LEN {
                return None;
            }
        }
        Some(body)
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

/// Refuses a directive of VTL at the beginning of a text that follows a `#`.
fn check_directive(after: &str) -> Result<(), String> {
    let word: String = after.trim_start_matches('{').chars().take_while(char::is_ascii_alphabetic).collect();
    if DIRECTIVES.contains(&word.as_str()) {
        return Err(format!(
            "`#{word}` is VTL, which gateway responses do not run: write text and `$context` variables"
        ));
    }
    Ok(())
}

/// The variable at the beginning of a text that follows a `$`, and the text after it. `None` if no name follows.
fn reference(after: &str) -> Result<Option<(Expression, &str)>, String> {
    let (braced, named) = match after.strip_prefix("!{").or_else(|| after.strip_prefix('{')) {
        Some(named) => (true, named),
        None => (false, after.strip_prefix('!').unwrap_or(after)),
    };
    if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Ok(None);
    }
    let end = named.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(named.len());
    let (name, rest) = named.split_at(end);
    // A full stop or a dash may end a sentence after the variable.
    let trimmed = if braced { name } else { name.trim_end_matches(['.', '-']) };
    let rest = if braced {
        rest.strip_prefix('}').ok_or_else(|| format!("the variable `${{{name}` has no closing brace"))?
    } else {
        named.get(trimmed.len()..).unwrap_or("")
    };
    match Expression::reference(trimmed)? {
        Some(_) if !braced && rest.starts_with('(') => {
            Err(format!("`${trimmed}(…)` is VTL, which gateway responses do not run"))
        }
        Some(expression) => Ok(Some((expression, rest))),
        None => Err(format!(
            "`${trimmed}` is not supported: a gateway response has `$context.NAME`, `$stageVariables.NAME` and \
             `$method.request.header.NAME`, and runs no VTL"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Escaping, Template};
    use std::borrow::Cow;

    #[test]
    fn other_vtl_is_refused_by_name() {
        for (text, name) in [
            ("$input.json('$')", "`$input.json`"),
            ("$util.escapeJavaScript($context.error.message)", "`$util.escapeJavaScript`"),
            ("#if($context.stage == 'prod')x#end", "`#if`"),
            ("#set($x = 1)", "`#set`"),
            ("$context.error.messages", "`context.error.messages`"),
            ("${context.stage", "`${context.stage`"),
            ("$context.stage('x')", "`$context.stage(…)`"),
            ("$method.request.body", "`method.request.body`"),
        ] {
            let error = Template::parse(text).unwrap_err();
            assert!(error.contains(name), "{text}: {error}");
        }
        for text in ["", "plain", "5 $ and #1 #fff $5 $$", "$context.stage. $context.stage- ${context.stage}x", "a$"] {
            assert!(Template::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn values_are_escaped_by_the_content_type() {
        let apply = |media: &str| Escaping::of(media).apply(Cow::Borrowed("<\"\n'&>"), false).into_owned();
        assert_eq!(apply("application/problem+json"), "<\\\"\\n'&>");
        assert_eq!(apply("text/html"), "&lt;&quot;\n&#39;&amp;&gt;");
        assert_eq!(apply("image/svg+xml"), apply("text/html"));
        for other in ["unknown/type", "application/json, text/html", "json", "application/json text/html", ""] {
            assert_eq!(apply(other), apply("text/html"), "{other}");
        }
        assert_eq!(apply("text/plain"), "<\"\n'&>");
        assert_eq!(Escaping::Json.apply(Cow::Borrowed("\"a\\\"b\""), true), "\"a\\\"b\"");
    }

    #[test]
    fn a_template_has_a_longest_length() {
        assert!(Template::parse(&"a".repeat(super::MAX_TEMPLATE_LEN)).is_ok());
        assert!(Template::parse(&"a".repeat(super::MAX_TEMPLATE_LEN + 1)).is_err());
    }
}
