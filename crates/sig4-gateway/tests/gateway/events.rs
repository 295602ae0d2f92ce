//! The event, field by field, against the documented sample of payload format 2.0.

use crate::support::{ACCOUNT, ALLOWED, api, call_with, credentials, raw, send, serve};
use serde_json::{Value, json};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply, Stage};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::sync::{Arc, Mutex};

/// An integration that answers the event's JSON.
fn reflect() -> Integration {
    Integration::handler(|event: Event| async move { Reply::json(event.to_json()) })
}

fn event(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

/// Source of the shape: "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0; of the part about IAM:
/// `events/testdata/apigw-v2-request-iam.json` of aws-lambda-go.
#[tokio::test]
async fn every_field_of_the_documented_event() {
    let at = time::OffsetDateTime::from_unix_timestamp_nanos(1_583_348_638_390_000_000).unwrap();
    let session = Principal::role_session(ACCOUNT, "pets", "CognitoIdentityCredentials")
        .unwrap()
        .with_unique_id("AROATESTEXAMPLE01")
        .unwrap()
        .with_org_id("o-a1b2c3");
    let key = ("ASIAEXAMPLE", "secret");
    let policies = Policies::new().with_identity(Policy::parse("all", crate::support::ALLOW_ALL).unwrap());
    let identity =
        Identity::new(credentials(key).with_session_token("token").unwrap(), session).with_policies(policies);
    let api = ApiDefinition::new("us-east-1")
        .with_account(ACCOUNT)
        .with_api_id("abc123")
        .with_keys(Directory::new(ACCOUNT).with_identity(identity).unwrap())
        .with_default_authorizer(Auth::Iam)
        .with_stage(Stage::new("prod").with_variable("table", "pets"))
        .with_clock(move || at)
        .route("POST /pets/{id}/{rest+}", reflect());
    let server = serve(api).await;
    let host = server.addr().to_string();
    let target = "/prod/pets/a%20b/c%2Fd/e?parameter1=value1&parameter1=value2&parameter2=value%20x";
    let mut request = http::Request::post(format!("http://{host}{target}"))
        .header("content-type", "application/json")
        .header("header1", "value1")
        .header("cookie", "cookie1=a; cookie2=b")
        .header("user-agent", "agent")
        .body(r#"{"message":"hello"}"#)
        .unwrap();
    let signer = sig4::Signer::new("us-east-1", "execute-api").unwrap();
    signer.sign(&mut request, &credentials(key).with_session_token("token").unwrap(), at).unwrap();
    let mut headers: Vec<_> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.extend([("header2", "value1"), ("Header2", "value2")]);
    let answer = send(&server, "POST", target, &headers, request.body()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.header("apigw-requestid").unwrap();
    let mut expected_headers = json!({
        "content-length": "19", "content-type": "application/json", "header1": "value1", "header2": "value1,value2",
        "host": host, "user-agent": "agent", "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http",
        "x-forwarded-port": server.addr().port().to_string(),
    });
    for name in ["authorization", "x-amz-date", "x-amz-security-token"] {
        expected_headers[name] = request.headers()[name].to_str().unwrap().into();
    }
    let expected = json!({
        "version": "2.0",
        "routeKey": "POST /pets/{id}/{rest+}",
        "rawPath": "/prod/pets/a b/c/d/e",
        "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value%20x",
        "cookies": ["cookie1=a", "cookie2=b"],
        "headers": expected_headers,
        "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value x"},
        "pathParameters": {"id": "a b", "rest": "c/d/e"},
        "stageVariables": {"table": "pets"},
        "body": "{\"message\":\"hello\"}",
        "isBase64Encoded": false,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "abc123",
            "domainName": "127.0.0.1",
            "domainPrefix": "127.0.0.1",
            "requestId": id,
            "routeKey": "POST /pets/{id}/{rest+}",
            "stage": "prod",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_583_348_638_390_i64,
            "http": {
                "method": "POST", "path": "/prod/pets/a b/c/d/e", "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1", "userAgent": "agent",
            },
            "authorizer": {"iam": {
                "accessKey": "ASIAEXAMPLE",
                "accountId": ACCOUNT,
                "callerId": "AROATESTEXAMPLE01:CognitoIdentityCredentials",
                "cognitoIdentity": null,
                "principalOrgId": "o-a1b2c3",
                "userArn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/pets/CognitoIdentityCredentials"),
                "userId": "AROATESTEXAMPLE01:CognitoIdentityCredentials",
            }},
        },
    });
    let mut event = event(&answer.body);
    let trace_id = event["headers"].as_object_mut().unwrap().remove("x-amzn-trace-id").unwrap();
    assert_eq!(event, expected);
    assert_eq!(
        (trace_id.as_str().unwrap().len(), trace_id.as_str().unwrap().get(..16)),
        (40, Some("Root=1-5e5ffb9e-"))
    );
    server.shutdown().await;
}

/// Source: "Create AWS Lambda proxy integrations for HTTP APIs", `authorizer.iam`.
#[tokio::test]
async fn a_user_is_in_the_event_with_the_unique_id() {
    let user = Principal::user(ACCOUNT, "alice").unwrap().with_unique_id("AIDAEXAMPLEALICE0001").unwrap();
    let policies = Policies::new().with_identity(Policy::parse("all", crate::support::ALLOW_ALL).unwrap());
    let identity = Identity::new(credentials(("AKIDALICE", "secret")), user).with_policies(policies);
    let server =
        serve(api().with_keys(Directory::new(ACCOUNT).with_identity(identity).unwrap()).route("GET /", reflect()))
            .await;
    let event =
        event(&call_with(&server, "GET", "/", &[("cookie", "a=1;b=2; c=3")], "", ("AKIDALICE", "secret")).await.body);
    let expected = json!({"iam": {
        "accessKey": "AKIDALICE",
        "accountId": ACCOUNT,
        "callerId": "AIDAEXAMPLEALICE0001",
        "cognitoIdentity": null,
        "principalOrgId": null,
        "userArn": format!("arn:aws:iam::{ACCOUNT}:user/alice"),
        "userId": "AIDAEXAMPLEALICE0001",
    }});
    assert_eq!(event["requestContext"]["authorizer"], expected);
    assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
    assert!(event["headers"].get("cookie").is_none());
    server.shutdown().await;
}

#[tokio::test]
async fn what_is_empty_is_left_out() {
    let server = serve(ApiDefinition::new("us-east-1").route("$default", reflect())).await;
    let event = event(&send(&server, "GET", "/x", &[], "").await.body);
    for name in ["cookies", "queryStringParameters", "pathParameters", "stageVariables", "body"] {
        assert!(event.get(name).is_none(), "{name}");
    }
    assert_eq!(event["rawQueryString"], "");
    assert_eq!(event["isBase64Encoded"], false);
    assert_eq!(event["routeKey"], "$default");
    assert_eq!(event["requestContext"]["stage"], "$default");
    assert_eq!(event["requestContext"]["http"]["userAgent"], "");
    assert!(event["requestContext"].get("authorizer").is_none());
    server.shutdown().await;
}

/// Source: a recorded event, floci-io/floci#2172. What a client says of the address that it calls from is not handed on.
#[tokio::test]
async fn the_address_headers_are_the_gateway_s_and_those_of_the_connection_stay_with_it() {
    let server = serve(ApiDefinition::new("us-east-1").route("$default", reflect())).await;
    let forged = [
        ("X-Forwarded-For", "10.0.0.1"),
        ("x-forwarded-for", "10.0.0.2"),
        ("X-Forwarded-Port", "1"),
        ("X-Forwarded-Proto", "https"),
        ("X-Amzn-Trace-Id", "Root=1-00000000-000000000000000000000000"),
        ("Connection", "keep-alive, X-Hop, close"),
        ("X-Hop", "1"),
        ("Keep-Alive", "timeout=5"),
        ("Proxy-Connection", "keep-alive"),
        ("TE", "trailers"),
        ("Trailer", "x-end"),
        ("X-Kept", "1"),
    ];
    let headers = async |method: &str, more: &[(&str, &str)], body: &str| {
        let answer = send(&server, method, "/", &[&forged, more].concat(), body).await;
        let mut headers = event(&answer.body)["headers"].take();
        let trace_id = headers.as_object_mut().unwrap().remove("x-amzn-trace-id").unwrap();
        assert!(
            trace_id.as_str().unwrap().starts_with("Root=1-") && !trace_id.as_str().unwrap().contains("-00000000-")
        );
        headers
    };
    let expected = |len: &str| {
        json!({
            "content-length": len, "host": server.addr().to_string(), "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": server.addr().port().to_string(), "x-forwarded-proto": "http", "x-kept": "1",
        })
    };
    assert_eq!(headers("GET", &[], "").await, expected("0"));
    assert_eq!(headers("DELETE", &[("content-length", "0")], "").await, expected("0"));
    assert_eq!(headers("POST", &[], "body").await, expected("4"));
    // In chunks it has no length of its own, and the function gets it in one piece.
    let chunks = "POST / HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n\
        2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
    let event = event(&raw(&server, chunks.as_bytes()).await.body);
    assert_eq!(event["headers"]["content-length"], "4");
    assert!(event["headers"].get("transfer-encoding").is_none() && event["headers"].get("connection").is_none());
    server.shutdown().await;
}

/// Source: ministackorg/ministack#766 for the types, tried against the service; `+json` and `+xml` were not tried.
#[tokio::test]
async fn bodies_that_are_no_text_come_in_base_64() {
    let server = serve(ApiDefinition::new("us-east-1").route("$default", reflect())).await;
    for (content_type, body, expected, encoded) in [
        ("application/json", "{}", "{}", true),
        ("application/x-www-form-urlencoded", "a=b", "YT1i", false),
        ("image/png", "\u{1}\u{2}", "AQI=", false),
        ("text/plain; charset=utf-8", "é", "é", true),
        ("text/csv", "a,b", "a,b", true),
        ("Application/XML", "<a/>", "<a/>", true),
        ("application/javascript", "a", "a", true),
        ("application/problem+json", "{}", "{}", true),
        ("application/octet-stream", "a", "YQ==", false),
        ("multipart/form-data; boundary=x", "a", "YQ==", false),
        ("", "a", "YQ==", false),
        (";charset=utf-8", "a", "YQ==", false),
    ] {
        let event = event(&send(&server, "POST", "/", &[("content-type", content_type)], body).await.body);
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(expected), &json!(!encoded)), "{content_type}");
    }
    let event = event(&send(&server, "POST", "/", &[], r#"{"no":"type"}"#).await.body);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("eyJubyI6InR5cGUifQ=="), &json!(true)));
    server.shutdown().await;
}

/// Source: floci-io/floci#2136 for the slash; ministackorg/ministack#1035 for the query; middleapi/standard-server#93 for the
/// path that ends before a decoded `?`.
#[tokio::test]
async fn the_path_is_decoded_and_the_query_is_as_it_was_sent() {
    let server = serve(ApiDefinition::new("us-east-1").with_stage("prod").route("$default", reflect())).await;
    for (target, path, query) in [
        ("/prod/thing/", "/prod/thing/", ""),
        ("/prod", "/prod", ""),
        ("/prod/", "/prod/", ""),
        ("/prod/caf%C3%A9%20x?scope=openid%20profile&a+b=%2B&&c", "/prod/café x", "scope=openid%20profile&a+b=%2B&&c"),
        ("/prod/a%252Fb", "/prod/a%2Fb", ""),
        ("/prod/x?", "/prod/x", ""),
        ("/prod/h%3Fb?c=%3F", "/prod/h", "c=%3F"),
        ("/prod/h/%3fb/d", "/prod/h/", ""),
        ("/prod%3F/h", "/prod", ""),
    ] {
        let event = event(&send(&server, "GET", target, &[], "").await.body);
        assert_eq!(
            (event["rawPath"].as_str(), event["rawQueryString"].as_str()),
            (Some(path), Some(query)),
            "{target}"
        );
        assert_eq!(event["requestContext"]["http"]["path"], path, "{target}");
    }
    server.shutdown().await;
}

/// A path has one meaning for the signature, the route, the policy and the event.
#[tokio::test]
async fn a_policy_cannot_be_walked_around_with_another_spelling_of_the_path() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
        {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/GET/admin/*"}]}"#;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let handler = {
        let seen = Arc::clone(&seen);
        Integration::handler(move |event: Event| {
            seen.lock().unwrap().push(event.raw_path().to_owned());
            async { "in" }
        })
    };
    let directory = crate::support::directory_with(crate::support::identity(("AKIDPART", "secret"), "part", policy));
    let server = serve(api().with_keys(directory).route("$default", handler)).await;
    let part = ("AKIDPART", "secret");
    for path in [
        "/admin/x",
        "/%61dmin/x",
        "/%61%64%6D%69%6e/x",
        "//admin/x",
        "/./admin/x",
        "/x/../admin/x",
        "/x/%2e%2e/admin/x",
        "/x/%2E./admin/x",
        "/admin//x",
        "/%2e/admin/x",
        "/admin%2Fx",
        "/x/..%2Fadmin/x",
        "/x%2F..%2Fadmin%2fx",
        "/admin/x%3F",
        "/admin/x%3Fy/../../public",
        "/y/../x/..%2Fadmin/x%3f..",
    ] {
        assert_eq!(call_with(&server, "GET", path, &[], "", part).await.status, 403, "{path}");
        assert!(seen.lock().unwrap().is_empty());
        assert_eq!(call_with(&server, "GET", path, &[], "", ALLOWED).await.status, 200, "{path} is well signed");
        assert_eq!(seen.lock().unwrap().pop().unwrap(), "/admin/x", "{path}");
    }
    for path in ["/administrator", "/x/admin/y", "/ADMIN/x"] {
        assert_eq!(call_with(&server, "GET", path, &[], "", part).await.status, 200, "{path}");
    }
    for method in ["get", "gET", "TRACE", "ANY"] {
        assert_eq!(call_with(&server, method, "/admin/x", &[], "", part).await.status, 400, "{method}");
    }
    server.shutdown().await;
}

/// A logged event must not contain credentials for further requests.
#[tokio::test]
async fn the_debug_form_of_an_event_has_no_secret() {
    let show = Integration::handler(|event: Event| async move { Reply::text(format!("{event:?} {event:#?}")) });
    let server = serve(ApiDefinition::new("us-east-1").route("ANY /x/{name}", show)).await;
    let headers = [
        ("authorization", "AWS4-HMAC-SHA256 Credential=hidden"),
        ("x-amz-security-token", "hidden"),
        ("cookie", "session=hidden"),
    ];
    let target = "/x/y?X-Amz-Signature=hidden&X-Amz-Security-Token=hidden";
    let answer = send(&server, "POST", target, &headers, "hidden").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.body.contains("hidden"), "{}", answer.body);
    for shown in ["ANY /x/{name}", "POST", "/x/y", "x-amz-security-token"] {
        assert!(answer.body.contains(shown), "{shown}: {}", answer.body);
    }
    server.shutdown().await;
}
