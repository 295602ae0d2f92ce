//! The verdicts as one JSON object.

use serde_json::{Value, json};
use sig4_conformance::{CaseVerdict, JudgedCase, RunReport};

/// `{"as_expected":…,"counts":{…},"causes":{…},"stale":[…],"cases":[{"id":…,"suite":…,"kind":…,"verdict":…,…}]}`
pub(super) fn value(outcome: &RunReport) -> Value {
    let counts = ["pass", "fail", "known", "skipped", "unexpected-pass"].map(|name| (name, outcome.count(name)));
    json!({
        "as_expected": outcome.is_as_expected(),
        "counts": counts.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "causes": outcome.causes(),
        "stale": outcome.stale().collect::<Vec<_>>(),
        "cases": outcome.judged().iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(judged: &JudgedCase) -> Value {
    let verdict = judged.verdict();
    let mut case = json!({
        "id": judged.id(),
        "suite": judged.source(),
        "kind": judged.kind().as_str(),
        "verdict": verdict.name(),
    });
    let mut put = |name: &str, value: Value| {
        if let Some(object) = case.as_object_mut() {
            object.insert(name.to_owned(), value);
        }
    };
    match verdict {
        CaseVerdict::Pass(pass) => {
            put("same_signature", pass.is_same().into());
            put("notes", pass.notes().collect());
        }
        CaseVerdict::Skipped(reason) | CaseVerdict::Known(reason, _) | CaseVerdict::UnexpectedPass(reason) => {
            put("reason", reason.as_str().into());
        }
        _ => {}
    }
    if let Some(failure) = verdict.failure() {
        put("causes", failure.causes().map(ToString::to_string).collect());
        put("difference", failure.difference().into());
    }
    case
}
