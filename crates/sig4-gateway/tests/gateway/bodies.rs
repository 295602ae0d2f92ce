//! Bodies: whose are read, and how many bytes of them are held.

use crate::support::{
    ALLOWED, Answer, DENIED, LONG, REGION, api, credentials, echo, raw, request, send, serve, signed,
};
use sig4::settings::ContentSha256Header;
use sig4::{Expires, Signer};
use sig4_gateway::{
    AccessRecord, ApiDefinition, Auth, Event, FunctionConfiguration, Integration, MAX_BODY_LEN, Reply, Server, Timeouts,
};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const MIB: usize = 1024 * 1024;

fn logged(api: ApiDefinition) -> (ApiDefinition, UnboundedReceiver<AccessRecord>) {
    let (records, logged) = unbounded_channel();
    (api.with_access_log(move |record| drop(records.send(record.clone()))), logged)
}

async fn cause(log: &mut UnboundedReceiver<AccessRecord>) -> String {
    let record = tokio::time::timeout(LONG, log.recv()).await.expect("a record").unwrap();
    record.cause().unwrap_or_default().to_owned()
}

/// Answers how long the body is.
fn length() -> Integration {
    Integration::handler(|event: Event| async move { event.body().len().to_string() })
}

/// A server with room for a body of a megabyte, which is held twice while it is read, and a short wait for room.
async fn tight(integration: Integration) -> (Server, UnboundedReceiver<AccessRecord>) {
    let timeouts = Timeouts::new().with_body_budget(Duration::from_millis(20)).with_body(LONG * 10);
    let api =
        ApiDefinition::new(REGION).with_body_budget(2 * MIB).with_timeouts(timeouts).route("$default", integration);
    let (api, log) = logged(api);
    (serve(api).await, log)
}

/// Sends the head of a request with a body, and so many bytes of the body.
async fn begun(server: &Server, declared: usize, sent: usize) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    let head = format!("POST / HTTP/1.1\r\nhost: {}\r\ncontent-length: {declared}\r\n\r\n", server.addr());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'b'; sent]).await.unwrap();
    stream
}

/// Sends bodies of so many bytes until one is answered so.
async fn until(server: &Server, len: usize, status: u16) {
    let body = "b".repeat(len);
    let answered = async { while send(server, "POST", "/", &[], &body).await.status != status {} };
    tokio::time::timeout(LONG, answered).await.unwrap_or_else(|_| panic!("{status} is never answered"));
}

/// The head of a signed request that says that a long body comes.
fn head_of(server: &Server, target: &str, headers: &[(String, String)]) -> Vec<u8> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    request(server, "POST", target, &[&headers[..], &[("content-length", "10000000")]].concat(), "")
}

/// The bodies never come, and the server does not wait for them.
#[tokio::test]
async fn the_body_of_a_request_that_nobody_vouches_for_is_not_read() {
    let timeouts = Timeouts::new().with_body(LONG * 10);
    let (api, mut log) = logged(api().with_timeouts(timeouts).route("$default", echo()));
    let server = serve(api).await;
    let unknown = signed(&server, "POST", "/", &[], "", ("AKIDNOBODY", "secret"));
    let garbled = vec![("authorization".to_owned(), "AWS4-HMAC-SHA256 Credential=".to_owned())];
    let stating = |key, at: OffsetDateTime| {
        let mut request = http::Request::post(format!("{}/", server.url())).body("body").unwrap();
        let signer = Signer::new(REGION, "execute-api").unwrap().with_content_sha256(ContentSha256Header::Always);
        signer.sign(&mut request, &credentials(key), at).unwrap();
        let fields = request.headers().iter();
        fields.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    let now = OffsetDateTime::now_utc();
    let guessed = stating((ALLOWED.0, "guessed"), now);
    let late = stating(ALLOWED, now - time::Duration::HOUR);
    let forged_date = stating(ALLOWED, now).into_iter().map(|(name, value)| match name.as_str() {
        "x-amz-date" => (name, value.replace('T', "t")),
        _ => (name, value),
    });
    for (headers, expected) in [
        (Vec::new(), "not-signed"),
        (garbled, "authorization-malformed"),
        (unknown, "access-key-unknown"),
        (guessed, "signature-mismatch: no known mistake gives the signature (the body was not read); perhaps"),
        (late, "expired"),
        (forged_date.collect(), "date-malformed"),
    ] {
        let answer = tokio::time::timeout(LONG, raw(&server, &head_of(&server, "/", &headers))).await;
        let answer = answer.unwrap_or_else(|_| panic!("{expected}: the body is waited for"));
        assert_eq!(answer.status, 403, "{expected}: {}", answer.body);
        let cause = cause(&mut log).await;
        assert!(cause.starts_with(expected), "{expected}: {cause}");
    }
    let get = http::Request::post(format!("{}/", server.url())).body("").unwrap();
    let by = credentials(("AKIDNOBODY", "secret"));
    let presigned =
        Signer::new(REGION, "execute-api").unwrap().presign(&get, &by, Expires::from_secs(60).unwrap(), now).unwrap();
    let target = presigned.target();
    assert_eq!(raw(&server, &head_of(&server, target, &[])).await.status, 403);
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_for_which_there_is_no_room_is_503_and_room_is_given_back() {
    let (server, mut log) = tight(length()).await;
    let (all, half) = ("b".repeat(MIB), MIB / 2 + 1);
    assert_eq!(send(&server, "POST", "/", &[], &all).await.body, MIB.to_string());
    let too_long = send(&server, "POST", "/", &[], &(all + "b")).await;
    assert_eq!(too_long.status, 413, "it never fits");
    while !cause(&mut log).await.contains("the body is longer than 1048576 bytes") {}
    let stream = begun(&server, MIB, half).await;
    until(&server, half, 503).await;
    while !cause(&mut log).await.contains("fill the 2097152 bytes of the server's body budget") {}
    let answer = send(&server, "POST", "/", &[], &"b".repeat(half)).await;
    assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"message":"Service Unavailable"}"#));
    assert_eq!(send(&server, "POST", "/", &[], "small").await.body, "5", "there is room for others");
    drop(stream);
    until(&server, MIB, 200).await;
    server.shutdown().await;
}

/// A client that fills the budget blocks large bodies of others, and nothing else.
#[tokio::test]
async fn small_bodies_and_answers_need_no_room() {
    let (server, mut log) =
        tight(Integration::handler(|event: Event| async move { Reply::new().with_body(event.body().clone()) })).await;
    let stream = begun(&server, MIB, MIB - 1).await;
    until(&server, MIB / 2, 503).await;
    for len in [0, 1000, 4096] {
        let answer = send(&server, "POST", "/", &[], &"b".repeat(len)).await;
        assert_eq!((answer.status, answer.body.len()), (200, len));
    }
    assert_eq!(send(&server, "POST", "/", &[], &"b".repeat(10_000)).await.status, 503);
    while !cause(&mut log).await.contains("fill the 2097152 bytes of the server's body budget") {}
    drop(stream);
    until(&server, MIB, 200).await;
    server.shutdown().await;
}

/// None of them can grow, and each waits for the others.
#[tokio::test]
async fn bodies_that_wait_for_one_another_do_not_do_so_for_ever() {
    let (server, _log) = tight(length()).await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(begun(&server, MIB / 2, MIB / 8).await);
    }
    let clients = streams.into_iter().map(|mut stream| {
        tokio::spawn(async move {
            // One that is refused may be reset while it still writes.
            let _ = stream.write_all(&vec![b'b'; MIB / 2 - MIB / 8]).await;
            let mut head = [0; 12];
            let read = tokio::time::timeout(LONG, stream.read_exact(&mut head)).await.expect("it is answered");
            read.map(|_| String::from_utf8_lossy(&head).into_owned()).unwrap_or_default()
        })
    });
    for client in clients.collect::<Vec<_>>() {
        let answer = client.await.unwrap();
        assert!(["HTTP/1.1 200", "HTTP/1.1 503", ""].contains(&answer.as_str()), "{answer}");
    }
    until(&server, MIB, 200).await;
    server.shutdown().await;
}

#[tokio::test]
async fn whatever_becomes_of_a_request_its_room_is_given_back() {
    let body = "b".repeat(MIB);
    let integration = Integration::handler(|event: Event| async move {
        match event.raw_path() {
            "/panic" => panic!("on purpose"),
            "/hang" => std::future::pending().await,
            _ => Reply::new().with_status(201),
        }
    });
    let timeouts = Timeouts::new().with_body_budget(LONG).with_integration(Duration::from_millis(20));
    let (api, mut log) = logged(api().with_body_budget(2 * MIB).with_timeouts(timeouts).route("$default", integration));
    let server = serve(api).await;
    for _ in 0..3 {
        for (path, key, expected) in [
            ("/", ALLOWED, 201),
            ("/panic", ALLOWED, 500),
            ("/hang", ALLOWED, 503),
            ("/", DENIED, 403),
            ("/", (ALLOWED.0, "guessed"), 403),
        ] {
            assert_eq!(crate::support::call(&server, "POST", path, &body, key).await.status, expected, "{path}");
            cause(&mut log).await;
        }
    }
    server.shutdown().await;
}

#[tokio::test]
async fn an_answer_takes_room_until_it_is_written() {
    let large = Integration::handler(|_: Event| async { Reply::new().with_body(vec![b'x'; MAX_BODY_LEN]) });
    let timeouts = Timeouts::new().with_body_budget(Duration::from_millis(20));
    let api = ApiDefinition::new(REGION).with_body_budget(MAX_BODY_LEN + 9).with_timeouts(timeouts);
    let (api, mut log) = logged(api.route("GET /", large).route("POST /", length()));
    let server = serve(api).await;
    let mut slow = TcpStream::connect(server.addr()).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    slow.read_exact(&mut [0; 16]).await.unwrap();
    cause(&mut log).await;
    assert_eq!(send(&server, "GET", "/", &[], "").await.status, 503);
    let why = cause(&mut log).await;
    assert!(why.starts_with("the response finds no room in time among the 10485769 bytes"), "{why}");
    assert_eq!(send(&server, "POST", "/", &[], "small").await.body, "5", "there is room for others");
    drop(slow);
    let again = async { while send(&server, "GET", "/", &[], "").await.status != 200 {} };
    tokio::time::timeout(LONG, again).await.expect("the room is given back");
    server.shutdown().await;
}

/// The event of a function is the body once more, in base 64 or with its escapes.
#[tokio::test]
async fn the_event_of_a_function_takes_room_as_well() {
    let function = FunctionConfiguration::new("none").listen("127.0.0.1:0").await.unwrap();
    let timeouts = Timeouts::new().with_body_budget(Duration::from_millis(1));
    let timeouts = timeouts.with_integration(Duration::from_millis(400));
    let api = ApiDefinition::new(REGION).with_body_budget(MIB).with_timeouts(timeouts).route("$default", &function);
    let (api, mut log) = logged(api);
    let server = serve(api).await;
    for (body, expected) in [
        ("b".repeat(MIB / 4), "the integration did not answer"),
        ("b".repeat(MIB / 2), "the event finds no room in time among the 1048576 bytes"),
        ("\u{1}".repeat(MIB / 8), "the event finds no room"),
        ("\u{1}".repeat(MIB / 16), "the integration did not answer"),
    ] {
        let answer = send(&server, "POST", "/", &[("content-type", "text/plain")], &body).await;
        let why = cause(&mut log).await;
        assert!(answer.status == 503 && why.starts_with(expected), "{} bytes: {} {why}", body.len(), answer.status);
    }
    server.shutdown().await;
}

/// A client without a signature does not block clients with one.
#[tokio::test]
async fn those_who_sign_are_served_while_others_send_what_nobody_reads() {
    let (api, _log) =
        logged(api().with_body_budget(2 * MIB).route("$default", length()).route_with("GET /open", Auth::None, echo()));
    let server = serve(api).await;
    let mut others = Vec::new();
    for _ in 0..50 {
        others.push(begun(&server, MAX_BODY_LEN, 32 * 1024).await);
    }
    let Answer { status, body, .. } = crate::support::call(&server, "POST", "/", &"b".repeat(MIB), ALLOWED).await;
    assert_eq!((status, body), (200, MIB.to_string()));
    drop(others);
    server.shutdown().await;
}
