//! The end of a server: what was accepted is answered.

use crate::support::{LONG, echo, serve};
use sig4_gateway::{ApiDefinition, Event, Integration, Timeouts};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

/// How a client's requests ended.
#[derive(Clone, Debug, Default)]
struct Tally {
    answered: usize,
    /// Sent on a connection that had worked, and never answered.
    lost: usize,
}

/// One answer with `content-length: 2`; none if the connection ended before the first byte.
async fn answer(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\nok") {
        let mut some = [0; 512];
        match stream.read(&mut some).await {
            Ok(read) if read > 0 => text.extend_from_slice(&some[..read]),
            _ if text.is_empty() => return None,
            _ => panic!("an answer broke off: {}", String::from_utf8_lossy(&text)),
        }
    }
    Some(String::from_utf8(text).unwrap())
}

/// Sends requests one after the other, on connections that it keeps, until the server stops listening.
async fn client(addr: SocketAddr) -> Tally {
    let mut tally = Tally::default();
    while let Ok(mut stream) = TcpStream::connect(addr).await {
        let mut first = true;
        loop {
            if stream.write_all(REQUEST).await.is_err() {
                tally.lost += usize::from(!first);
                break;
            }
            match answer(&mut stream).await {
                Some(text) => {
                    tally.answered += 1;
                    first = false;
                    if text.contains("Connection: close") {
                        break;
                    }
                }
                // A connection that was in the queue of the listener when it closed was never accepted.
                None => {
                    tally.lost += usize::from(!first);
                    break;
                }
            }
        }
    }
    tally
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_under_load_loses_no_request() {
    for round in 0..10_u64 {
        let entered = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&entered);
        let handler = Integration::handler(move |_: Event| {
            let n = count.fetch_add(1, Ordering::SeqCst);
            async move {
                if n.is_multiple_of(16) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                "ok"
            }
        });
        let server = serve(ApiDefinition::new("us-east-1").route("$default", handler)).await;
        let clients: Vec<_> = (0..32).map(|_| tokio::spawn(client(server.addr()))).collect();
        while entered.load(Ordering::SeqCst) < 500 {
            tokio::time::sleep(Duration::from_millis(1 + round)).await;
        }
        tokio::time::timeout(LONG, server.shutdown()).await.expect("it ends");
        let (mut answered, mut lost) = (0, 0);
        for client in clients {
            let tally = tokio::time::timeout(LONG, client).await.expect("no client hangs").unwrap();
            answered += tally.answered;
            lost += tally.lost;
        }
        assert_eq!((lost, answered), (0, entered.load(Ordering::SeqCst)), "round {round}");
    }
}

#[tokio::test]
async fn what_has_begun_is_finished_what_is_idle_is_closed_and_nobody_new_is_let_in() {
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
    let server = serve(ApiDefinition::new("us-east-1").route("GET /", handler).route("GET /quick", echo())).await;
    let addr = server.addr();
    let mut idle = TcpStream::connect(addr).await.unwrap();
    let mut half = TcpStream::connect(addr).await.unwrap();
    half.write_all(b"GET /quick HTTP/1.1\r\nhost:").await.unwrap();
    let mut busy = TcpStream::connect(addr).await.unwrap();
    busy.write_all(REQUEST).await.unwrap();
    began.notified().await;
    let ending = tokio::spawn(server.shutdown());
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap(), 0, "closed in order");
    let mut text = String::new();
    half.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 503 "), "half a request is told that it comes too late: {text}");
    assert!(TcpStream::connect(addr).await.is_err(), "the server has stopped listening");
    assert!(!ending.is_finished(), "a client waits for a response");
    go_on.notify_one();
    let text = answer(&mut busy).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("Connection: close"), "{text}");
    tokio::time::timeout(LONG, ending).await.expect("it ends").unwrap();
}

/// A request that arrives while the server is closing, on a connection that was idle, is answered.
#[tokio::test]
async fn a_request_on_an_idle_connection_is_answered_while_the_server_is_closing() {
    let timeouts = Timeouts::new().with_quiet(LONG);
    let handler = Integration::handler(|_: Event| async { "ok" });
    let server = serve(ApiDefinition::new("us-east-1").with_timeouts(timeouts).route("GET /", handler)).await;
    let addr = server.addr();
    let mut idle = TcpStream::connect(addr).await.unwrap();
    idle.write_all(REQUEST).await.unwrap();
    assert!(!answer(&mut idle).await.unwrap().contains("Connection: close"));
    let ending = tokio::spawn(server.shutdown());
    while TcpStream::connect(addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    idle.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut idle).await.unwrap().contains("Connection: close"));
    drop(idle);
    tokio::time::timeout(LONG, ending).await.expect("no client is left to wait for").unwrap();
}

/// What has arrived at the machine is answered, even if the server has not heard of it when it decides to close.
#[tokio::test]
async fn a_request_that_nobody_has_looked_at_yet_is_answered() {
    let timeouts = Timeouts::new().with_quiet(Duration::ZERO);
    let handler = Integration::handler(|_: Event| async { "ok" });
    let server = serve(ApiDefinition::new("us-east-1").with_timeouts(timeouts).route("GET /", handler)).await;
    let mut idle = TcpStream::connect(server.addr()).await.unwrap();
    idle.write_all(REQUEST).await.unwrap();
    answer(&mut idle).await.unwrap();
    let ending = server.shutdown();
    // Nothing else runs between this and the decision.
    assert_eq!(idle.try_write(REQUEST).unwrap(), REQUEST.len());
    tokio::time::timeout(LONG, ending).await.expect("it ends");
    assert!(answer(&mut idle).await.expect("it is answered").contains("Connection: close"));
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_hold_the_server_for_ever() {
    let hangs = Integration::handler(|_: Event| std::future::pending::<()>());
    let timeouts = Timeouts::new().with_integration(LONG * 10).with_drain(Duration::from_millis(100));
    let server = serve(ApiDefinition::new("us-east-1").with_timeouts(timeouts).route("GET /", hangs)).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    tokio::time::timeout(LONG, server.shutdown()).await.expect("it ends");
    assert!(!matches!(stream.read(&mut [0; 8]).await, Ok(1..)), "it is cut off");
}

#[tokio::test]
async fn a_server_that_is_dropped_is_gone() {
    let server = serve(ApiDefinition::new("us-east-1").route("GET /", echo())).await;
    let addr = server.addr();
    drop(server);
    let gone = async {
        while TcpStream::connect(addr).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, gone).await.expect("the server has stopped listening");
}
