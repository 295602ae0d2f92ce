//! Why a call was refused: what the response of AWS says, and what the client can see.

use super::request::Prepared;
use super::response::CallResponse;
use crate::signing_scope::EXECUTE_API;
use crate::url::Url;
use sig4::endpoint::Endpoint;
use sig4::explain::{AwsResponse, Verdict};
use sig4_iam::tower::ExecuteApi;
use std::fmt::Write;

/// How many minutes the clocks may differ at API Gateway.
const WINDOW_MINUTES: i64 = 5;

/// The prefix of temporary access key ids.
///
/// Source: "IAM identifiers", unique id prefixes.
const TEMPORARY: &str = "ASIA";

/// The explanation of a refusal.
pub(crate) fn explained(sent: &Prepared, answer: &CallResponse) -> String {
    let mut text = format!("{}, and this is what can be seen from here:\n", answer.status);
    let said = AwsResponse::parse(&answer.text()).map(|answer| answer.report(Some(&sent.stages.canonical_request)));
    if let Some(report) = said.filter(|report| report.verdict() == Verdict::Explained || report.difference().is_some())
    {
        text.push_str(&report.to_string());
    }
    let seen = [clock(sent, answer), token(sent), scope(sent), policy(sent), log(sent)];
    for line in seen.into_iter().flatten() {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "  {line}");
    }
    text.truncate(text.trim_end().len());
    text
}

fn clock(sent: &Prepared, answer: &CallResponse) -> Option<String> {
    let theirs = answer.date()?;
    let seconds = (sent.timestamp.to_datetime() - theirs).whole_seconds();
    let minutes = seconds.abs() / 60;
    let way = if seconds > 0 { "ahead of" } else { "behind" };
    Some(match minutes {
        0 => "clock: agrees with the server's".to_owned(),
        far if far >= WINDOW_MINUTES => {
            format!("clock: {far} min {way} the server's, and up to {WINDOW_MINUTES} min are accepted: set it right")
        }
        near => format!("clock: {near} min {way} the server's, which is accepted"),
    })
}

fn token(sent: &Prepared) -> Option<String> {
    let is_temporary = sent.credentials.access_key_id().starts_with(TEMPORARY);
    let said = match (is_temporary, sent.credentials.session_token()) {
        (true, None) => "a temporary key (ASIA…) is nothing without its session token, and none is set",
        (false, Some(_)) => "a session token was sent with a key that is not temporary (ASIA…)",
        (true, Some(_)) => "keys of a session that is over are refused",
        (false, None) => return None,
    };
    Some(format!("token: {said}"))
}

fn scope(sent: &Prepared) -> Option<String> {
    let endpoint = Endpoint::of_host(&sent.host);
    let signed = format!("signed for {} in {}", sent.scope.service, sent.scope.region);
    match (endpoint.service(), endpoint.region()) {
        (Ok(service), Ok(region)) if service == sent.scope.service && region == sent.scope.region => None,
        (Ok(service), Ok(region)) => Some(format!("place: {signed}, but the host is that of {service} in {region}")),
        _ => Some(format!("place: {signed}, which the host does not confirm: is it the API's own region?")),
    }
}

/// What a policy has to allow, derived from the host.
fn policy(sent: &Prepared) -> Option<String> {
    if sent.scope.service != EXECUTE_API {
        return None;
    }
    let api = sent.host.split_once(".execute-api.").map_or("*", |(id, _)| id);
    let url = Url::split(&sent.url).ok()?;
    let arn = ExecuteApi::new(&sent.scope.region, "*", api).arn(&sent.method, url.path).ok()?;
    Some(format!("policy: the caller needs execute-api:Invoke on {arn} (or a named stage in place of $default)"))
}

fn log(sent: &Prepared) -> Option<String> {
    let said = "log: the API's access log has the cause, $context.authorizer.error; `sig4 serve` prints it";
    (sent.scope.service == EXECUTE_API).then(|| said.to_owned())
}
