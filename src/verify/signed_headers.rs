//! The headers that a request says are signed, picked out of all that it has.

use super::policy::Policy;
use crate::auth::header::shown;
use crate::auth::presented::Twice;
use crate::bytes::order::prefix_lower;
use crate::canonical::headers::CanonicalHeaders;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::{MAX_HEADERS, RequestView, is_host};

/// The names of `SignedHeaders`, sorted so that a header finds its own at once.
struct Names<'n>(Vec<Name<'n>>);

struct Name<'n> {
    prefix: u128,
    name: &'n str,
    seen: bool,
}

/// Picks the headers of `request` that `text` names, and the host. Refuses a list without the host, with a name that comes
/// twice or is not there, and one that leaves out a header that has to be signed.
pub(crate) fn select<'a>(
    text: &str,
    request: &RequestView<'a>,
    host: &'a [u8],
    policy: &Policy,
) -> Result<CanonicalHeaders<'a>, Error> {
    let mut names = Names::parse(text, policy.twice)?;
    let mut headers = CanonicalHeaders::with_room_for(names.0.len());
    names.take_host(host, &mut headers)?;
    let mut unsigned = None;
    request.headers.visit(&mut |header, value| {
        if is_host(header) {
        } else if let Some(name) = names.find(header) {
            name.seen = true;
            headers.push(header, value);
        } else if unsigned.is_none() && policy.wants_signed(header) {
            unsigned = Some(header);
        }
    });
    if let Some(missing) = names.0.iter().find(|name| !name.seen) {
        return Err(not_there(missing.name));
    }
    for required in &policy.required {
        if names.find(required).is_none() && !is_host(required) {
            return Err(not_signed(required));
        }
    }
    unsigned.map_or(Ok(()), |header| Err(not_signed(header)))?;
    headers.sort();
    Ok(headers)
}

impl<'n> Names<'n> {
    fn parse(text: &'n str, twice: Twice) -> Result<Self, Error> {
        let mut names = Vec::with_capacity(text.len() / 8 + 1);
        for name in text.split(';') {
            if name.is_empty() {
                let detail = "'SignedHeaders' holds an empty name";
                return Err(Error::new(ErrorKind::IncompleteSignature, detail));
            }
            if names.len() >= MAX_HEADERS {
                let detail = format!("'SignedHeaders' names more than {MAX_HEADERS}");
                return Err(Error::new(ErrorKind::TooManyHeaders, detail));
            }
            names.push(Name { prefix: prefix_lower(name.as_bytes()), name, seen: false });
        }
        let mut names = Self(names);
        names.sort(twice)?;
        Ok(names)
    }

    fn sort(&mut self, twice: Twice) -> Result<(), Error> {
        let order = |a: &Name<'_>, b: &Name<'_>| a.order(b.prefix, b.name);
        if !self.0.is_sorted_by(|a, b| order(a, b).is_le()) {
            self.0.sort_unstable_by(order);
        }
        let before = self.0.len();
        self.0.dedup_by(|b, a| order(a, b).is_eq());
        if self.0.len() < before && twice == Twice::Refused {
            let detail = "'SignedHeaders' holds a name twice";
            return Err(Error::new(ErrorKind::AmbiguousAuthentication, detail));
        }
        Ok(())
    }

    #[inline]
    fn find(&mut self, header: &str) -> Option<&mut Name<'n>> {
        let prefix = prefix_lower(header.as_bytes());
        let at = self.0.binary_search_by(|name| name.order(prefix, header)).ok()?;
        self.0.get_mut(at)
    }

    /// Adds the host, which has to be signed under one of its two names.
    fn take_host<'a>(&mut self, host: &'a [u8], headers: &mut CanonicalHeaders<'a>) -> Result<(), Error> {
        let mut found = false;
        for alias in [name::HOST, name::AUTHORITY] {
            if let Some(name) = self.find(alias) {
                (name.seen, found) = (true, true);
                headers.push_lower(alias, host);
            }
        }
        if found {
            return Ok(());
        }
        let detail = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
        Err(Error::new(ErrorKind::UnsignedHeader, detail))
    }
}

impl Name<'_> {
    /// How the name compares with another, in lower case.
    #[inline]
    fn order(&self, prefix: u128, name: &str) -> std::cmp::Ordering {
        self.prefix.cmp(&prefix).then_with(|| {
            let (own, other) = (self.name.bytes(), name.bytes());
            own.map(|b| b.to_ascii_lowercase()).cmp(other.map(|b| b.to_ascii_lowercase()))
        })
    }
}

#[cold]
fn not_there(name: &str) -> Error {
    let detail = format!("the signed header '{}' is not there", shown(name));
    Error::new(ErrorKind::MissingSignedHeader, detail)
}

#[cold]
fn not_signed(header: &str) -> Error {
    let detail = format!("There were headers present in the request which were not signed: {}", shown(header));
    Error::new(ErrorKind::UnsignedHeader, detail.to_owned())
}
