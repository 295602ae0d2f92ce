//! Checks over a connection: gRPC as Envoy asks, and HTTP as nginx asks.

use crate::setting::{self, Known};
use crate::traffic::{HOST, Kind, Whole, signed};
use crate::{Size, median, number};
use envoy_types::pb::envoy::config::core::v3::{HeaderMap, HeaderValue};
use envoy_types::pb::envoy::service::auth::v3 as pb;
use envoy_types::pb::envoy::service::auth::v3::authorization_client::AuthorizationClient;
use sig4_authorizer::Server;
use sig4_test_support::load::process;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Requests of one round.
const REQUESTS: usize = 10_000;
/// Requests that are asked at a time, on as many connections: Envoy has one or a few for each of its threads.
const AT_A_TIME: usize = 32;

/// Prints the table.
pub fn measure(size: Size) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    runtime.block_on(all(size));
}

async fn all(size: Size) {
    let authorizer = setting::authorizer(setting::directory(10, Known::BySecret, 1));
    let server = Server::bind("127.0.0.1:0", authorizer).await.expect("it listens");
    let requests: Arc<[Whole]> = signed(Kind::Get, 1_000, |n| setting::credentials(n % 10)).into();
    let count = size.pick(REQUESTS, 100);
    println!("on two cores, clients included          us of CPU a check  checks/s");
    let (mut grpc, mut http) = (Vec::new(), Vec::new());
    for _ in 0..size.pick(9, 1) {
        grpc.push(timed(count, ask_grpc(server.local_addr(), Arc::clone(&requests), count)).await);
        http.push(timed(count, ask_http(server.local_addr(), Arc::clone(&requests), count)).await);
    }
    for (name, rounds) in [("gRPC, 4 connections", grpc), ("HTTP/1.1 as nginx, 32 connections", http)] {
        let (cpu, rate) = rounds.into_iter().unzip();
        println!("{name:<40}  {:>16.1}  {:>8.0}", median(cpu), median(rate));
    }
}

/// Microseconds of CPU for each check, and checks a second.
async fn timed(count: usize, work: impl Future<Output = ()>) -> (f64, f64) {
    let (begun, cpu) = (Instant::now(), process::cpu());
    work.await;
    let cpu = process::cpu() - cpu;
    (cpu.as_secs_f64() * 1e6 / number(count), number(count) / begun.elapsed().as_secs_f64())
}

async fn ask_grpc(server: SocketAddr, requests: Arc<[Whole]>, count: usize) {
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let client = AuthorizationClient::connect(format!("http://{server}")).await.expect("it listens");
        for n in 0..AT_A_TIME / 4 {
            let (mut client, requests) = (client.clone(), Arc::clone(&requests));
            tasks.push(tokio::spawn(async move {
                for at in 0..count / AT_A_TIME {
                    let check = grpc_check(&requests[(n * 61 + at) % requests.len()]);
                    let answer = client.check(check).await.expect("it answers").into_inner();
                    assert_eq!(answer.status.map(|status| status.code), Some(0), "a good request was refused");
                }
            }));
        }
    }
    for task in tasks {
        task.await.expect("it does not panic");
    }
}

/// What Envoy sends about a request, with `encode_raw_headers`.
fn grpc_check(request: &Whole) -> pb::CheckRequest {
    let target = request.uri().path_and_query().expect("it has one").as_str();
    let header = |key: &str, value: &[u8]| HeaderValue {
        key: key.to_owned(),
        raw_value: value.to_vec(),
        ..HeaderValue::default()
    };
    let pseudo = [(":method", request.method().as_str()), (":path", target), (":authority", HOST), (":scheme", "http")];
    let mut headers: Vec<_> = pseudo.iter().map(|(key, value)| header(key, value.as_bytes())).collect();
    let others = request.headers().iter().filter(|(name, _)| *name != "host");
    headers.extend(others.map(|(name, value)| header(name.as_str(), value.as_bytes())));
    let http = pb::attribute_context::HttpRequest {
        method: request.method().to_string(),
        path: target.to_owned(),
        host: HOST.to_owned(),
        scheme: "http".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        header_map: Some(HeaderMap { headers }),
        ..Default::default()
    };
    let request = pb::attribute_context::Request { http: Some(http), ..Default::default() };
    let context_extensions = [("body".to_owned(), "whole".to_owned())].into();
    let attributes = pb::AttributeContext { request: Some(request), context_extensions, ..Default::default() };
    pb::CheckRequest { attributes: Some(attributes) }
}

async fn ask_http(server: SocketAddr, requests: Arc<[Whole]>, count: usize) {
    let tasks: Vec<_> = (0..AT_A_TIME)
        .map(|n| {
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(server).await.expect("it listens");
                let mut buffer = Vec::new();
                for at in 0..count / AT_A_TIME {
                    let text = nginx_ask(&requests[(n * 61 + at) % requests.len()]);
                    stream.write_all(text.as_bytes()).await.expect("it is taken");
                    assert!(answer(&mut stream, &mut buffer).await.starts_with(b"HTTP/1.1 2"), "it was refused");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it does not panic");
    }
}

/// What nginx sends about a request, as in `examples/authorizer/nginx`.
fn nginx_ask(request: &Whole) -> String {
    let target = request.uri().path_and_query().expect("it has one");
    let mut text = format!(
        "GET /forward/nginx HTTP/1.1\r\nhost: authorizer\r\nx-original-method: GET\r\nx-original-uri: {target}\r\n\
         x-original-host: {HOST}\r\nx-original-server: {HOST}\r\nx-original-scheme: http\r\nx-original-address: 127.0.0.1\r\n\
         x-original-framing: HTTP/1.1 length= encoding=\r\n"
    );
    for (name, value) in request.headers().iter().filter(|(name, _)| *name != "host") {
        text += &format!("{name}: {}\r\n", value.to_str().expect("it is text"));
    }
    text + "\r\n"
}

/// The head of an answer without a body.
async fn answer<'b>(stream: &mut TcpStream, buffer: &'b mut Vec<u8>) -> &'b [u8] {
    buffer.clear();
    while !buffer.ends_with(b"\r\n\r\n") {
        assert!(stream.read_buf(buffer).await.expect("it answers") > 0, "the connection was closed");
    }
    buffer
}
