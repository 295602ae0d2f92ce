//! ARNs: `arn:partition:service:region:account:resource`.
//!
//! Source: "Identify AWS resources with Amazon Resource Names (ARNs)"; "IAM JSON policy elements: Resource"; "IAM JSON
//! policy elements: Condition operators", ARN condition operators.

use super::mutation::{Mutation, is};
use super::text::{self, Mark, matches};

/// The six parts of an ARN. The last part may contain colons.
pub fn parts(text: &str) -> Option<Vec<&str>> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    (parts.len() == 6 && parts[0] == "arn").then_some(parts)
}

/// The parts of a pattern, six at most.
fn pattern_parts(pattern: &[Mark]) -> Vec<Vec<Mark>> {
    let mut parts = vec![Vec::new()];
    for mark in pattern {
        if *mark == Mark::Char(':') && parts.len() < 6 {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(*mark);
        }
    }
    parts
}

/// Compares part by part, as `ArnEquals` and `ArnLike` do.
pub fn like(pattern: &[Mark], value: &str) -> bool {
    let Some(value) = parts(value) else { return false };
    if !pattern.is_empty() && pattern.iter().all(|mark| *mark == Mark::Any) {
        return true;
    }
    let pattern = pattern_parts(pattern);
    pattern.len() == 6
        && pattern.iter().zip(value).all(|(pattern, part)| matches(pattern, &part.chars().collect::<Vec<_>>()))
}

/// How far a wildcard in `Resource` reaches: "If the `*` wildcard is the last character of a resource ARN segment, it can
/// expand to match beyond the colon boundaries."
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// To the end of its part. The narrow reading, for what a statement allows.
    Part,
    /// To the end of the text. The wide reading, for what a statement denies.
    Text,
}

/// Whether a pattern in `Resource` matches the resource.
pub fn names(pattern: &[Mark], reach: Reach, resource: &str) -> bool {
    if pattern == [Mark::Any] {
        return true;
    }
    // "AWS automatically completes the ARN by adding wildcard characters (*) to all missing fields."
    let mut completed = pattern.to_vec();
    for _ in pattern_parts(pattern).len()..6 {
        completed.extend([Mark::Char(':'), Mark::Any]);
    }
    match reach {
        Reach::Part if !is(Mutation::WildcardsTakeColons) => like(&completed, resource),
        _ => text::like(&completed, resource) || text::like(pattern, resource),
    }
}
