//! The message for a signature that does not match, with what the gateway computed.
//!
//! It tells the caller nothing that is not in the request: the canonical request and the hash of it, without a key and without a
//! signature.
//!
//! Source: postmanlabs/postman-app-support#1663 and aws/aws-sdk-js#2372, which cite the message of `execute-api`.

use super::own_response::Refusal;
use http::request::Parts;
use sig4::ErrorKind;
use sig4::string_to_sign::StringToSign;
use sig4::tower::Cause;
use sig4::verify::Verifier;

/// The message with the canonical request and the string to sign. `None` if the signature is not what is wrong, or the body that it
/// covers was not read.
pub(super) fn mismatch_message(verifier: &Verifier, head: &Parts, refusal: &Refusal) -> Option<String> {
    let Cause::Unverified(error) = refusal.cause() else { return None };
    if error.kind() != ErrorKind::SignatureMismatch {
        return None;
    }
    let claim = verifier.claim(head).ok()?;
    let body = match refusal.body() {
        Some(body) => body.as_ref(),
        None if claim.needs_body() => return None,
        None => &[],
    };
    let canonical = claim.canonical_request(body).ok()?;
    let string_to_sign = StringToSign::new(claim.timestamp(), claim.scope().ok()?, canonical.sha256());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
    Some(format!(
        "{}\n\nThe Canonical String for this request should have been\n'{}'\n\nThe String-to-Sign should have been\n'{}'\n",
        refusal.message()?,
        text(canonical.to_bytes())?,
        text(string_to_sign.to_bytes())?,
    ))
}
