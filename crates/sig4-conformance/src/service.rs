//! The service that a case's request is sent to.

use crate::case::SigningCase;
use crate::rebuilt::rebuilt;
use crate::subject::{Form, Sent};
use sig4::algorithm::Algorithm;
use sig4::settings::{ContentSha256Header, PathEncoding, is_s3};
use sig4::verify::PresignedBody;
use sig4::{Error, Verifier};
use std::time::Duration;
use time::OffsetDateTime;

/// The maximum clock skew, in seconds, that of most services.
const WINDOW: u64 = 15 * 60;

/// How a request was accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Accepted {
    /// With the path encoding of the case.
    AsAsked,
    /// With the path decoded once and encoded once, as in S3.
    AsS3Computes,
}

/// The verifier of a case. It requires only what AWS requires, and outside S3 a signed body, unless the case leaves the body
/// unsigned.
fn verifier(case: &SigningCase) -> Verifier {
    let body = if case.settings.unsigned_payload { PresignedBody::Unsigned } else { PresignedBody::Hashed };
    let algorithm = if case.region_set.is_some() { Algorithm::EcdsaP256Sha256 } else { Algorithm::HmacSha256 };
    Verifier::for_service(&case.region, &case.service)
        .with_algorithms([algorithm])
        .with_path_encoding(case.path_encoding())
        .with_normalized_path(case.settings.normalize_path)
        .with_session_token_placement(case.session_token_place())
        .with_unsigned_payload(is_s3(case.service()) || case.settings.unsigned_payload)
        .with_presigned_body(body)
        .with_window(Duration::from_secs(WINDOW))
        // The header is a setting of the case, and some cases disable it.
        .with_required_content_sha256(false)
        .with_aws_compat()
}

/// The verifiers of a case: its own, and for S3 cases with a verbatim path also one that computes the path as S3 does.
pub(crate) fn verifiers(case: &SigningCase) -> Vec<Verifier> {
    let verifier = verifier(case);
    let computes = is_s3(case.service()) && !case.settings.double_encode;
    let computing = computes.then(|| verifier.clone().with_path_encoding(PathEncoding::Canonical));
    [verifier].into_iter().chain(computing).collect()
}

/// Accepts or refuses a request.
pub(crate) fn verify(case: &SigningCase, sent: &Sent, now: OffsetDateTime) -> Result<Accepted, Error> {
    let mut outcomes = verifiers(case).into_iter().map(|verifier| verify_by(&verifier, case, sent, now));
    match outcomes.next() {
        Some(Err(refused)) => {
            outcomes.next().is_some_and(|outcome| outcome.is_ok()).then_some(Accepted::AsS3Computes).ok_or(refused)
        }
        _ => Ok(Accepted::AsAsked),
    }
}

fn verify_by(verifier: &Verifier, case: &SigningCase, sent: &Sent, now: OffsetDateTime) -> Result<(), Error> {
    let view = sent.view(case);
    let claim = verifier.claim_view(&view)?;
    claim.verify(&case.credentials, sent.body.as_slice(), now).map(|_caller| ())
}

/// Refuses requests that no signature can make valid, such as a path that leaves its root.
pub(crate) fn admit(case: &SigningCase) -> Result<(), Error> {
    let signer = case.signer().with_content_sha256(ContentSha256Header::IfNeeded);
    let (view, payload, now) = (case.view(), case.payload(), case.timestamp.to_datetime());
    let form = match case.settings.expires {
        Some(expires) => Form::Url(signer.presign_view(&view, &payload, &case.credentials, expires, now)?.url()),
        None => {
            let signed = signer.sign_view(&view, &payload, &case.credentials, now)?;
            Form::Added(signed.headers().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect(), None)
        }
    };
    rebuilt(case, &form).map_or(Ok(()), |sent| verify(case, &sent, now).map(|_accepted| ()))
}
