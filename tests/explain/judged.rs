//! Whether a report is right, given the canonical request that was signed.
//!
//! A part is the method, the path, the query, the headers or the payload.

use sig4::explain::{Certainty, Finding, Report};
use std::collections::{BTreeMap, BTreeSet};

/// The parts of a canonical request by name.
fn parts(canonical: &str) -> BTreeMap<&'static str, String> {
    let mut lines: Vec<_> = canonical.split('\n').collect();
    let payload = lines.pop().unwrap_or_default().to_owned();
    let mut first = lines.drain(..3).map(str::to_owned).collect::<Vec<_>>().into_iter();
    let mut next = || first.next().unwrap();
    [("method", next()), ("path", next()), ("query", next()), ("headers", lines.join("\n")), ("payload", payload)]
        .into()
}

/// The parts in which two canonical requests differ.
pub fn difference(signed: &str, right: &str) -> BTreeSet<&'static str> {
    let right = parts(right);
    parts(signed).into_iter().filter(|(name, text)| right.get(name) != Some(text)).map(|(name, _)| name).collect()
}

/// The parts that causes concern. What a verifier refuses before it compares signatures concerns none.
fn concerned<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> BTreeSet<&'static str> {
    let causes = findings.into_iter().flat_map(Finding::causes);
    let known = causes.filter(|cause| !cause.name().ends_with("-malformed"));
    known
        .filter_map(|cause| match cause.name().split('-').next()? {
            "method" => Some("method"),
            "path" => Some("path"),
            "query" => Some("query"),
            "payload" => Some("payload"),
            "host" | "header" | "headers" | "token" => Some("headers"),
            _ => None,
        })
        .collect()
}

/// The judgement of one report.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Judged {
    /// Named, certain, and with the canonical request that was signed.
    Proven,
    /// The causes of a finding are in exactly the parts that differ.
    Named,
    Missed,
    /// Certain, with another canonical request than the one that was signed.
    False,
}

/// The number of wrong parts, and the judgement.
pub fn judge(report: &Report, signed: &str) -> (usize, Judged) {
    let differs = difference(signed, report.canonical_request().unwrap());
    let sure: Vec<_> = report.findings().iter().filter(|f| f.certainty() != Certainty::Possible).collect();
    let is_named = sure.iter().any(|finding| concerned([*finding]) == differs) || concerned(sure.clone()) == differs;
    let proof = report.signed_canonical_request().filter(|_| sure.iter().any(|f| f.certainty() == Certainty::Certain));
    let judged = match proof {
        Some(proof) if proof != signed => Judged::False,
        Some(_) if is_named => Judged::Proven,
        _ if is_named => Judged::Named,
        _ => Judged::Missed,
    };
    (differs.len(), judged)
}
