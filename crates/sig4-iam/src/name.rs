//! Grammars of accounts, partitions, names, paths and unique ids.
//!
//! ```text
//! account   = 12DIGIT
//! partition = "aws" *("-" 1*(a-z))
//! name      = 1*64(word / "+" / "=" / "," / "." / "@" / "-")   ; 2 to 64 for a session, 1 to 128 for a group
//! word      = A-Z / a-z / 0-9 / "_"
//! path      = "/" / "/" 1*510(%x21-7E) "/"
//! unique-id = prefix 12*124(A-Z / 0-9)                         ; 16 to 128 in all; AIDA for users, AROA for roles
//! ```
//!
//! A name with a slash or a colon would form the ARN of a different user.
//!
//! Source: IAM API reference, CreateUser, CreateRole and CreateGroup (`UserName`, `RoleName`, `GroupName`, `Path`); STS
//! API reference, AssumeRole (`RoleSessionName`); "IAM and AWS STS quotas", name requirements; "IAM identifiers".

use std::ops::RangeInclusive;

/// The problem with a text, in words.
pub(crate) type Words = &'static str;

/// Whether the text is an account's twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

pub(crate) fn account(text: &str) -> Result<(), Words> {
    checked(is_account(text), "an account has twelve digits")
}

pub(crate) fn partition(text: &str) -> Result<(), Words> {
    let mut parts = text.split('-');
    let fits = parts.next() == Some("aws")
        && text.len() <= 32
        && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
    checked(fits, "a partition is `aws`, or `aws-` and lower-case letters, such as `aws-cn` or `aws-us-gov`")
}

/// The name of a user or a role.
pub(crate) fn entity(text: &str) -> Result<(), Words> {
    checked(is_name(text, 1..=64), "a name has 1 to 64 letters, digits or characters of _+=,.@-")
}

pub(crate) fn group(text: &str) -> Result<(), Words> {
    checked(is_name(text, 1..=128), "a group's name has 1 to 128 letters, digits or characters of _+=,.@-")
}

/// The name of a role's session.
pub(crate) fn session(text: &str) -> Result<(), Words> {
    checked(is_name(text, 2..=64), "a session's name has 2 to 64 letters, digits or characters of _+=,.@-")
}

pub(crate) fn path(text: &str) -> Result<(), Words> {
    let inside = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let fits = inside.is_some_and(|inside| (1..=510).contains(&inside.len()));
    let fits = text == "/" || fits && text.bytes().all(|b| b.is_ascii_graphic());
    checked(fits, "a path is `/`, or begins and ends with a `/`, has no spaces and at most 512 characters")
}

/// The unique id of a user (`AIDA`) or a role (`AROA`).
pub(crate) fn unique_id(text: &str, prefix: &str) -> Result<(), Words> {
    let fits = (16..=128).contains(&text.len())
        && text.starts_with(prefix)
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    checked(fits, "a unique id is AIDA (of a user) or AROA (of a role) and 12 to 124 capital letters or digits")
}

fn is_name(text: &str, lengths: RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

fn checked(fits: bool, words: Words) -> Result<(), Words> {
    if fits { Ok(()) } else { Err(words) }
}
