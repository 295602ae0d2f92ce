//! The judgement: the expected signature passes, and so does another one that a service accepts; the rest is explained.

use super::case::Case;
use super::difference;
use super::rebuilt::rebuilt;
use super::service::{Accepted, admit, verifiers, verify};
use super::subject::{Answer, Form, Sent};
use super::verdict::{Failure, Pass, Verdict};
use crate::error::{Error, ErrorKind};
use crate::explain::Explainer;
use crate::explain::{Certainty, Finding};
use crate::printable;

/// Judges one answer.
pub(crate) fn judge(case: &Case, answer: &Answer) -> Verdict {
    match (&answer.form, rebuilt(case, &answer.form)) {
        (_, Some(sent)) => judge_sent(case, answer, &sent),
        (Form::Unsupported(reason), _) => Verdict::Skipped(printable::excerpt(reason).into_owned()),
        (Form::Signature(signature), _) if *signature == case.expected.signature => same(Vec::new()),
        (Form::Failed(error), _) => fail(vec![Failure::NO_SIGNATURE.to_owned()], error.clone()),
        _ => {
            let difference = of_canonical(case, answer).unwrap_or_else(|| "another signature".to_owned());
            fail(Vec::new(), difference)
        }
    }
}

fn judge_sent(case: &Case, answer: &Answer, sent: &Sent) -> Verdict {
    let (signature, signed_headers) = sent.stated();
    let mut notes: Vec<_> = difference::of_request(case, sent).into_iter().collect();
    if signature.as_ref() == Some(&case.expected.signature) && answer.at.is_none() {
        let misreported = of_canonical(case, answer).map(|_| "reports another canonical request than it signs");
        notes.extend(misreported.map(str::to_owned));
        return same(notes);
    }
    let now = answer.at.unwrap_or_else(|| case.timestamp.to_datetime());
    match (verify(case, sent, now), admit(case)) {
        (Ok(accepted), _) => {
            notes.extend(difference::of_signed_headers(case, signed_headers.as_deref().unwrap_or_default()));
            if accepted == Accepted::AsS3Computes {
                notes.push("signs the path decoded and encoded once, as S3 computes it".to_owned());
            }
            passed(false, notes)
        }
        (Err(_), Err(always)) if answer.at.is_some() => {
            Verdict::Skipped(format!("a service refuses it however it is signed: {}", always.kind().words()))
        }
        (Err(_), Err(_)) => {
            notes.extend(of_canonical(case, answer));
            fail(Vec::new(), notes.join("; "))
        }
        (Err(error), Ok(())) => {
            notes.extend(of_canonical(case, answer));
            explained(case, answer, sent, &error, notes)
        }
    }
}

/// Has the causes named.
fn explained(case: &Case, answer: &Answer, sent: &Sent, error: &Error, notes: Vec<String>) -> Verdict {
    let now = answer.at.unwrap_or_else(|| case.timestamp.to_datetime());
    let reports = verifiers(case).into_iter().map(|verifier| {
        let explainer = Explainer::new(&verifier, &case.credentials).with_hosts([&case.host]);
        let explainer = match &answer.canonical_request {
            Some(text) => explainer.with_client_canonical_request(text),
            None => explainer,
        };
        let report = explainer.report(&sent.view(case), &sent.body, now);
        let told = report.findings().iter().filter(|finding| finding.certainty() != Certainty::Possible);
        told.cloned().collect::<Vec<_>>()
    });
    // Fewer mistakes explain more.
    let mistakes =
        |findings: &Vec<Finding>| findings.first().map_or(usize::MAX, |first| first.name().matches('+').count());
    let findings = reports.min_by_key(mistakes).unwrap_or_default();
    let refused =
        if error.kind() == ErrorKind::SignatureMismatch { error.kind().words().to_owned() } else { error.to_string() };
    let summary = findings.first().map_or(refused, |finding| finding.summary().to_owned());
    let causes = findings.iter().map(|finding| finding.name().to_owned()).collect();
    fail(causes, [summary].into_iter().chain(notes).collect::<Vec<_>>().join("; "))
}

/// Where the signer's own canonical request departs from the expected one.
fn of_canonical(case: &Case, answer: &Answer) -> Option<String> {
    let (expected, own) = (case.expected.canonical_request.as_deref()?, answer.canonical_request.as_deref()?);
    difference::of_lines(own, expected)
}

fn same(notes: Vec<String>) -> Verdict {
    passed(true, notes)
}

fn passed(is_same: bool, notes: Vec<String>) -> Verdict {
    Verdict::Pass(Pass { is_same, notes: notes.iter().map(|note| printable::excerpt(note).into_owned()).collect() })
}

fn fail(mut causes: Vec<String>, difference: String) -> Verdict {
    if causes.is_empty() {
        causes.push(Failure::UNEXPLAINED.to_owned());
    }
    Verdict::Fail(Failure { causes, difference: printable::excerpt(&difference).into_owned() })
}
