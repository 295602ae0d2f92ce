//! The common parts of users, roles and sessions: access keys, tags and times.

use crate::case_folding;
use crate::condition::date;
use crate::error::Error;
use crate::json::node::Node;
use crate::json::value::Json;
use crate::principal::Principal;
use sig4::Credentials;
use time::OffsetDateTime;

/// The maximum number of tags of a user, a role or a session. Source: "IAM and AWS STS quotas".
const MAX_TAGS: usize = 50;

/// The longest key and value of a tag, in characters. Source: "Tags for IAM resources".
const MAX_TAG: (usize, usize) = (128, 256);

/// The access key, and whether it is active.
pub(crate) fn long_term_key(node: &Node<'_>) -> Result<(Credentials, bool), Error> {
    node.members_of(&["id", "secret", "active"])?;
    let active = match node.member("active").map(|active| (active.json, active)) {
        None => true,
        Some((Json::Bool(active), _)) => *active,
        Some((_, other)) => return Err(other.error("expected a boolean")),
    };
    Ok((credentials(node)?, active))
}

/// The access key of a session.
pub(crate) fn temporary_key(node: &Node<'_>) -> Result<Credentials, Error> {
    node.members_of(&["id", "secret", "token"])?;
    let token = required(node, "token")?;
    credentials(node)?.with_session_token(token.text()?).map_err(|error| token.error(error.to_string()))
}

/// The credentials wipe this copy of the secret, and the document wipes its own.
fn credentials(node: &Node<'_>) -> Result<Credentials, Error> {
    let (id, secret) = (required(node, "id")?, required(node, "secret")?);
    let of_element = |error: sig4::error::Error| match error.kind() {
        sig4::error::ErrorKind::InvalidSecretKey => secret.error(error.to_string()),
        _ => id.error(error.to_string()),
    };
    Credentials::new(id.text()?, secret.text()?).map_err(of_element)
}

pub(crate) fn required<'n>(node: &'n Node<'_>, name: &str) -> Result<Node<'n>, Error> {
    node.member(name).ok_or_else(|| node.error(format!("there is no {name}")))
}

/// The principal with the tags of the element `tags`.
pub(crate) fn tagged(mut principal: Principal, node: &Node<'_>) -> Result<Principal, Error> {
    let Some(tags) = node.member("tags") else { return Ok(principal) };
    if tags.members()?.len() > MAX_TAGS {
        return Err(tags.error(format!("there are more than {MAX_TAGS} tags")));
    }
    let mut names: Vec<String> = Vec::new();
    for (key, value) in tags.members()? {
        let value = tags.at_key(key, value);
        let text = value.scalar()?;
        let fits = (1..=MAX_TAG.0).contains(&key.chars().count()) && text.chars().count() <= MAX_TAG.1;
        if !fits {
            let words = format!("a tag's key has 1 to {} characters, and its value {} at most", MAX_TAG.0, MAX_TAG.1);
            return Err(value.error(words));
        }
        if names.iter().any(|name| case_folding::eq_ignore_case(name, key)) {
            return Err(value.error("the tag stands twice, in another case"));
        }
        names.push(key.clone());
        principal = principal.with_tag(key, text);
    }
    Ok(principal)
}

/// The time in the element with this name, if present.
pub(crate) fn time(node: &Node<'_>, name: &str) -> Result<Option<OffsetDateTime>, Error> {
    let Some(node) = node.member(name) else { return Ok(None) };
    date::parse(node.scalar()?).map(Some).ok_or_else(|| node.error("expected a time such as 2026-11-27T09:00:00Z"))
}
