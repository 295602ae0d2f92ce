//! HTTP proxy integrations.

use crate::support::{ALLOWED, LONG, api, call, call_with, raw, send, serve};
use sig4_gateway::ErrorKind;
use sig4_gateway::{ApiDefinition, Event, Integration, Reply, Server, Timeouts};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// An upstream that answers what it was sent.
async fn upstream() -> Server {
    let reflect = Integration::handler(|event: Event| async move {
        let headers: Vec<_> = event.headers().map(|(name, value)| format!("{name}={value}")).collect();
        let body = String::from_utf8_lossy(event.body()).into_owned();
        let text =
            format!("{} {}?{}\n{}\n{body}", event.method(), event.raw_path(), event.raw_query(), headers.join("\n"));
        Reply::text(text).with_status(201).with_header("x-upstream", "1").with_cookie("a=1").with_cookie("b=2")
    });
    serve(ApiDefinition::new("us-east-1").route("$default", reflect)).await
}

#[tokio::test]
async fn a_request_reaches_the_upstream_without_what_is_only_between_client_and_gateway() {
    let upstream = upstream().await;
    let proxy = Integration::http_proxy(format!("{}/base/{{proxy}}?fixed=1", upstream.url()));
    let server = serve(api().route("ANY /v1/{proxy+}", proxy)).await;
    let headers = [("x-mine", "1"), ("te", "trailers"), ("x-hop", "1"), ("content-type", "text/plain")];
    let answer = call_with(&server, "POST", "/v1/a%2Fb/c?q=%20", &headers, "hello", ALLOWED).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(answer.body.starts_with("POST /base/a/b/c?fixed=1&q=%20\n"), "{}", answer.body);
    assert!(answer.body.ends_with("\nhello"));
    for there in
        ["x-mine=1", "content-type=text/plain", "via=HTTP/1.1 AmazonAPIGateway", "x-amz-date=", "content-length=5"]
    {
        assert!(answer.body.contains(&format!("\n{there}")), "{there}: {}", answer.body);
    }
    let forwarded = format!("\nforwarded=for=127.0.0.1;host=\"{}\";proto=http\n", server.addr());
    assert!(answer.body.contains(&forwarded), "{}", answer.body);
    assert!(answer.body.contains(&format!("\nhost={}\n", upstream.addr())), "{}", answer.body);
    for gone in ["authorization", "te=", "connection="] {
        assert!(!answer.body.contains(&format!("\n{gone}")), "{gone}: {}", answer.body);
    }
    assert_eq!(answer.header("x-upstream").as_deref(), Some("1"));
    assert_eq!(answer.header("set-cookie").as_deref(), Some("a=1 & b=2"));
    assert_eq!(answer.header("apigw-requestid").unwrap().split(" & ").count(), 1, "the gateway's own");
    server.shutdown().await;
    upstream.shutdown().await;
}

/// A presigned URL must not work a second time for the operator of the upstream.
#[tokio::test]
async fn a_presigned_query_does_not_reach_the_upstream() {
    let upstream = upstream().await;
    let server = serve(api().route("GET /x", Integration::http_proxy(upstream.url()))).await;
    let request = http::Request::get(format!("{}/x?a=1", server.url())).body("").unwrap();
    let signer = sig4::Signer::new("us-east-1", "execute-api").unwrap();
    let expires = sig4::Expires::from_secs(60).unwrap();
    let now = time::OffsetDateTime::now_utc();
    let presigned = signer.presign(&request, &crate::support::credentials(ALLOWED), expires, now).unwrap();
    let target = presigned.target();
    for target in [target.to_owned(), target.replace("X-Amz-Signature", "%58-Amz%2dSignature")] {
        let answer = send(&server, "GET", &target, &[], "").await;
        assert_eq!(answer.status, 201, "{target}: {}", answer.body);
        assert!(answer.body.starts_with("GET /?a=1\n"), "{target}: {}", answer.body);
    }
    server.shutdown().await;
    upstream.shutdown().await;
}

/// An upstream reads the client's address from what the gateway says, so a client must not say it in its place.
#[tokio::test]
async fn a_client_cannot_say_whom_a_request_comes_from() {
    let upstream = upstream().await;
    let server = serve(ApiDefinition::new("us-east-1").route("GET /x", Integration::http_proxy(upstream.url()))).await;
    let claims = "forwarded: for=10.0.0.1\r\nx-forwarded-for: 10.0.0.1\r\nx-forwarded-proto: https\r\n\
        x-forwarded-anything: 10.0.0.1\r\nproxy-authorization: s\r\nx-kept: 1";
    for (host, said) in [
        ("x,for=10.0.0.1", "for=127.0.0.1;proto=http"),
        ("x\";for=10.0.0.1", "for=127.0.0.1;proto=http"),
        ("", "for=127.0.0.1;proto=http"),
        ("example.org", "for=127.0.0.1;host=example.org;proto=http"),
        ("example.org:1", "for=127.0.0.1;host=\"example.org:1\";proto=http"),
    ] {
        let request = format!("GET /x HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{claims}\r\n\r\n");
        let answer = raw(&server, request.as_bytes()).await;
        assert_eq!(answer.status, 201, "{host}: {}", answer.body);
        assert!(answer.body.contains(&format!("\nforwarded={said}\n")), "{host}: {}", answer.body);
        assert!(answer.body.contains("\nx-kept=1\n"), "{host}: {}", answer.body);
        for gone in ["10.0.0.1", "https", "x-forwarded-anything", "proxy-authorization"] {
            assert!(!answer.body.contains(gone), "{host}: {}", answer.body);
        }
    }
    server.shutdown().await;
    upstream.shutdown().await;
}

/// An upstream that answers with the head that it got, as it got it.
async fn raw_upstream() -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            let answer = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", head.len());
            stream.write_all(&[answer.into_bytes(), head].concat()).await.unwrap();
        }
    });
    (url, task)
}

/// What an upstream takes for the word of a proxy is the gateway's, or does not reach it.
#[tokio::test]
async fn a_client_cannot_speak_to_the_upstream_as_a_proxy_does() {
    let (url, upstream) = raw_upstream().await;
    let told = sig4_gateway::Upstream::new(url.as_str()).with_client_header("X-Real-IP");
    let api = ApiDefinition::new("us-east-1").route("GET /x", Integration::http_proxy(url)).route("GET /told", told);
    let server = serve(api).await;
    let names =
        ["X_Forwarded_For", "X-Real-IP", "True-Client-IP", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Host"];
    let own = ["X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id", "Forwarded"];
    let headers: Vec<_> = names.iter().chain(&own).map(|name| (*name, "evil")).chain([("x-kept", "1")]).collect();
    let answer = send(&server, "GET", "/x", &headers, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.body.contains("evil"), "{}", answer.body);
    let port = server.addr().port();
    for line in [
        "x-kept: 1".to_owned(),
        "x-forwarded-for: 127.0.0.1".to_owned(),
        format!("x-forwarded-port: {port}"),
        "x-forwarded-proto: http".to_owned(),
        "x-amzn-trace-id: Root=1-".to_owned(),
    ] {
        assert!(answer.body.contains(&format!("\r\n{line}")), "{line}: {}", answer.body);
    }
    let answer = send(&server, "GET", "/told", &headers, "").await;
    assert!(answer.body.contains("\r\nx-real-ip: evil\r\n"), "{}", answer.body);
    assert_eq!(answer.body.matches("evil").count(), 1, "{}", answer.body);
    server.shutdown().await;
    upstream.abort();
}

/// Braces that a client sends are no variable.
#[tokio::test]
async fn a_value_is_not_expanded_again() {
    let upstream = upstream().await;
    let proxy = Integration::http_proxy(format!("{}/{{a}}/{{b}}", upstream.url()));
    let server = serve(ApiDefinition::new("us-east-1").route("ANY /two/{a}/{b}", proxy)).await;
    for (path, expected) in [
        ("/two/{b}/v", "GET /{b}/v?\n"),
        ("/two/{b}/{a}", "GET /{b}/{a}?\n"),
        ("/two/%7Bb%7D/v", "GET /{b}/v?\n"),
        ("/two/%257Bb%257D/100%25", "GET /%7Bb%7D/100%?\n"),
    ] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert!(answer.body.starts_with(expected), "{path}: {} {}", answer.status, answer.body);
    }
    server.shutdown().await;
    upstream.shutdown().await;
}

#[tokio::test]
async fn an_upstream_that_is_not_there_breaks_off_or_is_late_is_503() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let broken = listener.local_addr().unwrap();
    let breaking = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
        }
    });
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let api = ApiDefinition::new("us-east-1")
        .with_timeouts(Timeouts::new().with_integration(Duration::from_millis(300)))
        .route("GET /broken", Integration::http_proxy(format!("http://{broken}/")))
        .route("GET /silent", Integration::http_proxy(format!("http://{}/", silent.local_addr().unwrap())))
        .route("GET /gone", Integration::http_proxy(format!("http://{gone}/")))
        .route("GET /no-tls", Integration::http_proxy(format!("https://{broken}/")));
    let server = serve(api).await;
    for path in ["/broken", "/silent", "/gone", "/no-tls"] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"message":"Service Unavailable"}"#), "{path}");
    }
    server.shutdown().await;
    breaking.abort();
}

#[tokio::test]
async fn an_upstream_that_cannot_be_is_reported_when_the_api_is_served() {
    for (key, url) in [
        ("GET /x", "localhost:3000"),
        ("GET /x", "ftp://localhost/"),
        ("GET /{id}", "http://localhost/{name}"),
        ("$default", "http://localhost/{proxy}"),
        ("GET /{proxy+}", "http://{proxy}/"),
    ] {
        let served =
            ApiDefinition::new("us-east-1").route(key, Integration::http_proxy(url)).serve("127.0.0.1:0").await;
        assert_eq!(served.unwrap_err().kind(), ErrorKind::InvalidUpstream, "{url}");
    }
}

/// The path's variables go into the URL encoded, so that none of them can lead anywhere else.
#[tokio::test]
async fn a_variable_cannot_lead_out_of_its_place() {
    let upstream = upstream().await;
    let proxy = Integration::http_proxy(format!("{}/files/{{name}}", upstream.url()));
    let server = serve(api().route("GET /f/{name}", proxy)).await;
    for (path, expected) in [
        ("/f/x%3Fa=b", "GET /files/x?\n"),
        ("/f/%253Fa=b", "GET /files/%3Fa=b?\n"),
        ("/f/%7Bname%7D", "GET /files/{name}?\n"),
        ("/f/%23", "GET /files/#?\n"),
        ("/f/%2e%2e", "404"),
        ("/f/..%2fsecret", "404"),
        ("/f/x%2fsecret", "404"),
    ] {
        let answer = tokio::time::timeout(LONG, call(&server, "GET", path, "", ALLOWED)).await.unwrap();
        let seen = if answer.status == 404 { "404" } else { &answer.body };
        assert!(seen.starts_with(expected), "{path}: {} {}", answer.status, answer.body);
    }
    server.shutdown().await;
    upstream.shutdown().await;
}
