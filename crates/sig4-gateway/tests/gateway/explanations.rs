//! Who is told why a request was refused.

#[cfg(target_os = "linux")]
use crate::strangers::{other_user, shell};
use crate::support::{ALLOWED, Answer, DENIED, api, call, echo, raw, send, serve, signed};
use serde_json::Value;
use sig4_gateway::{AccessRecord, AllowedHosts, ApiDefinition, Server};
use std::sync::{Arc, Mutex};

type Records = Arc<Mutex<Vec<AccessRecord>>>;

fn logged(api: ApiDefinition) -> (ApiDefinition, Records) {
    let records = Records::default();
    let log = Arc::clone(&records);
    (api.with_access_log(move |record| log.lock().unwrap().push(record.clone())), records)
}

async fn get(server: &Server, path: &str, headers: &[(String, String)]) -> Answer {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    send(server, "GET", path, &headers, "").await
}

/// The explanation of the log goes to a program of this machine that asks, and not to a proxy or a browser.
#[tokio::test]
async fn a_local_program_that_asks_is_told_what_the_log_has() {
    let ask = ("x-sig4-explain".to_owned(), "1".to_owned());
    let (api, records) = logged(api().with_local_explanations(true).route("GET /x", echo()));
    let server = serve(api).await;
    let mut told = Vec::new();
    for (path, key) in
        [("/x", DENIED), ("/x", (ALLOWED.0, "another-secret")), ("/x", ("AKIDNOBODY", "s")), ("/none", ALLOWED)]
    {
        let mut headers = signed(&server, "GET", path, &[], "", key);
        let silent = get(&server, path, &headers).await;
        assert_eq!(silent.header("x-sig4-cause"), None, "{silent:?}");
        headers.push(ask.clone());
        let answer = get(&server, path, &headers).await;
        assert_eq!((answer.status, &answer.body), (silent.status, &silent.body), "the rest of the answer is AWS's");
        told.push((answer.header("x-sig4-cause"), answer.header("x-sig4-remedy")));
        for mark in ["x-forwarded-for", "forwarded", "via", "x-real-ip", "origin", "sec-fetch-site"] {
            let marked = [&headers[..], &[(mark.to_owned(), "x".to_owned())]].concat();
            let answer = get(&server, path, &marked).await;
            assert!(answer.header("x-sig4-cause").is_none() && answer.header("x-sig4-remedy").is_none(), "{mark}");
        }
    }
    server.shutdown().await;
    let begins =
        ["not-authorized: execute-api:Invoke on ", "signature-mismatch: ", "access-key-unknown: ", "no route takes"];
    for ((cause, _), begin) in told.iter().zip(begins) {
        assert!(cause.as_deref().is_some_and(|cause| cause.starts_with(begin)), "{begin}: {cause:?}");
    }
    let records = records.lock().unwrap();
    let logged: Vec<_> =
        records.iter().map(|record| (record.cause().map(str::to_owned), record.remedy().map(str::to_owned))).collect();
    for told in &told {
        assert!(logged.contains(told), "{told:?} is not in {logged:?}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_program_of_another_user_is_not_told() {
    let Some(other) = other_user().await else { return };
    let server = serve(api().with_local_explanations(true).route("GET /x", echo())).await;
    let addr = server.addr().to_string();
    let request = format!("GET /none HTTP/1.1\r\nhost: {addr}\r\nx-sig4-explain: 1\r\nconnection: close\r\n\r\n");
    for (uid, is_told) in [(None, true), (Some(other), false), (None, true)] {
        let answer = shell(uid, &addr, &request, true).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{uid:?}: {answer}");
        assert_eq!(answer.to_lowercase().contains("\r\nx-sig4-cause: no route takes"), is_told, "{uid:?}: {answer}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn nobody_is_told_unless_the_server_is_set_so_and_only_at_a_loopback_host() {
    let ask = ("x-sig4-explain", "1");
    let off = serve(api().route("$default", echo())).await;
    assert_eq!(send(&off, "GET", "/x", &[ask], "").await.header("x-sig4-cause"), None);
    off.shutdown().await;
    let hosts = AllowedHosts::loopback().with_host("api.test").unwrap();
    let on = api().with_local_explanations(true).with_verbose_errors(true).with_allowed_hosts(hosts);
    let on = serve(on.route("$default", echo())).await;
    for (host, verbose) in [("api.test", true), ("rebound.example", false)] {
        let answer = raw(
            &on,
            format!("GET /x HTTP/1.1\r\nhost: {host}\r\nx-sig4-explain: 1\r\nconnection: close\r\n\r\n").as_bytes(),
        )
        .await;
        assert_eq!((answer.status, answer.header("x-sig4-cause")), (403, None), "{host}");
        assert_eq!(answer.body.contains("cause"), verbose, "{host}: {}", answer.body);
    }
    on.shutdown().await;
}

/// `verbose_errors` gives what the log has.
#[tokio::test]
async fn a_verbose_body_has_the_explanation_of_the_log() {
    let (api, records) = logged(api().with_verbose_errors(true).route("GET /x", echo()));
    let server = serve(api).await;
    let mut bodies = Vec::new();
    for (path, key) in [("/x", DENIED), ("/x", (ALLOWED.0, "another-secret")), ("/none", ALLOWED)] {
        bodies.push(call(&server, "GET", path, "", key).await.body);
    }
    server.shutdown().await;
    let records = records.lock().unwrap();
    for ((body, record), begin) in
        bodies.iter().zip(&*records).zip(["not-authorized", "signature-mismatch", "no route"])
    {
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["cause"].as_str(), record.cause());
        assert!(record.cause().unwrap().starts_with(begin), "{record}");
    }
}
