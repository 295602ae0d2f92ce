//! The judgement: the expected signature passes, and so does another one that a service accepts; the rest is explained.

use super::case::{Case, Kind};
use super::difference;
use super::rebuilt::rebuilt;
use super::subject::{Answer, Form, Sent};
use super::verdict::{Failure, Pass, Verdict};
use crate::error::Error;
use crate::explain::Explainer;
use crate::verify::Verifier;
use crate::verify::policy::PresignedBody;
use std::time::Duration;
use time::OffsetDateTime;

/// How far a client's clock may be off, in seconds: what most services allow.
const WINDOW: u64 = 15 * 60;

/// Judges one answer.
pub(crate) fn judge(case: &Case, answer: &Answer) -> Verdict {
    match (&answer.form, rebuilt(case, &answer.form)) {
        (_, Some(sent)) => judge_sent(case, answer, &sent),
        (Form::Unsupported(reason), _) => Verdict::Skipped(reason.clone()),
        (Form::Signature(signature), _) if *signature == case.expected.signature => {
            Verdict::Pass(Pass { is_same: true, notes: Vec::new() })
        }
        (Form::Failed(error), _) => fail(Failure::NOT_SIGNED, error.clone()),
        _ => fail(Failure::UNEXPLAINED, of_canonical(case, answer).unwrap_or_else(|| "another signature".to_owned())),
    }
}

fn judge_sent(case: &Case, answer: &Answer, sent: &Sent) -> Verdict {
    let (signature, signed_headers) = sent.stated();
    let is_expected = signature.as_ref() == Some(&case.expected.signature);
    let mut notes: Vec<_> = difference::of_request(case, sent).into_iter().collect();
    if is_expected && answer.at.is_none() {
        if of_canonical(case, answer).is_some() {
            notes.push("reports another canonical request than it signs".to_owned());
        }
        return Verdict::Pass(Pass { is_same: true, notes });
    }
    let now = answer.at.unwrap_or_else(|| case.timestamp.to_datetime());
    let verifier = verifier(case);
    match verify(&verifier, case, sent, now) {
        Ok(()) => {
            notes.extend(difference::of_signed_headers(case, signed_headers.as_deref().unwrap_or_default()));
            Verdict::Pass(Pass { is_same: false, notes })
        }
        Err(error) => {
            notes.extend(of_canonical(case, answer));
            explained(&verifier, case, sent, now, &error, &notes)
        }
    }
}

/// The service that the case's request goes to, as it really is: it does not insist on what AWS does not insist on.
fn verifier(case: &Case) -> Verifier {
    let body = if case.settings.unsigned_payload { PresignedBody::Unsigned } else { PresignedBody::Hashed };
    Verifier::new(&case.region, &case.service)
        .with_path_encoding(case.path_encoding())
        .with_normalized_path(case.settings.normalize_path)
        .with_session_token(case.session_token_place())
        .with_unsigned_payload(true)
        .with_presigned_body(body)
        .with_window(Duration::from_secs(WINDOW))
        .answering_as_aws()
}

fn verify(verifier: &Verifier, case: &Case, sent: &Sent, now: OffsetDateTime) -> Result<(), Error> {
    let view = sent.view(case);
    let claim = verifier.claim_view(&view)?;
    claim.verify(&case.credentials, sent.body.as_slice(), now).map(|_caller| ())
}

fn explained(
    verifier: &Verifier,
    case: &Case,
    sent: &Sent,
    now: OffsetDateTime,
    error: &Error,
    notes: &[String],
) -> Verdict {
    let report = Explainer::new(verifier, &case.credentials).report(&sent.view(case), &sent.body, now);
    let mut causes: Vec<_> = report.findings().iter().map(|finding| finding.name().to_string()).collect();
    let summary = report.findings().first().map_or_else(|| error.to_string(), |finding| finding.summary().to_string());
    if causes.is_empty() {
        causes.push(Failure::UNEXPLAINED.to_owned());
    }
    let difference = [summary].into_iter().chain(notes.iter().cloned()).collect::<Vec<_>>().join("; ");
    Verdict::Fail(Failure { causes, difference })
}

/// Where the signer's own canonical request departs from the expected one.
fn of_canonical(case: &Case, answer: &Answer) -> Option<String> {
    let (expected, own) = (case.expected.canonical_request.as_deref()?, answer.canonical_request.as_deref()?);
    difference::of_lines(own, expected)
}

fn fail(cause: &str, difference: String) -> Verdict {
    Verdict::Fail(Failure { causes: vec![cause.to_owned()], difference })
}

/// Whether the query of a sent request can be compared: presigning adds to it.
pub(crate) fn keeps_query(case: &Case) -> bool {
    case.kind == Kind::Header
}
