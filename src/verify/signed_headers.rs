//! The headers that a request says are signed, picked out of all that it has.
//!
//! Both lists are sorted and walked side by side, so that a long list costs no more a name than a short one.

use super::policy::Policy;
use super::received::MAX_RECEIVED;
use crate::auth::header::shown;
use crate::auth::presented::Twice;
use crate::bytes::cut::pieces;
use crate::canonical::headers::{CanonicalHeaders, order_of_names};
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::is_host;
use std::cmp::Ordering;

/// Leaves those of `headers`, which are all that the request has, that `text` names. Refuses a list without the host, with a
/// name that comes twice or is not there, and one that leaves out a header that has to be signed.
pub(crate) fn select(text: &str, headers: &mut CanonicalHeaders<'_>, policy: &Policy) -> Result<(), Error> {
    headers.sort();
    let walk = Walk::along(text, headers, policy);
    if walk.in_order {
        walk.check()?;
    } else {
        Walk::along(&sorted(text, policy.twice)?, headers, policy).check()?;
    }
    headers.keep_marked();
    check_required(policy, headers)
}

fn stands_for_host(header: &str) -> bool {
    is_host(header) || header == name::AUTHORITY
}

#[cold]
fn sorted(text: &str, twice: Twice) -> Result<String, Error> {
    if text.is_empty() {
        return Err(host_not_signed());
    }
    if text.split(';').any(str::is_empty) {
        return Err(Error::new(ErrorKind::IncompleteSignature, "'SignedHeaders' holds an empty name"));
    }
    let mut names: Vec<&str> = text.split(';').take(MAX_RECEIVED + 1).collect();
    if names.len() > MAX_RECEIVED {
        let detail = format!("'SignedHeaders' names more than {MAX_RECEIVED}");
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

/// A walk along the names beside the sorted headers, which are marked where they are named.
struct Walk<'n, I> {
    names: I,
    /// The name at hand, and whether a header of that name was met.
    name: Option<&'n str>,
    matched: bool,
    /// Whether the names came in order, none twice and none empty. If not, the walk tells nothing else.
    in_order: bool,
    host: bool,
    missing: Option<&'n str>,
    unsigned: Option<String>,
}

impl<'n> Walk<'n, ()> {
    fn along(
        text: &'n str,
        headers: &mut CanonicalHeaders<'_>,
        policy: &Policy,
    ) -> Walk<'n, impl Iterator<Item = &'n str> + use<'n>> {
        let mut names = pieces(text, b';');
        let name = names.next();
        let in_order = !text.is_empty();
        let mut walk = Walk { names, name, matched: false, in_order, host: false, missing: None, unsigned: None };
        headers.mark(|header| walk.names_next(header, policy));
        while walk.name.is_some() {
            walk.leave_name();
        }
        walk
    }
}

impl<'n, I: Iterator<Item = &'n str>> Walk<'n, I> {
    /// Whether the next header is one of the names.
    #[inline]
    fn names_next(&mut self, header: &str, policy: &Policy) -> bool {
        while let Some(name) = self.name {
            match if name == header { Ordering::Equal } else { order_of_names(name, header) } {
                Ordering::Less => self.leave_name(),
                Ordering::Equal => {
                    self.matched = true;
                    self.host |= stands_for_host(header);
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

    #[inline]
    fn leave_name(&mut self) {
        let next = self.names.next();
        if let (Some(name), Some(next)) = (self.name, next) {
            self.in_order &= order_of_names(name, next) == Ordering::Less;
        }
        if !self.matched && self.missing.is_none() {
            self.missing = self.name;
        }
        (self.name, self.matched) = (next, false);
    }

    fn check(self) -> Result<(), Error> {
        if !self.host {
            return Err(host_not_signed());
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
