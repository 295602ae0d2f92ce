//! The common parts of users, roles and sessions: access keys, tags and times.

use crate::case_folding;
use crate::condition::date;
use crate::day_keys::DayKeys;
use crate::error::Error;
use crate::identity::Identity;
use crate::json::node::Node;
use crate::json::value::Json;
use crate::principal::Principal;
use sig4::{AccessKeyId, Credentials};
use time::OffsetDateTime;

/// The maximum number of tags of a user, a role or a session. Source: "IAM and AWS STS quotas".
const MAX_TAGS: usize = 50;

/// The longest key and value of a tag, in characters. Source: "Tags for IAM resources".
const MAX_TAG: (usize, usize) = (128, 256);

/// An access key of a user.
pub(crate) fn long_term_key(
    node: &Node<'_>,
    principal: Principal,
    day_keys: Option<&DayKeys>,
) -> Result<Identity, Error> {
    node.members_of(&["id", "secret", "active"])?;
    let active = match node.member("active").map(|active| (active.json, active)) {
        None => true,
        Some((Json::Bool(active), _)) => *active,
        Some((_, other)) => return Err(other.error("expected a boolean")),
    };
    Ok(identity(node, principal, day_keys)?.with_active(active))
}

/// The access key of a session.
pub(crate) fn temporary_key(
    node: &Node<'_>,
    principal: Principal,
    day_keys: Option<&DayKeys>,
) -> Result<Identity, Error> {
    node.members_of(&["id", "secret", "token"])?;
    let token = required(node, "token")?;
    let identity = identity(node, principal, day_keys)?;
    identity.with_session_token(token.text()?).map_err(|error| token.error(error.to_string()))
}

/// An access key with its secret, or without one if day keys may take its place.
fn identity(node: &Node<'_>, principal: Principal, day_keys: Option<&DayKeys>) -> Result<Identity, Error> {
    let (None, Some(day_keys)) = (node.member("secret"), day_keys) else {
        return credentials(node).map(|credentials| Identity::new(credentials, principal));
    };
    let id = required(node, "id")?;
    let parsed = AccessKeyId::parse(id.text()?).map_err(|error| id.error(error.to_string()))?;
    let keys = day_keys.shared(parsed.as_str());
    Ok(Identity::without_secret(parsed, principal).with_shared_keys(keys))
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
