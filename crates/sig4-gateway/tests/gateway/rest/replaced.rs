//! A REST API that replaces an HTTP API, and the other way around, while connections are open.

use crate::support::{ACCOUNT, ALLOWED, Answer, LONG, REGION, directory, serve, signed};
use serde_json::{Map, Value};
use sig4_gateway::{ApiDefinition, Auth, Cors, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The type of API whose routing, event, names of headers, ids and CORS a response has.
fn type_of(answer: &Answer) -> &'static str {
    let event: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    let ids = ["x-amzn-requestid", "x-amz-apigw-id", "apigw-requestid"].map(|name| answer.header(name).is_some());
    let none = Map::new();
    let headers = event["headers"].as_object().unwrap_or(&none);
    match (event["version"].as_str(), ids, answer.header("access-control-allow-origin").is_some()) {
        (None, [true, true, false], false) if headers.contains_key("x-ODD") => "rest",
        (Some("2.0"), [false, false, true], true) if headers.contains_key("x-odd") => "http",
        _ => panic!("half of each: {answer:?}"),
    }
}

/// Sends a request on an open connection and reads its response.
async fn exchange(stream: &mut TcpStream, server: &Server) -> Answer {
    let headers = signed(server, "GET", "/prod/x", &[], "", ALLOWED);
    let headers = headers.iter().filter(|(name, _)| name != "host").map(|(n, v)| format!("{n}: {v}\r\n"));
    let (addr, headers) = (server.addr(), headers.collect::<String>());
    let head = format!("GET /prod/x HTTP/1.1\r\nhost: {addr}\r\nx-ODD: 1\r\norigin: http://a\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    loop {
        let mut piece = [0; 4096];
        let read = tokio::time::timeout(LONG, stream.read(&mut piece)).await.expect("an answer").unwrap();
        assert!(read > 0, "the connection stays open: {text}");
        text += std::str::from_utf8(&piece[..read]).unwrap();
        let answer = Answer::parse(&text);
        let len = answer.header("content-length").and_then(|len| len.parse::<usize>().ok());
        if text.contains("\r\n\r\n") && len.is_none_or(|len| answer.body.len() >= len) {
            return answer;
        }
    }
}

#[tokio::test]
async fn each_request_gets_one_type_of_api_whole() {
    let with = |api: ApiDefinition, key: &str| {
        let api = api.with_account(ACCOUNT).with_keys(directory()).with_stage("prod");
        let api = api.with_cors(Cors::new().with_origins(["http://a"])).with_default_authorizer(Auth::Iam);
        api.route(key, super::reflect())
    };
    let http = with(ApiDefinition::new(REGION), "$default");
    let rest = with(ApiDefinition::rest(REGION), "GET /{proxy+}");
    let server = serve(http.clone()).await;
    let mut first = TcpStream::connect(server.addr()).await.unwrap();
    for (expected, definition) in [("http", &http), ("rest", &rest)].into_iter().cycle().take(6) {
        server.replace(definition.clone()).unwrap();
        let mut new = TcpStream::connect(server.addr()).await.unwrap();
        for stream in [&mut first, &mut new] {
            assert_eq!(type_of(&exchange(stream, &server).await), expected);
        }
    }
    server.shutdown().await;
}
