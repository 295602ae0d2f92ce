//! Gateway responses: which one an error gets, and what it makes of the error.
//!
//! Source: "Gateway responses in API Gateway"; "x-amazon-apigateway-gateway-responses.responseTemplates object".

use super::{POWERLESS, rest};
use crate::support::{LONG, call, send, serve};
use serde_json::{Value, json};
use sig4_gateway::{ApiDefinition, Auth, Event, GatewayResponse, GatewayResponseType, Integration, Reply, Stage};
use std::sync::mpsc;

const JSON: &str = "application/json";

fn response(response_type: GatewayResponseType) -> GatewayResponse {
    GatewayResponse::new(response_type)
}

#[tokio::test]
async fn the_own_type_comes_first_then_the_default_type_with_the_status_of_the_error() {
    let failing = Integration::handler(|_: Event| async { Reply::failure("no database") });
    let api = rest()
        .route_with("GET /failing", Auth::None, failing)
        .with_gateway_response(
            response(GatewayResponseType::AccessDenied).with_status(404).with_template(JSON, "denied"),
        )
        .with_gateway_response(response(GatewayResponseType::Default4xx).with_template(JSON, "4xx"))
        .with_gateway_response(response(GatewayResponseType::Default5xx).with_template(JSON, "5xx"));
    let server = serve(api).await;
    let denied = call(&server, "GET", "/prod/pets/7", "", POWERLESS).await;
    assert_eq!((denied.status, denied.body.as_str()), (404, "denied"));
    assert_eq!(denied.header("x-amzn-errortype").as_deref(), Some("AccessDeniedException"));
    let missing = send(&server, "GET", "/prod/pets/7", &[], "").await;
    assert_eq!((missing.status, missing.body.as_str()), (403, "4xx"));
    let malformed = send(&server, "GET", "/prod/pets/%zz", &[], "").await;
    assert_eq!((malformed.status, malformed.body.as_str()), (400, "4xx"));
    let failed = send(&server, "GET", "/prod/failing", &[], "").await;
    assert_eq!((failed.status, failed.body.as_str()), (502, "5xx"));
    let open = send(&server, "GET", "/prod/open/7", &[], "").await;
    assert_eq!(open.status, 200);
    server.shutdown().await;
}

#[tokio::test]
async fn templates_have_the_variables_of_the_error_the_request_and_the_stage() {
    let (records, logged) = mpsc::channel();
    let template = r#"{"message": $context.error.messageString, "text": "$context.error.message", "type":
        "$context.error.responseType", "id": "$context.requestId", "extended": "${context.extendedRequestId}", "call":
        "$context.httpMethod $context.path $context.stage $context.resourcePath $context.status", "who":
        "$context.identity.userArn", "ip": "$context.identity.sourceIp", "agent": "$context.identity.userAgent", "var":
        "$stageVariables.color", "none": "$context.identity.apiKey", "pet": "$method.request.path.id", "price": "5 $"}"#;
    let api = ApiDefinition::rest("us-east-1")
        .with_keys(crate::support::directory_with(super::powerless()))
        .with_stage(Stage::new("prod").with_variable("color", "blue"))
        .route_with("GET /pets/{id}", Auth::Iam, crate::support::echo())
        .with_gateway_response(response(GatewayResponseType::AccessDenied).with_template(JSON, template))
        .with_access_log(move |record| drop(records.send(record.clone())));
    let server = serve(api).await;
    let agent = [("user-agent", r#"a"b\c"#)];
    let answer = crate::support::call_with(&server, "GET", "/prod/pets/7", &agent, "", POWERLESS).await;
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body));
    let arn = "arn:aws:iam::123456789012:user/powerless";
    let message = format!(
        "User: {arn} is not authorized to perform: execute-api:Invoke on resource: \
         arn:aws:execute-api:us-east-1:********9012:local/prod/GET/pets/7"
    );
    let expected = json!({
        "message": message, "text": message, "type": "ACCESS_DENIED",
        "id": answer.header("x-amzn-requestid"), "extended": answer.header("x-amz-apigw-id"),
        "call": "GET /prod/pets/7 prod /pets/{id} 403", "who": arn, "ip": "127.0.0.1", "agent": r#"a"b\c"#, "var": "blue",
        "none": "", "pet": "7", "price": "5 $",
    });
    assert_eq!(body, expected);
    let record: Value = serde_json::from_str(&logged.recv_timeout(LONG).unwrap().to_json()).unwrap();
    assert_eq!(record["error.responseType"], "ACCESS_DENIED");
    assert_eq!(record["error.message"].as_str(), Some(message.as_str()));
    server.shutdown().await;
}

#[tokio::test]
async fn the_template_is_that_of_the_accepted_type() {
    let api = rest().with_gateway_response(
        response(GatewayResponseType::Default4xx)
            .with_template("text/html", "<p>$context.path: $context.error.message</p>")
            .with_template(JSON, r#"{"error": $context.error.messageString}"#)
            .with_template("text/plain; charset=utf-8", "$context.path"),
    );
    let server = serve(api).await;
    let path = "/prod/'x'&y";
    for (accept, content_type, body) in [
        ("text/html,*/*;q=0.8", "text/html", "<p>/prod/&#39;x&#39;&amp;y: Missing Authentication Token</p>"),
        ("TEXT/PLAIN;q=1", "text/plain; charset=utf-8", "/prod/'x'&y"),
        ("image/png", JSON, r#"{"error": "Missing Authentication Token"}"#),
        ("*/*", JSON, r#"{"error": "Missing Authentication Token"}"#),
    ] {
        let answer = send(&server, "GET", path, &[("accept", accept)], "").await;
        assert_eq!(answer.header("content-type").as_deref(), Some(content_type), "{accept}");
        assert_eq!((answer.status, answer.body.as_str()), (403, body), "{accept}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn headers_come_from_the_request_and_never_break_the_response() {
    let api = rest().with_gateway_response(
        response(GatewayResponseType::Default4xx)
            .with_header("x-fixed", "'a b'")
            .with_header("x-header", "method.request.header.X-Sent")
            .with_header("x-query", "method.request.querystring.q")
            .with_header("x-path", "method.request.path.id")
            .with_header("x-context", "context.error.responseType")
            .with_header("x-stage", "stageVariables.none")
            .with_header("content-type", "'application/problem+json'"),
    );
    let server = serve(api).await;
    let sent = [("x-sent", "first"), ("x-sent", "last")];
    let answer = send(&server, "GET", "/prod/pets/a%20b?q=1&q=t%C3%A9+x", &sent, "").await;
    for (name, value) in [
        ("x-fixed", Some("a b")),
        ("x-header", Some("last")),
        ("x-path", Some("a%20b")),
        ("x-context", Some("MISSING_AUTHENTICATION_TOKEN")),
        ("x-stage", None),
        ("content-type", Some("application/problem+json")),
    ] {
        assert_eq!(answer.header(name).as_deref(), value, "{name}: {answer:?}");
    }
    assert_eq!(answer.header("x-query").as_deref(), Some("té x"));
    for evil in ["a%0D%0Aset-cookie:%20x=1", "a%0Ab", "a%00", "%0D%0A%0D%0A%3Cscript%3E"] {
        let answer = send(&server, "GET", &format!("/prod/pets/7?q={evil}"), &[], "").await;
        assert_eq!(
            (answer.status, answer.header("x-query"), answer.header("set-cookie")),
            (403, None, None),
            "{answer:?}"
        );
        assert_eq!(answer.body, r#"{"message":"Missing Authentication Token"}"#);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_template_that_becomes_too_long_is_left_out() {
    let template = "$method.request.querystring.q".repeat(2_000);
    let api = rest().with_gateway_response(response(GatewayResponseType::Default4xx).with_template(JSON, template));
    let server = serve(api).await;
    let short = send(&server, "GET", "/prod/x?q=ab", &[], "").await;
    assert_eq!(short.body.len(), 4_000);
    let long = send(&server, "GET", &format!("/prod/x?q={}", "a".repeat(5_000)), &[], "").await;
    assert_eq!((long.status, long.body.as_str()), (403, r#"{"message":"Missing Authentication Token"}"#));
    server.shutdown().await;
}

#[test]
fn mistakes_are_found_when_the_api_is_checked() {
    let base = || response(GatewayResponseType::AccessDenied);
    for (response, expected) in [
        (base().with_header("x-a", "plain"), "put a fixed value into single quotes, `'plain'`"),
        (base().with_header("x a", "'v'"), "`x a` is not the name of a header"),
        (base().with_header("Content-Length", "'7'"), "`content-length` is set by the gateway itself"),
        (base().with_header("x-amzn-RequestId", "'7'"), "`x-amzn-requestid` is set by the gateway itself"),
        (base().with_header("x-a", "'a\r\nb: c'"), "a character that a header cannot carry"),
        (base().with_header("x-a", "context.nothing"), "`context.nothing` is not known"),
        (base().with_header("x-a", "method.request.body.id"), "`method.request.body.id` is not supported"),
        (base().with_header("x-a", "integration.response.header.x"), "is no mapping expression"),
        (base().with_template("json", "x"), "`json` is no content type"),
        (base().with_template(JSON, "$input.body"), "`$input.body` is not supported"),
        (base().with_status(101), "the status 101"),
        (base().with_status(600), "the status 600"),
    ] {
        let error = rest().with_gateway_response(response).check().unwrap_err().to_string();
        assert!(error.starts_with("invalid API: the gateway response ACCESS_DENIED: "), "{error}");
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let http = ApiDefinition::new("us-east-1").with_gateway_response(base());
    assert!(http.check().unwrap_err().to_string().contains("an HTTP API has no gateway responses"));
}
