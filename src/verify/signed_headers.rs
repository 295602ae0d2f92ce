//! The headers that a request says are signed, picked out of all that it has.
//!
//! Both lists are sorted and walked side by side, so that a long list costs no more a name than a short one.

use super::policy::Policy;
use crate::auth::header::shown;
use crate::auth::presented::Twice;
use crate::bytes::cut::pieces;
use crate::canonical::headers::{CanonicalHeaders, order_of_names};
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::{MAX_HEADERS, is_host};
use std::borrow::Cow;
use std::cmp::Ordering;

/// Leaves those of `headers`, which are all that the request has, that `text` names. Refuses a list without the host, with a
/// name that comes twice or is not there, and one that leaves out a header that has to be signed.
pub(crate) fn select(text: &str, headers: &mut CanonicalHeaders<'_>, policy: &Policy) -> Result<(), Error> {
    headers.sort();
    let text = if is_sorted(text) { Cow::Borrowed(text) } else { Cow::Owned(sorted(text, policy.twice)?) };
    let mut walk = Walk { names: pieces(&text, b';').peekable(), matched: false, missing: None, unsigned: None };
    let mut host = false;
    headers.retain_names(|header| {
        let kept = walk.keeps(header, policy);
        host |= kept && stands_for_host(header);
        kept
    });
    if !host {
        return Err(host_not_signed());
    }
    walk.end()?;
    check_required(policy, headers)
}

fn stands_for_host(header: &str) -> bool {
    is_host(header) || header == name::AUTHORITY
}

/// Whether the names are in order, as they should come, and none is empty or comes twice.
fn is_sorted(text: &str) -> bool {
    pieces(text, b';').is_sorted_by(|a, b| order_of_names(a, b) == Ordering::Less) && !text.is_empty()
}

#[cold]
fn sorted(text: &str, twice: Twice) -> Result<String, Error> {
    if text.split(';').any(str::is_empty) {
        return Err(Error::new(ErrorKind::IncompleteSignature, "'SignedHeaders' holds an empty name"));
    }
    let mut names: Vec<&str> = text.split(';').take(MAX_HEADERS + 1).collect();
    if names.len() > MAX_HEADERS {
        let detail = format!("'SignedHeaders' names more than {MAX_HEADERS}");
        return Err(Error::new(ErrorKind::TooManyHeaders, detail));
    }
    names.sort_unstable_by(|a, b| order_of_names(a, b));
    let before = names.len();
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    if names.len() < before && twice == Twice::Refused {
        return Err(Error::new(ErrorKind::AmbiguousAuthentication, "'SignedHeaders' holds a name twice"));
    }
    Ok(names.join(";"))
}

/// A walk along the sorted names beside the sorted headers.
struct Walk<'n, I: Iterator<Item = &'n str>> {
    names: std::iter::Peekable<I>,
    /// Whether a header of the name at hand was met.
    matched: bool,
    missing: Option<&'n str>,
    unsigned: Option<String>,
}

impl<'n, I: Iterator<Item = &'n str>> Walk<'n, I> {
    /// Whether the next header is one of the names.
    fn keeps(&mut self, header: &str, policy: &Policy) -> bool {
        while let Some(name) = self.names.peek() {
            match if *name == header { Ordering::Equal } else { order_of_names(name, header) } {
                Ordering::Less => self.leave_name(),
                Ordering::Equal => {
                    self.matched = true;
                    return true;
                }
                Ordering::Greater => break,
            }
        }
        if self.unsigned.is_none() && policy.wants_signed(header) {
            self.unsigned = Some(header.to_ascii_lowercase());
        }
        false
    }

    fn leave_name(&mut self) {
        let name = self.names.next();
        if !self.matched && self.missing.is_none() {
            self.missing = name;
        }
        self.matched = false;
    }

    fn end(mut self) -> Result<(), Error> {
        while self.names.peek().is_some() {
            self.leave_name();
        }
        if let Some(missing) = self.missing {
            let detail = format!("the signed header '{}' is not there", shown(missing));
            return Err(Error::new(ErrorKind::MissingSignedHeader, detail));
        }
        self.unsigned.map_or(Ok(()), |header| Err(not_signed(&header)))
    }
}

fn check_required(policy: &Policy, headers: &CanonicalHeaders<'_>) -> Result<(), Error> {
    let missing = policy.required.iter().find(|required| headers.values(required).next().is_none());
    missing.map_or(Ok(()), |required| Err(not_signed(required)))
}

#[cold]
fn host_not_signed() -> Error {
    let detail = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    Error::new(ErrorKind::UnsignedHeader, detail)
}

#[cold]
fn not_signed(header: &str) -> Error {
    let detail = format!("There were headers present in the request which were not signed: {}", shown(header));
    Error::new(ErrorKind::UnsignedHeader, detail)
}
