//! The first carrier, a header.
//!
//! ```text
//! Authorization = algorithm " Credential=" access-key-id "/" scope
//!                 ", SignedHeaders=" name *( ";" name ) ", Signature=" 64HEXDIG
//! ```
//!
//! Source: "Create a signed AWS API request", step 6.

use super::Auth;
use crate::algorithm::Algorithm;
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
    let scope = auth.scope.as_bytes();
    let len = fixed + auth.access_key_id.len() + scope.len() + auth.signed_headers.names_len();
    let mut value = Vec::with_capacity(len);
    value.put(algorithm.as_bytes());
    value.put(CREDENTIAL.as_bytes());
    value.put(auth.access_key_id.as_bytes());
    value.put(b"/");
    value.put(scope);
    value.put(SIGNED_HEADERS.as_bytes());
    auth.signed_headers.write_names(b";", &mut value);
    value.put(SIGNATURE.as_bytes());
    value.put(&signature.to_hex());
    debug_assert_eq!(value.len(), len, "the capacity is exact");
    value
}
