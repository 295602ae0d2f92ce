//! Clients that are slow, broken, gone, or never satisfied.

use crate::support::{ALLOWED, Answer, LONG, api, call, echo, raw, request, send, serve, signed};
use sig4_gateway::{AccessRecord, ApiDefinition, Event, Integration, Reply, Timeouts};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Bytes that are not a request.
const BROKEN: &[&[u8]] = &[
    b"",
    b"G",
    b"GET / HTTP/1.1\r\nhost: x\r\n",
    b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf",
    b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: x\r\nauthorization: AWS4-HMAC-SHA256 Credential=\r\n\r\n",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_slow_or_broken_connections_do_not_keep_good_requests_out() {
    let timeouts = Timeouts::new().with_body(Duration::from_secs(5));
    let server = serve(api().with_timeouts(timeouts).route("$default", echo())).await;
    let mut held = Vec::new();
    for n in 0..1000 {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(BROKEN[n % BROKEN.len()]).await.unwrap();
        match n % 5 {
            0 => stream.shutdown().await.unwrap(),
            1 => stream.set_zero_linger().unwrap(),
            _ => {}
        }
        if n % 5 != 1 {
            held.push(stream);
        }
        if n % 10 == 0 {
            let answer = call(&server, "POST", &format!("/{n}"), "body", ALLOWED).await;
            assert_eq!((answer.status, answer.body), (200, format!("$default|POST|/{n}|AKIDALLOWED|body")));
        }
    }
    assert_eq!(call(&server, "GET", "/", "", ALLOWED).await.status, 200);
    tokio::time::timeout(LONG, server.shutdown()).await.expect("none of them holds the server");
}

/// The ids, statuses and causes of the access log, and an API that writes it.
fn logged(api: ApiDefinition) -> (ApiDefinition, mpsc::UnboundedReceiver<AccessRecord>) {
    let (records, logged) = mpsc::unbounded_channel();
    (api.with_access_log(move |record| drop(records.send(record.clone()))), logged)
}

/// The request is refused by the gateway itself: with JSON, the id of the request, and a line in the access log.
async fn assert_refused(log: &mut mpsc::UnboundedReceiver<AccessRecord>, answer: &Answer, status: u16, what: &str) {
    assert_eq!(answer.status, status, "{what:?}: {}", answer.head);
    let body = match status {
        400 => r#"{"message":"Bad Request"}"#,
        408 => r#"{"message":"Request Timeout"}"#,
        _ => r#"{"message":"Request Header Fields Too Large"}"#,
    };
    assert_eq!(answer.body, body, "{what:?}: {}", answer.head);
    assert!(answer.head.contains("\r\nContent-Type: application/json\r\n"), "{what:?}: {}", answer.head);
    let record = tokio::time::timeout(LONG, log.recv()).await.expect("a record").unwrap();
    assert_eq!(Some(record.request_id()), answer.header("apigw-requestid").as_deref(), "{what:?}: {}", answer.head);
    assert!(record.status() == status && record.cause().is_some(), "{what:?}: {record}");
}

#[tokio::test]
async fn what_is_no_request_is_400_and_never_reaches_an_integration() {
    let unreachable = Integration::handler(|event: Event| async move { Reply::text(event.to_json()).with_status(299) });
    let (api, mut log) = logged(ApiDefinition::new("us-east-1").route("$default", unreachable));
    let server = serve(api).await;
    for text in [
        "\x16\x03\x01\x02\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.1\r\nhost x\r\n\r\n",
        "GET / HTTP/1.1\r\nho st: x\r\n\r\n",
        "GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "GET /\u{1} HTTP/1.1\r\n\r\n",
    ] {
        let answer = raw(&server, text.as_bytes()).await;
        assert_refused(&mut log, &answer, 400, text).await;
    }
    server.shutdown().await;
}

/// What hyper refuses behind an answer on the same connection.
#[tokio::test]
async fn what_is_no_request_is_refused_after_one_that_is_answered() {
    let (api, mut log) = logged(ApiDefinition::new("us-east-1").route("$default", echo()));
    let server = serve(api).await;
    let answers = raw(&server, b"GET /good HTTP/1.1\r\nhost: x\r\n\r\nbad\r\n\r\n").await;
    let (good, bad) = answers.body.split_once("HTTP/1.1 ").expect("two answers");
    assert_eq!((answers.status, good), (200, "$default|GET|/good|-|"));
    assert_eq!(tokio::time::timeout(LONG, log.recv()).await.unwrap().unwrap().status(), 200);
    assert_refused(&mut log, &Answer::parse(&format!("HTTP/1.1 {bad}")), 400, bad).await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_of_http_1_1_without_host_is_400() {
    let (api, mut log) = logged(ApiDefinition::new("us-east-1").route("$default", echo()));
    let server = serve(api).await;
    for target in ["/", "http://x/"] {
        let answer = raw(&server, format!("GET {target} HTTP/1.1\r\nconnection: close\r\n\r\n").as_bytes()).await;
        assert_refused(&mut log, &answer, 400, target).await;
    }
    assert_eq!(raw(&server, b"GET / HTTP/1.0\r\n\r\n").await.status, 200, "HTTP/1.0 has no such rule");
    server.shutdown().await;
}

/// They would be one and the same replacement character in an event, and in the access log.
#[tokio::test]
async fn bytes_that_are_not_utf_8_are_400() {
    let (api, mut log) = logged(ApiDefinition::new("us-east-1").route("$default", echo()));
    let server = serve(api).await;
    for (target, header) in [
        ("/?a=%FF", &b"1"[..]),
        ("/?%C3=1", b"1"),
        ("/?a=1&a=%C3%28", b"1"),
        ("/?a=%ED%A0%80", b"1"),
        ("/", b"caf\xe9"),
        ("/", b"\xff"),
    ] {
        for name in ["x-any", "cookie", "user-agent", "content-type", "host"] {
            let host = if name == "host" { "" } else { "host: x\r\n" };
            let mut text = format!("GET {target} HTTP/1.1\r\nconnection: close\r\n{host}{name}: ").into_bytes();
            text.extend_from_slice(header);
            text.extend_from_slice(b"\r\n\r\n");
            assert_refused(&mut log, &raw(&server, &text).await, 400, target).await;
        }
    }
    let answer =
        raw(&server, "GET /?a=%C3%A9 HTTP/1.1\r\nhost: x\r\nx: é\r\nconnection: close\r\n\r\n".as_bytes()).await;
    assert_eq!(answer.status, 200);
    server.shutdown().await;
}

/// `Connection` is rarely signed, so any intermediary can add it.
#[tokio::test]
async fn a_signed_header_cannot_be_made_one_of_the_connection() {
    let (api, mut log) = logged(api().route("$default", echo()));
    let server = serve(api).await;
    let signed = signed(&server, "GET", "/x", &[("x-tenant", "a")], "", ALLOWED);
    let with = |connection: &'static str| {
        let mut headers: Vec<_> = signed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        headers.push(("connection", connection));
        request(&server, "GET", "/x", &headers, "")
    };
    for connection in
        ["x-tenant", "close, X-Tenant", "keep-alive,\tx-tenant ,", "host", "x-amz-date", "\u{e9}, x-tenant"]
    {
        let answer = raw(&server, &with(connection)).await;
        assert_refused(&mut log, &answer, 400, connection).await;
    }
    for connection in ["close", "keep-alive, x-other", "te, content-length", "authorization"] {
        assert_eq!(raw(&server, &with(connection)).await.status, 200, "{connection}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_client_that_has_nothing_more_to_say_still_gets_its_answer() {
    let slow = Integration::handler(|event: Event| async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        String::from_utf8_lossy(event.body()).into_owned()
    });
    let server = serve(ApiDefinition::new("us-east-1").route("$default", slow)).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(&request(&server, "POST", "/", &[], "hello")).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut text = String::new();
    tokio::time::timeout(LONG, stream.read_to_string(&mut text)).await.unwrap().unwrap();
    let answer = Answer::parse(&text);
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
    server.shutdown().await;
}

#[tokio::test]
async fn requests_that_come_together_or_in_pieces_are_answered_one_after_the_other() {
    let server = serve(ApiDefinition::new("us-east-1").route("$default", echo())).await;
    let one = |n: usize| format!("POST /{n} HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n{n}");
    let last = String::from_utf8(request(&server, "GET", "/last", &[], "")).unwrap();
    let text = format!("{}{}{}{last}", one(1), one(2), one(3));
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut together = String::new();
    stream.read_to_string(&mut together).await.unwrap();
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for byte in text.as_bytes() {
        stream.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut pieces = String::new();
    stream.read_to_string(&mut pieces).await.unwrap();
    for answers in [together, pieces] {
        let bodies: Vec<_> =
            answers.split("$default|").skip(1).map(|body| body.split("HTTP/").next().unwrap()).collect();
        assert_eq!(bodies, ["POST|/1|-|1", "POST|/2|-|2", "POST|/3|-|3", "GET|/last|-|"]);
    }
    server.shutdown().await;
}

/// The rest of a refused request is no request of its own.
#[tokio::test]
async fn nothing_is_smuggled_in_a_body_that_was_not_wanted() {
    let (entered, mut entries) = mpsc::unbounded_channel();
    let handler = Integration::handler(move |event: Event| {
        let _ = entered.send(event.raw_path().to_owned());
        async { "in" }
    });
    let server =
        serve(api().route("GET /private", handler.clone()).route_with("GET /open", sig4_gateway::Auth::None, handler))
            .await;
    let inner = "GET /open?smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
    for head in [
        format!("GET /private HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", inner.len()),
        format!("GET /private HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n", inner.len()),
        format!("GET /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", inner.len()),
        format!(
            "GET /private HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n",
            inner.len()
        ),
    ] {
        let end = if head.contains("chunked") { "\r\n0\r\n\r\n" } else { "" };
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(format!("{head}{inner}{end}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text).await;
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
    }
    server.shutdown().await;
    assert!(entries.try_recv().is_err());
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_and_room_is_made_again() {
    let server = serve(ApiDefinition::new("us-east-1").with_max_connections(3).route("$default", echo())).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
        held.push(stream);
    }
    let answer = send(&server, "GET", "/", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"message":"Service Unavailable"}"#));
    held.pop();
    let served = async {
        while send(&server, "GET", "/", &[], "").await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, served).await.expect("there is room again");
    server.shutdown().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_cut_off() {
    let large = Integration::handler(|_: Event| async { Reply::new().with_body(vec![b'x'; 10 << 20]) });
    let timeouts = Timeouts::new().with_write(Duration::from_millis(50)).with_drain(LONG * 10);
    let server = serve(ApiDefinition::new("us-east-1").with_timeouts(timeouts).route("GET /", large)).await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        stream.read_exact(&mut [0; 16]).await.unwrap();
        streams.push(stream);
    }
    tokio::time::timeout(LONG, server.shutdown()).await.expect("none of them holds the server");
}

#[tokio::test]
async fn what_is_done_for_a_client_that_broke_off_is_dropped() {
    let (begins, mut began) = mpsc::channel(1);
    let (drops, mut dropped) = mpsc::channel::<()>(1);
    let handler = Integration::handler(move |_: Event| {
        let (begins, drops) = (begins.clone(), drops.clone());
        async move {
            begins.send(drops.downgrade()).await.unwrap();
            let _held = drops;
            std::future::pending::<()>().await;
        }
    });
    let server = serve(ApiDefinition::new("us-east-1").route("GET /", handler)).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let held = began.recv().await.unwrap();
    let strong = held.upgrade().unwrap().strong_count();
    stream.set_zero_linger().unwrap();
    drop(stream);
    let gone = async {
        while held.upgrade().is_some_and(|drops| drops.strong_count() >= strong) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(LONG, gone).await.expect("the handler's future is dropped");
    server.shutdown().await;
    assert_eq!(tokio::time::timeout(LONG, dropped.recv()).await.unwrap(), None);
}
