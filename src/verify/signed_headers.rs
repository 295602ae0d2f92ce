//! The headers that a request names as signed, selected from all its headers.
//!
//! Most requests write the names sorted and in lower case: the headers are then compared with the text while both are walked. Otherwise
//! the names are sorted first. Either way, the cost for each name does not grow with the lists.

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
#[inline]
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
    if text.is_empty() {
        return Err(host_not_signed());
    }
    add_rarely_signed(request, text, headers);
    let (mut has_host, mut unsigned) = (false, None);
    let absent = mark_named(sorted(text.split(';'), options.duplicates)?, headers, |header, is_named| {
        has_host |= is_named && (is_host(header) || header == name::AUTHORITY);
        if !is_named && unsigned.is_none() && options.wants_signed(header) {
            unsigned = Some(header.to_ascii_lowercase());
        }
    });
    match (absent.first(), unsigned) {
        _ if !has_host => return Err(host_not_signed()),
        (Some(absent), _) if !options.absent_headers => return Err(not_there(absent)),
        (_, Some(header)) => return Err(not_signed(&header)),
        (_, None) => headers.keep_marked(None),
    }
    check_required(options, headers)?;
    if absent.is_empty() { Ok(()) } else { add_absent(params, parameters, headers) }
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
///
/// Their names are borrowed from the request. In a query only the separators are decoded: a name that is percent-encoded itself counts as
/// absent, and is refused.
#[cold]
#[expect(clippy::expect_used, reason = "a list that loses its names becomes a wrong signature")]
fn add_absent<'a>(
    params: &AuthParams<'a>,
    parameters: &QueryParams<'a>,
    headers: &mut CanonicalHeaders<'a>,
) -> Result<(), Error> {
    let names = match params.signed_headers {
        Cow::Borrowed(text) => sorted(text.split(';'), DuplicatePolicy::AsAws)?,
        Cow::Owned(_) => {
            let raw = parameters.signed_headers.expect("only a list of the query is decoded");
            let names = raw.split(';').flat_map(|piece| piece.split("%3B")).flat_map(|piece| piece.split("%3b"));
            sorted(names, DuplicatePolicy::AsAws)?
        }
    };
    for name in mark_named(names, headers, |_header, _is_named| ()) {
        if !is_name(name) || name.contains('%') {
            return Err(not_there(name));
        }
        headers.push(name, b"");
    }
    headers.sort();
    Ok(())
}

/// The names in the order of headers, each once. An empty name counts as absent at the start of sorted names, and is refused elsewhere.
fn sorted<'n>(names: impl Iterator<Item = &'n str>, duplicates: DuplicatePolicy) -> Result<Vec<&'n str>, Error> {
    let mut names: Vec<&str> = names.take(MAX_RECEIVED + 1).collect();
    if names.len() > MAX_RECEIVED {
        let detail = format!("'SignedHeaders' names more than {MAX_RECEIVED}");
        return Err(Error::new(ErrorKind::TooManyHeaders, detail));
    }
    if names.is_sorted_by(|a, b| order_of_names(a, b) == Ordering::Less) {
        return Ok(names);
    }
    if names.contains(&"") {
        return Err(Error::new(ErrorKind::IncompleteSignature, "'SignedHeaders' holds an empty name"));
    }
    names.sort_unstable_by(|a, b| order_of_names(a, b));
    let given = names.len();
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    if names.len() < given && duplicates == DuplicatePolicy::Refuse {
        return Err(Error::new(ErrorKind::AmbiguousAuthentication, "'SignedHeaders' holds a name twice"));
    }
    Ok(names)
}

/// Merges the sorted names with the sorted headers: marks the headers that are named, tells `each` header whether it is, and returns the
/// names without a header.
fn mark_named<'n>(
    names: Vec<&'n str>,
    headers: &mut CanonicalHeaders<'_>,
    mut each: impl FnMut(&str, bool),
) -> Vec<&'n str> {
    let (mut names, mut absent) = (names.into_iter().peekable(), Vec::new());
    headers.mark(|header| {
        absent.extend(std::iter::from_fn(|| names.next_if(|name| order_of_names(name, header) == Ordering::Less)));
        let is_named = names.next_if(|name| order_of_names(name, header) == Ordering::Equal).is_some();
        each(header, is_named);
        is_named
    });
    absent.extend(names);
    absent
}

fn check_required(options: &VerifyOptions, headers: &CanonicalHeaders<'_>) -> Result<(), Error> {
    let missing = options.required.iter().find(|required| headers.values(required).next().is_none());
    missing.map_or(Ok(()), |required| Err(not_signed(required)))
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
