//! What an answer is inferred from.

use crate::support::{send, serve};
use sig4_gateway::ErrorKind;
use sig4_gateway::{ApiDefinition, Event, Integration, Reply};
use std::sync::{Arc, Mutex};

/// Source: "Create AWS Lambda proxy integrations for HTTP APIs", Lambda function response for format 2.0.
#[test]
fn what_a_function_returned_becomes_an_answer() {
    for (returned, status, content_type, body) in [
        (r#""Hello from Lambda!""#, 200, Some("application/json"), "Hello from Lambda!"),
        (r#"{ "message": "Hello" }"#, 200, Some("application/json"), r#"{ "message": "Hello" }"#),
        (r#"{"body":"x","headers":{}}"#, 200, Some("application/json"), r#"{"body":"x","headers":{}}"#),
        ("[1,2]", 200, Some("application/json"), "[1,2]"),
        ("null", 200, Some("application/json"), "null"),
        ("7", 200, Some("application/json"), "7"),
        (r#"{"statusCode":201,"body":"x"}"#, 201, None, "x"),
        (r#"{"statusCode":"404"}"#, 404, None, ""),
        (r#"{"statusCode":200.0,"body":"x"}"#, 200, None, "x"),
        (r#"{"statusCode":2.01e2,"body":"x"}"#, 201, None, "x"),
        (r#"{"statusCode":200,"headers":{"x":null,"content-type":null},"body":"x"}"#, 200, None, "x"),
        (r#"{"statusCode":200,"headers":{"Content-Type":"text/html"},"body":"<p>"}"#, 200, Some("text/html"), "<p>"),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"aGk="}"#, 200, None, "hi"),
        (r#"{"statusCode":200,"isBase64Encoded":null,"headers":null,"cookies":null,"body":null}"#, 200, None, ""),
        (
            r#"{"statusCode":200,"headers":{"content-type":"a/b"},"multiValueHeaders":{"x":["y"]},"cookies":[]}"#,
            200,
            Some("a/b"),
            "",
        ),
    ] {
        let reply = Reply::from_lambda(returned.as_bytes()).unwrap();
        assert_eq!((reply.status(), reply.header("content-type")), (status, content_type), "{returned}");
        assert_eq!(&reply.body()[..], body.as_bytes(), "{returned}");
    }
}

/// Source: the service as aws/aws-lambda-dotnet observed it, `ToApiGatewayHttpApiV2ProxyResponse_VariousPayloads_ReturnsAsRawBody`.
#[tokio::test]
async fn a_text_that_is_no_json_is_the_body() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for (returned, body) in [
        (r#"{"name": "John Doe", "age":"#, r#"{"name": "John Doe", "age":"#),
        ("Hello, World!", "Hello, World!"),
        ("", ""),
        ("\"\"", ""),
        (r#""Special \"quoted\" text""#, r#"Special "quoted" text"#),
        ("{", "{"),
        (r#"{"statusCode":201"#, r#"{"statusCode":201"#),
        (r#"{"n":1e999}"#, r#"{"n":1e999}"#),
        (&deep, &deep),
    ] {
        let reply = Reply::from_lambda(returned.as_bytes()).unwrap();
        assert_eq!((reply.status(), reply.header("content-type")), (200, Some("application/json")), "{returned}");
        assert_eq!(&reply.body()[..], body.as_bytes(), "{returned}");
    }
    assert_eq!(&Reply::from_lambda(b"\xff").unwrap().body()[..], b"\xff", "byte for byte");
}

#[test]
fn what_is_no_answer_is_an_error() {
    let deep = format!(r#"{{"statusCode":200,"x":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    for returned in [
        &*deep,
        r#"{"statusCode":"ok"}"#,
        r#"{"statusCode":null}"#,
        r#"{"statusCode":99}"#,
        r#"{"statusCode":101}"#,
        r#"{"statusCode":600}"#,
        r#"{"statusCode":200.5}"#,
        r#"{"statusCode":"200.0"}"#,
        r#"{"statusCode":-200.0}"#,
        r#"{"statusCode":1e999}"#,
        r#"{"statusCode":600.0}"#,
        r#"{"statusCode":-1}"#,
        r#"{"statusCode":200,"body":{"a":1}}"#,
        r#"{"statusCode":200,"body":7}"#,
        r#"{"statusCode":200,"isBase64Encoded":true,"body":"%"}"#,
        r#"{"statusCode":200,"isBase64Encoded":"true","body":"aGk="}"#,
        r#"{"statusCode":200,"headers":[]}"#,
        r#"{"statusCode":200,"headers":{"a b":"x"}}"#,
        r#"{"statusCode":200,"headers":{"a":"x\r\nset-cookie: y"}}"#,
        r#"{"statusCode":200,"headers":{"a":["x"]}}"#,
        r#"{"statusCode":200,"cookies":"a=b"}"#,
        r#"{"statusCode":200,"cookies":[1]}"#,
        r#"{"statusCode":200,"cookies":["a\nb"]}"#,
    ] {
        assert_eq!(Reply::from_lambda(returned.as_bytes()).unwrap_err().kind(), ErrorKind::InvalidReply, "{returned}");
    }
}

/// Source: ministackorg/ministack's source for the order; aws/aws-lambda-dotnet's snapshots `V2_SetsCorrectStatusCode` and
/// `V2_HandlesHeadersCorrectly`, which were recorded from the service, for the content type.
#[tokio::test]
async fn cookies_come_before_a_set_cookie_header_and_a_text_is_plain() {
    let returned = Integration::handler(|event: Event| async move { Reply::from_lambda(event.body()) });
    let server = serve(ApiDefinition::new("us-east-1").route("$default", returned)).await;
    let text = r#"{"statusCode":201,"headers":{"Set-Cookie":"c=3","MyHeader":"test,second"},"cookies":["a=1","b=2"],
        "body":"{\"message\":\"Created\"}"}"#;
    let answer = send(&server, "POST", "/", &[], text).await;
    assert_eq!((answer.status, answer.body.as_str()), (201, r#"{"message":"Created"}"#));
    assert_eq!(answer.header("set-cookie").as_deref(), Some("a=1 & b=2 & c=3"));
    assert_eq!(answer.header("myheader").as_deref(), Some("test,second"));
    assert_eq!(answer.header("content-type").as_deref(), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.header("content-length").as_deref(), Some("21"));
    // A custom runtime's answer, whatever it looks like.
    let answer =
        send(&server, "POST", "/", &[], r#"{"key" : "value", "headers" : {"content-type": "application/xml"}"#).await;
    assert_eq!((answer.status, answer.header("content-type").as_deref()), (200, Some("application/json")));
    server.shutdown().await;
    assert_eq!(Reply::text("x").header("content-type"), Some("text/plain; charset=utf-8"));
}

/// The client gets 500 without details; the log names the header.
#[tokio::test]
async fn a_header_that_http_cannot_carry_is_named_in_the_log() {
    let causes = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&causes);
    let returned = Integration::handler(|event: Event| async move { Reply::from_lambda(event.body()) });
    let added = Integration::handler(|event: Event| async move {
        let (name, value) = event.raw_query().split_once('=').unwrap();
        Reply::text("x").with_header(name, &value.replace('+', "\n"))
    });
    let api = ApiDefinition::new("us-east-1").route("POST /returned", returned).route("GET /added", added);
    let server = serve(api.with_access_log(move |record| {
        let record: serde_json::Value = serde_json::from_str(&record.to_json()).unwrap();
        log.lock().unwrap().push(record["integrationErrorMessage"].as_str().unwrap_or_default().to_owned());
    }))
    .await;
    let long = "n".repeat(70_000);
    let with = |name: &str, value: &str| format!(r#"{{"statusCode":200,"headers":{{"{name}":{value}}}}}"#);
    for (returned, named) in [
        (with("x-total", r#""1\r\nset-cookie: hidden""#), "`x-total`"),
        (with("x total", r#""hidden""#), "`x total`"),
        (with("x\\ntotal", r#""hidden""#), r"`x\ntotal`"),
        (with("", r#""hidden""#), "``"),
        (with("x-list", r#"["hidden"]"#), "`x-list`"),
        (with("x-\\u202etotal", r#""hidden""#), r"`x-\u{202e}total`"),
        (with(&long, r#""hidden""#), "`nnn"),
        (r#"{"statusCode":200,"cookies":["a=1","hidden\n"]}"#.to_owned(), "`set-cookie`"),
    ] {
        let answer = send(&server, "POST", "/returned", &[], &returned).await;
        assert_eq!((answer.status, answer.body.as_str()), (500, r#"{"message":"Internal Server Error"}"#), "{named}");
        let cause = cause(&causes).await;
        assert!(cause.contains(named) && !cause.contains("hidden") && cause.len() < 300, "{named}: {cause}");
    }
    for (query, named) in [("x-a=1+2", "`x-a`"), ("x(a=1", "`x(a`")] {
        assert_eq!(send(&server, "GET", &format!("/added?{query}"), &[], "").await.status, 500);
        let cause = cause(&causes).await;
        assert!(cause.contains(named), "{cause}");
    }
    server.shutdown().await;
}

/// What the log got, which may come a little after the answer.
async fn cause(causes: &Mutex<Vec<String>>) -> String {
    loop {
        if let Some(cause) = causes.lock().unwrap().pop() {
            return cause;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_answer_goes_out_as_the_integration_made_it_and_no_header_of_the_connection_does() {
    let handler = Integration::handler(|event: Event| async move {
        let reply = Reply::new().with_status(event.raw_query().parse().unwrap_or(200)).with_body("body");
        ["connection", "transfer-encoding", "content-length", "keep-alive", "apigw-requestid"]
            .iter()
            .fold(reply, |reply, name| reply.with_header(name, "7"))
            .with_cookie("a=1; HttpOnly")
            .with_cookie("b=2")
    });
    let server = serve(ApiDefinition::new("us-east-1").route("$default", handler)).await;
    for (status, body) in [(200, "body"), (204, ""), (304, ""), (404, "body"), (599, "body")] {
        let answer = send(&server, "GET", &format!("/?{status}"), &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body));
        assert_eq!(answer.header("set-cookie").as_deref(), Some("a=1; HttpOnly & b=2"));
        assert_eq!(answer.header("connection").as_deref(), Some("close"), "the client's wish");
        assert!(answer.header("keep-alive").is_none() && answer.header("transfer-encoding").is_none());
        assert_eq!(answer.header("apigw-requestid").unwrap().len(), 16);
    }
    let answer = send(&server, "HEAD", "/?200", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("content-length").as_deref(), Some("4"));
    for status in [100, 199, 600, 999] {
        assert_eq!(send(&server, "GET", &format!("/?{status}"), &[], "").await.status, 500);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_handler_that_fails_or_panics_is_answered_with_500_and_no_word_of_it() {
    let fails = Integration::handler(|_: Event| async { Err::<Reply, _>("secret: no database") });
    let panics = Integration::handler(|_: Event| async { if true { panic!("secret: a bug") } else { "" } });
    #[expect(unreachable_code, reason = "the closure panics before it makes a future")]
    let panics_at_once = Integration::handler(|_: Event| {
        panic!("secret: a bug");
        async { "" }
    });
    let api = ApiDefinition::new("us-east-1").route("GET /fails", fails).route("GET /panics", panics);
    let server = serve(api.route("GET /at-once", panics_at_once)).await;
    for path in ["/fails", "/panics", "/at-once", "/panics"] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (500, r#"{"message":"Internal Server Error"}"#));
    }
    server.shutdown().await;
}

/// Headers of a function: so many names, and so many cookies.
fn with_headers(names: usize, cookies: usize) -> String {
    let names: serde_json::Map<_, _> = (0..names).map(|n| (format!("x-{n}"), "v".into())).collect();
    serde_json::json!({ "statusCode": 200, "headers": names, "cookies": vec!["a=b"; cookies] }).to_string()
}

#[tokio::test]
async fn more_headers_than_an_answer_may_have_are_500() {
    for (names, cookies, fits) in [
        (1_024, 0, true),
        (1_000, 24, true),
        (1_000, 25, false),
        (1_025, 0, false),
        (30_000, 0, false),
        (0, 40_000, false),
    ] {
        let returned = Reply::from_lambda(with_headers(names, cookies).as_bytes());
        assert_eq!(returned.is_ok(), fits, "{names} {cookies}");
    }
    let added = Integration::handler(|event: Event| async move {
        let count: usize = event.raw_query().parse().unwrap();
        (0..count).fold(Reply::new(), |reply, n| reply.with_header(&format!("x-{n}"), "v"))
    });
    let given = Integration::handler(|event: Event| async move {
        let count: usize = event.raw_query().parse().unwrap();
        let names = (0..count).fold(http::Response::builder(), |response, n| response.header(format!("x-{n}"), "v"));
        Reply::from(names.body("").unwrap())
    });
    let server = serve(ApiDefinition::new("us-east-1").route("GET /added", added).route("GET /given", given)).await;
    for path in ["/added", "/given"] {
        assert_eq!(send(&server, "GET", &format!("{path}?1024"), &[], "").await.status, 200);
        for count in [1_025, 30_000] {
            let answer = send(&server, "GET", &format!("{path}?{count}"), &[], "").await;
            assert_eq!((answer.status, answer.body.as_str()), (500, r#"{"message":"Internal Server Error"}"#));
        }
    }
    server.shutdown().await;
}
