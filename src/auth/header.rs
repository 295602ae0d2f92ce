//! The signature in the `Authorization` header.
//!
//! ```text
//! Authorization = algorithm " Credential=" access-key-id "/" scope
//!                 ", SignedHeaders=" name *( ";" name ) ", Signature=" 1*HEXDIG
//! ```
//!
//! Source: "Create a signed AWS API request", step 6.

use super::Auth;
use super::duplicates::DuplicatePolicy;
use super::version_2;
use crate::algorithm::{Accepted, Algorithm, FAMILY};
use crate::bytes::joined::joined;
use crate::bytes::split::{split, split_first};
use crate::bytes::word;
use crate::bytes::write::Write;
use crate::error::{Error, ErrorKind};
use crate::printable::is_hidden;
use crate::signature::Signature;

const CREDENTIAL: &str = " Credential=";
const SIGNED_HEADERS: &str = ", SignedHeaders=";
const SIGNATURE: &str = ", Signature=";

/// The same, without the comma before them.
const THEN_SIGNED_HEADERS: &str = SIGNED_HEADERS.split_at(1).1;
const THEN_SIGNATURE: &str = SIGNATURE.split_at(1).1;

/// The same, without the separator before them.
const CREDENTIAL_KEY: &str = CREDENTIAL.split_at(1).1;
const SIGNED_HEADERS_KEY: &str = SIGNED_HEADERS.split_at(2).1;
const SIGNATURE_KEY: &str = SIGNATURE.split_at(2).1;

/// The value up to the access key id.
const BEGINNING: [u8; Algorithm::HmacSha256.as_str().len() + CREDENTIAL.len()] =
    joined(&[Algorithm::HmacSha256.as_str(), CREDENTIAL]);

/// The same for Signature Version 4a.
const BEGINNING_V4A: [u8; Algorithm::EcdsaP256Sha256.as_str().len() + CREDENTIAL.len()] =
    joined(&[Algorithm::EcdsaP256Sha256.as_str(), CREDENTIAL]);

/// The longest `Authorization` value that is read, in bytes.
pub const MAX_AUTHORIZATION_LEN: usize = 65_536;

/// The header's value up to its `SignedHeaders`, in an allocation of the size of the whole. Returns it with the position of the names,
/// which end it so that the canonical request can hash them in one piece (row `sign-30-20`).
///
/// Like the rest of the pipeline it is compiled into that of each algorithm (row `sign-post` with the feature `sigv4a`).
#[inline(always)]
pub(crate) fn begin(auth: &Auth<'_>) -> (Vec<u8>, usize) {
    let beginning: &[u8] = match auth.algorithm {
        Algorithm::HmacSha256 => &BEGINNING,
        Algorithm::EcdsaP256Sha256 => &BEGINNING_V4A,
    };
    let fixed = beginning.len() + 1 + SIGNED_HEADERS.len() + SIGNATURE.len() + Signature::max_digits(auth.algorithm);
    let len = fixed + auth.access_key_id.len() + auth.scope.len() + auth.signed_headers.names_len();
    let mut value = Vec::with_capacity(len);
    value.put(beginning);
    value.put(auth.access_key_id.as_bytes());
    value.put(b"/");
    auth.scope.write(&mut value);
    value.put(SIGNED_HEADERS.as_bytes());
    let names = value.len();
    auth.signed_headers.write_names(&mut value);
    (value, names)
}

/// Ends the header's value.
#[inline(always)]
pub(crate) fn finish(value: &mut Vec<u8>, signature: &Signature) {
    let capacity = value.capacity();
    value.put(SIGNATURE.as_bytes());
    signature.write_hex(value);
    debug_assert_eq!(value.capacity(), capacity, "there was room for the whole");
}

/// The header's value from parameters that are text.
pub(super) fn text(algorithm: Algorithm, credential: &str, signed_headers: &str, signature: &str) -> String {
    [algorithm.as_str(), CREDENTIAL, credential, SIGNED_HEADERS, signed_headers, SIGNATURE, signature].concat()
}

/// Whether an `Authorization` value is a signature of this family, and not a bearer token, for example.
pub(crate) fn is_signature(value: &[u8]) -> bool {
    value.starts_with(FAMILY.as_bytes())
}

/// Whether the signature in an `Authorization` value names this access key id.
pub(crate) fn is_of(value: &[u8], access_key_id: &str) -> bool {
    let credential = CREDENTIAL.as_bytes();
    let after = value.windows(credential.len()).position(|w| w == credential).map(|at| at + credential.len());
    let given = after.and_then(|at| value.get(at..));
    let rest = given.and_then(|given| given.strip_prefix(access_key_id.as_bytes()));
    rest.is_some_and(|rest| rest.starts_with(b"/"))
}

/// The parameters of an `Authorization` header, unverified and perhaps incomplete.
///
/// ```
/// use sig4::auth::{DuplicatePolicy, HeaderParams};
///
/// let found = HeaderParams::parse(b"AWS4-HMAC-SHA256 SignedHeaders=host, Signature=5d67", DuplicatePolicy::Refuse)?;
/// assert_eq!((found.credential(), found.signed_headers(), found.signature()), (None, Some("host"), Some("5d67")));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HeaderParams<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) credential: Option<&'a str>,
    pub(crate) signed_headers: Option<&'a str>,
    pub(crate) signature: Option<&'a str>,
}

impl<'a> HeaderParams<'a> {
    /// Reads the value of an `Authorization` header. Blanks and tabs around a parameter are ignored.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::UnsupportedAlgorithm`] if the value does not begin with `AWS4-HMAC-SHA256`, [`ErrorKind::AsymmetricSignature`]
    ///   if it begins with SigV4a's algorithm, and [`ErrorKind::SignatureVersion2`] if its first word is `AWS`.
    /// - [`ErrorKind::IncompleteSignature`] if it is longer than [`MAX_AUTHORIZATION_LEN`], if a parameter has no `=`, or, unless
    ///   `duplicates` allows it, if a parameter is unknown.
    /// - [`ErrorKind::AmbiguousAuthentication`] if a parameter is given twice, unless `duplicates` allows it.
    #[inline]
    pub fn parse(value: &'a [u8], duplicates: DuplicatePolicy) -> Result<Self, Error> {
        Self::parse_accepted(value, duplicates, Accepted::V4)
    }

    /// [`parse`](Self::parse) for the algorithms of a verifier.
    #[inline]
    pub(crate) fn parse_accepted(
        value: &'a [u8],
        duplicates: DuplicatePolicy,
        accepted: Accepted,
    ) -> Result<Self, Error> {
        if value.len() > MAX_AUTHORIZATION_LEN {
            let detail = format!("the `Authorization` header is longer than {MAX_AUTHORIZATION_LEN} bytes");
            return Err(Error::new(ErrorKind::IncompleteSignature, detail));
        }
        let value = text_of(value);
        if let Some(parameters) = Self::as_written(value).filter(|_| accepted.has(Algorithm::HmacSha256)) {
            return Ok(parameters);
        }
        let (algorithm, rest) = split_first(value, b' ');
        let mut parameters = Self { algorithm: find_algorithm(algorithm, accepted)?, ..Self::default() };
        for piece in split(rest.unwrap_or_default(), b',') {
            let piece = trim(piece);
            if !piece.is_empty() {
                parameters.take(piece, duplicates)?;
            }
        }
        Ok(parameters)
    }

    /// The parameters of a value that is written as signers write it, which most are (row `verify-post`).
    #[inline]
    fn as_written(value: &'a str) -> Option<Self> {
        let rest = value.strip_prefix(Algorithm::HmacSha256.as_str())?.strip_prefix(CREDENTIAL)?;
        let (credential, rest) = split_first(rest, b',');
        let (signed_headers, rest) = split_first(rest?.strip_prefix(THEN_SIGNED_HEADERS)?, b',');
        let signature = rest?.strip_prefix(THEN_SIGNATURE)?;
        let more = word::any(signature.as_bytes(), b'a', |word| word::equal(word, b','));
        let trimmed = |text: &str| !text.ends_with(is_blank);
        let written = trimmed(credential) && trimmed(signed_headers) && trimmed(signature) && !more;
        written.then_some(Self {
            algorithm: Algorithm::HmacSha256,
            credential: Some(credential),
            signed_headers: Some(signed_headers),
            signature: Some(signature),
        })
    }

    /// `access-key-id/day/region/service/aws4_request`.
    #[must_use]
    pub const fn credential(&self) -> Option<&'a str> {
        self.credential
    }

    /// The names of the signed headers, joined with `;`.
    #[must_use]
    pub const fn signed_headers(&self) -> Option<&'a str> {
        self.signed_headers
    }

    /// The signature.
    #[must_use]
    pub const fn signature(&self) -> Option<&'a str> {
        self.signature
    }

    #[inline]
    fn take(&mut self, piece: &'a str, duplicates: DuplicatePolicy) -> Result<(), Error> {
        let (key, place, given) = if let Some(given) = piece.strip_prefix(CREDENTIAL_KEY) {
            (CREDENTIAL_KEY, &mut self.credential, given)
        } else if let Some(given) = piece.strip_prefix(SIGNED_HEADERS_KEY) {
            (SIGNED_HEADERS_KEY, &mut self.signed_headers, given)
        } else if let Some(given) = piece.strip_prefix(SIGNATURE_KEY) {
            (SIGNATURE_KEY, &mut self.signature, given)
        } else {
            return other(piece, duplicates);
        };
        match place.replace(given) {
            Some(_) if duplicates == DuplicatePolicy::Refuse => Err(given_twice(key)),
            _ => Ok(()),
        }
    }
}

/// A parameter that is not of a signature.
#[cold]
fn other(piece: &str, duplicates: DuplicatePolicy) -> Result<(), Error> {
    match piece.split_once('=') {
        Some(_) if duplicates == DuplicatePolicy::AsAws => Ok(()),
        Some((key, _)) => Err(foreign(key)),
        None => Err(no_equal_sign(piece)),
    }
}

/// The value without blanks and tabs around it. A value that is not UTF-8 counts as empty: it names no algorithm.
#[inline]
fn text_of(value: &[u8]) -> &str {
    str::from_utf8(value).map_or("", trim)
}

/// The text without blanks and tabs around it.
#[inline]
fn trim(text: &str) -> &str {
    if text.starts_with(is_blank) || text.ends_with(is_blank) { text.trim_matches(is_blank) } else { text }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// Whether a value names an algorithm that is accepted. The rest of the value is not read.
pub(crate) fn is_accepted(value: &[u8], accepted: Accepted) -> bool {
    find_algorithm(split_first(text_of(value), b' ').0, accepted).is_ok()
}

fn find_algorithm(name: &str, accepted: Accepted) -> Result<Algorithm, Error> {
    if name == version_2::SCHEME {
        return Err(version_2::refused());
    }
    let unsupported = |kind| Error::new(kind, format!("Unsupported AWS 'algorithm': '{}'.", glimpse(name)));
    accepted.find(name.as_bytes()).map_err(unsupported)
}

/// The error for an `Authorization` header without some of its parameters, or a request without a date.
#[cold]
pub(crate) fn missing(credential: bool, signature: bool, signed_headers: bool, date: bool) -> Error {
    let mut detail = String::new();
    let keys = [(credential, CREDENTIAL_KEY), (signature, SIGNATURE_KEY), (signed_headers, SIGNED_HEADERS_KEY)];
    for (_, key) in keys.iter().filter(|(missing, _)| *missing) {
        detail += &format!("Authorization header requires '{}' parameter. ", key.trim_end_matches('='));
    }
    if date {
        detail += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
    }
    detail += "Authorization=";
    detail += Algorithm::HmacSha256.as_str();
    Error::new(ErrorKind::IncompleteSignature, detail)
}

#[cold]
fn given_twice(key: &str) -> Error {
    let detail = format!("Authorization header has more than one '{}' parameter.", key.trim_end_matches('='));
    Error::new(ErrorKind::AmbiguousAuthentication, detail)
}

#[cold]
fn no_equal_sign(piece: &str) -> Error {
    let (piece, algorithm) = (glimpse(piece), Algorithm::HmacSha256.as_str());
    let detail = format!(
        "'{piece}' not a valid key=value pair (missing equal-sign) in Authorization header: '{algorithm} ...'."
    );
    Error::new(ErrorKind::IncompleteSignature, detail)
}

#[cold]
fn foreign(key: &str) -> Error {
    let detail = format!("Authorization header has the unknown parameter '{}'.", glimpse(key));
    Error::new(ErrorKind::IncompleteSignature, detail)
}

/// The first characters of a text that is not part of a signature, for a message. They are few, because the text may be a secret
/// in the wrong place. The name of an algorithm may be longer.
fn glimpse(text: &str) -> String {
    shown_up_to(text, if text.starts_with(FAMILY) { 32 } else { 11 })
}

/// The first characters of a received text, for a message.
pub(crate) fn shown(text: &str) -> String {
    shown_up_to(text, 32)
}

/// The first `most` characters of a received text.
pub(crate) fn shown_up_to(text: &str, most: usize) -> String {
    let dots = if text.chars().nth(most).is_some() { "..." } else { "" };
    text.chars().take(most).map(|c| if is_hidden(c) { '?' } else { c }).chain(dots.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::HeaderParams;
    use crate::auth::duplicates::DuplicatePolicy;
    use crate::error::ErrorKind;

    fn parsed(value: &str, duplicates: DuplicatePolicy) -> Result<[Option<&str>; 3], ErrorKind> {
        let found = HeaderParams::parse(value.as_bytes(), duplicates).map_err(|e| e.kind())?;
        Ok([found.credential, found.signed_headers, found.signature])
    }

    #[test]
    fn parameters_come_in_any_order_and_with_any_blanks() {
        for value in [
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=c;d, Signature=e",
            "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=c;d,Signature=e",
            "AWS4-HMAC-SHA256 Credential=a/b , SignedHeaders=c;d, Signature=e",
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=c;d\t, Signature=e",
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=c;d, Signature=e\t,",
            " AWS4-HMAC-SHA256  Signature=e ,\tCredential=a/b,, SignedHeaders=c;d, ",
        ] {
            assert_eq!(parsed(value, DuplicatePolicy::Refuse), Ok([Some("a/b"), Some("c;d"), Some("e")]), "{value}");
        }
        assert_eq!(parsed("AWS4-HMAC-SHA256", DuplicatePolicy::Refuse), Ok([None; 3]));
        assert_eq!(parsed("AWS4-HMAC-SHA256 Credential=a=b", DuplicatePolicy::Refuse), Ok([Some("a=b"), None, None]));
    }

    #[test]
    fn the_algorithm_is_pinned_and_sigv4a_is_told_apart() {
        for (value, kind) in [
            ("", ErrorKind::UnsupportedAlgorithm),
            ("Bearer abc", ErrorKind::UnsupportedAlgorithm),
            ("aws4-hmac-sha256 Credential=a", ErrorKind::UnsupportedAlgorithm),
            ("AWS4-HMAC-SHA256-PAYLOAD Credential=a", ErrorKind::UnsupportedAlgorithm),
            ("AWS4-ECDSA-P256-SHA256 Credential=a", ErrorKind::AsymmetricSignature),
            ("AWS AKID:frJIUN8DYpKDtOLCwo//yllqDzg=", ErrorKind::SignatureVersion2),
        ] {
            assert_eq!(parsed(value, DuplicatePolicy::AsAws), Err(kind), "{value}");
        }
    }

    #[test]
    fn twice_is_refused_or_the_last_wins() {
        let value = "AWS4-HMAC-SHA256 Credential=a, Credential=b, Version=1";
        assert_eq!(parsed(value, DuplicatePolicy::Refuse), Err(ErrorKind::AmbiguousAuthentication));
        assert_eq!(parsed(value, DuplicatePolicy::AsAws), Ok([Some("b"), None, None]));
        let value = "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c, Signature=d";
        assert_eq!(parsed(value, DuplicatePolicy::Refuse), Err(ErrorKind::AmbiguousAuthentication));
        assert_eq!(parsed(value, DuplicatePolicy::AsAws), Ok([Some("a"), Some("b"), Some("d")]));
        assert_eq!(parsed("AWS4-HMAC-SHA256 Version=1", DuplicatePolicy::Refuse), Err(ErrorKind::IncompleteSignature));
    }
}
