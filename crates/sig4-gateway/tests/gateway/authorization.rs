//! Who is let in, and what the log says of those who are not.

use crate::support::{ALLOWED, DENIED, REGION, api, call, credentials, echo, send, serve, signed};
use serde_json::Value;
use sig4::Signer;
use sig4::settings::PathEncoding;
use sig4_gateway::{AccessRecord, ApiDefinition, AuthDecision, Event, Integration, Server};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use time::OffsetDateTime;

type Records = Arc<Mutex<Vec<AccessRecord>>>;

fn logged(api: ApiDefinition) -> (ApiDefinition, Records) {
    let records = Records::default();
    let log = Arc::clone(&records);
    (api.with_access_log(move |record| log.lock().unwrap().push(record.clone())), records)
}

fn changed(mut headers: Vec<(String, String)>, name: &str, change: impl Fn(&str) -> String) -> Vec<(String, String)> {
    for (_, value) in headers.iter_mut().filter(|(own, _)| own == name) {
        *value = change(value);
    }
    headers
}

async fn send_owned(server: &Server, method: &str, target: &str, headers: &[(String, String)], body: &str) -> u16 {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    send(server, method, target, &headers, body).await.status
}

/// Nine in ten are right, and each of the others is wrong in one of the ways there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thousands_of_requests_one_in_ten_forged_the_right_ones_get_in_and_no_other() {
    let entered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&entered);
    let handler = Integration::handler(move |event: Event| {
        let caller = event.caller().expect("only an authenticated caller comes here");
        assert_eq!(caller.access_key_id(), ALLOWED.0);
        assert!(event.raw_query().starts_with("good"), "a forged request: {}", event.raw_query());
        count.fetch_add(1, Ordering::Relaxed);
        async { "in" }
    });
    let server = serve(api().route("$default", handler)).await;
    let mut right = 0;
    for n in 0..3000_usize {
        let good = format!("/a/{n}?good={n}");
        let headers = signed(&server, "POST", &good, &[], "body", ALLOWED);
        let forged = format!("/a/{n}?forged={n}");
        let signature = |value: &str| {
            let other = if value.ends_with('0') { "1" } else { "0" };
            value.split_at(value.len() - 1).0.to_owned() + other
        };
        let status = match (n % 10, n / 10 % 8) {
            (0, 0) => send_owned(&server, "POST", &forged, &headers, "body").await,
            (0, 1) => send_owned(&server, "POST", &good.replace("good", "xood"), &headers, "body").await,
            (0, 2) => send_owned(&server, "POST", &forged, &changed(headers, "authorization", signature), "body").await,
            (0, 3) => send(&server, "POST", &forged, &[], "body").await.status,
            (0, 4) => call(&server, "POST", &forged, "body", (ALLOWED.0, "another-secret")).await.status,
            (0, 5) => call(&server, "POST", &forged, "body", ("AKIDNOBODY", "secret")).await.status,
            (0, 6) => call(&server, "POST", &forged, "body", DENIED).await.status,
            (0, _) => send_owned(&server, "PUT", &good, &headers, "body").await,
            _ => {
                right += 1;
                assert_eq!(send_owned(&server, "POST", &good, &headers, "body").await, 200);
                continue;
            }
        };
        assert_eq!(status, 403, "{n}");
    }
    assert_eq!((entered.load(Ordering::Relaxed), right), (2700, 2700));
    server.shutdown().await;
}

#[tokio::test]
async fn a_changed_body_is_refused() {
    let server = serve(api().route("$default", echo())).await;
    let headers = signed(&server, "POST", "/", &[], "body", ALLOWED);
    assert_eq!(send_owned(&server, "POST", "/", &headers, "body").await, 200);
    assert_eq!(send_owned(&server, "POST", "/", &headers, "bodY").await, 403);
    assert_eq!(send_owned(&server, "POST", "/", &headers, "").await, 403);
    server.shutdown().await;
}

/// curl signs the path as it is on the wire; `execute-api` wants it encoded again.
#[tokio::test]
async fn the_log_names_the_cause_of_a_refusal() {
    let (api, records) = logged(api().route("GET /{proxy+}", echo()));
    let server = serve(api).await;
    let curl = Signer::new(REGION, "execute-api").unwrap().with_path_encoding(PathEncoding::Verbatim);
    let mut request = http::Request::get(format!("{}/a%20b", server.url())).body("").unwrap();
    curl.sign(&mut request, &credentials(ALLOWED), OffsetDateTime::now_utc()).unwrap();
    let headers: Vec<_> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let answer = send(&server, "GET", "/a%20b", &headers, "").await;
    assert_eq!((answer.status, answer.body.as_str()), (403, r#"{"message":"Forbidden"}"#), "the caller is not told");
    call(&server, "GET", "/ok", "", ALLOWED).await;
    call(&server, "GET", "/no", "", DENIED).await;
    call(&server, "GET", "/who", "", ("AKIDNOBODY", "secret")).await;
    send(&server, "POST", "/", &[], "").await;
    server.shutdown().await;
    let records = records.lock().unwrap();
    let [curl, allowed, denied, unknown, lost] = &records[..] else { panic!("{records:?}") };
    let line = curl.to_string();
    let begins =
        "GET /a%20b [GET /{proxy+}] claimed:arn:aws:iam::123456789012:user/allowed refused 403 path-encoded-once: ";
    assert!(line.starts_with(begins), "{line}");
    assert!(curl.remedy().is_some_and(|remedy| !remedy.is_empty()));
    let line = "GET /ok [GET /{proxy+}] arn:aws:iam::123456789012:user/allowed allowed 200";
    assert_eq!((allowed.to_string().as_str(), allowed.decision()), (line, AuthDecision::Allowed));
    let line = denied.to_string();
    assert!(line.starts_with("GET /no [GET /{proxy+}] arn:aws:iam::123456789012:user/denied refused 403 "), "{line}");
    assert!(line.contains("None") && line.contains("execute-api:Invoke"), "the statement is named: {line}");
    let line = unknown.to_string();
    assert!(line.starts_with("GET /who [GET /{proxy+}] claimed:AKIDNOBODY refused 403 access-key-unknown"), "{line}");
    assert!(lost.to_string().starts_with("POST / [-] - open 404 "), "{lost}");
    for record in records.iter() {
        let text = format!("{record} {record:?} {}", record.to_json());
        assert!(!text.contains(ALLOWED.1) && !text.contains(DENIED.1), "{text}");
    }
}

/// Source: "Customize HTTP API access logs", the variables for HTTP API access logs.
#[tokio::test]
async fn the_log_in_json_has_awss_names() {
    let (api, records) = logged(api().with_api_id("abc").with_stage("prod").route("GET /{id}", echo()));
    let server = serve(api).await;
    let answer = call(&server, "GET", "/prod/7", "", ALLOWED).await;
    call(&server, "GET", "/prod/7", "", DENIED).await;
    server.shutdown().await;
    let records = records.lock().unwrap();
    let json: Value = serde_json::from_str(&records[0].to_json()).unwrap();
    for (name, expected) in [
        ("requestId", answer.header("apigw-requestid").unwrap().into()),
        ("httpMethod", "GET".into()),
        ("path", "/prod/7".into()),
        ("routeKey", "GET /{id}".into()),
        ("stage", "prod".into()),
        ("protocol", "HTTP/1.1".into()),
        ("status", 200.into()),
        ("responseLength", answer.body.len().into()),
        ("accountId", "123456789012".into()),
        ("apiId", "abc".into()),
        ("domainName", "127.0.0.1".into()),
        ("identity.sourceIp", "127.0.0.1".into()),
        ("identity.accessKey", "AKIDALLOWED".into()),
        ("identity.userArn", "arn:aws:iam::123456789012:user/allowed".into()),
        ("integration.status", Value::from(200)),
    ] {
        assert_eq!(json[name], expected, "{name}");
    }
    let json: Value = serde_json::from_str(&records[1].to_json()).unwrap();
    assert_eq!((&json["error.message"], &json["status"]), (&"Forbidden".into(), &403.into()));
    assert!(json["authorizer.error"].as_str().unwrap().contains("execute-api:Invoke"), "{json}");
    assert!(json.get("integration.status").is_none());
}

#[tokio::test]
async fn a_caller_is_told_why_only_if_that_is_wanted() {
    let server = serve(api().with_verbose_errors(true).route("$default", echo())).await;
    let answer = call(&server, "GET", "/x", "", DENIED).await;
    assert_eq!((answer.status, answer.header("x-amzn-errortype").as_deref()), (403, Some("AccessDeniedException")));
    assert!(answer.body.contains("is not authorized to perform: execute-api:Invoke"), "{}", answer.body);
    let answer = send(&server, "GET", "/x", &[], "").await;
    assert!(answer.body.contains("Missing Authentication Token"), "{}", answer.body);
    server.shutdown().await;
}

/// A log that fails is the log's problem.
#[tokio::test]
async fn a_log_that_panics_stops_nothing() {
    let server = serve(api().with_access_log(|_| panic!("the disk is full")).route("$default", echo())).await;
    for _ in 0..3 {
        assert_eq!(call(&server, "GET", "/", "", ALLOWED).await.status, 200);
    }
    server.shutdown().await;
}

/// Records, of which the first stays in the log's hands until the sender sends or is dropped.
fn logged_once_released(api: ApiDefinition) -> (ApiDefinition, Records, mpsc::Sender<()>) {
    let (records, (release, released)) = (Records::default(), mpsc::channel());
    let (log, released) = (Arc::clone(&records), Mutex::new(released));
    let sink = move |record: &AccessRecord| {
        let _ = released.lock().unwrap().recv();
        log.lock().unwrap().push(record.clone());
    };
    (api.with_access_log(sink), records, release)
}

/// The reader of the log's pipe has stopped, say. Requests larger than what may wait are not explained.
#[tokio::test]
async fn a_log_that_is_blocked_stops_no_answer_and_keeps_no_more_than_32_mib_of_bodies() {
    let (api, records, release) = logged_once_released(api().route("$default", echo()));
    let server = serve(api).await;
    assert_eq!(call(&server, "GET", "/", "", ALLOWED).await.status, 200);
    let large = "b".repeat(9 * 1024 * 1024);
    let forged = signed(&server, "POST", "/", &[], "", (ALLOWED.0, "wrong"));
    for _ in 0..5 {
        assert_eq!(send_owned(&server, "POST", "/", &forged, &large).await, 403);
    }
    drop(release);
    server.shutdown().await;
    let records = records.lock().unwrap();
    let explained: Vec<_> = records.iter().map(|record| record.remedy().is_some()).collect();
    assert_eq!(explained, [false, true, true, true, false, false]);
    assert!(records[5].cause().is_some_and(|cause| cause.contains("signature")), "{}", records[5]);
    assert!(records.iter().all(|record| record.dropped() == 0));
}
