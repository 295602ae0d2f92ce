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

/// A text that is compared with patterns of ARNs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arn<'a> {
    text: &'a str,
    /// Where the sixth part begins; a text without one is no ARN.
    resource_start: Option<usize>,
}

impl<'a> Arn<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let colons = text.bytes().enumerate().filter(|(_, byte)| *byte == b':');
        Self { text, resource_start: colons.map(|(at, _)| at + 1).nth(4) }
    }

    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }
}

/// A pattern of ARNs.
#[derive(Clone, Debug)]
pub(crate) struct ArnPattern {
    pub(crate) pattern: Pattern,
    part_by_part: bool,
}

impl ArnPattern {
    /// Reads a value of a condition on ARNs. The six parts are compared one by one.
    pub(crate) fn parse_condition(text: &str, variables: bool) -> Result<Self, String> {
        let pattern = Pattern::parse(text, Syntax { wildcards: true, variables })?;
        if pattern.variables.is_empty() && !pattern.is_any() && colons(text) < 5 {
            return Err("it is no ARN, which has six parts".to_owned());
        }
        Ok(Self { pattern, part_by_part: true })
    }

    /// Reads a value of `Resource` or `NotResource`. `part_by_part` says which of the two readings is taken.
    pub(crate) fn parse_resource(text: &str, variables: bool, part_by_part: bool) -> Result<Self, String> {
        if text != "*" {
            check_resource(text, variables)?;
        }
        let missing = if text == "*" { 0 } else { 5_usize.saturating_sub(colons(text)) };
        let whole = format!("{text}{}", ":*".repeat(missing));
        let pattern = Pattern::parse(&whole, Syntax { wildcards: true, variables })?;
        Ok(Self { pattern, part_by_part })
    }

    /// Whether an ARN matches. What is none cannot be told.
    pub(crate) fn matches_arn(&self, arn: &Arn<'_>, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        if self.pattern.is_any() {
            return Truth::Yes;
        }
        let manner = match arn.resource_start {
            Some(start) if self.part_by_part => Manner::PartByPart(start),
            Some(_) => Manner::Text,
            None => return Truth::Unknown,
        };
        self.pattern.matches(arn.text, manner, context, budget)
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
