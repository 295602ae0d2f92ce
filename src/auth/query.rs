//! The signature in the query of a presigned URL. It has the parameters of the header, and the time, the lifetime and the session
//! token, which a header-signed request has in other headers.
//!
//! Source: "Authenticating Requests: Using Query Parameters".

use super::Auth;
use super::duplicates::DuplicatePolicy;
use crate::algorithm::Algorithm;
use crate::bytes::joined::joined;
use crate::bytes::percent::{self, EncodeSet};
use crate::bytes::split::{split, split_first};
use crate::bytes::write::Write;
use crate::canonical::CanonicalRequest;
use crate::canonical::query::{CanonicalQuery, MAX_QUERY_PAIRS};
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::name::AMZ_PREFIX;
use crate::name::query as name;
use crate::session_token::{SessionToken, SessionTokenKind};
use crate::signature::{MAX_V4A_DIGITS, Signature};
use crate::time::Timestamp;
use std::borrow::Cow;
use std::fmt;

/// The signed parameters after the path of the URL and `?`, in the order in which they are signed, and where they begin. If nothing has to be
/// encoded, the allocation has the size of the whole URL, and a `Uri` takes it as it is (row `presign`).
#[inline]
pub(crate) fn signed(
    path: &[u8],
    auth: &Auth<'_>,
    timestamp: Timestamp,
    expires: Option<Expires>,
    token: Option<&SessionToken>,
) -> (Vec<u8>, usize) {
    let expires = expires.map(Expires::digits);
    let given = path.len() + auth.access_key_id.len() + auth.scope.len() + auth.signed_headers.names_len();
    let len_of_expires = expires.as_ref().map_or(0, |digits| EXPIRES.len() + digits.len());
    let len_of_regions = auth.region_set.map_or(0, |regions| REGION_SET.len() + 3 * regions.len());
    let len_of_token = token.map_or(0, |token| before_token(token).len() + token.as_str().len());
    let fixed = FIXED_LEN + Signature::max_digits(auth.algorithm);
    let mut text = Vec::with_capacity(fixed + given + len_of_expires + len_of_regions + len_of_token);
    text.put(path);
    match auth.algorithm {
        Algorithm::HmacSha256 => text.put(&BEGINNING),
        Algorithm::EcdsaP256Sha256 => text.put(&BEGINNING_V4A),
    }
    Encoded(&mut text).put(auth.access_key_id.as_bytes());
    text.put(b"%2F");
    match auth.algorithm {
        Algorithm::HmacSha256 => auth.scope.write_encoded(&mut text),
        Algorithm::EcdsaP256Sha256 => Encoded(&mut text).put(auth.scope.to_string().as_bytes()),
    }
    text.put(&DATE);
    text.put(timestamp.as_bytes());
    if let Some(expires) = expires {
        text.put(&EXPIRES);
        text.put(expires.as_bytes());
    }
    if let Some(regions) = auth.region_set {
        text.put(&REGION_SET);
        Encoded(&mut text).put(regions.as_bytes());
    }
    if let Some(token) = token {
        text.put(before_token(token));
        Encoded(&mut text).put(token.as_str().as_bytes());
    }
    text.put(&SIGNED_HEADERS);
    auth.signed_headers.write_names(&mut Encoded(&mut text));
    (text, path.len() + 1)
}

/// The parameters' names, the values of one length, `%2F` after the access key id, and what encoding the three slashes of the scope adds.
const FIXED_LEN: usize = BEGINNING.len() + 3 + 3 * 2 + DATE.len() + 16 + SIGNED_HEADERS.len() + SIGNATURE.len();

/// Parameters up to their value, to be written in one piece (row `presign`).
const BEGINNING: [u8; 1
    + name::ALGORITHM.len()
    + 1
    + Algorithm::HmacSha256.as_str().len()
    + name::CREDENTIAL.len()
    + 2] = joined(&["?", name::ALGORITHM, "=", Algorithm::HmacSha256.as_str(), "&", name::CREDENTIAL, "="]);
const BEGINNING_V4A: [u8; 1
    + name::ALGORITHM.len()
    + 1
    + Algorithm::EcdsaP256Sha256.as_str().len()
    + name::CREDENTIAL.len()
    + 2] = joined(&["?", name::ALGORITHM, "=", Algorithm::EcdsaP256Sha256.as_str(), "&", name::CREDENTIAL, "="]);
const DATE: [u8; name::DATE.len() + 2] = joined(&["&", name::DATE, "="]);
const EXPIRES: [u8; name::EXPIRES.len() + 2] = joined(&["&", name::EXPIRES, "="]);
const REGION_SET: [u8; name::REGION_SET.len() + 2] = joined(&["&", name::REGION_SET, "="]);
const TOKEN: [u8; name::TOKEN.len() + 2] = joined(&["&", name::TOKEN, "="]);
const S3_TOKEN: [u8; name::S3_TOKEN.len() + 2] = joined(&["&", name::S3_TOKEN, "="]);
const SIGNED_HEADERS: [u8; name::SIGNED_HEADERS.len() + 2] = joined(&["&", name::SIGNED_HEADERS, "="]);
const SIGNATURE: [u8; name::SIGNATURE.len() + 2] = joined(&["&", name::SIGNATURE, "="]);

/// The path and query of a presigned URL: the canonical query, and after it what is not signed, the signature and an unsigned session
/// token.
#[inline]
pub(crate) fn target(
    canonical: &mut CanonicalRequest<'_>,
    signature: &Signature,
    token: Option<&SessionToken>,
) -> Vec<u8> {
    let mut url = canonical.query.take_text().unwrap_or_else(|| path_and_query(canonical));
    url.put(&SIGNATURE);
    signature.write_hex(&mut url);
    if let Some(token) = token {
        url.put(before_token(token));
        Encoded(&mut url).put(token.as_str().as_bytes());
    }
    url
}

/// The parameter of the session token up to its value. Either name sorts between those of the lifetime and of the signed headers.
const fn before_token(token: &SessionToken) -> &'static [u8] {
    match token.kind() {
        SessionTokenKind::Security => &TOKEN,
        SessionTokenKind::S3Session => &S3_TOKEN,
    }
}

fn path_and_query(canonical: &CanonicalRequest<'_>) -> Vec<u8> {
    let path = canonical.target.path(&canonical.path);
    let mut text = Vec::with_capacity(path.len() + 1 + canonical.query.longest() + SIGNATURE.len() + MAX_V4A_DIGITS);
    text.put(path);
    text.push(b'?');
    canonical.query.write(&mut text);
    text
}

/// Whether presigning adds a parameter of this name.
pub(crate) fn is_of_signature(canonical_name: &[u8]) -> bool {
    name::ALL.iter().any(|name| name.as_bytes() == canonical_name)
}

/// Refuses a query with more than [`MAX_QUERY_PAIRS`] parameters besides those of a signature.
#[inline]
pub(crate) fn check_number(query: &CanonicalQuery<'_>) -> Result<(), Error> {
    if query.len() <= MAX_QUERY_PAIRS { Ok(()) } else { check_large_number(query) }
}

#[cold]
fn check_large_number(query: &CanonicalQuery<'_>) -> Result<(), Error> {
    if query.pairs().filter(|(name, _)| !is_of_signature(name)).count() > MAX_QUERY_PAIRS {
        let detail = format!("there are more than {MAX_QUERY_PAIRS}");
        return Err(Error::new(ErrorKind::TooManyQueryPairs, detail));
    }
    Ok(())
}

/// Percent-encodes what is written to it.
struct Encoded<'a>(&'a mut Vec<u8>);

impl Write for Encoded<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        percent::encode(bytes, EncodeSet::Unreserved, self.0);
    }
}

/// The parameters of a signature in a query, unverified and perhaps incomplete. If a name is given twice, the first counts.
///
/// ```
/// use sig4::auth::{DuplicatePolicy, QueryParams};
///
/// let found = QueryParams::find(Some("a=1&X-Amz-SignedHeaders=host%3Bx-a"), DuplicatePolicy::Refuse)?;
/// assert_eq!((found.signed_headers().as_deref(), found.signature()), (Some("host;x-a"), None));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct QueryParams<'a> {
    pub(crate) algorithm: Option<&'a str>,
    pub(crate) credential: Option<&'a str>,
    pub(crate) date: Option<&'a str>,
    pub(crate) expires: Option<&'a str>,
    pub(crate) region_set: Option<&'a str>,
    pub(crate) signature: Option<&'a str>,
    pub(crate) signed_headers: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
    pub(crate) content_sha256: Option<&'a str>,
    pub(crate) s3_token: Option<&'a str>,
}

impl<'a> QueryParams<'a> {
    /// Finds the parameters in a raw query.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::AmbiguousAuthentication`] if a name that begins with `x-amz-` is there twice, ignoring case, unless
    ///   `duplicates` allows it.
    /// - [`ErrorKind::TooManyQueryPairs`] if there are more than [`MAX_QUERY_PAIRS`] other names that begin with `x-amz-`.
    pub fn find(query: Option<&'a str>, duplicates: DuplicatePolicy) -> Result<Self, Error> {
        let halves = |piece| {
            let (name, value) = split_first(piece, b'=');
            (name, value.unwrap_or_default())
        };
        Self::find_in(split(query.unwrap_or_default(), b'&').map(halves), duplicates)
    }

    /// [`find`](Self::find) in the raw query of `query`. One in canonical spelling is not split again (row `verify-30-20`).
    #[inline]
    pub(crate) fn of(
        query: &CanonicalQuery<'a>,
        raw: Option<&'a str>,
        duplicates: DuplicatePolicy,
    ) -> Result<Self, Error> {
        let Some(raw) = raw.filter(|raw| !raw.is_empty()) else { return Ok(Self::default()) };
        match query.raw_pairs(raw) {
            Some(pairs) => Self::find_in(pairs, duplicates),
            None => Self::find(Some(raw), duplicates),
        }
    }

    #[inline]
    fn find_in(pairs: impl Iterator<Item = (&'a str, &'a str)>, duplicates: DuplicatePolicy) -> Result<Self, Error> {
        let (mut found, mut seen, mut twice, mut others) = (Self::default(), 0_u32, 0_u32, Vec::new());
        for (raw_name, raw_value) in pairs.filter(|(raw_name, _)| may_be_amz(raw_name)) {
            let mut known = found.take(raw_name.as_bytes(), raw_value);
            if known.is_none() {
                let name = percent::decode(raw_name.as_bytes());
                known = found.take(&name, raw_value);
                if known.is_none() && starts_with_amz(&name) {
                    others.push(name);
                }
            }
            let bit = known.unwrap_or_default();
            twice |= seen & bit;
            seen |= bit;
            if others.len() > MAX_QUERY_PAIRS {
                let detail = format!("there are more than {MAX_QUERY_PAIRS}");
                return Err(Error::new(ErrorKind::TooManyQueryPairs, detail));
            }
        }
        let any_twice = twice != 0 || any_twice(&mut others);
        if any_twice && duplicates == DuplicatePolicy::Refuse { Err(given_twice()) } else { Ok(found) }
    }

    /// `access-key-id/day/region/service/aws4_request`, decoded. Bytes that are not UTF-8 become `U+FFFD`.
    #[must_use]
    pub fn credential(&self) -> Option<Cow<'a, str>> {
        self.credential.map(decoded)
    }

    /// The names of the signed headers, joined with `;`, decoded. Bytes that are not UTF-8 become `U+FFFD`.
    #[must_use]
    pub fn signed_headers(&self) -> Option<Cow<'a, str>> {
        self.signed_headers.map(decoded)
    }

    /// The signature, decoded. Bytes that are not UTF-8 become `U+FFFD`.
    #[must_use]
    pub fn signature(&self) -> Option<Cow<'a, str>> {
        self.signature.map(decoded)
    }

    /// Takes the value of a parameter, and returns the parameter's bit, whatever the case of its name.
    #[inline]
    fn take(&mut self, name: &[u8], value: &'a str) -> Option<u32> {
        let (bit, own, place) = match (name.len(), name.get(AMZ_PREFIX.len())?) {
            (10, _) => (1, name::DATE, &mut self.date),
            (13, _) => (2, name::EXPIRES, &mut self.expires),
            (15, b'A' | b'a') => (4, name::ALGORITHM, &mut self.algorithm),
            (15, _) => (8, name::SIGNATURE, &mut self.signature),
            (16, b'C' | b'c') => (16, name::CREDENTIAL, &mut self.credential),
            (16, _) => (512, name::REGION_SET, &mut self.region_set),
            (19, _) => (32, name::SIGNED_HEADERS, &mut self.signed_headers),
            (20, b'S' | b's') => (64, name::TOKEN, &mut self.token),
            (20, _) => (128, name::CONTENT_SHA256, &mut self.content_sha256),
            (21, _) => (256, name::S3_TOKEN, &mut self.s3_token),
            _ => return None,
        };
        if own.as_bytes() == name {
            place.get_or_insert(value);
            return Some(bit);
        }
        own.as_bytes().eq_ignore_ascii_case(name).then_some(bit)
    }
}

/// Shows the names of the parameters, and no value, because one may be a session token.
impl fmt::Debug for QueryParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = [
            (self.algorithm, name::ALGORITHM),
            (self.credential, name::CREDENTIAL),
            (self.date, name::DATE),
            (self.expires, name::EXPIRES),
            (self.region_set, name::REGION_SET),
            (self.signature, name::SIGNATURE),
            (self.signed_headers, name::SIGNED_HEADERS),
            (self.token, name::TOKEN),
            (self.content_sha256, name::CONTENT_SHA256),
            (self.s3_token, name::S3_TOKEN),
        ];
        f.debug_set().entries(there.iter().filter(|(value, _)| value.is_some()).map(|(_, name)| name)).finish()
    }
}

fn decoded(raw: &str) -> Cow<'_, str> {
    match percent::decode(raw.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(raw),
        Cow::Owned(text) => Cow::Owned(String::from_utf8_lossy(&text).into_owned()),
    }
}

/// The algorithm and the parameters that have a value, percent-encoded and joined with `&`.
pub(super) fn text<const N: usize>(algorithm: Algorithm, parameters: [(&str, Option<&[u8]>); N]) -> String {
    let mut text = [name::ALGORITHM, "=", algorithm.as_str()].concat().into_bytes();
    for (name, value) in parameters {
        if let Some(value) = value {
            text.put([b"&", name.as_bytes(), b"="].concat().as_slice());
            percent::encode(value, EncodeSet::Unreserved, &mut text);
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Whether the raw name may begin with `x-amz-`. The first byte decides for most names, without decoding.
fn may_be_amz(raw: &str) -> bool {
    raw.starts_with(['X', 'x', '%'])
}

fn starts_with_amz(name: &[u8]) -> bool {
    name.get(..AMZ_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(AMZ_PREFIX.as_bytes()))
}

/// Whether two of the names are the same, ignoring case.
fn any_twice(names: &mut Vec<Cow<'_, [u8]>>) -> bool {
    let lower = |name: &[u8]| name.iter().map(u8::to_ascii_lowercase).collect::<Vec<_>>();
    names.sort_by_cached_key(|name| lower(name));
    names.windows(2).any(|pair| matches!(pair, [a, b] if a.eq_ignore_ascii_case(b)))
}

/// The error for a presigned URL without some of its parameters.
#[cold]
pub(crate) fn missing(credential: bool, signature: bool, signed_headers: bool, date: bool) -> Error {
    let mut detail = String::new();
    for (missing, parameter) in [
        (credential, name::CREDENTIAL),
        (signature, name::SIGNATURE),
        (signed_headers, name::SIGNED_HEADERS),
        (date, name::DATE),
    ] {
        if missing {
            detail += &format!("AWS query-string parameters must include '{parameter}'. ");
        }
    }
    Error::new(ErrorKind::IncompleteSignature, detail + "Re-examine the query-string parameters.")
}

#[cold]
fn given_twice() -> Error {
    Error::new(ErrorKind::AmbiguousAuthentication, "a query parameter whose name begins with 'X-Amz-' is given twice")
}

#[cfg(test)]
mod tests {
    use super::QueryParams;
    use crate::auth::duplicates::DuplicatePolicy;
    use crate::error::ErrorKind;

    #[test]
    fn parameters_are_found_however_their_names_are_spelled() {
        let query = "a=1&X-Amz-Credential=AKID%2F20150830&%58-Amz-Date=20150830T123600Z&X-Amz-Expires";
        let found = QueryParams::find(Some(query), DuplicatePolicy::Refuse).unwrap();
        assert_eq!(found.credential, Some("AKID%2F20150830"));
        assert_eq!(found.date, Some("20150830T123600Z"));
        assert_eq!(found.expires, Some(""));
        assert!(found.signature.is_none());
    }

    #[test]
    fn a_name_in_another_case_is_another_name_and_yet_a_duplicate() {
        let found = QueryParams::find(Some("x-amz-date=1"), DuplicatePolicy::Refuse).unwrap();
        assert!(found.date.is_none());
        for query in ["X-Amz-Date=1&x-amz-date=1", "X-Amz-Date=1&%78-amz-date=1", "x-amz-meta-a&b&X-Amz-Meta-A"] {
            let refused = QueryParams::find(Some(query), DuplicatePolicy::Refuse).err().map(|e| e.kind());
            assert_eq!(refused, Some(ErrorKind::AmbiguousAuthentication), "{query}");
        }
        let found = QueryParams::find(Some("X-Amz-Date=1&X-Amz-Date=2"), DuplicatePolicy::AsAws).unwrap();
        assert_eq!(found.date, Some("1"));
    }
}
