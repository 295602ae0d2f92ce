//! The first carrier, a header.
//!
//! ```text
//! Authorization = algorithm " Credential=" access-key-id "/" scope
//!                 ", SignedHeaders=" name *( ";" name ) ", Signature=" 64HEXDIG
//! ```
//!
//! Source: "Create a signed AWS API request", step 6.

use super::Auth;
use crate::algorithm::{Algorithm, FAMILY};
use crate::bytes::sink::Sink;
use crate::signature::Signature;

const CREDENTIAL: &str = " Credential=";
const SIGNED_HEADERS: &str = ", SignedHeaders=";
const SIGNATURE: &str = ", Signature=";

/// The header's value, in an allocation of just its size.
#[inline]
pub(crate) fn value(auth: &Auth<'_>, signature: &Signature) -> Vec<u8> {
    let algorithm = Algorithm::HmacSha256.as_str();
    let fixed = algorithm.len() + CREDENTIAL.len() + 1 + SIGNED_HEADERS.len() + SIGNATURE.len() + 64;
    let len = fixed + auth.access_key_id.len() + auth.scope.len() + auth.signed_headers.names_len();
    let mut value = Vec::with_capacity(len);
    value.put(algorithm.as_bytes());
    value.put(CREDENTIAL.as_bytes());
    value.put(auth.access_key_id.as_bytes());
    value.put(b"/");
    auth.scope.write(&mut value);
    value.put(SIGNED_HEADERS.as_bytes());
    auth.signed_headers.write_names(&mut value);
    value.put(SIGNATURE.as_bytes());
    value.put(&signature.to_hex());
    debug_assert_eq!(value.len(), len, "the capacity is exact");
    value
}

/// Whether an `Authorization` value holds a signature of this family, and not, say, a bearer token.
pub(crate) fn is_signature(value: &[u8]) -> bool {
    value.starts_with(FAMILY.as_bytes())
}

/// Whether the signature in an `Authorization` value says that it is of this access key id.
pub(crate) fn is_of(value: &[u8], access_key_id: &str) -> bool {
    let credential = CREDENTIAL.as_bytes();
    let after = value.windows(credential.len()).position(|w| w == credential).map(|at| at + credential.len());
    let given = after.and_then(|at| value.get(at..)).unwrap_or_default();
    given.strip_prefix(access_key_id.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
}
