//! Clients of HTTP/2 that do nothing, or take nothing.

use super::client::{SecureServer, read, send, serve};
use crate::support::{LONG, REGION, echo};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::TokioExecutor;
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Timeouts};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(300);

async fn open(timeouts: Timeouts, len: usize) -> SecureServer {
    let long = Integration::handler(move |_: Event| async move { "x".repeat(len) });
    let api = ApiDefinition::new(REGION).with_timeouts(timeouts).with_max_connections(16);
    serve(api.route_with("GET /long", Auth::None, long).route_with("GET /short", Auth::None, echo())).await
}

fn get(secure: &SecureServer, path: &str) -> Request<Full<bytes::Bytes>> {
    Request::get(secure.url(path)).body(Full::default()).unwrap()
}

#[tokio::test]
async fn a_connection_without_requests_is_closed_after_the_time_of_a_head() {
    let secure = open(Timeouts::new().with_head(SHORT), 1).await;
    let (mut silent, _) = secure.connect(&["h2"]).await;
    let closed = tokio::time::timeout(LONG, read(&mut silent));
    let mut sender = secure.http2().await;
    send(&mut sender, get(&secure, "/short")).await;
    closed.await.expect("it is closed");
    let idle = async {
        while !sender.is_closed() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, idle).await.expect("it is closed as well");
    secure.server.shutdown().await;
}

#[tokio::test]
async fn a_response_that_its_client_does_not_take_is_reset_and_others_go_on() {
    let secure = open(Timeouts::new().with_write(SHORT), 1_000_000).await;
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(20_000).initial_connection_window_size(10_000_000);
    let mut sender = secure.http2_with(&builder).await;
    let stalled = sender.send_request(get(&secure, "/long")).await.unwrap();
    tokio::time::sleep(SHORT * 3).await;
    let read = stalled.into_body().collect().await;
    assert!(read.is_err(), "the response was reset");
    assert_eq!(send(&mut sender, get(&secure, "/short")).await.0.status(), 200);
    secure.server.shutdown().await;
}

#[tokio::test]
async fn the_end_of_a_response_that_its_client_does_not_take_ends_the_connection() {
    let secure = open(Timeouts::new().with_write(SHORT), 1_000).await;
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(10).initial_connection_window_size(10_000_000);
    let mut sender = secure.http2_with(&builder).await;
    let stalled = sender.send_request(get(&secure, "/long")).await.unwrap();
    tokio::time::sleep(SHORT * 3).await;
    assert!(stalled.into_body().collect().await.is_err());
    assert!(sender.send_request(get(&secure, "/short")).await.is_err(), "the connection is gone");
    secure.server.shutdown().await;
}

#[tokio::test]
async fn a_response_that_its_client_takes_slowly_is_whole() {
    let secure = open(Timeouts::new().with_write(SHORT), 300_000).await;
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(20_000);
    let mut sender = secure.http2_with(&builder).await;
    let mut body = sender.send_request(get(&secure, "/long")).await.unwrap().into_body();
    let mut len = 0;
    while let Some(frame) = body.frame().await {
        len += frame.unwrap().into_data().map_or(0, |data| data.len());
        tokio::time::sleep(SHORT / 30).await;
    }
    assert_eq!(len, 300_000);
    secure.server.shutdown().await;
}
