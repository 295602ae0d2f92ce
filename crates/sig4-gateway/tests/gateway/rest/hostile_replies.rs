//! Replies that nobody means well with.

use super::{reflect, secured};
use crate::lambda::Runtime;
use crate::support::{send, serve};
use proptest::prelude::*;
use serde_json::{Value, json};
use sig4_gateway::{Auth, FunctionConfiguration, Integration, Reply};

/// A value of any type, small.
fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["200", "-1", "1e2", "aGk=", "%", "a\r\nb: c", "\u{0}", "é", ""])
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        let name = prop_oneof![
            prop::sample::select(vec!["x-a", "X-A", "a b", "", "set-cookie"]),
            "[a-z\\r\\n:é]{0,4}".prop_map(|name| &*name.leak())
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// Something that is nearly a reply.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let name = prop::sample::select(vec!["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "x"]);
    let member = (name, value()).prop_map(|(name, value)| format!("{}:{value}", Value::from(name)));
    // A name may be there more than once.
    let object =
        prop::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")).into_bytes());
    prop_oneof![8 => object, 1 => prop::collection::vec(any::<u8>(), 0..64)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_reply_is_one_that_can_be_sent(payload in payload()) {
        if let Ok(reply) = Reply::from_lambda_v1(&payload) {
            prop_assert!((200..600).contains(&reply.status()));
            prop_assert!(reply.header_values("content-type").count() > 0);
            let Ok(Value::Object(object)) = serde_json::from_slice(&payload) else { panic!("it is no object") };
            prop_assert!(!object.is_empty() && !object.contains_key("x"));
        }
    }
}

#[test]
fn forms_of_status_codes() {
    for (text, status) in [
        ("200", Some(200)),
        ("200.0", Some(200)),
        ("2e2", Some(200)),
        (r#""200""#, Some(200)),
        ("599", Some(599)),
        ("1e2", None),
        ("-1", None),
        ("-200", None),
        ("99", None),
        ("100", None),
        ("199", None),
        ("600", None),
        ("200.5", None),
        ("1e999", None),
        ("18446744073709551816", None),
        ("true", None),
        ("null", None),
        ("[200]", None),
        (r#""200.0""#, None),
        (r#"" 200""#, None),
        (r#""""#, None),
    ] {
        let payload = format!(r#"{{"statusCode":{text}}}"#);
        let read = Reply::from_lambda_v1(payload.as_bytes()).ok().map(|reply| reply.status());
        assert_eq!(read, status, "{text}");
    }
}

#[test]
fn what_no_client_could_read_is_malformed() {
    let nested = format!(r#"{{"statusCode":200,"body":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let headers = |count: usize| {
        let names: serde_json::Map<_, _> = (0..count).map(|n| (format!("h{n}"), Value::from("v"))).collect();
        json!({"statusCode": 200, "headers": names}).to_string()
    };
    assert!(Reply::from_lambda_v1(headers(1023).as_bytes()).is_ok());
    for payload in [
        nested.as_bytes(),
        b"{\"statusCode\":200,\"body\":\"\xff\"}",
        b"\xef\xbb\xbf{\"statusCode\":200}",
        br#"{"statusCode":200} {"statusCode":200}"#,
        br#"{"statusCode":200,"headers":{"x":1e999}}"#,
        br#"{"statusCode":200,"headers":{"x y":"z"}}"#,
        br#"{"statusCode":200,"headers":{"x":"a\u0000b"}}"#,
        br#"{"statusCode":200,"multiValueHeaders":{"x":["a\nb"]}}"#,
        br#"{"statusCode":200,"isBase64Encoded":true,"body":"a"}"#,
        br#"{"statusCode":200,"isBase64Encoded":"true","body":"aGk="}"#,
        br#"{"statusCode":200,"body":"a\ud800"}"#,
        // With the content type that the reply lacks there would be 1,025.
        headers(1024).as_bytes(),
    ] {
        let shown = String::from_utf8_lossy(payload.get(..60).unwrap_or(payload)).into_owned();
        assert!(Reply::from_lambda_v1(payload).is_err(), "{shown}");
    }
}

/// The ids, the trace and the framing of a response are the gateway's.
///
/// Source of the new names: localstack/localstack, `TestApiGatewayHeaderRemapping`.
#[tokio::test]
async fn a_reply_sets_no_header_of_the_connection() {
    const HEADERS: [&str; 17] = [
        "x-amzn-requestid",
        "X-Amz-Apigw-Id",
        "x-amzn-trace-id",
        "connection",
        "content-length",
        "transfer-encoding",
        "upgrade",
        "keep-alive",
        "trailer",
        "authorization",
        "content-md5",
        "date",
        "host",
        "max-forwards",
        "Server",
        "user-agent",
        "WWW-Authenticate",
    ];
    let headers: serde_json::Map<_, _> = HEADERS.iter().map(|name| ((*name).to_owned(), "evil".into())).collect();
    let payload = json!({"headers": headers, "multiValueHeaders": {"X-EVIL": ["1"], "connection": ["x-named"],
        "x-named": ["1"]}, "body": "hello"});
    let payload = payload.to_string();
    let evil = Integration::handler(move |_| {
        let reply = Reply::from_lambda_v1(payload.as_bytes());
        async move { reply }
    });
    let server = serve(secured().route_with("GET /evil", Auth::None, evil)).await;
    let answer = send(&server, "GET", "/prod/evil", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
    let values = |name: &str| answer.header(name);
    let set: Vec<_> = HEADERS.iter().filter(|name| values(name).is_some_and(|value| value.contains("evil"))).collect();
    assert!(set.is_empty(), "{set:?} of {}", answer.head);
    assert_eq!((values("connection").as_deref(), values("content-length").as_deref()), (Some("close"), Some("5")));
    assert_eq!((values("x-evil").as_deref(), values("x-named")), (Some("1"), None));
    for (name, value) in [
        ("authorization", "evil"),
        ("connection", "x-named & evil"),
        ("content-length", "evil"),
        ("content-md5", "evil"),
        ("date", "evil"),
        ("host", "evil"),
        ("max-forwards", "evil"),
        ("server", "evil"),
        ("trailer", "evil"),
        ("user-agent", "evil"),
        ("www-authenticate", "evil"),
    ] {
        assert_eq!(values(&format!("x-amzn-remapped-{name}")).as_deref(), Some(value), "{name}");
    }
    server.shutdown().await;
}

/// Source: the question "API Gateway proxy integration does not forward Lambda throttling (HTTP 429) to client" of AWS re:Post.
#[tokio::test]
async fn a_throttled_function_is_500_and_one_that_dies_502() {
    let throttled =
        FunctionConfiguration::new("none").with_reserved_concurrency(0).listen("127.0.0.1:0").await.unwrap();
    let dying = FunctionConfiguration::new("dying").listen("127.0.0.1:0").await.unwrap();
    let api =
        secured().route_with("GET /throttled", Auth::None, &throttled).route_with("GET /dying", Auth::None, &dying);
    let server = serve(api.route_with("GET /other", Auth::None, reflect())).await;
    let answer = send(&server, "GET", "/prod/throttled", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (500, r#"{"message": "Internal server error"}"#));
    assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some("InternalServerErrorException"));
    let address = dying.runtime_api();
    tokio::spawn(async move {
        let mut runtime = Runtime::connect_to(&address).await;
        let _event = runtime.next().await;
        dying.runtime_failed("it is over");
    });
    let answer = send(&server, "GET", "/prod/dying", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (502, r#"{"message": "Internal server error"}"#));
    assert_eq!(send(&server, "GET", "/prod/other", &[], "").await.status, 200);
    server.shutdown().await;
}
