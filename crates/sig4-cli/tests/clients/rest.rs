//! What a REST API says of a refusal, by its cause.

use crate::job::Answer;
use serde_json::Value;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided.";

/// The type of the error, the name of the message in the body, and how the message begins.
fn said(cause: &str) -> (&'static str, &'static str, &'static str) {
    match cause {
        "not-signed" => ("MissingAuthenticationTokenException", "message", "Missing Authentication Token"),
        "not-authorized" => ("AccessDeniedException", "Message", "User: arn:aws:iam::123456789012:user/"),
        "access-key-unknown" => {
            ("UnrecognizedClientException", "message", "The security token included in the request")
        }
        "scope-region" | "scope-service" => ("InvalidSignatureException", "message", "Credential should be scoped to "),
        _ => ("InvalidSignatureException", "message", MISMATCH),
    }
}

/// Whether an answer is what a REST API says. A browser shows a page the body alone.
pub fn says(answer: &Answer, cause: &str, is_browser: bool) -> bool {
    let (kind, name, begin) = said(cause);
    let Ok(Value::Object(body)) = serde_json::from_str(&answer.body) else { return false };
    let message = body.get(name).and_then(Value::as_str).unwrap_or_default();
    let names_the_call = cause != "not-authorized"
        || message.contains(" is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:");
    let is_typed = is_browser || answer.header("x-amzn-errortype").is_some_and(|typed| typed == kind);
    body.len() == 1 && message.starts_with(begin) && names_the_call && is_typed
}
