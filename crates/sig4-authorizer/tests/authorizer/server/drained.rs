//! The end of a server.

use super::asked::{Held, PATIENCE, client, get, nobody, question, serve, status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::Code;

#[tokio::test]
async fn a_check_in_flight_is_answered_and_probes_know_before_the_listener_closes() {
    let held = Held::new();
    let server = serve("[listen]\ndrain_delay = \"700ms\"\n[limits]\ncheck_timeout = \"60s\"", held.clone()).await;
    let (address, admin) = (server.local_addr(), server.admin_addr().unwrap());
    assert_eq!(status(admin, "/readyz").await, 200);
    let mut asking = client(&server).await;
    let waiting = tokio::spawn(async move { asking.check(question()).await });
    held.is_asked(1).await;

    let draining = tokio::spawn(server.drain());
    let unready = async {
        while status(admin, "/readyz").await == 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, unready).await.expect("the probe knows");
    let reasons = get(admin, "/readyz").await;
    assert!(reasons.contains(r#"{"ready":false,"reasons":["it is draining"]}"#), "{reasons}");
    assert_eq!(status(admin, "/healthz").await, 200, "it lives");
    assert!(TcpStream::connect(address).await.is_ok(), "it listens until proxies have gone elsewhere");

    let closed = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, closed).await.expect("the listener closes");
    assert!(!draining.is_finished(), "a check is in flight");
    held.answers.add_permits(1);
    let answer = timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap().into_inner();
    assert_eq!(answer.status.unwrap().code, i32::from(Code::PermissionDenied));
    assert!(timeout(PATIENCE, draining).await.unwrap().unwrap(), "all checks were answered");
}

#[tokio::test]
async fn idle_connections_do_not_delay_the_end() {
    let server = serve("[listen]\ndrain_delay = \"0s\"\ndrain_timeout = \"15s\"", nobody()).await;
    let mut grpc = client(&server).await;
    assert!(grpc.check(question()).await.is_ok());
    let _silent = TcpStream::connect(server.local_addr()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(timeout(PATIENCE, server.drain()).await.expect("it ends"), "no check was in flight");
}

/// A connection that begins a question and does not end it has nothing to be answered.
#[tokio::test]
async fn half_a_question_does_not_delay_the_end() {
    let sections = "[listen]\ndrain_delay = \"0s\"\ndrain_timeout = \"8s\"\n[limits]\nhead_timeout = \"600s\"";
    let server = serve(sections, nobody()).await;
    let address = server.local_addr();
    let half = b"GET /nowhere HTTP/1.1\r\nHost:";
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(half).await.unwrap();
    // The second question of a connection.
    let mut kept = TcpStream::connect(address).await.unwrap();
    kept.write_all(b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(timeout(PATIENCE, kept.read(&mut [0; 1000])).await.unwrap().unwrap() > 0);
    kept.write_all(half).await.unwrap();
    // Half a preface of HTTP/2, and a connection of HTTP/2 with half a frame.
    let mut preface = TcpStream::connect(address).await.unwrap();
    preface.write_all(b"PRI * HT").await.unwrap();
    let mut frame = TcpStream::connect(address).await.unwrap();
    frame
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x09\x01")
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(timeout(PATIENCE, server.drain()).await.expect("it ends"), "no check was in flight");
}

#[tokio::test]
async fn a_check_that_never_ends_does_not_keep_the_server() {
    let held = Held::new();
    let sections = "[listen]\ndrain_delay = \"0s\"\ndrain_timeout = \"200ms\"\n[limits]\ncheck_timeout = \"60s\"";
    let server = serve(sections, held.clone()).await;
    let mut asking = client(&server).await;
    let _waiting = tokio::spawn(async move { asking.check(question()).await });
    held.is_asked(1).await;
    assert!(!timeout(PATIENCE, server.drain()).await.expect("it ends"), "a check was not answered");
}

/// Otherwise the server closes the connection while the next question is on its way, and the proxy refuses a good request.
#[tokio::test]
async fn a_connection_of_http1_is_told_its_end_while_the_server_still_listens() {
    let server = serve("[listen]\ndrain_delay = \"60s\"\n[limits]\nhead_timeout = \"60s\"", nobody()).await;
    let (address, admin) = (server.local_addr(), server.admin_addr().unwrap());
    let mut kept = TcpStream::connect(address).await.unwrap();
    let ask = "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n";
    kept.write_all(ask.as_bytes()).await.unwrap();
    let mut first = vec![0; 1000];
    let len = timeout(PATIENCE, kept.read(&mut first)).await.unwrap().unwrap();
    let first = String::from_utf8_lossy(&first[..len]).into_owned();
    assert!(first.starts_with("HTTP/1.1 404 ") && !first.contains("connection: close"), "{first}");

    let draining = tokio::spawn(server.drain());
    while status(admin, "/readyz").await == 200 {
        tokio::task::yield_now().await;
    }
    kept.write_all(ask.as_bytes()).await.unwrap();
    let mut last = String::new();
    timeout(PATIENCE, kept.read_to_string(&mut last)).await.expect("the connection ends with its answer").unwrap();
    assert!(last.starts_with("HTTP/1.1 404 ") && last.contains("connection: close\r\n"), "{last}");
    draining.abort();
}

/// The system accepts connections before the server does. Their questions would be lost with the listener.
#[tokio::test]
async fn questions_in_the_backlog_of_the_listener_are_answered() {
    let server = serve("[listen]\ndrain_delay = \"0s\"\ndrain_timeout = \"15s\"", nobody()).await;
    let address = server.local_addr();
    let ask = "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    // The runtime has one thread, which waits here: the server accepts none of these, and the system up to 128.
    let asked = (0..100).map(|_| {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        std::io::Write::write_all(&mut stream, ask.as_bytes()).unwrap();
        stream
    });
    let asked = asked.collect::<Vec<_>>();
    assert!(timeout(PATIENCE, server.drain()).await.expect("it ends"), "all were answered");
    for mut stream in asked {
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    }
}
