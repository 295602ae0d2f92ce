//! Lambda functions, with a runtime that does what the test wants.

use crate::support::{ALLOWED, Answer, LONG, api, call, send, serve};
use serde_json::Value;
use sig4_gateway::{ApiDefinition, FunctionConfiguration, LambdaFunction, MAX_LAMBDA_PAYLOAD_LEN, Server, Timeouts};
use std::collections::HashMap;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const BASE: &str = "/2018-06-01/runtime";

/// A runtime's connection.
pub(crate) struct Runtime(BufReader<TcpStream>);

pub(crate) struct Event {
    pub(crate) id: String,
    headers: HashMap<String, String>,
    pub(crate) json: Value,
}

impl Runtime {
    async fn connect(function: &LambdaFunction) -> Self {
        Self::connect_to(&function.runtime_api()).await
    }

    pub(crate) async fn connect_to(address: &str) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.unwrap()))
    }

    async fn ask(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) {
        let len = if method == "GET" { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let host = self.0.get_ref().peer_addr().unwrap();
        let head = format!("{method} {BASE}{path} HTTP/1.1\r\nhost: {host}\r\n{len}{headers}\r\n");
        self.0.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    }

    pub(crate) async fn poll(&mut self) {
        self.ask("GET", "/invocation/next", "", b"").await;
    }

    /// Status, headers and body of the next answer.
    async fn answer(&mut self) -> (u16, HashMap<String, String>, Vec<u8>) {
        let read = async {
            let (mut status, mut headers) = (0, HashMap::new());
            loop {
                let mut line = String::new();
                self.0.read_line(&mut line).await.unwrap();
                match line.trim().split_once(": ") {
                    Some((name, value)) => drop(headers.insert(name.to_lowercase(), value.to_owned())),
                    None if line.starts_with("HTTP/") => status = line.split(' ').nth(1).unwrap().parse().unwrap(),
                    None => break,
                }
            }
            let len = headers.get("content-length").map_or(0, |len| len.parse().unwrap());
            let mut body = vec![0; len];
            self.0.read_exact(&mut body).await.unwrap();
            (status, headers, body)
        };
        tokio::time::timeout(LONG, read).await.expect("an answer of the Runtime API")
    }

    pub(crate) async fn event(&mut self) -> Event {
        let (status, headers, body) = self.answer().await;
        assert_eq!(status, 200);
        let id = headers["lambda-runtime-aws-request-id"].clone();
        Event { id, headers, json: serde_json::from_slice(&body).unwrap() }
    }

    pub(crate) async fn next(&mut self) -> Event {
        self.poll().await;
        self.event().await
    }

    pub(crate) async fn post(&mut self, path: &str, headers: &str, body: &[u8]) -> u16 {
        self.ask("POST", path, headers, body).await;
        self.answer().await.0
    }

    pub(crate) async fn respond(&mut self, id: &str, body: &str) -> u16 {
        self.post(&format!("/invocation/{id}/response"), "", body.as_bytes()).await
    }
}

pub(crate) async fn function() -> LambdaFunction {
    FunctionConfiguration::new("echo").listen("127.0.0.1:0").await.unwrap()
}

pub(crate) async fn serving(function: &LambdaFunction) -> Server {
    serve(ApiDefinition::new("us-east-1").route("$default", function)).await
}

/// Waits until a condition holds.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(LONG, wait).await.expect("it comes to be so");
}

/// A request under way.
pub(crate) fn calling(server: &Server, path: &str) -> tokio::task::JoinHandle<Answer> {
    let (addr, path) = (server.addr(), path.to_owned());
    tokio::spawn(async move { get(addr, &path).await })
}

async fn get(addr: std::net::SocketAddr, path: &str) -> Answer {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut text = String::new();
    tokio::time::timeout(LONG, stream.read_to_string(&mut text)).await.expect("an answer").unwrap();
    Answer::parse(&text)
}

pub(crate) async fn answered(call: tokio::task::JoinHandle<Answer>) -> (u16, String) {
    let answer = tokio::time::timeout(LONG, call).await.expect("an answer").unwrap();
    (answer.status, answer.body)
}

pub(crate) fn failed() -> (u16, String) {
    (500, r#"{"message":"Internal Server Error"}"#.to_owned())
}

#[tokio::test]
async fn a_runtime_gets_the_event_and_all_the_headers_that_any_runtime_wants() {
    let function = function().await;
    let server = serve(api().route("POST /{id}", &function)).await;
    let addr = function.runtime_api();
    let runtime = tokio::spawn(async move {
        let mut runtime = Runtime(BufReader::new(TcpStream::connect(addr).await.unwrap()));
        let event = runtime.next().await;
        let headers = &event.headers;
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(
            headers["lambda-runtime-invoked-function-arn"],
            "arn:aws:lambda:us-east-1:123456789012:function:echo"
        );
        assert_eq!(event.id.len(), 36);
        let deadline: i128 = headers["lambda-runtime-deadline-ms"].parse().unwrap();
        assert!(deadline > time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000);
        let trace_id = event.json["headers"]["x-amzn-trace-id"].as_str().unwrap();
        assert!(trace_id.starts_with("Root=1-"), "{trace_id}");
        assert_eq!(headers["lambda-runtime-trace-id"], format!("{trace_id};Sampled=0"));
        assert_eq!((&event.json["version"], &event.json["routeKey"]), (&"2.0".into(), &"POST /{id}".into()));
        let body = event.json["requestContext"]["authorizer"]["iam"]["accessKey"].to_string();
        let reply = serde_json::json!({"statusCode": 201, "headers": {"x-a": "b"}, "cookies": ["c=d"], "body": body});
        assert_eq!(runtime.respond(&event.id, &reply.to_string()).await, 202);
        assert_eq!(runtime.respond(&event.id, "1").await, 400, "a second answer");
    });
    let answer = call(&server, "POST", "/7", "hello", ALLOWED).await;
    runtime.await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (201, "\"AKIDALLOWED\""));
    assert_eq!((answer.header("x-a").as_deref(), answer.header("set-cookie").as_deref()), (Some("b"), Some("c=d")));
    server.shutdown().await;
}

#[tokio::test]
async fn the_environment_is_what_runtimes_want() {
    let configuration =
        FunctionConfiguration::new("echo").with_region("eu-west-1").with_handler("app.main").with_memory(512);
    let function =
        configuration.with_variable("TABLE", "pets").with_variable("TZ", "UTC").listen("127.0.0.1:0").await.unwrap();
    let environment: HashMap<_, _> = function.environment().collect();
    for (name, value) in [
        ("AWS_LAMBDA_RUNTIME_API", function.runtime_api().as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "echo"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/echo"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("_HANDLER", "app.main"),
        ("TABLE", "pets"),
        ("TZ", "UTC"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
}

#[tokio::test]
async fn credentials_are_made_up_unless_the_configuration_says_where_they_come_from() {
    let all = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    let given = async |variables: &[(&str, &str)]| {
        let configuration =
            variables.iter().fold(FunctionConfiguration::new("echo"), |all, (n, v)| all.with_variable(*n, *v));
        let function = configuration.listen("127.0.0.1:0").await.unwrap();
        let environment: Vec<_> = function.environment().collect();
        let value = |name| {
            environment.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone()).collect::<Vec<_>>()
        };
        all.map(value)
    };
    let made_up = given(&[]).await;
    assert!(made_up.iter().all(|values| matches!(&**values, [value] if !value.is_empty())), "{made_up:?}");
    let key =
        [("AWS_ACCESS_KEY_ID", "AKIDGIVEN"), ("AWS_SECRET_ACCESS_KEY", "old"), ("AWS_SECRET_ACCESS_KEY", "given")];
    let no_token: [Vec<String>; 3] = [vec!["AKIDGIVEN".to_owned()], vec!["given".to_owned()], vec![]];
    assert_eq!(given(&key).await, no_token, "a made-up token beside a real key would be refused");
    let none: [Vec<String>; 3] = Default::default();
    assert_eq!(given(&[("AWS_PROFILE", "work")]).await, none);
}

#[tokio::test]
async fn what_a_runtime_posts_is_read_by_the_rules() {
    let function = function().await;
    let server = serving(&function).await;
    let mut runtime = Runtime::connect(&function).await;
    let prelude = b"{\"statusCode\":418,\"headers\":{\"x-a\":\"b\"},\"cookies\":[\"c=d\"]}\0\0\0\0\0\0\0\0tea";
    let streams = "lambda-runtime-function-response-mode: streaming\r\n";
    let with_prelude = format!("{streams}content-type: application/vnd.awslambda.http-integration-response\r\n");
    for (headers, body, expected) in [
        ("", &b"\"hello\""[..], (200, "hello".to_owned())),
        ("", b"no json", (200, "no json".to_owned())),
        ("", b"{\"statusCode\":1}", failed()),
        (with_prelude.as_str(), prelude, (418, "tea".to_owned())),
        (with_prelude.as_str(), b"{}\0\0\0\0\0\0\0\0", (200, String::new())),
        (with_prelude.as_str(), b"{\"statusCode\":200}", failed()),
        (streams, b"plain", (200, "plain".to_owned())),
    ] {
        let call = calling(&server, "/");
        let event = runtime.next().await;
        assert_eq!(runtime.post(&format!("/invocation/{}/response", event.id), headers, body).await, 202);
        assert_eq!(answered(call).await, expected, "{}", String::from_utf8_lossy(body));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_streamed_answer_comes_in_chunks_and_may_break_off() {
    let function = function().await;
    let server = serving(&function).await;
    let mut runtime = Runtime::connect(&function).await;
    for (trailer, expected) in
        [("", (200, "hello".to_owned())), ("lambda-runtime-function-error-type: Oops\r\n", failed())]
    {
        let call = calling(&server, "/");
        let event = runtime.next().await;
        let head = format!(
            "POST {BASE}/invocation/{}/response HTTP/1.1\r\nhost: {}\r\ntransfer-encoding: chunked\r\n\
             trailer: lambda-runtime-function-error-type\r\nlambda-runtime-function-response-mode: streaming\r\n\r\n",
            event.id,
            function.runtime_api()
        );
        for part in [head.as_str(), "3\r\nhel\r\n", "2\r\nlo\r\n", "0\r\n", trailer, "\r\n"] {
            runtime.0.write_all(part.as_bytes()).await.unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(runtime.answer().await.0, 202);
        assert_eq!(answered(call).await, expected);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn errors_of_a_runtime_are_answered_with_500() {
    let function = function().await;
    let log = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let causes = std::sync::Arc::clone(&log);
    let api = ApiDefinition::new("us-east-1")
        .with_access_log(move |record| causes.lock().unwrap().push(record.cause().unwrap_or_default().to_owned()))
        .route("$default", &function);
    let server = serve(api).await;
    let mut runtime = Runtime::connect(&function).await;
    let call = calling(&server, "/");
    let event = runtime.next().await;
    let body = br#"{"errorType": "TypeError", "errorMessage": "x is undefined", "trace": []}"#;
    assert_eq!(runtime.post(&format!("/invocation/{}/error", event.id), "", body).await, 202);
    assert_eq!(answered(call).await, failed());
    let call = calling(&server, "/");
    until(|| function.waiting() == 1).await;
    let kind = "lambda-runtime-function-error-type: Runtime.ImportModuleError\r\n";
    assert_eq!(runtime.post("/init/error", kind, b"{}").await, 202);
    assert_eq!(answered(call).await, failed(), "no runtime will fetch the event");
    for (path, status) in [
        ("/invocation/unknown/response", 400),
        ("/invocation/unknown/error", 400),
        ("/invocation/next", 404),
        ("/elsewhere", 404),
    ] {
        assert_eq!(runtime.post(path, "", b"{}").await, status, "{path}");
    }
    server.shutdown().await;
    let log = log.lock().unwrap();
    assert_eq!(*log, ["TypeError: x is undefined", "Runtime.ImportModuleError: "], "the log has the runtime's words");
}

/// The event is not handed to a connection that is dead already, whichever of the two is noticed first.
#[tokio::test]
async fn a_runtime_that_is_killed_while_it_polls_swallows_no_event() {
    // A connection that is dead when its user is looked up would be refused, and is to be handed on here.
    let configuration = FunctionConfiguration::new("echo").with_any_user(true);
    let function = configuration.listen("127.0.0.1:0").await.unwrap();
    let server = serving(&function).await;
    for n in 0..200 {
        let mut killed = Runtime::connect(&function).await;
        killed.poll().await;
        if n % 2 == 0 {
            tokio::task::yield_now().await;
        }
        let call = if n % 4 < 2 {
            drop(killed);
            calling(&server, "/")
        } else {
            let call = calling(&server, "/");
            if n % 8 < 4 {
                until(|| function.in_flight() == 1).await;
            }
            // What it was sent was not read: the connection is reset.
            drop(killed);
            call
        };
        let mut next = Runtime::connect(&function).await;
        next.poll().await;
        let event = next.event().await;
        assert_eq!(next.respond(&event.id, "\"ok\"").await, 202);
        assert_eq!(answered(call).await, (200, "ok".to_owned()), "{n}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_runtime_that_dies_at_work_is_500_at_once_where_it_is_known_to_be_gone() {
    let function = function().await;
    let server = serving(&function).await;
    let mut runtime = Runtime::connect(&function).await;
    let call = calling(&server, "/first");
    let event = runtime.next().await;
    runtime.respond(&event.id, "1").await;
    assert_eq!(answered(call).await.0, 200);
    let call = calling(&server, "/second");
    runtime.next().await;
    drop(runtime);
    assert_eq!(answered(call).await, failed(), "it had kept its connection from one event to the next");
    let call = calling(&server, "/third");
    Runtime::connect(&function).await.next().await;
    assert_eq!(function.in_flight(), 1, "a client may close its connection after every request");
    function.runtime_exited("signal 9");
    assert_eq!(answered(call).await, failed(), "the owner of the process reports its end");
    let (one, other) = (calling(&server, "/fourth"), calling(&server, "/fifth"));
    until(|| function.waiting() == 2).await;
    function.runtime_failed("there is no node");
    assert_eq!((answered(one).await, answered(other).await), (failed(), failed()));
    server.shutdown().await;
}

#[tokio::test]
async fn a_connection_for_every_request_is_as_good() {
    let function = function().await;
    let server = serving(&function).await;
    for _ in 0..5 {
        let call = calling(&server, "/");
        let event = Runtime::connect(&function).await.next().await;
        assert_eq!(Runtime::connect(&function).await.respond(&event.id, "\"ok\"").await, 202);
        assert_eq!(answered(call).await, (200, "ok".to_owned()));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn several_runtimes_share_the_events() {
    let function = function().await;
    let server = serving(&function).await;
    let mut runtimes = Vec::new();
    for _ in 0..4 {
        let mut runtime = Runtime::connect(&function).await;
        runtimes.push(tokio::spawn(async move {
            for _ in 0..25 {
                let event = runtime.next().await;
                let path = event.json["rawPath"].to_string();
                assert_eq!(runtime.respond(&event.id, &path).await, 202);
            }
        }));
    }
    let paths: Vec<_> = (0..100).map(|n| format!("/{n}")).collect();
    let calls: Vec<_> = paths.iter().map(|path| calling(&server, path)).collect();
    for (path, call) in paths.iter().zip(calls) {
        assert_eq!(answered(call).await, (200, path.clone()), "every caller gets the answer to his own event");
    }
    for runtime in runtimes {
        runtime.await.unwrap();
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_function_without_a_runtime_is_503_and_an_answer_after_its_time_is_nobodys() {
    let function = function().await;
    let timeouts = Timeouts::new().with_integration(Duration::from_millis(200));
    let server = serve(ApiDefinition::new("us-east-1").with_timeouts(timeouts).route("$default", &function)).await;
    assert_eq!(send(&server, "GET", "/", &[], "").await.status, 503);
    assert_eq!(function.waiting(), 0, "its caller is gone, so it is withdrawn");
    let mut runtime = Runtime::connect(&function).await;
    let call = calling(&server, "/");
    let event = runtime.next().await;
    assert_eq!(answered(call).await.0, 503);
    assert_eq!(runtime.respond(&event.id, "1").await, 400, "too late");
    server.shutdown().await;
}

#[tokio::test]
async fn a_function_that_takes_longer_than_it_may_is_500() {
    let configuration = FunctionConfiguration::new("slow").with_timeout(Duration::from_millis(50));
    let function = configuration.listen("127.0.0.1:0").await.unwrap();
    let server = serving(&function).await;
    let call = calling(&server, "/");
    // Twice the function's time: it runs from when the runtime has the event.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut runtime = Runtime::connect(&function).await;
    let _event = runtime.next().await;
    assert_eq!((answered(call).await, function.overdue()), (failed(), 1));
    server.shutdown().await;
}

#[tokio::test]
async fn an_answer_of_more_than_6_megabytes_is_500_and_an_event_of_more_is_413() {
    let function = function().await;
    let server = serving(&function).await;
    let mut runtime = Runtime::connect(&function).await;
    let quoted = |len: usize| format!("\"{}\"", "x".repeat(len - 2));
    let call = calling(&server, "/");
    let event = runtime.next().await;
    assert_eq!(runtime.respond(&event.id, &quoted(MAX_LAMBDA_PAYLOAD_LEN)).await, 202);
    assert_eq!(answered(call).await.0, 200);
    let call = calling(&server, "/");
    let event = runtime.next().await;
    assert_eq!(runtime.respond(&event.id, &quoted(MAX_LAMBDA_PAYLOAD_LEN + 1)).await, 413);
    assert_eq!(answered(call).await, failed());
    let body = "x".repeat(MAX_LAMBDA_PAYLOAD_LEN);
    assert_eq!(send(&server, "POST", "/", &[], &body).await.status, 413);
    server.shutdown().await;
}

/// A client that is gone does not leave its event to the next runtime.
#[tokio::test]
async fn the_event_of_a_client_that_broke_off_is_withdrawn() {
    let function = function().await;
    let server = serving(&function).await;
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let mut stream = stream.into_std().unwrap();
    std::io::Write::write_all(&mut stream, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    until(|| function.waiting() == 1).await;
    TcpStream::from_std(stream).unwrap().set_zero_linger().unwrap();
    until(|| function.waiting() == 0).await;
    server.shutdown().await;
}

#[test]
fn the_debug_form_of_a_function_has_the_names_of_its_variables_only() {
    let configuration = FunctionConfiguration::new("echo").with_variable("DATABASE", "hidden");
    let text = r#"
        routes."POST /orders" = { function = "orders", authorizer = "none" }
        [functions.orders]
        code = "handler"
        handler = "index.handler"
        environment = { DATABASE = "hidden" }
    "#;
    let api = ApiDefinition::from_toml(text, &|_| Ok(String::new())).unwrap();
    let defined = api.functions().next().unwrap();
    assert!(defined.environment().any(|variable| variable == ("DATABASE", "hidden")));
    for shown in [format!("{configuration:?}"), format!("{defined:?}"), format!("{api:#?}")] {
        assert!(shown.contains("DATABASE") && !shown.contains("hidden"), "{shown}");
    }
}
