//! The stages of a request as JSON: what the client signed, what the server computed, what was decided, the event and the reply.

use super::masks::Masks;
use super::row;
use http::request::Parts;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};
use sig4::explain::Report;
use sig4::redact::Redactor;
use sig4_gateway::{AccessRecord, Inspection};

/// The details of a request.
pub(super) fn of(inspection: &Inspection, record: &AccessRecord, masks: &Masks) -> String {
    let request = inspection.request();
    let head = request_head(request);
    let own = Redactor::new().with_secrets_in(&String::from_utf8_lossy(&head));
    let text = |text: &[u8]| masks.text(&own, text);
    let body = |body: &[u8]| masks.body(&own, body);
    let response = inspection.response();
    let mut details = row::members(record, masks);
    let stages = json!({
        "report": inspection.report().map(|report| masks.of_report(&report.to_string())),
        "canonical": inspection.report().map(|report| canonical(report, masks)),
        "string_to_sign": inspection.report().and_then(Report::string_to_sign).map(|text| masks.of_report(text)),
        "statement": inspection.decision().map(|decision| masks.line(&decision.to_string())),
        "allowed": inspection.decision().map(|decision| decision.is_allowed()),
        "action": inspection.resource_action().map(|action| masks.line(&action.to_string())),
        "request": json!({"head": text(&head), "body": body(inspection.request_body())}),
        "verifies": inspection.report().is_some_and(Report::nothing_wrong),
        "response": json!({"head": text(&response_head(response)), "body": body(response.body())}),
        "event": inspection.event().map(|event| masks.json(&own, &event.to_json())),
        "reply": inspection.event().map(|_| match record.cause() {
            // A request with an event was admitted, so this is the cause of a failed integration.
            Some(cause) => format!("(no valid reply: {})", masks.line(cause)),
            None => body(response.body()),
        }),
    });
    if let (Some(details), Value::Object(stages)) = (details.as_object_mut(), stages) {
        details.extend(stages);
    }
    details.to_string()
}

/// The two canonical requests. They are one text if the signature matches.
pub(super) fn canonical(report: &Report, masks: &Masks) -> Value {
    let computed = report.canonical_request();
    let signed = if report.nothing_wrong() { computed } else { report.signed_canonical_request() };
    json!({
        "signed": signed.map(|text| masks.of_report(text)),
        "computed": computed.map(|text| masks.of_report(text)),
        "matches": signed.is_some() && signed == computed && report.differences().is_empty(),
    })
}

/// The head of a request as it is on the wire.
fn request_head(request: &Parts) -> Vec<u8> {
    let target = request.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut head = format!("{} {target} {:?}\n", request.method, request.version).into_bytes();
    put_headers(&request.headers, &mut head);
    head
}

fn response_head(response: &Response<impl AsRef<[u8]>>) -> Vec<u8> {
    let status: StatusCode = response.status();
    let mut head = format!("HTTP/1.1 {status}\n").into_bytes();
    put_headers(response.headers(), &mut head);
    head
}

fn put_headers(headers: &HeaderMap, head: &mut Vec<u8>) {
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\n"] {
            head.extend_from_slice(part);
        }
    }
}
