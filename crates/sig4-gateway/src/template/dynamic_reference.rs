//! Dynamic references: `{{resolve:service:…}}`, which CloudFormation replaces by a stored value when it deploys.
//!
//! Nothing is resolved here. A value that holds one is unknown.
//!
//! Source: "Get values stored in other services using dynamic references" in the CloudFormation User Guide.

use sig4_iam::JsonPath;

const START: &str = "{{resolve:";
const END: &str = "}}";

/// Returns the first dynamic reference in a text.
///
/// ```
/// use sig4_gateway::template::dynamic_reference;
///
/// let text = "postgres://{{resolve:secretsmanager:db:SecretString:password}}@db";
/// assert_eq!(dynamic_reference(text), Some("{{resolve:secretsmanager:db:SecretString:password}}"));
/// assert_eq!(dynamic_reference("{{resolved}}"), None);
/// ```
#[must_use]
pub fn dynamic_reference(text: &str) -> Option<&str> {
    let (before, rest) = text.split_once(START)?;
    let (inner, _) = rest.split_once(END).unwrap_or((rest, ""));
    let start = before.len();
    text.get(start..text.len().min(start + START.len() + inner.len() + END.len()))
}

/// Says that the value at `place` holds a dynamic reference.
pub(crate) fn describe(reference: &str, place: &JsonPath<'_>) -> String {
    format!("{place}: `{reference}` is not resolved here: only AWS knows the stored value")
}
