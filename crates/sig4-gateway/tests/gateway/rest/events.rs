//! Events of payload format 1.0, member by member.

use super::{reflect, secured};
use crate::support::{ACCOUNT, ALLOW_ALL, REGION, credentials, raw, send, serve};
use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyRequest;
use serde_json::{Value, json};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, PayloadFormat, Reply, Server, Stage};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;

const KEY: (&str, &str) = ("ASIAEXAMPLE", "secret");

fn directory() -> Directory {
    let session = Principal::role_session(ACCOUNT, "pets", "session").unwrap();
    let session = session.with_unique_id("AROATESTEXAMPLE01").unwrap().with_org_id("o-a1b2c3");
    let policies = Policies::new().with_identity(Policy::parse("all", ALLOW_ALL).unwrap());
    let identity =
        Identity::new(credentials(KEY).with_session_token("token").unwrap(), session).with_policies(policies);
    Directory::new(ACCOUNT).with_identity(identity).unwrap()
}

fn moment() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(1_583_348_638_390_000_000).unwrap()
}

/// Sends a signed request with more headers than those that are signed.
async fn signed(server: &Server, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Value {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{}{target}", server.url()))
        .header("content-type", "application/json")
        .body(body.as_bytes())
        .unwrap();
    let signer = sig4::Signer::new(REGION, "execute-api").unwrap();
    signer.sign(&mut request, &credentials(KEY).with_session_token("token").unwrap(), moment()).unwrap();
    let own = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let all: Vec<_> = own.filter(|(name, _)| *name != "host").chain(headers.iter().copied()).collect();
    let answer = send(server, method, target, &all, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

async fn open(server: &Server, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Value {
    let answer = send(server, method, target, headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn full(route: &str) -> ApiDefinition {
    ApiDefinition::rest(REGION)
        .with_account(ACCOUNT)
        .with_api_id("abc123")
        .with_keys(directory())
        .with_stage(Stage::new("prod").with_variable("table", "pets"))
        .with_clock(moment)
        .route_with(route, Auth::Iam, reflect())
}

const TARGET: &str = "/prod/pets/a%20b/c%2Bd/e?tag=important&tag=urgent&q=Hello+World%21&empty";

/// Source of the members: the snapshots of localstack/localstack and aws/aws-lambda-dotnet that `event/v1` names.
#[tokio::test]
async fn every_member_of_the_event_of_a_rest_api() {
    let server = serve(full("POST /pets/{id}/{rest+}")).await;
    let sent = [
        ("X-Multi", "1"),
        ("x-multi", "2"),
        ("Cookie", "a=1; b=2"),
        ("USER-agent", "agent"),
        ("Content-MD5", "x"),
        ("TE", "gzip"),
    ];
    let mut event = signed(&server, "POST", TARGET, &sent, "{}").await;
    let context = event["requestContext"].take();
    let (single, multi) = (event["headers"].take(), event["multiValueHeaders"].take());
    let expected = json!({
        "resource": "/pets/{id}/{rest+}",
        "path": "/pets/a%20b/c%2Bd/e",
        "httpMethod": "POST",
        "headers": null,
        "multiValueHeaders": null,
        "queryStringParameters": {"tag": "urgent", "q": "Hello World!", "empty": ""},
        "multiValueQueryStringParameters": {"tag": ["important", "urgent"], "q": ["Hello World!"], "empty": [""]},
        "pathParameters": {"id": "a%20b", "rest": "c%2Bd/e"},
        "stageVariables": {"table": "pets"},
        "requestContext": null,
        "body": "{}",
        "isBase64Encoded": false,
    });
    assert_eq!(event, expected);
    let names: Vec<_> = single.as_object().unwrap().keys().map(String::as_str).collect();
    let expected_names = [
        "Cookie",
        "Host",
        "User-Agent",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
        "X-Multi",
        "content-type",
        "x-amz-date",
        "x-amz-security-token",
    ];
    assert_eq!(names, expected_names, "neither the signature nor hop-by-hop headers nor a length");
    assert_eq!((&single["X-Multi"], &multi["X-Multi"]), (&json!("2"), &json!(["1", "2"])));
    assert_eq!((&single["Cookie"], &multi["Cookie"]), (&json!("a=1; b=2"), &json!(["a=1; b=2"])));
    assert_eq!(single["Host"], server.addr().to_string());
    let ids = ["requestId", "extendedRequestId", "resourceId", "deploymentId"]
        .map(|name| context[name].as_str().unwrap().to_owned());
    assert!(ids[1].len() == 16 && ids[1].ends_with('='), "{ids:?}");
    assert!(ids[2].len() == 6 && ids[3].len() == 6, "{ids:?}");
    let expected = json!({
        "accountId": ACCOUNT,
        "apiId": "abc123",
        "deploymentId": ids[3],
        "domainName": "127.0.0.1",
        "domainPrefix": "127.0.0.1",
        "extendedRequestId": ids[1],
        "httpMethod": "POST",
        "identity": {
            "accessKey": KEY.0, "accountId": ACCOUNT, "caller": "AROATESTEXAMPLE01:session",
            "cognitoAuthenticationProvider": null, "cognitoAuthenticationType": null, "cognitoIdentityId": null,
            "cognitoIdentityPoolId": null, "principalOrgId": "o-a1b2c3", "sourceIp": "127.0.0.1",
            "user": "AROATESTEXAMPLE01:session", "userAgent": "agent",
            "userArn": "arn:aws:sts::123456789012:assumed-role/pets/session",
        },
        "path": "/prod/pets/a%20b/c%2Bd/e",
        "protocol": "HTTP/1.1",
        "requestId": ids[0],
        "requestTime": "04/Mar/2020:19:03:58 +0000",
        "requestTimeEpoch": 1_583_348_638_390_i64,
        "resourceId": ids[2],
        "resourcePath": "/pets/{id}/{rest+}",
        "stage": "prod",
    });
    assert_eq!(context, expected);
}

/// Without IAM, and with nothing else, empty members are `null` and there all the same.
#[tokio::test]
async fn what_is_empty_is_null() {
    let api = secured().route_with("ANY /", Auth::None, reflect()).route_with("ANY /{proxy+}", Auth::None, reflect());
    let server = serve(api).await;
    let event = open(&server, "GET", "/prod", &[], "").await;
    for name in ["queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"]
    {
        assert_eq!(event.get(name), Some(&Value::Null), "{name}");
    }
    assert!(event.get("version").is_none());
    let identity = event["requestContext"]["identity"].as_object().unwrap();
    assert_eq!(identity.len(), 12);
    assert!(identity.iter().all(|(name, value)| name == "sourceIp" || value.is_null()), "{identity:?}");
    assert_eq!((&event["path"], &event["requestContext"]["path"]), (&json!("/"), &json!("/prod")));
    let slash = open(&server, "GET", "/prod/proxy-value/", &[], "").await;
    assert_eq!(slash["path"], "/proxy-value/");
    // An `Authorization` that holds no signature is the integration's business.
    let other = open(&server, "GET", "/prod/x", &[("Authorization", "Bearer x")], "").await;
    assert_eq!(other["headers"]["Authorization"], "Bearer x");
    let signature = open(&server, "GET", "/prod/x", &[("Authorization", "AWS4-HMAC-SHA256 Credential=x")], "").await;
    assert!(signature["headers"].get("Authorization").is_none());
}

/// Source: the snapshots `V1_SimpleGetRequestHttpV1`, `V1_SpecialCharactersInPathHttpV1` and `BinaryContentHttpV1` of
/// aws/aws-lambda-dotnet.
#[tokio::test]
async fn an_http_api_with_format_1_0_differs_in_the_recorded_ways() {
    let api = ApiDefinition::new(REGION).route("POST /users/{name}", reflect()).with_payload_format(PayloadFormat::V1);
    let server = serve(api.with_api_id("abc123")).await;
    let text =
        "POST /users/J%20Doe?a=1&a=2 HTTP/1.1\r\nhost: h:1\r\nx-CUSTOM: 1\r\ncookie: a=b\r\nconnection: close\r\n\r\n";
    let answer = raw(&server, text.as_bytes()).await;
    let event: Value = serde_json::from_str(&answer.body).unwrap();
    let context = &event["requestContext"];
    assert_eq!(event["version"], "1.0");
    assert_eq!((&event["path"], &context["path"]), (&json!("/users/J%20Doe"), &json!("/users/J Doe")));
    assert_eq!((&event["resource"], &context["resourcePath"]), (&json!("/users/{name}"), &json!("/users/{name}")));
    assert_eq!(event["pathParameters"], json!({"name": "J Doe"}));
    assert_eq!(context["resourceId"], "POST /users/{name}");
    assert_eq!(context["requestId"], context["extendedRequestId"]);
    assert_eq!(answer.header("apigw-requestid").as_deref(), context["requestId"].as_str());
    assert!(context.get("deploymentId").is_none());
    assert_eq!(context["identity"]["userAgent"], "");
    assert_eq!(event["multiValueQueryStringParameters"], json!({"a": ["1", "2"]}));
    let names: Vec<_> = event["headers"].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "Content-Length",
        "Cookie",
        "Host",
        "X-Amzn-Trace-Id",
        "X-Custom",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
    ];
    assert_eq!(names, expected);
    let binary = open(&server, "POST", "/users/x", &[("content-type", "application/octet-stream")], "\u{1}\u{2}").await;
    assert_eq!((&binary["body"], &binary["isBase64Encoded"]), (&json!("AQI="), &json!(true)));
}

/// Source: ministackorg/ministack#767, measured at the service.
#[tokio::test]
async fn a_body_is_binary_if_the_api_says_so_of_its_content_type() {
    let api =
        secured().with_binary_media_types(["image/*", "application/pdf"]).route_with("POST /", Auth::None, reflect());
    let server = serve(api).await;
    for (content_type, body, is_base64) in [
        (Some("image/png"), "aGk=", true),
        (Some("application/PDF; x=y"), "aGk=", true),
        (Some("application/octet-stream"), "hi", false),
        (None, "hi", false),
    ] {
        let headers: Vec<_> = content_type.map(|text| ("content-type", text)).into_iter().collect();
        let event = open(&server, "POST", "/prod", &headers, "hi").await;
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(body), &json!(is_base64)), "{content_type:?}");
    }
    let head = "POST /prod HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 4\r\n\r\n";
    let answer = raw(&server, &[head.as_bytes(), b"a\xff\xfeb"].concat()).await;
    let event: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(event["body"], "a\u{fffd}\u{fffd}b", "a text that is not UTF-8 is replaced, as on AWS");
}

/// The members of the published samples `apigw-request.json` and `apigw-request-multi-value-parameters.json`, and of a sample of SAM,
/// with their types. Left out are those of features that are not served here: API keys, Cognito and custom authorizers.
///
/// Source: aws/aws-lambda-go, `events/testdata`; `aws_lambda_events`, `fixtures`.
const SAMPLE: [(&str, &str); 34] = [
    ("/resource", "string"),
    ("/path", "string"),
    ("/httpMethod", "string"),
    ("/headers/Host", "string"),
    ("/multiValueHeaders/Host/0", "string"),
    ("/queryStringParameters/name", "string"),
    ("/multiValueQueryStringParameters/name/1", "string"),
    ("/pathParameters/proxy", "string"),
    ("/stageVariables/table", "string"),
    ("/body", "string"),
    ("/isBase64Encoded", "bool"),
    ("/requestContext/accountId", "string"),
    ("/requestContext/apiId", "string"),
    ("/requestContext/resourceId", "string"),
    ("/requestContext/resourcePath", "string"),
    ("/requestContext/path", "string"),
    ("/requestContext/stage", "string"),
    ("/requestContext/domainName", "string"),
    ("/requestContext/domainPrefix", "string"),
    ("/requestContext/requestId", "string"),
    ("/requestContext/extendedRequestId", "string"),
    ("/requestContext/protocol", "string"),
    ("/requestContext/httpMethod", "string"),
    ("/requestContext/requestTime", "string"),
    ("/requestContext/requestTimeEpoch", "number"),
    ("/requestContext/identity/accountId", "string"),
    ("/requestContext/identity/caller", "string"),
    ("/requestContext/identity/accessKey", "string"),
    ("/requestContext/identity/sourceIp", "string"),
    ("/requestContext/identity/userArn", "string"),
    ("/requestContext/identity/userAgent", "string"),
    ("/requestContext/identity/user", "string"),
    ("/requestContext/identity/cognitoIdentityId", "null"),
    ("/requestContext/identity/cognitoAuthenticationType", "null"),
];

#[tokio::test]
async fn the_events_have_the_members_of_the_published_samples() {
    let server = serve(full("POST /{proxy+}")).await;
    let event = signed(&server, "POST", "/prod/hello/world?name=me&name=me2", &[("User-Agent", "agent")], "{}").await;
    for (place, expected) in SAMPLE {
        let kind = match event.pointer(place) {
            Some(Value::String(_)) => "string",
            Some(Value::Number(_)) => "number",
            Some(Value::Bool(_)) => "bool",
            Some(Value::Null) => "null",
            Some(_) => "more",
            None => "absent",
        };
        assert_eq!(kind, expected, "{place} of {event}");
    }
}

#[tokio::test]
async fn the_types_of_aws_lambda_events_read_the_events() {
    let server = serve(full("POST /{proxy+}")).await;
    let event = signed(&server, "POST", "/prod/hello/world?name=me&name=you", &[("User-Agent", "agent")], "{}").await;
    let read: ApiGatewayProxyRequest = serde_json::from_value(event).unwrap();
    assert_eq!((read.resource.as_deref(), read.path.as_deref()), (Some("/{proxy+}"), Some("/hello/world")));
    assert_eq!(read.multi_value_query_string_parameters.all("name"), Some(vec!["me", "you"]));
    assert_eq!(read.path_parameters["proxy"], "hello/world");
    assert_eq!(read.stage_variables["table"], "pets");
    assert_eq!(read.headers["user-agent"], "agent");
    let context = read.request_context;
    assert_eq!((context.stage.as_deref(), context.account_id.as_deref()), (Some("prod"), Some(ACCOUNT)));
    assert_eq!(context.request_time_epoch, 1_583_348_638_390);
    assert_eq!(context.identity.access_key.as_deref(), Some(KEY.0));
}

/// A Rust handler gets the same values from both types of API.
#[tokio::test]
async fn the_accessors_of_a_handler() {
    let seen = Integration::handler(|event: Event| async move {
        assert_eq!(event.payload_format(), PayloadFormat::V1);
        let values: Vec<_> = event.query_values("a").collect();
        let headers: Vec<_> = event.header_values("x-a").collect();
        let cookies: Vec<_> = event.cookies().collect();
        Reply::text(format!(
            "{} {} {} {:?} {values:?} {:?} {headers:?} {cookies:?} {:?}",
            event.resource(),
            event.raw_path(),
            event.path_in_stage(),
            event.query_parameter("a"),
            event.header("x-a"),
            event.header("cookie"),
        ))
    });
    let server = serve(secured().route_with("GET /p/{id}", Auth::None, seen)).await;
    let headers = [("X-A", "1"), ("x-A", "2"), ("cookie", "a=b; c=d")];
    let answer = send(&server, "GET", "/prod/p/%41?a=1&a=x+y", &headers, "").await;
    let expected =
        r#"/p/{id} /prod/p/%41 /p/%41 Some("1,x y") ["1", "x y"] Some("1,2") ["1", "2"] ["a=b", "c=d"] None"#;
    assert_eq!(answer.body, expected);
}

/// The inspection of a call has the event as the function gets it.
#[tokio::test]
async fn the_inspection_shows_the_event_of_the_format() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let api = secured().route_with("GET /{proxy+}", Auth::None, reflect()).with_inspection(true);
    let server = serve(api.with_access_log(move |record| {
        let event = record.inspection().and_then(|inspection| inspection.event()).map(Event::to_json);
        log.lock().unwrap().push(event);
    }))
    .await;
    let answer = send(&server, "GET", "/prod/x", &[], "").await;
    server.shutdown().await;
    assert_eq!(*seen.lock().unwrap(), [Some(answer.body)]);
}
