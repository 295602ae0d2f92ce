//! How many real mismatches are explained.
//!
//! `corpus/mismatches.jsonl.gz` holds one request a line that a real signer made and that does not verify, with the canonical
//! request that was signed. A report is *named* if the causes of a finding are in exactly the parts that differ, and *proven*
//! if it is certain too and has the canonical request that was signed. A part is the method, the path, the query, the headers
//! or the payload.

use crate::judged::{Judged, judge};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;
use sig4::explain::{Explainer, Report, Verdict};
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// One of this many records is explained. The environment variable `SIG4_RECALL_STEP=1` explains all of them.
const STEP: usize = 9;

/// A request that a signer made, and the canonical request that it signed.
struct Mismatch {
    signer: String,
    service: String,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    token: Option<String>,
    signed: String,
}

/// The bytes of a text that has one character for each byte.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// The records of the corpus, or one of `STEP` of them.
fn sample() -> Vec<Mismatch> {
    let step = std::env::var("SIG4_RECALL_STEP").map_or(STEP, |step| step.parse().unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mismatches.jsonl.gz");
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    lines.step_by(step).map(|line| Mismatch::read(&serde_json::from_str(&line.unwrap()).unwrap())).collect()
}

impl Mismatch {
    fn read(line: &Value) -> Self {
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let header = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), bytes(pair[1].as_str().unwrap()));
        Self {
            signer: text("signer").unwrap(),
            service: text("service").unwrap(),
            method: text("method").unwrap(),
            target: String::from_utf8(bytes(&text("target").unwrap())).unwrap(),
            headers: line["headers"].as_array().unwrap().iter().map(header).collect(),
            body: text("body").map(|body| BASE64_STANDARD.decode(body).unwrap()).unwrap_or_default(),
            token: text("token"),
            signed: text("signed").unwrap(),
        }
    }

    fn report(&self) -> Report {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let mut credentials = Credentials::new("AKIDEXAMPLE000000001", secret).unwrap();
        if let Some(token) = &self.token {
            credentials = credentials.with_session_token(token.as_str()).unwrap();
        }
        let verifier = Verifier::new("us-east-1", self.service.as_str()).unwrap();
        let target = self.target.as_str();
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let view = RequestView::new(&self.method, path, query, &self.headers);
        let explainer = Explainer::new(&verifier, &credentials).with_secrets_shown(true);
        explainer.report(&view, self.body.as_slice(), self.timestamp().to_datetime())
    }

    /// The time of signing.
    fn timestamp(&self) -> Timestamp {
        let header = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-date"));
        let parameter = || self.target.split(['?', '&']).find_map(|pair| pair.strip_prefix("X-Amz-Date="));
        let date = header.map(|(_, value)| str::from_utf8(value).unwrap()).or_else(parameter);
        Timestamp::parse(date.unwrap()).unwrap()
    }
}

/// What was judged, of requests with one number of wrong parts.
#[derive(Default)]
struct Recall {
    all: usize,
    proven: usize,
    named: usize,
    missed: BTreeMap<String, usize>,
}

impl Recall {
    fn count(&mut self, mismatch: &Mismatch, judged: Judged) {
        self.all += 1;
        self.proven += usize::from(judged == Judged::Proven);
        self.named += usize::from(matches!(judged, Judged::Proven | Judged::Named));
        if judged == Judged::Missed {
            *self.missed.entry(mismatch.signer.clone()).or_default() += 1;
        }
    }

    /// Thousandths of all.
    fn thousandths(&self, some: usize) -> usize {
        some * 1000 / self.all.max(1)
    }
}

#[test]
fn the_mistakes_of_real_signers_are_proven() {
    let mut recalls: BTreeMap<usize, Recall> = BTreeMap::new();
    let (mut wrong, mut candidates) = (Vec::new(), Vec::new());
    for mismatch in sample() {
        let report = mismatch.report();
        assert_ne!(report.verdict(), Verdict::NothingWrong, "{} {}", mismatch.signer, mismatch.target);
        let (parts, judged) = judge(&report, &mismatch.signed);
        if judged == Judged::False {
            wrong.push(format!("{} {}: {report}", mismatch.signer, mismatch.target));
        }
        candidates.push(report.candidates());
        recalls.entry(parts.min(3)).or_default().count(&mismatch, judged);
    }
    for (parts, recall) in &recalls {
        let [named, proven] = [recall.named, recall.proven].map(|some| recall.thousandths(some));
        println!(
            "{parts} parts wrong: {} requests, ‰ named {named}, proven {proven}; missed {:?}",
            recall.all, recall.missed
        );
    }
    candidates.sort_unstable();
    let median = candidates.get(candidates.len() / 2).copied().unwrap();
    println!("{} requests, median of the candidates {median}", candidates.len());
    assert!(wrong.is_empty(), "certain, and false:\n{}", wrong.join("\n"));
    assert!(median < 50, "the median of the candidates is {median}");
    for (parts, named, proven) in [(1, 990, 990), (2, 970, 970), (3, 920, 920)] {
        let recall = &recalls[&parts];
        assert!(recall.thousandths(recall.named) >= named, "{parts} parts wrong: too few are named");
        assert!(recall.thousandths(recall.proven) >= proven, "{parts} parts wrong: too few are proven");
    }
}
