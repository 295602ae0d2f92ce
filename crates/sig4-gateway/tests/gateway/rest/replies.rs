//! What a REST API makes of the reply of a function.

use super::secured;
use crate::lambda::Runtime;
use crate::support::{Answer, send, serve};
use sig4_gateway::{
    ApiDefinition, Auth, FunctionConfiguration, Integration, LambdaFunction, PayloadFormat, Reply, Server, Timeouts,
};
use std::time::Duration;

/// The answer to a malformed reply.
const MALFORMED: (u16, &str) = (502, r#"{"message": "Internal server error"}"#);

/// A function whose runtime returns the `body` of every event as its payload.
async fn function() -> LambdaFunction {
    let function = FunctionConfiguration::new("said").listen("127.0.0.1:0").await.unwrap();
    let address = function.runtime_api();
    tokio::spawn(async move {
        let mut runtime = Runtime::connect_to(&address).await;
        loop {
            let event = runtime.next().await;
            runtime.respond(&event.id, event.json["body"].as_str().unwrap_or_default()).await;
        }
    });
    function
}

async fn said(api: ApiDefinition) -> (Server, LambdaFunction) {
    let function = function().await;
    (serve(api.route_with("POST /{proxy+}", Auth::None, &function)).await, function)
}

async fn reply(server: &Server, headers: &[(&str, &str)], payload: &str) -> Answer {
    send(server, "POST", "/prod/x", headers, payload).await
}

/// Source: localstack/localstack, `test_aws_proxy_response_payload_format_validation`, recorded from the service.
#[tokio::test]
async fn good_and_malformed_replies() {
    let (server, _function) = said(secured()).await;
    for (payload, status, content_type, body) in [
        (r#"{"statusCode":200,"body":"x"}"#, 200, "application/json", "x"),
        (r#"{"statusCode":204}"#, 204, "application/json", ""),
        (r#"{"statusCode":"201","body":"x"}"#, 201, "application/json", "x"),
        (r#"{"statusCode":200,"headers":null,"body":"x"}"#, 200, "application/json", "x"),
        (r#"{"headers":{"Content-Type":"text/html"}}"#, 200, "text/html", ""),
        (r#"{"statusCode":200,"headers":{},"multiValueHeaders":null,"body":null}"#, 200, "application/json", ""),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"aGk="}"#, 200, "application/json", "aGk="),
    ] {
        let answer = reply(&server, &[], payload).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{payload}");
        assert_eq!(answer.header("content-type").as_deref(), Some(content_type), "{payload}");
    }
    for payload in [
        r#""hello""#,
        "null",
        "[]",
        "",
        "{",
        "{}",
        r#"{"statusCode":"test"}"#,
        r#"{"statusCode":0}"#,
        r#"{"statusCode":99}"#,
        r#"{"statusCode":200,"message":"x"}"#,
        r#"{"statusCode":200,"cookies":[]}"#,
        r#"{"statusCode":200,"body":{"a":1}}"#,
        r#"{"statusCode":200,"headers":[]}"#,
        r#"{"statusCode":200,"headers":{"x":["y"]}}"#,
        r#"{"statusCode":200,"headers":{"x":"y\r\nz: 1"}}"#,
        r#"{"statusCode":200,"multiValueHeaders":{"x":"y"}}"#,
        r#"{"statusCode":200,"multiValueHeaders":{"x":[{}]}}"#,
    ] {
        let answer = reply(&server, &[], payload).await;
        assert_eq!((answer.status, answer.body.as_str()), MALFORMED, "{payload}");
        assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some("InternalServerErrorException"), "{payload}");
        assert_eq!(answer.header("content-length").as_deref(), Some("36"), "{payload}");
        assert_eq!(answer.header("x-amzn-trace-id"), None, "{payload}");
    }
}

/// Source: aws/aws-lambda-dotnet, the snapshots `V1_CombinesSingleAndMultiValueHeaders{Rest,HttpV1}`, for the order; "Output format of
/// a Lambda function for proxy integration" for a pair that is in both maps.
#[tokio::test]
async fn headers_of_both_maps_are_merged() {
    let payload = r#"{"statusCode":200,"headers":{"x-both":"3","X-One":true,"x-same":"s"},
        "multiValueHeaders":{"X-Both":["1","2"],"x-many":["a","b"],"X-Same":["r","s"],"Set-Cookie":["a=1","b=2"]},"body":"x"}"#;
    let (server, _function) = said(secured()).await;
    let answer = reply(&server, &[], payload).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (name, values) in [
        ("x-both", "1 & 2 & 3"),
        ("x-one", "true"),
        ("x-many", "a & b"),
        ("x-same", "r & s"),
        ("set-cookie", "a=1 & b=2"),
    ] {
        assert_eq!(answer.header(name).as_deref(), Some(values));
    }
    let http = ApiDefinition::new("us-east-1").with_stage("prod");
    let function = function().await;
    let server = serve(http.route("POST /{proxy+}", &function).with_payload_format(PayloadFormat::V1)).await;
    // The body of an HTTP API's event is a text only with a content type.
    let answer = reply(&server, &[("content-type", "application/json")], payload).await;
    assert_eq!(answer.header("x-both").as_deref(), Some("3 & 1 & 2"));
    assert_eq!(answer.header("content-type").as_deref(), Some("text/plain; charset=utf-8"));
}

/// Source: aws/aws-lambda-dotnet, the snapshots `V1_HandlesZeroStatusCodeHttpV1` and
/// `ToApiGatewayProxyResponse_InvalidJson_ReturnsErrorResponseHttpV1`.
#[tokio::test]
async fn an_http_api_answers_500_to_a_malformed_reply_of_format_1_0() {
    let function = function().await;
    let api = ApiDefinition::new("us-east-1").with_stage("prod").route("POST /{proxy+}", &function);
    let server = serve(api.with_payload_format(PayloadFormat::V1)).await;
    for payload in [r#"{"statusCode":0}"#, "{", r#"{"message":"x"}"#, r#""x""#] {
        let answer = reply(&server, &[("content-type", "application/json")], payload).await;
        assert_eq!((answer.status, answer.body.as_str()), (500, r#"{"message":"Internal Server Error"}"#), "{payload}");
    }
    let good =
        reply(&server, &[("content-type", "text/plain")], r#"{"statusCode":200,"isBase64Encoded":true,"body":"aGk="}"#)
            .await;
    assert_eq!((good.status, good.body.as_str()), (200, "hi"));
}

/// Source: ministackorg/ministack#767, measured at the service.
#[tokio::test]
async fn base64_is_decoded_for_a_client_that_accepts_a_binary_type() {
    let (server, _function) = said(secured().with_binary_media_types(["image/*"])).await;
    let payload = r#"{"statusCode":200,"headers":{"content-type":"image/png"},"isBase64Encoded":true,"body":"aGk="}"#;
    for (accept, body) in [
        (Some("image/png"), "hi"),
        (Some("image/webp,*/*"), "hi"),
        (Some("*/*"), "aGk="),
        (Some("text/html,image/png"), "aGk="),
        (None, "aGk="),
    ] {
        let headers: Vec<_> = accept.map(|accept| ("accept", accept)).into_iter().collect();
        assert_eq!(reply(&server, &headers, payload).await.body, body, "{accept:?}");
    }
    let not_base64 = payload.replace("aGk=", "%");
    let answer = reply(&server, &[("accept", "image/png")], &not_base64).await;
    assert_eq!((answer.status, answer.body.as_str()), MALFORMED);
}

/// A late integration gets 504, a failed one 502. The default limit is 29 s.
#[tokio::test]
async fn late_and_failed_integrations() {
    assert_eq!(sig4_gateway::REST_INTEGRATION_TIMEOUT, Duration::from_secs(29));
    let late = Integration::handler(|_| async { std::future::pending::<Reply>().await });
    let failed = Integration::handler(|_| async { Err::<&str, _>("no database") });
    let gone = Integration::http_proxy("http://127.0.0.1:9/");
    let api = secured()
        .with_timeouts(Timeouts::new().with_integration(Duration::from_millis(30)))
        .route_with("GET /late", Auth::None, late)
        .route_with("GET /failed", Auth::None, failed)
        .route_with("GET /gone", Auth::None, gone);
    let server = serve(api).await;
    let answer = send(&server, "GET", "/prod/late", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (504, r#"{"message": "Endpoint request timed out"}"#));
    let answer = send(&server, "GET", "/prod/failed", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), MALFORMED);
    assert_eq!(send(&server, "GET", "/prod/gone", &[], "").await.status, 504);
}

/// The limit of 1,024 headers counts both maps.
#[tokio::test]
async fn too_many_headers_are_refused_in_linear_time() {
    for (single, multi, is_good) in
        [(512, 511, true), (600, 600, false), (0, 200_000, false), (100_000, 100_000, false)]
    {
        let names: Vec<_> = (0..single).map(|n| format!(r#""s{n}":"v""#)).collect();
        let values: Vec<_> = (0..multi).map(|n| format!(r#""{n}""#)).collect();
        let payload = format!(
            r#"{{"statusCode":200,"headers":{{{}}},"multiValueHeaders":{{"m":[{}]}}}}"#,
            names.join(","),
            values.join(",")
        );
        assert_eq!(Reply::from_lambda_v1(payload.as_bytes()).is_ok(), is_good, "{single} {multi}");
    }
}
