//! Policy documents.
//!
//! Source: "Grammar of the IAM JSON policy language".

use super::condition;
use super::text::{folded, pieces};
use serde_json::{Map, Value};

/// Whether a document is attached to a resource, whose statements name principals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Identity,
    Resource,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub allows: bool,
    /// In policies of resources only.
    pub principals: Option<Listed<Who>>,
    pub actions: Listed<String>,
    /// `None` in a resource-based policy without `Resource`: the resource it is attached to.
    pub resources: Option<Listed<String>>,
    /// Operator, key and values.
    pub conditions: Vec<(String, String, Vec<String>)>,
    /// Whether `${…}` is a variable.
    pub variables: bool,
}

/// An element and its `Not…` twin.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    pub negated: bool,
    pub list: Vec<T>,
}

/// One entry of `Principal`.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    Everyone,
    /// Of `AWS`: an account, an ARN, or a unique id.
    Aws(String),
    /// A service, an identity provider or a canonical user. No caller of these tests is one.
    Other,
}

/// Reads a document. The error says why it is invalid.
pub fn read(kind: Kind, document: &Value) -> Result<Vec<Statement>, String> {
    let document = document.as_object().ok_or("no object")?;
    known(document, if kind == Kind::Resource { &["Version", "Id", "Statement"] } else { &["Version", "Statement"] })?;
    let variables = match document.get("Version").map(|version| version.as_str()) {
        Some(Some("2012-10-17")) => true,
        None | Some(Some("2008-10-17")) => false,
        _ => return Err("version".to_owned()),
    };
    let statements = match document.get("Statement").ok_or("no statement")? {
        Value::Array(list) if !list.is_empty() => list.clone(),
        one @ Value::Object(_) => vec![one.clone()],
        _ => return Err("statements".to_owned()),
    };
    let sids: Vec<_> = statements.iter().filter_map(|statement| statement.get("Sid")).collect();
    // "In IAM, the Sid value must be unique within a JSON policy."
    if sids.iter().enumerate().any(|(number, sid)| sids[..number].contains(sid)) {
        return Err("a sid twice".to_owned());
    }
    statements.iter().map(|statement| read_statement(kind, variables, statement)).collect()
}

fn known(object: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    match object.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("unknown element {name}")),
        None => Ok(()),
    }
}

fn read_statement(kind: Kind, variables: bool, statement: &Value) -> Result<Statement, String> {
    let statement = statement.as_object().ok_or("a statement is no object")?;
    known(
        statement,
        &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
    )?;
    let allows = match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err("effect".to_owned()),
    };
    // "For IAM policies, basic alphanumeric characters are the only allowed characters in the Sid value."
    let plain = |text: &str| kind == Kind::Resource || text.chars().all(|character| character.is_ascii_alphanumeric());
    if statement.get("Sid").is_some_and(|sid| !sid.as_str().is_some_and(plain)) {
        return Err("sid".to_owned());
    }
    let actions = listed(statement, "Action", "NotAction", texts)?.ok_or("no action")?;
    if let Some(action) = actions.list.iter().find(|action| !is_action(action)) {
        return Err(format!("action {action}"));
    }
    let resources = listed(statement, "Resource", "NotResource", texts)?;
    for resource in resources.iter().flat_map(|resources| &resources.list) {
        check_resource(kind, variables, resource)?;
    }
    if resources.is_none() && kind != Kind::Resource {
        return Err("no resource".to_owned());
    }
    let principals = listed(statement, "Principal", "NotPrincipal", whos)?;
    if principals.is_some() != (kind == Kind::Resource) {
        return Err("principal".to_owned());
    }
    // "You must use the NotPrincipal element with "Effect":"Deny". Using it with "Effect":"Allow" is not supported."
    if allows && principals.as_ref().is_some_and(|principals| principals.negated) {
        return Err("NotPrincipal that allows".to_owned());
    }
    let conditions = read_conditions(statement.get("Condition"), variables)?;
    Ok(Statement { allows, principals, actions, resources, conditions, variables })
}

type Reader<T> = fn(&Value) -> Result<Vec<T>, String>;

/// Reads an element or its `Not…` twin. A statement has at most one of the two.
fn listed<T>(
    statement: &Map<String, Value>,
    name: &str,
    not: &str,
    read: Reader<T>,
) -> Result<Option<Listed<T>>, String> {
    match (statement.get(name), statement.get(not)) {
        (Some(_), Some(_)) => Err(format!("{name} and {not}")),
        (Some(value), None) => Ok(Some(Listed { negated: false, list: read(value)? })),
        (None, Some(value)) => Ok(Some(Listed { negated: true, list: read(value)? })),
        (None, None) => Ok(None),
    }
}

/// A string, or a list of strings.
fn texts(value: &Value) -> Result<Vec<String>, String> {
    let list = match value {
        Value::Array(list) if list.is_empty() => return Err("an empty list".to_owned()),
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    list.iter().map(|one| Ok(one.as_str().ok_or("no text")?.to_owned())).collect()
}

fn whos(value: &Value) -> Result<Vec<Who>, String> {
    if value.as_str() == Some("*") {
        return Ok(vec![Who::Everyone]);
    }
    let map = value.as_object().ok_or("principals")?;
    let mut all = Vec::new();
    for (kind, list) in map {
        for name in texts(list)? {
            all.push(match kind.as_str() {
                "AWS" if name == "*" => Who::Everyone,
                "AWS" => Who::Aws(name),
                "Service" | "Federated" | "CanonicalUser" => Who::Other,
                _ => return Err(format!("principals of kind {kind}")),
            });
        }
    }
    if all.is_empty() { Err("no principals".to_owned()) } else { Ok(all) }
}

/// `*`, or a service and the name of an action.
fn is_action(action: &str) -> bool {
    action == "*" || action.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty())
}

fn check_resource(kind: Kind, variables: bool, resource: &str) -> Result<(), String> {
    let refused = || Err(format!("resource {resource}"));
    if resource == "*" {
        return Ok(());
    }
    if kind == Kind::Resource && resource.starts_with("execute-api:/") {
        return if variables && pieces(resource).is_none() { refused() } else { Ok(()) };
    }
    let parts: Vec<_> = resource.splitn(6, ':').collect();
    // "When you specify an incomplete ARN in an identity-based policy, AWS automatically completes the ARN". For
    // resource-based policies no page says so.
    let incomplete = parts.len() < 6 && kind != Kind::Identity;
    // "You can't use a wildcard in the service segment."
    let any_service = parts.get(2).is_some_and(|service| service.contains(['*', '?']));
    if parts[0] != "arn" || parts.len() < 3 || incomplete || any_service {
        return refused();
    }
    if variables && (pieces(resource).is_none() || parts.iter().take(5).any(|part| part.contains("${"))) {
        return refused();
    }
    Ok(())
}

fn read_conditions(block: Option<&Value>, variables: bool) -> Result<Vec<(String, String, Vec<String>)>, String> {
    let mut all = Vec::new();
    let Some(block) = block else { return Ok(all) };
    for (operator, keys) in block.as_object().ok_or("condition")? {
        let keys = keys.as_object().filter(|keys| !keys.is_empty()).ok_or("condition keys")?;
        let mut seen = Vec::new();
        for (key, values) in keys {
            // "Individual elements must not contain multiple instances of the same key", whose case does not count.
            if seen.contains(&folded(key)) || key.trim() != key || !key.contains(':') {
                return Err(format!("key {key:?}"));
            }
            seen.push(folded(key));
            let list = match values {
                Value::Array(list) if list.is_empty() => return Err("an empty list".to_owned()),
                Value::Array(list) => list.clone(),
                one => vec![one.clone()],
            };
            let mut texts = Vec::new();
            for value in list {
                texts.push(match value {
                    Value::String(text) => text,
                    Value::Bool(_) | Value::Number(_) => value.to_string(),
                    _ => return Err(format!("a value of {key}")),
                });
            }
            condition::check(operator, &texts, variables)?;
            all.push((operator.clone(), key.clone(), texts));
        }
    }
    Ok(all)
}
