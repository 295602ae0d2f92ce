//! A client whose allowed requests reach the upstream with the headers of its caller, and whose refused requests do not reach it.

use super::upstream::Upstream;
use crate::callers::{NEWCOMER, READER, SESSION, WRITER};
use crate::case::{Case, Expected};
use crate::client::Client;
use crate::job::{Answer, Job, Keys, PROTOCOL};
use serde_json::{Value, json};

const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A client of an API behind Envoy.
pub struct Through<'c> {
    pub client: &'c mut dyn Client,
    pub upstream: &'c Upstream,
    /// Whether answers have to come over HTTP/2, if the client speaks that.
    pub over_http_2: bool,
}

impl Client for Through<'_> {
    fn name(&self) -> &'static str {
        self.client.name()
    }

    fn call(&mut self, job: &Job) -> Result<Answer, String> {
        let before = self.upstream.count();
        let answer = self.client.call(job);
        let passed = self.upstream.count() - before;
        match answer {
            Ok(answer) => self.checked(job, answer, passed),
            Err(error) if passed == 0 => Err(error),
            Err(error) => Err(format!("{passed} requests passed, and {error}")),
        }
    }

    /// Without `explain`, the authorizer names the kind of a refusal and not the mistake.
    fn expected(&self, case: &Case) -> Expected {
        match self.client.expected(case) {
            Expected::Refused(cause) => Expected::Refused(kind(cause)),
            other => other,
        }
    }

    fn is_browser(&self) -> bool {
        self.client.is_browser()
    }
}

impl Through<'_> {
    fn checked(&self, job: &Job, answer: Answer, passed: usize) -> Result<Answer, String> {
        let is_preflight = job.method == "OPTIONS";
        let is_allowed = answer.status == 200 && !is_preflight;
        if passed != usize::from(is_allowed) {
            return Err(format!("{passed} requests reached the upstream: {answer:?}"));
        }
        if self.over_http_2 && self.protocol().is_some_and(|h2| answer.header(PROTOCOL) != Some(h2)) {
            return Err(format!("not HTTP/2: {answer:?}"));
        }
        if is_allowed && identity(&answer) != expected_identity(job) {
            return Err(format!("the upstream sees {}: {answer:?}", identity(&answer)));
        }
        Ok(answer)
    }

    /// HTTP/2 as the client names it. The others speak HTTP/1.1.
    fn protocol(&self) -> Option<&'static str> {
        match self.name() {
            "curl" => Some("HTTP/2"),
            "Go" => Some("HTTP/2.0"),
            "React page" => Some("h2"),
            _ => None,
        }
    }
}

/// The kind of a refusal, as the cases name it.
fn kind(cause: &'static str) -> &'static str {
    match cause.split(' ').next().unwrap_or_default() {
        "not-signed" | "access-key-unknown" | "not-authorized" => cause,
        "scope-region" | "scope-service" => "scope-region",
        "token-missing" | "token-wrong" => "token-wrong",
        _ => "signature-mismatch",
    }
}

/// Every header that the upstream got below the prefix of identities, with all its values.
fn identity(answer: &Answer) -> Value {
    let echo: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let headers = echo["headers"].as_object().cloned().unwrap_or_default();
    headers.into_iter().filter(|(name, _)| name.replace('_', "-").starts_with("x-sig4-")).collect()
}

fn expected_identity(job: &Job) -> Value {
    let Keys(access_key, ..) = job.keys;
    // The authorizer saw the body. For a request without a body, the upstream gets the hash of the empty body.
    let body = if job.body.is_empty() { EMPTY_SHA256 } else { "verified" };
    let names = [(WRITER, "user/writer"), (READER, "user/reader"), (NEWCOMER, "user/newcomer")];
    let user = names.iter().find(|(Keys(id, ..), _)| *id == access_key);
    let mut identity = json!({
        "x-sig4-access-key-id": [access_key], "x-sig4-account": ["123456789012"], "x-sig4-body-sha256": [body],
    });
    identity["x-sig4-principal-arn"] = match user {
        Some((_, user)) => json!([format!("arn:aws:iam::123456789012:{user}")]),
        None => json!(["arn:aws:sts::123456789012:assumed-role/Writers/laptop"]),
    };
    let Keys(session, ..) = SESSION;
    if access_key == session {
        identity["x-sig4-session-name"] = json!(["laptop"]);
    }
    identity
}
