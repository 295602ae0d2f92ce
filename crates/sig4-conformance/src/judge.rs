//! Judges answers: a signature passes if it is the expected one or if a service accepts it. A failure is explained.

use crate::asymmetric;
use crate::case::{CaseKind, SigningCase};
use crate::difference;
use crate::pieces_judge;
use crate::rebuilt::rebuilt;
use crate::service::{Accepted, admit, verifiers, verify};
use crate::subject::{Form, Pieces, Sent, SignerAnswer};
use crate::verdict::{CaseFailure, CasePass, CaseVerdict, FailureCause};
use sig4::explain::{Certainty, Explainer, Finding};
use sig4::printable;
use sig4::{Error, ErrorKind};

/// Judges one answer.
pub(crate) fn judge(case: &SigningCase, answer: &SignerAnswer) -> CaseVerdict {
    match (&answer.form, case.kind) {
        (Form::Unsupported(reason), _) => CaseVerdict::Skipped(printable::excerpt(reason).into_owned()),
        (Form::Failed(error), _) => fail(vec![FailureCause::no_signature()], error.clone()),
        (Form::Pieces(pieces), CaseKind::Chunked | CaseKind::Events) => judge_pieces(case, answer, pieces),
        (Form::Pieces(_), _) | (_, CaseKind::Chunked | CaseKind::Events) => {
            fail(vec![FailureCause::no_signature()], "the answer is to a case of another kind".to_owned())
        }
        (_, CaseKind::Asymmetric) => judge_asymmetric(case, answer),
        _ => judge_whole(case, answer),
    }
}

/// Judges a signature of Signature Version 4a. Two right ones differ, so that it is verified and never compared.
fn judge_asymmetric(case: &SigningCase, answer: &SignerAnswer) -> CaseVerdict {
    let with_canonical = |difference: String| {
        [Some(difference), of_canonical(case, answer)].into_iter().flatten().collect::<Vec<_>>().join("; ")
    };
    if let Some(difference) = asymmetric::of_public_key(case, answer) {
        return fail(vec![FailureCause::new(["public-key"])], difference);
    }
    let sent = rebuilt(case, &answer.form);
    let signature = match (&answer.form, &sent) {
        (Form::Signature(signature), _) => Some(signature.clone()),
        (_, Some(sent)) => asymmetric::stated(sent),
        _ => None,
    };
    let is_same =
        answer.at.is_none() && signature.is_some_and(|signature| asymmetric::is_of_expected(case, &signature));
    let now = answer.at.unwrap_or_else(|| case.timestamp.to_datetime());
    // The right signature in a request that states another credential or date is of no use.
    let misstated = sent.as_ref().filter(|_| is_same).and_then(|sent| difference::of_credential(case, sent));
    if let Some(difference) = misstated {
        return fail(vec![FailureCause::credential()], difference);
    }
    match sent.map(|sent| verify(case, &sent, now)) {
        None if is_same => same(Vec::new()),
        Some(Ok(_)) => passed(is_same, Vec::new()),
        Some(Err(_)) if is_same && admit(case).is_err() => same(Vec::new()),
        Some(Err(error)) => fail(vec![FailureCause::new(["v4a-signature"])], with_canonical(error.to_string())),
        None => fail(
            vec![FailureCause::new(["v4a-signature"])],
            with_canonical("the signature is not of the expected string to sign".to_owned()),
        ),
    }
}

fn judge_pieces(case: &SigningCase, answer: &SignerAnswer, pieces: &Pieces) -> CaseVerdict {
    match pieces_judge::difference(case, pieces) {
        None => same(Vec::new()),
        Some((cause, difference)) => {
            let canonical = of_canonical(case, answer);
            fail(vec![cause], [Some(difference), canonical].into_iter().flatten().collect::<Vec<_>>().join("; "))
        }
    }
}

/// Judges a request whose body is signed as one.
fn judge_whole(case: &SigningCase, answer: &SignerAnswer) -> CaseVerdict {
    match (&answer.form, rebuilt(case, &answer.form)) {
        (_, Some(sent)) => judge_sent(case, answer, &sent),
        (Form::Signature(signature), _) if *signature == case.expected.signature => same(Vec::new()),
        _ => {
            let difference = of_canonical(case, answer).unwrap_or_else(|| "another signature".to_owned());
            fail(Vec::new(), difference)
        }
    }
}

fn judge_sent(case: &SigningCase, answer: &SignerAnswer, sent: &Sent) -> CaseVerdict {
    let (signature, signed_headers) = sent.stated();
    let mut notes: Vec<_> = difference::of_request(case, sent).into_iter().collect();
    if signature.as_ref() == Some(&case.expected.signature) && answer.at.is_none() {
        // The right signature beside another credential is of no use.
        if let Some(difference) = difference::of_credential(case, sent) {
            return fail(vec![FailureCause::credential()], difference);
        }
        let misreported =
            of_canonical(case, answer).map(|_| "reports a canonical request that differs from the signed one");
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
            CaseVerdict::Skipped(format!("a service refuses it however it is signed: {}", always.kind()))
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

/// Names the causes of a failure.
fn explained(case: &SigningCase, answer: &SignerAnswer, sent: &Sent, error: &Error, notes: Vec<String>) -> CaseVerdict {
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
    // The explanation with the fewest mistakes is used.
    let mistakes = |findings: &Vec<Finding>| findings.first().map_or(usize::MAX, |first| first.causes().len());
    let findings = reports.min_by_key(mistakes).unwrap_or_default();
    let refused =
        if error.kind() == ErrorKind::SignatureMismatch { error.kind().to_string() } else { error.to_string() };
    let summary = findings.first().map_or(refused, |finding| finding.summary().to_owned());
    let causes =
        findings.iter().map(|finding| FailureCause::new(finding.causes().iter().map(|cause| cause.name()))).collect();
    fail(causes, [summary].into_iter().chain(notes).collect::<Vec<_>>().join("; "))
}

/// Where the signer's own canonical request differs from the expected one.
fn of_canonical(case: &SigningCase, answer: &SignerAnswer) -> Option<String> {
    let (expected, own) = (case.expected.canonical_request.as_deref()?, answer.canonical_request.as_deref()?);
    difference::of_lines(own, expected)
}

fn same(notes: Vec<String>) -> CaseVerdict {
    passed(true, notes)
}

fn passed(is_same: bool, notes: Vec<String>) -> CaseVerdict {
    CaseVerdict::Pass(CasePass {
        is_same,
        notes: notes.iter().map(|note| printable::excerpt(note).into_owned()).collect(),
    })
}

fn fail(mut causes: Vec<FailureCause>, difference: String) -> CaseVerdict {
    if causes.is_empty() {
        causes.push(FailureCause::unexplained());
    }
    CaseVerdict::Fail(CaseFailure { causes, difference: printable::excerpt(&difference).into_owned() })
}
