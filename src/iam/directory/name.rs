//! What may be an account, a name, a path, or a unique id.
//!
//! Source: "IAM and AWS STS quotas", name requirements and character limits; "IAM identifiers".

use crate::iam::json::fault::Fault;
use crate::iam::json::node::Node;
use std::ops::RangeInclusive;

/// Twelve digits.
pub(crate) fn account<'n>(node: &Node<'n>) -> Result<&'n str, Fault> {
    let text = node.text()?;
    let fits = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(text).ok_or_else(|| node.fault("an account has twelve digits"))
}

/// A name of a user or a role.
pub(crate) fn entity(node: &Node<'_>, name: &str) -> Result<(), Fault> {
    check(node, name, 1..=64)
}

/// A group's name.
pub(crate) fn group(node: &Node<'_>, name: &str) -> Result<(), Fault> {
    check(node, name, 1..=128)
}

/// A session's name.
pub(crate) fn session(node: &Node<'_>, name: &str) -> Result<(), Fault> {
    check(node, name, 2..=64)
}

fn check(node: &Node<'_>, name: &str, lengths: RangeInclusive<usize>) -> Result<(), Fault> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    if lengths.contains(&name.len()) && name.bytes().all(fits) {
        return Ok(());
    }
    let (least, most) = (lengths.start(), lengths.end());
    Err(node.fault(format!("a name has {least} to {most} letters, digits or characters of _+=,.@-")))
}

/// `/`, or parts between slashes.
pub(crate) fn path<'n>(node: &Node<'n>) -> Result<&'n str, Fault> {
    let text = node.text()?;
    let ends = text.starts_with('/') && text.ends_with('/') && text.len() <= 512;
    let fits = ends && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then_some(text).ok_or_else(|| node.fault("a path begins and ends with a `/` and has no spaces"))
}

/// A prefix and twelve or more capital letters or digits.
pub(crate) fn unique_id<'n>(node: &Node<'n>, prefix: &str) -> Result<&'n str, Fault> {
    let text = node.text()?;
    let fits = (16..=128).contains(&text.len())
        && text.starts_with(prefix)
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    fits.then_some(text)
        .ok_or_else(|| node.fault(format!("expected {prefix} and twelve or more capital letters or digits")))
}
