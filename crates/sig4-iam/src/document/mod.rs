//! The document of a policy.
//!
//! ```text
//! policy    = { "Version"?, "Id"?, "Statement": statement / [statement, …] }
//! statement = { "Sid"?, principal?, "Effect": "Allow" / "Deny", action, resource, "Condition"? }
//! principal = ("Principal" / "NotPrincipal"): "*" / { kind: text / [text, …], … }
//! action    = ("Action" / "NotAction"): text / [text, …]
//! resource  = ("Resource" / "NotResource"): text / [text, …]
//! ```
//!
//! Only resource-based policies have `Id` and `principal`, and `principal` is required there. The default version is
//! `2008-10-17`, which has no policy variables.
//!
//! Source: "Grammar of the IAM JSON policy language"; "IAM JSON policy element reference".

mod action;
pub(crate) mod language;
pub(crate) mod principals;
mod resource;
pub(crate) mod statement;

use crate::error::Error;
use crate::json::node::Node;
use crate::json_path::shown;
use crate::limits::MAX_STATEMENTS;
use language::Language;
use statement::Statement;

/// A policy's document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) statements: Box<[Statement]>,
}

impl Document {
    /// Reads the document of an identity-based policy, or of a resource-based policy if it `has_principals`.
    pub(crate) fn parse(node: &Node<'_>, has_principals: bool) -> Result<Self, Error> {
        let known: &[&str] = if has_principals { &["Version", "Id", "Statement"] } else { &["Version", "Statement"] };
        node.members_of(known)?;
        let has_variables = version(node)?;
        if let Some(id) = node.member("Id") {
            id.text()?;
        }
        let list = node.member("Statement").ok_or_else(|| node.error("there is no Statement"))?;
        let mut index = 0;
        let statements = list.at_least_one(|statement| {
            if index == MAX_STATEMENTS {
                return Err(statement.error(format!("there are more than {MAX_STATEMENTS} statements")));
            }
            index += 1;
            Statement::parse(&statement, index - 1, Language { has_principals, has_variables })
        })?;
        check_sids(&list, &statements)?;
        Ok(Self { statements: statements.into() })
    }
}

/// Whether the version of the document has policy variables.
fn version(node: &Node<'_>) -> Result<bool, Error> {
    let Some(version) = node.member("Version") else { return Ok(false) };
    match version.text()? {
        "2012-10-17" => Ok(true),
        "2008-10-17" => Ok(false),
        other => {
            let words = format!("it is neither \"2012-10-17\" nor \"2008-10-17\": {:?}", shown(other));
            Err(version.error(words))
        }
    }
}

/// A `Sid` must be unique in its document.
fn check_sids(list: &Node<'_>, statements: &[Statement]) -> Result<(), Error> {
    let mut names: Vec<_> = statements.iter().filter_map(|statement| statement.sid.as_deref()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair.first() == pair.last()) {
        Some(pair) => Err(list.error(format!("two statements have the Sid {:?}", pair.first().map_or("", |sid| sid)))),
        None => Ok(()),
    }
}
