//! Refusals over HTTP/2: status, headers and bodies are those of HTTP/1.1, and the ids are those of the event and the log.

use super::client::{SecureServer, send, serve};
use super::requests::signed;
use crate::support::{ACCOUNT, ALLOWED, DENIED, LONG, REGION, api, call, directory, echo};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use serde_json::Value;
use sig4_gateway::{
    ApiDefinition, Auth, DomainMapping, Event, GatewayResponse, GatewayResponseType, Integration, Reply,
};
use sig4_iam::ResourcePolicy;

const DENIAL: &str = "User: arn:aws:iam::123456789012:user/denied is not authorized to perform: execute-api:Invoke on resource: \
    arn:aws:execute-api:us-east-1:********9012:abc/prod/GET/pets with an explicit deny";

/// A REST API with the method `GET /pets`, which wants a signature.
fn rest() -> ApiDefinition {
    ApiDefinition::rest(REGION)
        .with_account(ACCOUNT)
        .with_api_id("abc")
        .with_keys(directory())
        .with_stage("prod")
        .with_default_authorizer(Auth::Iam)
        .route("GET /pets", echo())
}

fn unsigned(secure: &SecureServer, path: &str) -> Request<Full<Bytes>> {
    Request::get(secure.url(path)).body(Full::default()).unwrap()
}

fn header<'a>(head: &'a Response<()>, name: &str) -> Option<&'a str> {
    head.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_rest_api_says_why_it_refuses() {
    let cors = GatewayResponse::new(GatewayResponseType::Default4xx).with_header("Access-Control-Allow-Origin", "'*'");
    let secure = serve(rest().with_gateway_response(cors)).await;
    let mut sender = secure.http2().await;
    let wrong = signed(&secure, "GET", "/prod/pets", "", (ALLOWED.0, "wrong"));
    let date = wrong.headers()["x-amz-date"].to_str().unwrap().to_owned();
    let mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
        and signing method. Consult the service documentation for details.";
    for (request, error_type, member, message) in [
        (unsigned(&secure, "/prod/pets"), "MissingAuthenticationToken", "message", "Missing Authentication Token"),
        (unsigned(&secure, "/prod/none"), "MissingAuthenticationToken", "message", "Missing Authentication Token"),
        (signed(&secure, "GET", "/prod/pets", "", DENIED), "AccessDenied", "Message", DENIAL),
        (wrong, "InvalidSignature", "message", mismatch),
    ] {
        let (head, body) = send(&mut sender, request).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((head.status().as_u16(), header(&head, "access-control-allow-origin")), (403, Some("*")), "{body}");
        assert_eq!(header(&head, "x-amzn-errortype"), Some(format!("{error_type}Exception").as_str()), "{body}");
        assert!(body[member].as_str().unwrap().starts_with(message), "{body}");
        assert!(header(&head, "x-amzn-requestid").is_some() && header(&head, "x-amz-apigw-id").is_some());
        assert_eq!(header(&head, "apigw-requestid"), None);
        if error_type == "InvalidSignature" {
            // The canonical request has the authority as the host.
            let host = secure.server.addr();
            let canonical = format!("'GET\n/prod/pets\n\nhost:{host}\nx-amz-date:{date}\n\nhost;x-amz-date\n");
            assert!(body[member].as_str().unwrap().contains(&canonical), "{body}");
        }
    }
    secure.server.shutdown().await;
}

#[tokio::test]
async fn an_http_api_does_not_say_why_it_refuses() {
    let secure = serve(api().route("GET /pets", echo())).await;
    let mut sender = secure.http2().await;
    for (request, status, expected) in [
        (unsigned(&secure, "/pets"), 403, r#"{"message":"Forbidden"}"#),
        (signed(&secure, "GET", "/pets", "", DENIED), 403, r#"{"message":"Forbidden"}"#),
        (signed(&secure, "GET", "/pets", "", (ALLOWED.0, "wrong")), 403, r#"{"message":"Forbidden"}"#),
        (unsigned(&secure, "/none"), 404, r#"{"message":"Not Found"}"#),
    ] {
        let (head, body) = send(&mut sender, request).await;
        assert_eq!((head.status().as_u16(), body.as_str()), (status, expected));
        assert!(header(&head, "apigw-requestid").is_some(), "{head:?}");
        for name in ["x-amzn-requestid", "x-amz-apigw-id", "x-amzn-errortype"] {
            assert_eq!(header(&head, name), None, "{name}");
        }
    }
    secure.server.shutdown().await;
}

/// The id of an event, of the response and of the record are one, for allowed and refused requests.
#[tokio::test]
async fn a_request_has_one_id() {
    for (api, name, path) in [(rest(), "x-amzn-requestid", "/prod/id"), (api(), "apigw-requestid", "/id")] {
        let (records, logged) = std::sync::mpsc::channel();
        let own = Integration::handler(|event: Event| async move { Reply::text(event.request_id().to_owned()) });
        let api = api.route("GET /id", own).with_access_log(move |record| drop(records.send(record.clone())));
        let secure = serve(api).await;
        let mut sender = secure.http2().await;
        let (head, body) = send(&mut sender, signed(&secure, "GET", path, "", ALLOWED)).await;
        assert_eq!((head.status().as_u16(), header(&head, name)), (200, Some(body.as_str())));
        assert_eq!(logged.recv_timeout(LONG).unwrap().request_id(), body);
        let (head, _) = send(&mut sender, signed(&secure, "GET", path, "", DENIED)).await;
        assert_eq!(head.status(), 403);
        let record = logged.recv_timeout(LONG).unwrap();
        assert_eq!(header(&head, name), Some(record.request_id()));
        assert_ne!(record.request_id(), body);
        let json: Value = serde_json::from_str(&record.to_json()).unwrap();
        if path.starts_with("/prod") {
            assert_eq!(json["extendedRequestId"].as_str(), header(&head, "x-amz-apigw-id"));
        }
        secure.server.shutdown().await;
    }
}

/// A resource policy that denies every call in plain text, of callers with and without a signature.
#[tokio::test]
async fn a_resource_policy_sees_whether_a_request_came_over_tls() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
        {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#;
    let api = || {
        let policy = ResourcePolicy::parse("api", policy).unwrap();
        rest().route_with("GET /open", Auth::None, echo()).with_resource_policy(policy)
    };
    let secure = serve(api()).await;
    let mut sender = secure.http2().await;
    assert_eq!(send(&mut sender, unsigned(&secure, "/prod/open")).await.0.status(), 200);
    assert_eq!(send(&mut sender, signed(&secure, "GET", "/prod/pets", "", ALLOWED)).await.0.status(), 200);
    let host = secure.server.addr();
    let text = format!("GET /prod/open HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    assert_eq!(secure.raw(text.as_bytes()).await.status, 200);
    // A header of the client proves nothing.
    let plain = crate::support::serve(api()).await;
    let claimed = [("x-forwarded-proto", "https")];
    let answer = crate::support::send(&plain, "GET", "/prod/open", &claimed, "").await;
    assert_eq!((answer.status, answer.body.contains("with an explicit deny")), (403, true), "{answer:?}");
    let answer = call(&plain, "GET", "/prod/pets", "", ALLOWED).await;
    assert_eq!((answer.status, answer.body.contains("with an explicit deny")), (403, true), "{answer:?}");
    plain.shutdown().await;
    secure.server.shutdown().await;
}

/// The authority of a request selects the mapping of a custom domain, and is what the client signs.
#[tokio::test]
async fn the_authority_selects_a_custom_domain() {
    let domain = DomainMapping::new("api.example.com").with_base_path("shop").with_stage("prod");
    let secure = serve(rest().with_domain(domain)).await;
    let mut sender = secure.http2().await;
    let at = |host: &str, path: &str| {
        let mut request = Request::get(format!("https://{host}{path}")).body("").unwrap();
        let signer = sig4::Signer::new(REGION, "execute-api").unwrap();
        let now = time::OffsetDateTime::now_utc();
        signer.sign(&mut request, &crate::support::credentials(ALLOWED), now).unwrap();
        request.headers_mut().remove("host");
        request.map(|_| Full::<Bytes>::default())
    };
    for (host, path, status, expected) in [
        ("api.example.com", "/shop/pets", 200, "GET /pets|GET|/shop/pets|AKIDALLOWED|"),
        ("API.example.com:8443", "/shop/pets", 200, "GET /pets|GET|/shop/pets|AKIDALLOWED|"),
        ("api.example.com", "/prod/pets", 403, r#"{"message":"Forbidden"}"#),
        ("other.example.com", "/prod/pets", 200, "GET /pets|GET|/prod/pets|AKIDALLOWED|"),
        ("other.example.com", "/shop/pets", 403, r#"{"message":"Missing Authentication Token"}"#),
    ] {
        let (head, body) = send(&mut sender, at(host, path)).await;
        assert_eq!((head.status().as_u16(), body.as_str()), (status, expected), "{host}{path}");
    }
    // The signature is for the other host.
    let mut moved = at("other.example.com", "/shop/pets");
    *moved.uri_mut() = "https://api.example.com/shop/pets".parse().unwrap();
    let (head, _) = send(&mut sender, moved).await;
    assert_eq!((head.status().as_u16(), header(&head, "x-amzn-errortype")), (403, Some("InvalidSignatureException")));
    secure.server.shutdown().await;
}
