//! Signatures of Signature Version 4a, which are verified: two right ones differ.

use crate::case::SigningCase;
use crate::subject::{Sent, SignerAnswer};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sig4::name;

/// Whether a signature in hexadecimal digits is of the expected string to sign, by the expected key.
pub(crate) fn is_of_expected(case: &SigningCase, signature: &str) -> bool {
    let signature = hex::decode(signature).ok().and_then(|der| Signature::from_der(&der).ok());
    let point = case.expected.public_key.as_ref().map(|key| key.to_sec1());
    let key = point.and_then(|point| VerifyingKey::from_sec1_bytes(&point).ok());
    let message = case.expected.string_to_sign.as_bytes();
    signature.zip(key).is_some_and(|(signature, key)| key.verify(message, &signature).is_ok())
}

/// The signature in a request: the end of its `authorization` header, or a parameter.
pub(crate) fn stated(sent: &Sent) -> Option<String> {
    let Some(value) = sent.header(name::AUTHORIZATION) else { return sent.stated().0 };
    let (_, signature) = str::from_utf8(value).ok()?.rsplit_once("Signature=")?;
    Some(signature.to_owned())
}

/// The difference of the public key that the signer derived.
pub(crate) fn of_public_key(case: &SigningCase, answer: &SignerAnswer) -> Option<String> {
    let (own, expected) = (answer.public_key.as_ref()?, case.expected.public_key.as_ref()?.to_string());
    (*own != expected).then(|| format!("the public key is `{own}`, expected `{expected}`"))
}
