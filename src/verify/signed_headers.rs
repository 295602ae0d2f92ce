//! The headers that a request names as signed, selected from all its headers.
//!
//! Both lists are sorted and walked together, so the cost for each name does not grow with the lists. Most requests write their names in
//! canonical form, and one comparison of the texts is enough.

use super::options::VerifyOptions;
use super::received_headers::MAX_RECEIVED;
use crate::auth::QueryParams;
use crate::auth::header::shown;
use crate::auth::{AuthParams, DuplicatePolicy};
use crate::canonical::headers::{CanonicalHeaders, order_of_names};
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::{RequestView, is_host, is_name};
use std::borrow::Cow;
use std::cmp::Ordering;

/// Keeps those of the request's `headers` that it names as signed. Refuses a list without the host, with a duplicate name, or
/// without a header that must be signed. An absent header is refused or counts as empty, according to `options`.
#[inline(always)]
pub(crate) fn select<'a>(
    request: &RequestView<'a>,
    params: &AuthParams<'a>,
    parameters: &QueryParams<'a>,
    headers: &mut CanonicalHeaders<'a>,
    options: &VerifyOptions,
) -> Result<(), Error> {
    headers.sort();
    let mut complete = true;
    let must_be_named = |header: &str| is_host(header) || options.wants_signed(header);
    let written = headers.mark_written(&params.signed_headers, |other| complete &= !must_be_named(other));
    if !(written && complete) {
        return select_in_any_form(request, params, parameters, headers, options);
    }
    headers.keep_marked(match params.signed_headers {
        Cow::Borrowed(names) => Some(names),
        Cow::Owned(_) => None,
    });
    if options.required.is_empty() { Ok(()) } else { check_required(options, headers) }
}

/// The same for names in any order and spelling.
#[cold]
fn select_in_any_form<'a>(
    request: &RequestView<'a>,
    params: &AuthParams<'a>,
    parameters: &QueryParams<'a>,
    headers: &mut CanonicalHeaders<'a>,
    options: &VerifyOptions,
) -> Result<(), Error> {
    let text = params.signed_headers.as_ref();
    add_rarely_signed(request, text, headers);
    let walk = Walk::along(text, headers, options);
    let all_there = if walk.in_order {
        walk.check(options)?
    } else {
        Walk::along(&sorted(text, options.duplicates)?, headers, options).check(options)?
    };
    headers.keep_marked(None);
    check_required(options, headers)?;
    if all_there { Ok(()) } else { add_absent(params, parameters, headers) }
}

/// Adds the headers that hardly any request names: the one that carries the signature, and the host under its name of HTTP/2.
fn add_rarely_signed<'a>(request: &RequestView<'a>, names: &str, headers: &mut CanonicalHeaders<'a>) {
    request.headers.visit(&mut |header, value| {
        if header.eq_ignore_ascii_case(name::AUTHORIZATION) {
            headers.push(header, value);
        }
    });
    let host = headers.values(name::HOST).next().filter(|_| names.contains(':'));
    if let Some(host) = host {
        headers.push_lower(name::AUTHORITY, host);
    }
    headers.sort();
}

/// Adds the headers that are named and absent, with an empty value.
#[cold]
fn add_absent<'a>(
    params: &AuthParams<'a>,
    parameters: &QueryParams<'a>,
    headers: &mut CanonicalHeaders<'a>,
) -> Result<(), Error> {
    let mut names = names(params, parameters)?;
    names.sort_unstable_by(|a, b| order_of_names(a, b));
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    // Both are sorted: a merge.
    let mut names = names.into_iter().peekable();
    let mut absent = Vec::new();
    headers.mark(|header| {
        while let Some(name) = names.next_if(|name| order_of_names(name, header) == Ordering::Less) {
            absent.push(name);
        }
        let _present = names.next_if(|name| order_of_names(name, header) == Ordering::Equal);
        true
    });
    absent.extend(names);
    for name in absent {
        if !is_name(name) || name.contains('%') {
            return Err(not_there(name));
        }
        headers.push(name, b"");
    }
    headers.sort();
    Ok(())
}

/// The names, borrowed from the request. In a query only the separators are decoded: a name that is percent-encoded itself
/// counts as absent, and is refused.
#[expect(clippy::expect_used, reason = "a list that loses its names becomes a wrong signature")]
fn names<'a>(params: &AuthParams<'a>, parameters: &QueryParams<'a>) -> Result<Vec<&'a str>, Error> {
    let (text, encoded) = match (&params.signed_headers, parameters.signed_headers) {
        (Cow::Borrowed(text), _) => (*text, false),
        (Cow::Owned(_), raw) => (raw.expect("only a list of the query is decoded"), true),
    };
    let pieces = text.split(';');
    let names: Vec<&str> = if encoded {
        pieces
            .flat_map(|piece| piece.split("%3B"))
            .flat_map(|piece| piece.split("%3b"))
            .take(MAX_RECEIVED + 1)
            .collect()
    } else {
        pieces.take(MAX_RECEIVED + 1).collect()
    };
    if names.len() > MAX_RECEIVED {
        return Err(too_many_names());
    }
    Ok(names)
}

fn stands_for_host(header: &str) -> bool {
    is_host(header) || header == name::AUTHORITY
}

#[cold]
fn sorted(text: &str, duplicates: DuplicatePolicy) -> Result<String, Error> {
    if text.is_empty() {
        return Err(host_not_signed());
    }
    if text.split(';').any(str::is_empty) {
        return Err(Error::new(ErrorKind::IncompleteSignature, "'SignedHeaders' holds an empty name"));
    }
    let mut names: Vec<&str> = text.split(';').take(MAX_RECEIVED + 1).collect();
    if names.len() > MAX_RECEIVED {
        return Err(too_many_names());
    }
    names.sort_unstable_by(|a, b| order_of_names(a, b));
    let before = names.len();
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    if names.len() < before && duplicates == DuplicatePolicy::Refuse {
        return Err(Error::new(ErrorKind::AmbiguousAuthentication, "'SignedHeaders' holds a name twice"));
    }
    Ok(names.join(";"))
}

/// A walk along the names and the sorted headers at once, which marks the headers that are named.
struct Walk<'n, I> {
    names: I,
    /// The current name, and whether a header has it.
    name: Option<&'n str>,
    matched: bool,
    /// Whether the names are sorted, without an empty or a duplicate name. If not, the other findings do not count.
    in_order: bool,
    host: bool,
    missing: Option<&'n str>,
    unsigned: Option<String>,
}

impl<'n> Walk<'n, ()> {
    fn along(
        text: &'n str,
        headers: &mut CanonicalHeaders<'_>,
        options: &VerifyOptions,
    ) -> Walk<'n, impl Iterator<Item = &'n str> + use<'n>> {
        let mut names = text.split(';');
        let name = names.next();
        let in_order = !text.is_empty();
        let mut walk = Walk { names, name, matched: false, in_order, host: false, missing: None, unsigned: None };
        headers.mark(|header| walk.names_next(header, options));
        while walk.name.is_some() {
            walk.leave_name();
        }
        walk
    }
}

impl<'n, I: Iterator<Item = &'n str>> Walk<'n, I> {
    /// Whether the next header is named.
    fn names_next(&mut self, header: &str, options: &VerifyOptions) -> bool {
        while let Some(name) = self.name {
            match order_of_names(name, header) {
                Ordering::Less => self.leave_name(),
                Ordering::Equal => {
                    self.matched = true;
                    self.host |= stands_for_host(header);
                    return true;
                }
                Ordering::Greater => break,
            }
        }
        if self.unsigned.is_none() && options.wants_signed(header) {
            self.unsigned = Some(header.to_ascii_lowercase());
        }
        false
    }

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

    /// Whether every name has a header.
    fn check(self, options: &VerifyOptions) -> Result<bool, Error> {
        if !self.host {
            return Err(host_not_signed());
        }
        match (self.missing, self.unsigned) {
            (Some(missing), _) if !options.absent_headers => Err(not_there(missing)),
            (_, Some(header)) => Err(not_signed(&header)),
            (missing, None) => Ok(missing.is_none()),
        }
    }
}

fn check_required(options: &VerifyOptions, headers: &CanonicalHeaders<'_>) -> Result<(), Error> {
    let missing = options.required.iter().find(|required| headers.values(required).next().is_none());
    missing.map_or(Ok(()), |required| Err(not_signed(required)))
}

#[cold]
fn too_many_names() -> Error {
    Error::new(ErrorKind::TooManyHeaders, format!("'SignedHeaders' names more than {MAX_RECEIVED}"))
}

#[cold]
fn not_there(name: &str) -> Error {
    Error::new(ErrorKind::MissingSignedHeader, format!("the signed header '{}' is not there", shown(name)))
        .of_header(name)
}

#[cold]
fn host_not_signed() -> Error {
    let detail = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    Error::new(ErrorKind::UnsignedHeader, detail).of_header(name::HOST)
}

#[cold]
fn not_signed(header: &str) -> Error {
    let detail = format!("There were headers present in the request which were not signed: {}", shown(header));
    Error::new(ErrorKind::UnsignedHeader, detail).of_header(header)
}
