//! A server whose definition is replaced while it serves.

use crate::support::{
    ALLOW_ALL, ALLOWED, Answer, DENIED, LONG, api, call, directory, echo, identity, send, serve, signed,
};
use sig4_gateway::{ApiDefinition, Auth, Cors, Event, Integration, Server};
use sig4_iam::Directory;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// An API whose version is in the body and in a header of CORS.
fn version(number: usize) -> ApiDefinition {
    let body = Integration::handler(move |_: Event| async move { number.to_string() });
    let cors = Cors::new().with_origins(["http://a"]).with_exposed_headers([format!("x-{number}")]);
    ApiDefinition::new("us-east-1").with_cors(cors).route(format!("GET /{{v{number}}}"), body)
}

#[tokio::test]
async fn requests_under_way_end_with_the_definition_that_they_began_with() {
    let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, gate) = (Arc::clone(&entered), Arc::clone(&go));
    let slow = Integration::handler(move |_: Event| {
        let (inside, gate) = (Arc::clone(&inside), Arc::clone(&gate));
        async move {
            inside.notify_one();
            gate.notified().await;
            "old"
        }
    });
    let server = Arc::new(serve(ApiDefinition::new("us-east-1").route("$default", slow)).await);
    let caller = Arc::clone(&server);
    let under_way = tokio::spawn(async move { send(&caller, "GET", "/", &[], "").await });
    entered.notified().await;
    let replaced = server.replace(version(7)).unwrap();
    assert_eq!(send(&server, "GET", "/x", &[], "").await.body, "7");
    assert_eq!(send(&server, "POST", "/x", &[], "").await.status, 404, "the old route is gone");
    let mut finished = tokio::spawn(replaced.finished());
    tokio::select! {
        _ = &mut finished => panic!("a request is still under way"),
        () = tokio::task::yield_now() => go.notify_one(),
    }
    assert_eq!(under_way.await.unwrap().body, "old");
    tokio::time::timeout(LONG, finished).await.expect("nothing is under way").unwrap();
}

#[tokio::test]
async fn keys_policies_and_routes_are_those_of_the_new_definition() {
    let server = serve(api().route("GET /a", echo())).await;
    assert_eq!(call(&server, "GET", "/a", "", ALLOWED).await.status, 200);
    assert_eq!(call(&server, "GET", "/a", "", DENIED).await.status, 403);
    let only_the_other = Directory::new("123456789012").with_identity(identity(DENIED, "now", ALLOW_ALL)).unwrap();
    let new = || api().with_keys(only_the_other.clone());
    server.replace(new().route("GET /a", echo()).route_with("GET /open", Auth::None, echo())).unwrap();
    assert_eq!(call(&server, "GET", "/a", "", ALLOWED).await.status, 403, "a key that was removed");
    assert_eq!(call(&server, "GET", "/a", "", DENIED).await.status, 200, "a policy that was added");
    assert_eq!(send(&server, "GET", "/open", &[], "").await.status, 200);
    server.replace(new().route("GET /a", echo()).route("GET /open", echo())).unwrap();
    assert_eq!(send(&server, "GET", "/open", &[], "").await.status, 403, "an authorizer that was added");
    server.shutdown().await;
}

#[tokio::test]
async fn an_invalid_definition_changes_nothing() {
    let server = serve(version(1)).await;
    for bad in [
        version(2).route("GET no-slash", echo()),
        version(2).route("GET /{other}", echo()),
        version(2).with_stage("a b"),
        version(2).route_with("GET /iam", Auth::Iam, echo()),
        ApiDefinition::new("not a region").route("$default", echo()),
    ] {
        assert!(server.replace(bad).is_err());
        assert_eq!(send(&server, "GET", "/x", &[], "").await.body, "1");
    }
    server.shutdown().await;
}

/// Sends requests on one connection until told, and returns how many were answered.
async fn hammer(server: Arc<Server>, over: Arc<AtomicBool>) -> usize {
    let addr = server.addr();
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut answered = 0;
    while !over.load(Ordering::Relaxed) {
        let headers = signed(&server, "GET", "/x", &[], "", ALLOWED);
        let headers: String =
            headers.iter().filter(|(name, _)| name != "host").map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        let request = format!("GET /x HTTP/1.1\r\nhost: {addr}\r\norigin: http://a\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        let answer = loop {
            let mut piece = [0; 4096];
            let read = tokio::time::timeout(LONG, stream.read(&mut piece)).await.expect("an answer").unwrap();
            assert!(read > 0, "the connection stays open: {text}");
            text += std::str::from_utf8(&piece[..read]).unwrap();
            let answer = Answer::parse(&text);
            let len = answer.header("content-length").and_then(|len| len.parse::<usize>().ok());
            if text.contains("\r\n\r\n") && len.is_none_or(|len| answer.body.len() >= len) {
                break answer;
            }
        };
        assert_eq!(answer.status, 200, "{answer:?}");
        let version = &answer.body;
        assert_eq!(answer.header("access-control-expose-headers"), Some(format!("x-{version}")), "half of each");
        answered += 1;
    }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_no_request_is_lost_and_each_gets_one_definition_whole() {
    let of = |number| {
        let api = version(number).with_keys(directory());
        // Every other definition wants signatures. All the clients sign.
        if number % 2 == 0 { api.with_default_authorizer(Auth::Iam) } else { api }
    };
    let server = Arc::new(serve(of(1)).await);
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..4).map(|_| tokio::spawn(hammer(Arc::clone(&server), Arc::clone(&over)))).collect();
    let mut finished = Vec::new();
    for number in 2..60 {
        finished.push(server.replace(of(number)).unwrap());
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    over.store(true, Ordering::Relaxed);
    for client in clients {
        assert!(client.await.unwrap() > 0);
    }
    for replaced in finished {
        tokio::time::timeout(LONG, replaced.finished()).await.expect("nothing keeps an old definition");
    }
}
