//! The details of requests for a person who inspects them.

use crate::support::{ALLOWED, Answer, DENIED, api, echo, send, serve, signed};
use sig4_gateway::{AccessRecord, ApiDefinition, Auth, Inspection, Server};
use std::sync::{Arc, Mutex};

type Records = Arc<Mutex<Vec<AccessRecord>>>;

fn logged(api: ApiDefinition) -> (ApiDefinition, Records) {
    let records = Records::default();
    let log = Arc::clone(&records);
    (api.with_access_log(move |record| log.lock().unwrap().push(record.clone())), records)
}

async fn post(server: &Server, path: &str, headers: &[(String, String)], body: &str) -> Answer {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    send(server, "POST", path, &headers, body).await
}

fn canonical(inspection: &Inspection) -> (Option<&str>, Option<&str>) {
    let report = inspection.report().unwrap();
    let path = |text: Option<&'_ str>| text.and_then(|text| text.lines().nth(1).map(str::to_owned));
    assert_eq!(path(report.canonical_request()).is_some(), report.string_to_sign().is_some());
    (report.canonical_request(), report.signed_canonical_request())
}

#[tokio::test]
async fn a_record_has_the_request_the_decision_the_event_and_the_answer() {
    let api = api().route("POST /{proxy+}", echo()).route_with("POST /open", Auth::None, echo());
    let (api, records) = logged(api.with_inspection(true));
    let server = serve(api).await;
    let body = "the body";
    for (path, key) in
        [("/x?a=1", ALLOWED), ("/x", DENIED), ("/x", (ALLOWED.0, "another-secret")), ("/x", ("AKIDNOBODY", "s"))]
    {
        post(&server, path, &signed(&server, "POST", path, &[], body, key), body).await;
    }
    post(&server, "/open", &[], body).await;
    post(&server, "/x", &[], "").await;
    server.shutdown().await;
    let records = records.lock().unwrap();
    let all: Vec<&Inspection> = records.iter().map(|record| record.inspection().unwrap()).collect();
    let [allowed, denied, other, unknown, open, unsigned] = all[..] else { panic!("{records:?}") };

    assert_eq!(allowed.request().uri, "/x?a=1");
    assert_eq!(allowed.request_body(), body);
    assert_eq!(allowed.response().body(), "POST /{proxy+}|POST|/x|AKIDALLOWED|the body");
    assert!(allowed.event().unwrap().to_json().contains("\"rawQueryString\":\"a=1\""));
    let decision = |inspection: &Inspection| inspection.decision().map(ToString::to_string);
    let statement = "allowed by statement 1 (\"All\") of the identity-based policy \"allowed\"";
    assert_eq!(decision(allowed).as_deref(), Some(statement));
    assert!(allowed.resource_action().unwrap().resource().ends_with("/$default/POST/x"));
    assert!(allowed.report().unwrap().nothing_wrong());
    assert!(canonical(allowed).0.unwrap().starts_with("POST\n/x\na=1\nhost:"));

    let statement = "denied by statement 1 (\"None\") of the identity-based policy \"denied\"";
    assert_eq!(decision(denied).as_deref(), Some(statement));
    assert!(denied.report().unwrap().nothing_wrong(), "its signature matches");
    assert!(denied.event().is_none() && denied.response().status() == 403 && denied.request_body() == body);

    assert!(decision(other).is_none() && other.event().is_none());
    assert!(canonical(other).0.unwrap().starts_with("POST\n/x\n\nhost:"));
    assert_eq!(unknown.report().unwrap().findings()[0].name(), "access-key-unknown");
    assert!(
        open.report().is_none() && open.event().is_some() && open.decision().is_none() && open.request_body() == body
    );
    assert_eq!(unsigned.report().unwrap().findings()[0].name(), "not-signed");
    assert!(all.iter().all(|inspection| inspection.report().is_none_or(|report| report.signature().is_none())));
    let shown = format!("{records:?}");
    assert!(!shown.contains("the body") && !shown.contains("Signature="), "{shown}");
}

#[tokio::test]
async fn a_proven_mistake_has_the_canonical_request_that_was_signed() {
    let (api, records) = logged(api().route("POST /{proxy+}", echo()).with_inspection(true));
    let server = serve(api).await;
    let once = "/a%20b";
    let view = sig4::settings::PathEncoding::Verbatim;
    let mut request = http::Request::post(format!("{}{once}", server.url())).body(b"".as_slice()).unwrap();
    let signer = sig4::Signer::new("us-east-1", "execute-api").unwrap().with_path_encoding(view);
    let credentials = crate::support::credentials(ALLOWED);
    signer.sign(&mut request, &credentials, time::OffsetDateTime::now_utc()).unwrap();
    let headers = request.headers().iter();
    let headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    // The second answer tells the client why, so the explanation is made before the answer.
    post(&server, once, &headers, "").await;
    post(&server, once, &[&headers[..], &[("x-sig4-explain".to_owned(), "1".to_owned())]].concat(), "").await;
    server.shutdown().await;
    let records = records.lock().unwrap();
    assert_eq!(records.len(), 2);
    for record in records.iter() {
        let (computed, signed) = canonical(record.inspection().unwrap());
        assert!(computed.unwrap().starts_with("POST\n/a%2520b\n"), "{computed:?}");
        assert!(signed.unwrap().starts_with("POST\n/a%20b\n"), "{signed:?}");
    }
}

#[tokio::test]
async fn no_details_are_kept_unless_they_are_asked_for() {
    let (api, records) = logged(api().route_with("$default", Auth::None, echo()));
    let server = serve(api).await;
    send(&server, "GET", "/", &[], "").await;
    server.shutdown().await;
    assert!(records.lock().unwrap()[0].inspection().is_none());
}
