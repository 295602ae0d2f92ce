//! Shrinks a case while the evaluators still differ.

use super::agreement::Case;
use super::generated::Policies;
use serde_json::Value;

/// Removes parts of the case as long as it still differs.
pub fn shrunk(mut case: Case, differs: &dyn Fn(&Case) -> bool) -> Case {
    while let Some(smaller) = smaller(&case).into_iter().find(|smaller| differs(smaller)) {
        case = smaller;
    }
    case
}

/// Every case with one part less.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all: Vec<Case> =
        policies(&case.policies).into_iter().map(|policies| Case { policies, request: case.request.clone() }).collect();
    let request = &case.request;
    for at in 0..request.keys.len() {
        let mut other = request.clone();
        other.keys.remove(at);
        all.push(Case { request: other, policies: case.policies.clone() });
    }
    for at in 0..request.caller.tags.len() {
        let mut other = request.clone();
        other.caller.tags.remove(at);
        all.push(Case { request: other, policies: case.policies.clone() });
    }
    let mut plain = vec![request.clone(); 7];
    plain[0].owner = None;
    plain[1].source_ip = None;
    plain[2].tls = None;
    plain[3].user_agent = None;
    plain[4].referer = None;
    plain[5].caller.issued = None;
    plain[6].caller.second_factor = None;
    let plain = plain.into_iter().filter(|other| other != request);
    all.extend(plain.map(|request| Case { request, policies: case.policies.clone() }));
    all
}

fn policies(policies: &Policies) -> Vec<Policies> {
    let mut all = Vec::new();
    for at in 0..policies.levels.len() {
        let mut other = policies.clone();
        other.levels.remove(at);
        all.push(other);
    }
    for which in 0..4 + policies.levels.len() {
        for smaller in less_of_list(&list(&mut policies.clone(), which).clone()) {
            let mut other = policies.clone();
            *list(&mut other, which) = smaller;
            all.push(other);
        }
    }
    all
}

fn list(policies: &mut Policies, which: usize) -> &mut Vec<Value> {
    match which {
        0 => &mut policies.identity,
        1 => &mut policies.boundary,
        2 => &mut policies.session,
        3 => &mut policies.resource,
        level => &mut policies.levels[level - 4],
    }
}

/// Every list with one member less, or with a smaller member.
fn less_of_list(list: &[Value]) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    for at in 0..list.len() {
        let mut other = list.to_vec();
        other.remove(at);
        all.push(other);
        for smaller in less(&list[at]) {
            let mut other = list.to_vec();
            other[at] = smaller;
            all.push(other);
        }
    }
    all
}

fn less(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => less_of_list(list).into_iter().map(Value::Array).collect(),
        Value::Object(object) => {
            let mut all = Vec::new();
            for (key, member) in object {
                let mut other = object.clone();
                other.remove(key);
                all.push(Value::Object(other));
                for smaller in less(member) {
                    let mut other = object.clone();
                    other.insert(key.clone(), smaller);
                    all.push(Value::Object(other));
                }
            }
            all
        }
        _ => Vec::new(),
    }
}
