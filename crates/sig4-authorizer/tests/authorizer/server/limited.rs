//! The limits of a server.

use super::asked::{Held, PATIENCE, client, get, nobody, question, serve};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::Code;

#[tokio::test]
async fn a_check_beyond_the_number_in_flight_is_refused_at_once() {
    let held = Held::new();
    let server = serve("[listen]\n[limits]\nchecks_in_flight = 1\ncheck_timeout = \"60s\"", held.clone()).await;
    let (mut first, mut second) = (client(&server).await, client(&server).await);
    let waiting = tokio::spawn(async move { first.check(question()).await });
    held.is_asked(1).await;

    let error = timeout(PATIENCE, second.check(question())).await.unwrap().unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted, "{error}");
    let forward = timeout(PATIENCE, get(server.local_addr(), "/forward/nginx")).await.unwrap();
    assert!(forward.starts_with("HTTP/1.1 503 "), "{forward}");

    held.answers.add_permits(1);
    let answer = waiting.await.unwrap().unwrap().into_inner();
    assert_eq!(answer.status.unwrap().code, i32::from(Code::PermissionDenied));
    held.answers.add_permits(1);
    assert!(second.check(question()).await.is_ok(), "the place is free again");
    let metrics = get(server.admin_addr().unwrap(), "/metrics").await;
    assert!(metrics.contains("\nsig4_checks_overloaded_total 2\n"), "{metrics}");
}

#[tokio::test]
async fn a_check_that_takes_too_long_is_refused() {
    let held = Held::new();
    let server = serve("[listen]\n[limits]\ncheck_timeout = \"100ms\"", held.clone()).await;
    let outcome = timeout(PATIENCE, client(&server).await.check(question())).await.unwrap();
    // The pipeline's limit of the key store is the same time: either of them refuses.
    let is_refused = match outcome {
        Ok(answer) => answer.into_inner().status.unwrap().code != 0,
        Err(error) => error.code() == Code::DeadlineExceeded,
    };
    assert!(is_refused);
    let metrics = get(server.admin_addr().unwrap(), "/metrics").await;
    assert!(metrics.contains("\nsig4_checks_in_flight 0\n"), "{metrics}");
}

#[tokio::test]
async fn a_message_longer_than_a_check_is_refused() {
    let server = serve("[listen]\n[limits]\nbody_bytes = 1000\nhead_bytes = 20000", nobody()).await;
    let mut question = question();
    let http = question.attributes.as_mut().unwrap().request.as_mut().unwrap().http.as_mut().unwrap();
    http.raw_body = vec![b'a'; 50_000];
    assert_eq!(client(&server).await.check(question).await.unwrap_err().code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let server = serve("[listen]\n[limits]\nhead_timeout = \"100ms\"", nobody()).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(b"GET /forward/nginx HTTP/1.1\r\nHost: a\r\n").await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection ends").unwrap();
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_not_waited_for() {
    let server = serve("[listen]\n[limits]\nhead_timeout = \"100ms\"", nobody()).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection ends").unwrap();
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = serve("[listen]\n[limits]\nhead_bytes = 9000", nobody()).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let head = format!("GET /forward/nginx HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n", "a".repeat(20_000));
    // The server may close the connection before it has read everything.
    let _cut = stream.write_all(head.as_bytes()).await;
    let mut answer = [0; 12];
    let read = timeout(PATIENCE, stream.read_exact(&mut answer)).await.expect("it answers or closes");
    assert!(read.is_err() || &answer == b"HTTP/1.1 431", "{:?}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn connections_beyond_the_number_wait() {
    let server = serve("[listen]\n[limits]\nconnections = 1", nobody()).await;
    let first = TcpStream::connect(server.local_addr()).await.unwrap();
    let waiting = get(server.local_addr(), "/forward/nginx");
    tokio::pin!(waiting);
    assert!(timeout(Duration::from_millis(200), &mut waiting).await.is_err(), "it is not served");
    drop(first);
    assert!(timeout(PATIENCE, waiting).await.unwrap().starts_with("HTTP/1.1 4"));
}
