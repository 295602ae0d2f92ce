//! Policy variables: `${aws:username}` stands for the user's name.
//!
//! ```text
//! variable = "${" key "}" / "${" key ", '" default "'}" / "${*}" / "${?}" / "${$}"
//! key      = 1*(letter / digit / "_" / "." / ":" / "/" / "=" / "+" / "-" / "@" / SP)    ; no space at its ends
//! default  = *(any character but "'", and no "${")
//! ```
//!
//! The default follows a comma and one space, as in AWS's documentation. A key has the characters that a tag's key may have. A
//! variable within a variable, or one with another character, is an error: it could never have a value, so a deny with it would
//! never apply.
//!
//! Policy variables exist only in documents of version 2012-10-17, in resources and in the values of conditions on strings and
//! ARNs. A `$` without a brace, as in the stage `$default`, is a dollar sign.
//!
//! Source: "IAM policy elements: Variables and tags".

use crate::budget::Budget;
use crate::context::RequestContext;
use crate::key::NamedKey;
use crate::truth::Truth;
use crate::value::KeyValues;
use std::borrow::Cow;

/// A variable, and its default if the request does not have the key.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) key: NamedKey,
    pub(crate) default: Option<Box<str>>,
}

impl Variable {
    /// Its value in the request, or the result of the comparison without one. An empty text is not a value.
    ///
    /// Source: "IAM policy elements: Variables and tags", policy variables with no value.
    pub(crate) fn value<'v>(
        &'v self,
        context: &'v RequestContext<'_>,
        budget: &mut Budget,
    ) -> Result<Cow<'v, str>, Truth> {
        match context.find(&self.key, budget) {
            KeyValues::One(value) if !value.is_empty_text() => Ok(value.text()),
            KeyValues::One(_) | KeyValues::Missing | KeyValues::Several([]) => {
                self.default.as_deref().map(Cow::Borrowed).ok_or(Truth::No)
            }
            KeyValues::Several(_) | KeyValues::Unknown => Err(Truth::Unknown),
        }
    }
}

/// The content between `${` and `}`.
#[derive(Clone, Debug)]
pub(crate) enum Placeholder {
    /// A special character, taken literally.
    Character(char),
    Variable(Variable),
}

impl Placeholder {
    /// Reads the placeholder at the start of `text`, and returns the rest. `None` if `text` does not begin with one.
    pub(crate) fn parse(text: &str) -> Result<Option<(Self, &str)>, &'static str> {
        let Some(inside) = text.strip_prefix("${") else { return Ok(None) };
        for character in ['*', '?', '$'] {
            if let Some(rest) = inside.strip_prefix(character).and_then(|rest| rest.strip_prefix('}')) {
                return Ok(Some((Self::Character(character), rest)));
            }
        }
        let unclosed = "a policy variable is not closed with `}`";
        let end = inside.find([',', '}']).ok_or(unclosed)?;
        let (name, rest) = inside.split_at_checked(end).ok_or(unclosed)?;
        let (default, rest) = match rest.strip_prefix('}') {
            Some(rest) => (None, rest),
            None => default(rest).map(|(default, rest)| (Some(default.into()), rest))?,
        };
        if !name.chars().all(is_of_key) {
            return Err("the key of a policy variable has a character that no key has");
        }
        let key = NamedKey::parse(name)?;
        Ok(Some((Self::Variable(Variable { key, default }), rest)))
    }
}

/// Whether a key may contain the character. Source: "Tags for IAM resources", naming restrictions.
fn is_of_key(character: char) -> bool {
    character.is_alphanumeric() || "_.:/=+-@ ".contains(character)
}

/// Reads `, 'default'}`, and returns the rest.
fn default(text: &str) -> Result<(&str, &str), &'static str> {
    let quoted = text.strip_prefix(", '");
    let (default, rest) = quoted
        .and_then(|text| text.split_once('\''))
        .ok_or("the default value of a policy variable is written as `${key, 'value'}`")?;
    if default.contains("${") {
        return Err("the default value of a policy variable holds a policy variable");
    }
    let rest = rest.strip_prefix('}').ok_or("a policy variable is not closed with `}`")?;
    Ok((default, rest))
}
