//! ARN patterns.
//!
//! ```text
//! arn = "arn:" partition ":" service ":" region ":" account ":" resource
//! ```
//!
//! The resource may contain colons, the other parts may not. In identity-based policies, a pattern with fewer than six parts is
//! read as if `*` stood for the missing parts.
//!
//! AWS documents that wildcards match within one part, and that a `*` at the end of a part "can expand to match beyond the colon
//! boundaries". With the second reading, a caller of an API could choose a path with colons so that
//! `arn:aws:execute-api:*:*:abc/*` matches a call of another API to `/GET/x:abc/`. Both readings are therefore used: an allow
//! must match part by part, and a deny matches if the text as a whole matches, with or without the missing parts.
//!
//! Source: "IAM JSON policy elements: Resource"; "Identify AWS resources with ARNs".

use crate::arn::Arn;
use crate::budget::Budget;
use crate::context::RequestContext;
use crate::matching::MatchMode;
use crate::pattern::{Pattern, Syntax};
use crate::truth::Truth;

/// How a pattern of `Resource` or `NotResource` is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reading {
    /// Part by part, for what is allowed.
    Narrow,
    /// As a text, whole or without the missing parts, for what is denied and for what an allow excludes.
    Wide,
}

/// An ARN pattern.
#[derive(Clone, Debug)]
pub(crate) struct ArnPattern {
    pub(crate) pattern: Pattern,
    reading: Reading,
    /// The pattern as it is written, if parts are missing that may be matched by a `*` before them.
    cut_short: Option<Pattern>,
    /// Whether `*` also matches a text that is not an ARN.
    is_any_text: bool,
}

impl ArnPattern {
    /// Reads a value of a condition on ARNs. The six parts are compared one by one.
    pub(crate) fn parse_condition(text: &str, variables: bool) -> Result<Self, String> {
        let pattern = Pattern::parse(text, Syntax { wildcards: true, variables })?;
        if pattern.variables.is_empty() && !pattern.is_any() && colons(text) < 5 {
            return Err("it is no ARN, which has six parts".to_owned());
        }
        Ok(Self { pattern, reading: Reading::Narrow, cut_short: None, is_any_text: false })
    }

    /// Reads a value of `Resource` or `NotResource`.
    pub(crate) fn parse_resource(text: &str, variables: bool, reading: Reading) -> Result<Self, String> {
        let syntax = Syntax { wildcards: true, variables };
        if text == "*" {
            return Ok(Self { pattern: Pattern::parse(text, syntax)?, reading, cut_short: None, is_any_text: true });
        }
        check_resource(text, variables)?;
        let missing = 5_usize.saturating_sub(colons(text));
        let pattern = Pattern::parse(&format!("{text}{}", ":*".repeat(missing)), syntax)?;
        let is_cut_short = missing > 0 && reading == Reading::Wide;
        let cut_short = is_cut_short.then(|| Pattern::parse(text, syntax)).transpose()?;
        Ok(Self { pattern, reading, cut_short, is_any_text: false })
    }

    /// Whether an ARN matches. Unknown for a text that is not an ARN.
    pub(crate) fn matches_arn(&self, arn: &Arn<'_>, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        if self.pattern.is_any() {
            return if self.is_any_text || arn.is_arn() { Truth::Yes } else { Truth::Unknown };
        }
        let mode = match (arn.resource_start(), self.reading) {
            (Some(start), Reading::Narrow) => MatchMode::PartByPart(start),
            (Some(_), Reading::Wide) => MatchMode::Text,
            (None, _) => return Truth::Unknown,
        };
        let patterns = [Some(&self.pattern), self.cut_short.as_ref()];
        budget.any(patterns.into_iter().flatten(), |pattern, budget| pattern.matches(arn.text(), mode, context, budget))
    }
}

/// Whether the text has fewer parts than an ARN.
pub(crate) fn is_cut_short(text: &str) -> bool {
    text != "*" && colons(text) < 5
}

fn colons(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b':').take(5).count()
}

/// Checks the parts before the resource.
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
    if text.splitn(6, ':').take(5).any(|part| part.contains(|c: char| c.is_whitespace() || c.is_control())) {
        return Err("a space stands before the fifth colon of the ARN, so that it matches nothing".to_owned());
    }
    if variables && text.splitn(6, ':').take(5).any(|part| part.contains("${")) {
        return Err("a policy variable stands before the fifth colon of the ARN".to_owned());
    }
    Ok(())
}
