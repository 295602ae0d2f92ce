//! The end of a server that speaks TLS: what was accepted is answered.

use super::client::{SecureServer, send, serve};
use crate::support::{LONG, REGION};
use http::Request;
use http_body_util::Full;
use sig4_gateway::{ApiDefinition, Auth, Event, Integration};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

/// A server whose route tells when it is called, and waits until it is told to go on.
async fn waiting() -> (SecureServer, Arc<Notify>, Arc<Notify>) {
    let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, waits) = (Arc::clone(&began), Arc::clone(&go_on));
    let handler = Integration::handler(move |_: Event| {
        let (begins, waits) = (Arc::clone(&begins), Arc::clone(&waits));
        async move {
            begins.notify_one();
            waits.notified().await;
            "ok"
        }
    });
    (serve(ApiDefinition::new(REGION).route_with("GET /", Auth::None, handler)).await, began, go_on)
}

#[tokio::test]
async fn a_request_of_http_2_in_progress_is_answered_and_idle_connections_are_closed() {
    let (secure, began, go_on) = waiting().await;
    let (mut busy, idle) = (secure.http2().await, secure.http2().await);
    let (_silent, _) = secure.connect(&["h2"]).await;
    let (mut sender, request) = (busy.clone(), Request::get(secure.url("/")).body(Full::default()).unwrap());
    let call = tokio::spawn(async move { send(&mut sender, request).await });
    began.notified().await;
    let later = Request::get(secure.url("/")).body(Full::default()).unwrap();
    let ending = tokio::spawn(secure.server.shutdown());
    let closed = async {
        while !idle.is_closed() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, closed).await.expect("the idle connection is closed");
    assert!(!ending.is_finished(), "a client waits for a response");
    assert!(busy.send_request(later).await.is_err(), "the connection takes no more requests");
    go_on.notify_one();
    let (head, body) = call.await.unwrap();
    assert_eq!((head.status().as_u16(), body.as_str()), (200, "ok"));
    tokio::time::timeout(LONG, ending).await.expect("it ends").unwrap();
}

#[tokio::test]
async fn a_request_of_http_1_in_progress_is_answered() {
    let (secure, began, go_on) = waiting().await;
    let (mut idle, _) = secure.connect(&["http/1.1"]).await;
    let (mut busy, _) = secure.connect(&["http/1.1"]).await;
    busy.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    began.notified().await;
    let ending = tokio::spawn(secure.server.shutdown());
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap(), 0, "closed in order");
    go_on.notify_one();
    let mut text = String::new();
    busy.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("Connection: close") && text.ends_with("ok"), "{text}");
    tokio::time::timeout(LONG, ending).await.expect("it ends").unwrap();
}

/// A client that resets its connection is not waited for.
#[tokio::test]
async fn work_for_a_client_that_is_gone_is_dropped() {
    struct Dropped(Arc<Notify>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let (began, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, drops) = (Arc::clone(&began), Arc::clone(&dropped));
    let handler = Integration::handler(move |_: Event| {
        let (begins, held) = (Arc::clone(&begins), Dropped(Arc::clone(&drops)));
        async move {
            let _held = held;
            begins.notify_one();
            std::future::pending::<()>().await;
        }
    });
    let secure = serve(ApiDefinition::new(REGION).route_with("GET /", Auth::None, handler)).await;
    let mut sender = secure.http2().await;
    let call = sender.send_request(Request::get(secure.url("/")).body(Full::default()).unwrap());
    let call = tokio::spawn(call);
    began.notified().await;
    // The stream is reset, and the connection stays.
    call.abort();
    tokio::time::timeout(LONG, dropped.notified()).await.expect("the work is dropped");
    assert!(!sender.is_closed());
    secure.server.shutdown().await;
}
