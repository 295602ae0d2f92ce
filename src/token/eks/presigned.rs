//! The URL in a token: its parts, and its parameters by name.

use crate::bytes::percent;
use crate::name::query;
use std::borrow::Cow;

/// The parameters that a token may have besides those of a signature.
pub(super) const ACTION: &str = "Action";
pub(super) const VERSION: &str = "Version";

/// The parameters of a token. A presigned request of another service may have more.
const ALLOWED: [&str; 9] = [
    ACTION,
    VERSION,
    query::ALGORITHM,
    query::CREDENTIAL,
    query::DATE,
    query::EXPIRES,
    query::SIGNATURE,
    query::SIGNED_HEADERS,
    query::TOKEN,
];

/// Whether a token may have a parameter of this name, in any case.
fn is_allowed(name: &str) -> bool {
    ALLOWED.iter().any(|allowed| name.eq_ignore_ascii_case(allowed))
}

/// `https://host/?query`.
pub(super) struct PresignedUrl<'a> {
    pub(super) host: &'a str,
    pub(super) query: &'a str,
}

impl<'a> PresignedUrl<'a> {
    /// Reads the URL. An error is what is wrong with it.
    pub(super) fn parse(url: &'a str) -> Result<Self, &'static str> {
        if !url.bytes().all(|b| b.is_ascii_graphic()) || url.contains('#') {
            return Err("the URL has a `#`, a space, or a character that is not ASCII");
        }
        let rest = url.strip_prefix("https://").ok_or("the scheme of the URL is not `https`")?;
        let (host, target) = rest.split_once('/').ok_or("the URL has no path")?;
        let query = target.strip_prefix('?').ok_or("the path of the URL is not `/`")?;
        Ok(Self { host, query })
    }
}

/// The parameters of a query: every name is allowed, in any case, and comes once.
pub(super) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    /// Reads the query. An error is what is wrong with it.
    pub(super) fn parse(query: &'a str) -> Result<Self, &'static str> {
        let mut found: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name)?;
            if !is_allowed(&name) {
                return Err("the query has a parameter that no token has");
            }
            if found.iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(&name)) {
                return Err("the query has a parameter twice");
            }
            found.push((name, decoded(value)?));
        }
        Ok(Self(found))
    }

    /// The value of a parameter, whose name may be in any case. An absent parameter counts as empty.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

/// A name or a value, with `+` for a space as in a form.
fn decoded(text: &str) -> Result<Cow<'_, str>, &'static str> {
    if text.contains(';') || percent::malformed(text.as_bytes()).is_some() {
        return Err("the query is malformed");
    }
    let utf8 = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| "the query is not UTF-8");
    match text.contains(['%', '+']) {
        true => utf8(percent::decode(text.replace('+', " ").as_bytes()).into_owned()).map(Cow::Owned),
        false => Ok(Cow::Borrowed(text)),
    }
}
