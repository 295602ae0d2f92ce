//! The table of the authorizer's answers, row by row: status, type, ids and body.
//!
//! Source: the articles of AWS re:Post about the 403 errors of API Gateway; aws/chalice#12 for the headers.

use super::{POWERLESS, borrowed, only_member, rest, signed_at};
use crate::support::{
    ACCOUNT, ALLOWED, Answer, DENIED, REGION, call, credentials, directory_with, identity, send, serve, signed,
};
use sig4::Credentials;
use sig4_gateway::{ApiDefinition, Server};
use sig4_iam::{Identity, Principal};
use time::{Duration, OffsetDateTime};

const TARGET: &str = "/prod/pets/7";

/// Checks an answer with 403: its type, its ids, and that its body has one member with the message.
fn assert_refused(name: &str, answer: &Answer, error_type: &str, member: &str, message: &str) {
    assert_eq!(answer.status, 403, "{name}: {answer:?}");
    assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some(error_type), "{name}");
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json"), "{name}");
    assert_ids(name, answer);
    assert_eq!(only_member(&answer.body, member), message, "{name}");
}

fn assert_ids(name: &str, answer: &Answer) {
    let id = answer.header("x-amzn-requestid").unwrap_or_else(|| panic!("{name}: {answer:?}"));
    let lens: Vec<_> = id.split('-').map(str::len).collect();
    assert_eq!((lens, id.as_bytes()[14]), (vec![8, 4, 4, 4, 12], b'4'), "{name}: {id}");
    let extended = answer.header("x-amz-apigw-id").unwrap_or_else(|| panic!("{name}: {answer:?}"));
    assert!(extended.len() == 16 && extended.ends_with('='), "{name}: {extended}");
    assert_eq!(answer.header("apigw-requestid"), None, "{name}");
    assert_eq!(answer.header("x-amzn-trace-id"), None, "{name}");
}

async fn get(server: &Server, headers: &[(&str, &str)]) -> Answer {
    send(server, "GET", TARGET, headers, "").await
}

#[tokio::test]
async fn without_a_signature_and_without_a_method_the_token_is_missing() {
    let server = serve(rest()).await;
    for (method, target) in
        [("GET", TARGET), ("GET", "/prod/nothing"), ("PUT", TARGET), ("GET", "/prod"), ("GET", "/prod/pets/7/x")]
    {
        let answer = send(&server, method, target, &[], "").await;
        let name = format!("{method} {target}");
        assert_refused(
            &name,
            &answer,
            "MissingAuthenticationTokenException",
            "message",
            "Missing Authentication Token",
        );
        assert_eq!(answer.header("content-length").as_deref(), Some("42"), "{name}");
    }
    let nowhere = call(&server, "GET", "/prod/nothing", "", ALLOWED).await;
    assert_eq!(nowhere.header("content-length").as_deref(), Some("42"), "a signature does not change it");
    server.shutdown().await;
}

#[tokio::test]
async fn a_malformed_authorization_names_what_is_missing() {
    let server = serve(rest()).await;
    let incomplete = "IncompleteSignatureException";
    let scope = "20150830/us-east-1/execute-api/aws4_request";
    let all = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
               Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a \
               'X-Amz-Date' or a 'Date' header.";
    for (header, expected) in [
        ("Bearer abc".to_owned(), "Unsupported AWS 'algorithm': 'Bearer'."),
        (
            "AWS4-HMAC-SHA256 Credential".to_owned(),
            "not a valid key=value pair (missing equal-sign) in Authorization header",
        ),
        ("AWS4-HMAC-SHA256".to_owned(), all),
        (
            format!("AWS4-HMAC-SHA256 Credential=A/{scope}, SignedHeaders=host"),
            "Authorization header requires 'Signature' parameter.",
        ),
        (
            format!("AWS4-HMAC-SHA256 Credential=A/{scope}, SignedHeaders=host, Signature={}", "0".repeat(64)),
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        ),
    ] {
        let answer = get(&server, &[("authorization", &header)]).await;
        let message = only_member(&answer.body, "message");
        assert!(message.contains(expected), "{header}: {message}");
        assert_refused(&header, &answer, incomplete, "message", &message);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_signature_of_another_time_scope_or_key_says_which() {
    let now = OffsetDateTime::from_unix_timestamp(1_440_938_160).unwrap();
    let server = serve(rest().with_clock(move || now)).await;
    let api = (REGION, "execute-api");
    let allowed = credentials(ALLOWED);
    let (minutes, invalid) = (Duration::minutes, "InvalidSignatureException");
    let unknown = Credentials::new("AKIDNOBODY", "secret").unwrap();
    for (name, credentials, scope, time, error_type, message) in [
        (
            "expired",
            &allowed,
            api,
            now - minutes(6),
            invalid,
            "Signature expired: 20150830T123000Z is now earlier than 20150830T123100Z (20150830T123600Z - 5 min.)",
        ),
        (
            "future",
            &allowed,
            api,
            now + minutes(6),
            invalid,
            "Signature not yet current: 20150830T124200Z is still later than 20150830T124100Z (20150830T123600Z + 5 min.)",
        ),
        (
            "region and service",
            &allowed,
            ("eu-west-1", "s3"),
            now,
            invalid,
            "Credential should be scoped to a valid region, not 'eu-west-1'. Credential should be scoped to correct \
             service: 'execute-api'. ",
        ),
        (
            "unknown key",
            &unknown,
            api,
            now,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    ] {
        let headers = signed_at(&server, TARGET, credentials, scope, time);
        assert_refused(name, &get(&server, &borrowed(&headers)).await, error_type, "message", message);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_session_token_that_is_wrong_or_has_expired_says_so() {
    let now = OffsetDateTime::now_utc();
    let session = |id: &str, token: &str| Credentials::new(id, "secret").unwrap().with_session_token(token).unwrap();
    let principal = || Principal::role_session(ACCOUNT, "reader", "session").unwrap();
    let ended = Identity::new(session("ASIAENDED", "token"), principal()).with_expiration(now - Duration::minutes(1));
    let valid = Identity::new(session("ASIAVALID", "token"), principal());
    let server = serve(rest().with_keys(directory_with(ended).with_identity(valid).unwrap())).await;
    for (credentials, error_type, message) in [
        (
            session("ASIAENDED", "token"),
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        (
            session("ASIAVALID", "other"),
            "UnrecognizedClientException",
            "The security token included in the request is invalid",
        ),
    ] {
        let headers = signed_at(&server, TARGET, &credentials, (REGION, "execute-api"), now);
        assert_refused(message, &get(&server, &borrowed(&headers)).await, error_type, "message", message);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_wrong_signature_gets_the_canonical_request_and_the_string_to_sign() {
    let server = serve(rest()).await;
    let body = r#"{"name":"Ida"}"#;
    let headers = signed(&server, "POST", "/prod/pets", &[], body, (ALLOWED.0, "another-secret"));
    let answer = send(&server, "POST", "/prod/pets?b=2&a=1", &borrowed(&headers), body).await;
    let date = &headers.iter().find(|(name, _)| name == "x-amz-date").unwrap().1;
    // The SHA-256 of the body.
    let hash = "fa5ccbb9fbbb7bc69ef80fc07d62bcb8dcfbc7cecd40211f76e15e39dfdc6613";
    let canonical =
        format!("POST\n/prod/pets\na=1&b=2\nhost:{}\nx-amz-date:{date}\n\nhost;x-amz-date\n{hash}", server.addr());
    let string_to_sign =
        format!("AWS4-HMAC-SHA256\n{date}\n{}/us-east-1/execute-api/aws4_request\n", date.split_at(8).0);
    let response = sig4::explain::AwsResponse::parse(&answer.body).unwrap();
    assert_eq!(response.canonical_request(), Some(canonical.as_str()));
    let hashed = response.string_to_sign().and_then(|text| text.strip_prefix(&string_to_sign)).unwrap();
    assert!(hashed.len() == 64 && hashed.bytes().all(|b| b.is_ascii_hexdigit()), "{hashed}");
    let message = format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
         signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have \
         been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{string_to_sign}{hashed}'\n"
    );
    assert_refused("mismatch", &answer, "InvalidSignatureException", "message", &message);
    server.shutdown().await;
}

/// The resource of a denied call, with the account masked.
fn denied(user: &str, suffix: &str) -> String {
    format!(
        "User: arn:aws:iam::{ACCOUNT}:user/{user} is not authorized to perform: execute-api:Invoke on resource: \
         arn:aws:execute-api:us-east-1:********9012:abc/prod/GET/pets/7{suffix}"
    )
}

#[tokio::test]
async fn a_policy_that_does_not_allow_and_one_that_denies_are_spelled_with_a_capital() {
    let server = serve(rest()).await;
    let denial = "AccessDeniedException";
    let answer = call(&server, "GET", TARGET, "", POWERLESS).await;
    assert_refused("implicit", &answer, denial, "Message", &denied("powerless", ""));
    let answer = call(&server, "GET", TARGET, "", DENIED).await;
    assert_refused("explicit", &answer, denial, "Message", &denied("denied", " with an explicit deny"));
    server.shutdown().await;
}

#[tokio::test]
async fn the_ids_of_an_allowed_call_are_those_of_its_event_and_its_log() {
    let (records, logged) = std::sync::mpsc::channel();
    let api = rest()
        .route_with(
            "GET /forged",
            sig4_gateway::Auth::None,
            sig4_gateway::Integration::handler(|event: sig4_gateway::Event| async move {
                sig4_gateway::Reply::text(event.request_id().to_owned())
                    .with_header("x-amzn-requestid", "forged")
                    .with_header("x-amz-apigw-id", "forged")
            }),
        )
        .with_access_log(move |record| drop(records.send(record.clone())));
    let server = serve(api).await;
    let forged = [("x-amzn-requestid", "client"), ("x-amz-apigw-id", "client")];
    let answer = send(&server, "GET", "/prod/forged", &forged, "").await;
    let id = answer.header("x-amzn-requestid").unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, id.as_str()), "{answer:?}");
    let record = logged.recv_timeout(crate::support::LONG).unwrap();
    let json: serde_json::Value = serde_json::from_str(&record.to_json()).unwrap();
    assert_eq!((record.request_id(), json["requestId"].as_str()), (id.as_str(), Some(id.as_str())));
    assert_eq!(json["extendedRequestId"].as_str(), answer.header("x-amz-apigw-id").as_deref());
    let trace = answer.header("x-amzn-trace-id").unwrap();
    assert!(
        trace.starts_with("Root=1-") && trace.contains(";Parent=") && trace.contains(";Sampled=0;Lineage="),
        "{trace}"
    );
    server.shutdown().await;
}

#[tokio::test]
async fn verbose_errors_add_the_cause_and_keep_the_spelling() {
    let server = serve(rest().with_verbose_errors(true)).await;
    let answer = call(&server, "GET", TARGET, "", POWERLESS).await;
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["Message"].as_str(), Some(denied("powerless", "").as_str()));
    assert!(body["cause"].as_str().unwrap().contains("no identity-based policy allows it"), "{body}");
    let answer = send(&server, "GET", "/prod/nothing", &[], "").await;
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["message"].as_str(), Some("Missing Authentication Token"));
    assert!(body["cause"].as_str().is_some(), "{body}");
    server.shutdown().await;
}

/// An HTTP API keeps its own answers.
#[tokio::test]
async fn an_http_api_has_the_header_and_the_body_of_http_apis() {
    let api = ApiDefinition::new(REGION).with_keys(directory_with(identity(POWERLESS, "x", crate::support::DENY_ALL)));
    let server = serve(api.route_with("GET /pets", sig4_gateway::Auth::Iam, crate::support::echo())).await;
    let answer = send(&server, "GET", "/pets", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (403, r#"{"message":"Forbidden"}"#));
    assert!(answer.header("apigw-requestid").is_some() && answer.header("x-amzn-requestid").is_none(), "{answer:?}");
    assert_eq!(answer.header("x-amzn-errortype"), None);
    server.shutdown().await;
}
