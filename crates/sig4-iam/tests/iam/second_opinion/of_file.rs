//! Compares the evaluators on the policies of a file, such as AWS's managed policies.

use super::agreement::{Both, Case, answers};
use super::dice::Dice;
use super::generated::{self, Policies};
use super::request::Request;
use serde_json::Value;

/// At most this many statements of a policy get requests.
const STATEMENTS: usize = 20;

/// Requests that nearly match the statements of a policy.
fn requests(dice: &mut Dice, document: &Value) -> Vec<Request> {
    let mut all = Vec::new();
    for statement in members(&document["Statement"]).into_iter().take(STATEMENTS) {
        for _ in 0..4 {
            let mut request = generated::request(dice);
            if let Some(action) = drawn(dice, statement, &["Action", "NotAction"]) {
                request.action = action.replace(['*', '?'], "x");
            }
            if let Some(resource) =
                drawn(dice, statement, &["Resource", "NotResource"]).filter(|resource| resource != "*")
            {
                let account = request.caller.account.clone();
                let filled = resource.replace("${aws:PrincipalAccount}", &account).replace("::*:", "::x:");
                request.resource = filled.replace(":*:", &format!(":{account}:")).replace(['*', '?'], "x");
            }
            for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
                for (key, values) in keys.as_object().into_iter().flatten().filter(|_| !operator.starts_with("Null")) {
                    let value = (*dice.one(&members(values))).clone();
                    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
                    if dice.percent(70) {
                        request.keys.push((key.clone(), vec![text.replace('*', "x")]));
                    }
                }
            }
            all.push(request);
        }
    }
    all
}

/// The members of a list. A value without brackets is a list of one.
fn members(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |list| list.iter().collect())
}

fn drawn(dice: &mut Dice, statement: &Value, names: &[&str]) -> Option<String> {
    let element = names.iter().find_map(|name| statement.get(name))?;
    dice.one(&members(element)).as_str().map(ToOwned::to_owned)
}

#[test]
#[ignore = "reads a list of policy documents from the file that SIG4_SECOND_OPINION_POLICIES names"]
fn policies_of_a_file_are_decided_alike() {
    let text = std::fs::read_to_string(std::env::var("SIG4_SECOND_OPINION_POLICIES").unwrap()).unwrap();
    let documents: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut dice = Dice::new(1);
    let (mut decisions, mut refused, mut differing) = (0, 0, Vec::new());
    for (number, document) in documents.iter().enumerate() {
        let policies = Policies { identity: vec![document.clone()], ..Policies::default() };
        let both = Both::read(&policies);
        refused += usize::from(both.refused());
        for request in requests(&mut dice, document) {
            let (first, second) = both.opinions(&request);
            decisions += 1;
            if first != second {
                differing.push(format!("{number}: {}", answers(&Case { request, policies: policies.clone() })));
                break;
            }
        }
    }
    println!("{} documents, {refused} of them refused, {decisions} decisions", documents.len());
    assert!(differing.is_empty(), "{} documents:\n{}", differing.len(), differing.join("\n"));
}
