//! Mapping expressions: the values of the headers of gateway responses.
//!
//! Source: "Parameter mapping source reference for REST APIs in API Gateway". That a fixed value stands in single quotes, and is
//! refused without them: aws/aws-cdk#11306.

use super::variables::{ErrorFacts, Variable};
use crate::head::raw_query;
use http::HeaderName;
use std::borrow::Cow;

/// A mapping expression.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Expression {
    Text(String),
    Header(HeaderName),
    Query(String),
    Path(String),
    Context(Variable),
    StageVariable(String),
}

impl Expression {
    /// Reads the value of a header.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(fixed) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Ok(Self::Text(fixed.to_owned()));
        }
        Self::reference(text)?.ok_or_else(|| {
            format!("`{text}` is no mapping expression: put a fixed value into single quotes, `'{text}'`")
        })
    }

    /// Reads the name of a value of the request. `None` if it is not the name of one.
    pub(crate) fn reference(text: &str) -> Result<Option<Self>, String> {
        if let Some(name) = text.strip_prefix("context.") {
            let variable = Variable::parse(name).ok_or_else(|| {
                format!("the variable `context.{name}` is not known: see `GatewayResponse::with_template` for those that are")
            })?;
            return Ok(Some(Self::Context(variable)));
        }
        if let Some(name) = text.strip_prefix("stageVariables.") {
            return Ok(Some(Self::StageVariable(checked(name)?)));
        }
        let Some(parameter) = text.strip_prefix("method.request.") else { return Ok(None) };
        match parameter.split_once('.') {
            Some(("header", name)) => {
                let name = HeaderName::try_from(name).map_err(|_| format!("`{name}` is not the name of a header"))?;
                Ok(Some(Self::Header(name)))
            }
            Some(("querystring", name)) => Ok(Some(Self::Query(checked(name)?))),
            Some(("path", name)) => Ok(Some(Self::Path(checked(name)?))),
            _ => Err(format!(
                "`{text}` is not supported: use `method.request.header.NAME`, `method.request.querystring.NAME` or \
                 `method.request.path.NAME`"
            )),
        }
    }

    /// The value for an error, if the request has it. Of several values it is the last one.
    pub(crate) fn value<'r>(&'r self, facts: &ErrorFacts<'r>) -> Option<Cow<'r, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Header(name) => {
                let last = facts.head.headers.get_all(name).iter().next_back()?;
                str::from_utf8(last.as_bytes()).ok().map(Cow::Borrowed)
            }
            Self::Query(name) => {
                let pairs = form_urlencoded::parse(raw_query(facts.head).as_bytes());
                pairs.filter(|(own, _)| own == name).map(|(_, value)| value).last()
            }
            Self::Path(name) => {
                let variables = &facts.record.path_variables;
                variables.iter().find(|(own, _)| own == name).map(|(_, value)| Cow::Borrowed(value.as_str()))
            }
            Self::Context(variable) => variable.value(facts),
            Self::StageVariable(name) => {
                let mut variables = facts.stage?.variables();
                variables.find(|(own, _)| own == name).map(|(_, value)| Cow::Borrowed(value))
            }
        }
    }

    /// Whether its value is JSON, and is not escaped in JSON.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self, Self::Context(variable) if variable.is_json())
    }
}

/// A name of letters, digits and `._$-`, which are those of mapping expressions.
fn checked(name: &str) -> Result<String, String> {
    let is_valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$' | '-');
    match !name.is_empty() && name.chars().all(is_valid) {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "the name `{name}` is empty or has a character other than letters, digits, `.`, `_`, `$` and `-`"
        )),
    }
}
