//! Patterns of ARNs.
//!
//! ```text
//! arn = "arn:" partition ":" service ":" region ":" account ":" resource
//! ```
//!
//! The resource may hold colons, the other parts not. A pattern that is cut short means the same as with `*` for what is
//! missing.
//!
//! AWS says that wildcards stand within one part, and that a `*` at the end of a part "can expand to match beyond the
//! colon boundaries". Whoever calls an API chooses a path, which may hold colons: `arn:aws:execute-api:*:*:abc/*` would then
//! match a call of another API to `/GET/x:abc/`. So both readings are taken: what a statement allows has to match part
//! by part, and for what it denies it is enough that the text as a whole matches.
//!
//! Source: "IAM JSON policy elements: Resource"; "Identify AWS resources with ARNs".

use crate::iam::budget::Budget;
use crate::iam::context::RequestContext;
use crate::iam::matching::Manner;
use crate::iam::pattern::{Pattern, Syntax};
use crate::iam::truth::Truth;

/// A pattern of ARNs.
#[derive(Clone, Debug)]
pub(crate) struct ArnPattern {
    pub(crate) pattern: Pattern,
    manner: Manner,
}

impl ArnPattern {
    /// Reads a value of a condition on ARNs. The six parts are compared one by one.
    pub(crate) fn parse_condition(text: &str, variables: bool) -> Result<Self, String> {
        let pattern = Pattern::parse(text, Syntax { wildcards: true, variables })?;
        if pattern.variables.is_empty() && !pattern.is_any() && colons(text) < 5 {
            return Err("it is no ARN, which has six parts".to_owned());
        }
        Ok(Self { pattern, manner: Manner::Arn })
    }

    /// Reads a value of `Resource` or `NotResource`. `part_by_part` says which of the two readings is taken.
    pub(crate) fn parse_resource(text: &str, variables: bool, part_by_part: bool) -> Result<Self, String> {
        if text != "*" {
            check_resource(text, variables)?;
        }
        let missing = if text == "*" { 0 } else { 5_usize.saturating_sub(colons(text)) };
        let whole = format!("{text}{}", ":*".repeat(missing));
        let pattern = Pattern::parse(&whole, Syntax { wildcards: true, variables })?;
        Ok(Self { pattern, manner: if part_by_part { Manner::Arn } else { Manner::Text } })
    }

    /// Whether an ARN matches. What is none cannot be told.
    pub(crate) fn matches_arn(&self, arn: &str, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        if self.pattern.is_any() {
            return Truth::Yes;
        }
        if colons(arn) < 5 {
            return Truth::Unknown;
        }
        self.pattern.matches(arn, self.manner, context, budget)
    }
}

fn colons(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b':').take(5).count()
}

/// Whether the parts before the resource are there, and hold what they may.
fn check_resource(text: &str, variables: bool) -> Result<(), String> {
    let mut parts = text.splitn(6, ':');
    let (arn, partition, service) = (parts.next(), parts.next(), parts.next());
    let filled = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
    if arn != Some("arn") || !filled(partition) || !filled(service) {
        return Err("it is neither `*` nor an ARN".to_owned());
    }
    if service.is_some_and(|service| service.contains(['*', '?'])) {
        return Err("a wildcard stands for the service".to_owned());
    }
    if variables && text.splitn(6, ':').take(5).any(|part| part.contains("${")) {
        return Err("a policy variable stands before the fifth colon of the ARN".to_owned());
    }
    Ok(())
}
