//! The answer to a line: the fields of its JSON object.

use crate::failure::Failure;
use crate::printable;
use crate::stages::{Job, authorization};
use serde_json::{Map, Value, json};
use sig4::Expires;

/// An answer without its id.
pub(super) type SignerAnswer = Map<String, Value>;

pub(super) fn refusal(why: &str) -> SignerAnswer {
    fields([("error", printable::excerpt(why).into_owned())])
}

pub(super) fn header_answer(job: &Job<'_>) -> Result<SignerAnswer, Failure> {
    let (stages, signed) = job.sign()?;
    let headers: Vec<_> = signed.headers().map(|(name, value)| json!([name, value])).collect();
    let mut fields = fields([
        ("canonical_request", stages.canonical_request),
        ("string_to_sign", stages.string_to_sign),
        ("signature", signed.signature().to_string()),
        ("authorization", authorization(&signed)),
    ]);
    fields.insert("headers".to_owned(), headers.into());
    if let Some(target) = signed.target() {
        fields.insert("target".to_owned(), target.into());
    }
    if let Some(removed) = signed.removed_header() {
        fields.insert("removed_header".to_owned(), removed.into());
    }
    Ok(fields)
}

pub(super) fn query_answer(job: &Job<'_>, expires: Expires) -> Result<SignerAnswer, Failure> {
    let (stages, presigned) = job.presign(expires)?;
    let mut fields = fields([
        ("canonical_request", stages.canonical_request),
        ("string_to_sign", stages.string_to_sign),
        ("signature", presigned.signature().to_string()),
        ("url", presigned.url()),
    ]);
    if presigned.shortened_from().is_some() {
        fields.insert("expires".to_owned(), presigned.expires().as_secs().into());
    }
    Ok(fields)
}

pub(super) fn fields<const N: usize>(fields: [(&str, String); N]) -> SignerAnswer {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}
