//! Each refusal, in the words of both kinds of API.

use crate::scene::{ACCOUNT, now, session};
use crate::scene::{
    Answer, alice, api, get, layer, layer_of, plain, post, presigned, send, signed, signed_at, user, verifier,
};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::Value;
use sig4::tower::ApiType;
use sig4::{Credentials, Signer};
use sig4_iam::Directory;
use sig4_iam::tower::AuthorizeLayer;
use time::Duration;

const UNKNOWN: &str = "The security token included in the request is invalid.";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                        Access Key and signing method. Consult the service documentation for details.";

/// A request that is refused, and what a REST API says of it: the status, the type, and the message.
struct Case(&'static str, Request<Full<Bytes>>, u16, &'static str, String);

fn edited(edit: impl FnOnce(&mut Request<Full<Bytes>>)) -> Request<Full<Bytes>> {
    let mut request = post("{}");
    edit(&mut request);
    request
}

fn by(id: &str) -> Credentials {
    Credentials::new(id, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

fn scoped(region: &str, service: &str) -> Request<Full<Bytes>> {
    let mut request = plain("GET", "/", "").map(|_| "");
    Signer::new(region, service).unwrap().sign(&mut request, &alice(), now()).unwrap();
    request.map(Full::from)
}

fn unverified() -> Vec<Case> {
    let case = |name, request, kind, message: &str| Case(name, request, 403, kind, message.to_owned());
    let late = signed_at("GET", "/", "", &alice(), now() - Duration::minutes(6));
    let early = signed_at("GET", "/", "", &alice(), now() + Duration::minutes(6));
    let other_secret = signed("GET", "/", "", &Credentials::new("AKIDALICE", "guessed").unwrap());
    let bare_session = Credentials::new("ASIASESSION", "the session's secret").unwrap();
    let invalid = "InvalidSignatureException";
    vec![
        case(
            "no signature",
            plain("GET", "/", ""),
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        case(
            "another scheme",
            edited(|r| drop(r.headers_mut().insert("authorization", "Bearer abc".parse().unwrap()))),
            "IncompleteSignatureException",
            "Unsupported AWS 'algorithm': 'Bearer'.",
        ),
        case("other secret", other_secret, invalid, MISMATCH),
        case("other body", edited(|r| *r.body_mut() = Full::from("{ }")), invalid, MISMATCH),
        case("other method", edited(|r| *r.method_mut() = "PUT".parse().unwrap()), invalid, MISMATCH),
        case("other path", edited(|r| *r.uri_mut() = "/other".parse().unwrap()).with_host(), invalid, MISMATCH),
        case("other query", edited(|r| *r.uri_mut() = "/orders?a".parse().unwrap()).with_host(), invalid, MISMATCH),
        case(
            "late",
            late,
            invalid,
            "Signature expired: 20150830T123000Z is now earlier than 20150830T123100Z (20150830T123600Z - 5 min.)",
        ),
        case(
            "early",
            early,
            invalid,
            "Signature not yet current: 20150830T124200Z is still later than 20150830T124100Z (20150830T123600Z + 5 min.)",
        ),
        case(
            "other region",
            scoped("eu-west-1", "execute-api"),
            invalid,
            "Credential should be scoped to a valid region, not 'eu-west-1'. ",
        ),
        case(
            "other service",
            scoped("us-east-1", "s3"),
            invalid,
            "Credential should be scoped to correct service: 'execute-api'. ",
        ),
        case("unknown key", signed("GET", "/", "", &by("AKIDNOBODY")), "UnrecognizedClientException", UNKNOWN),
        case("no token", signed("GET", "/", "", &bare_session), "UnrecognizedClientException", UNKNOWN),
        case(
            "other token",
            signed("GET", "/", "", &bare_session.with_session_token("another").unwrap()),
            "UnrecognizedClientException",
            UNKNOWN.trim_end_matches('.'),
        ),
        case(
            "token without a session",
            signed("GET", "/", "", &alice().with_session_token("any").unwrap()),
            "UnrecognizedClientException",
            UNKNOWN.trim_end_matches('.'),
        ),
        case(
            "retired key",
            signed("GET", "/", "", &by("AKIDDAVE")),
            "UnrecognizedClientException",
            "The AWS access key provided does not exist in our records.",
        ),
    ]
}

fn denied() -> [Case; 2] {
    let text = |name: &str, suffix: &str| {
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/{name} is not authorized to perform: execute-api:Invoke on resource: \
             arn:aws:execute-api:us-east-1:********9012:abc/$default/GET/pets/7{suffix}"
        )
    };
    let case = |name, request, message| Case(name, request, 403, "AccessDeniedException", message);
    [
        case("not allowed", signed("GET", "/pets/7", "", &by("AKIDBOB")), text("bob", "")),
        case("denied", signed("GET", "/pets/7", "", &by("AKIDCAROL")), text("carol", " with an explicit deny")),
    ]
}

fn others() -> Vec<Case> {
    let long = get(&format!("/{}", "a".repeat(1600)));
    let above = edited(|r| *r.uri_mut() = "/../x".parse().unwrap()).with_host();
    let large = edited(|r| drop(r.headers_mut().insert("content-length", "10485761".parse().unwrap())));
    vec![
        Case("long ARN", long, 414, "RequestUriTooLongException", "Request URI too long".to_owned()),
        Case("large body", large, 413, "RequestTooLargeException", "Request Too Long".to_owned()),
        Case("above the root", above, 400, "BadRequestException", "Bad Request".to_owned()),
    ]
}

trait WithHost {
    fn with_host(self) -> Self;
}

impl WithHost for Request<Full<Bytes>> {
    fn with_host(mut self) -> Self {
        self.headers_mut().insert("host", crate::scene::HOST.parse().unwrap());
        self
    }
}

fn message(answer: &Answer, field: &str) -> String {
    if answer.body.is_empty() {
        return String::new();
    }
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body[field].as_str().unwrap_or_else(|| panic!("`{field}` in {body}")).to_owned()
}

#[tokio::test]
async fn a_rest_api_says_what_is_wrong_in_aws_words() {
    let layer = layer().with_api_type(ApiType::RestApi);
    for Case(name, request, status, error_type, expected) in unverified().into_iter().chain(denied()).chain(others()) {
        let (answer, seen) = send(&layer, request).await;
        assert_eq!((answer.status.as_u16(), seen.count()), (status, 0), "{name}: {answer:?}");
        assert_eq!(answer.header("x-amzn-errortype"), error_type, "{name}");
        let field = if error_type == "AccessDeniedException" { "Message" } else { "message" };
        assert_eq!(message(&answer, field), expected, "{name}");
        assert_eq!(answer.header("x-amzn-requestid").len(), 36, "{name}");
        assert_eq!(answer.header("x-amz-apigw-id").len(), 16, "{name}");
        assert_eq!(answer.header("content-type").is_empty(), answer.body.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn an_http_api_says_forbidden_and_nothing_else() {
    for Case(name, request, ..) in unverified().into_iter().chain(denied()) {
        let (answer, seen) = send(&layer(), request).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (403, r#"{"message":"Forbidden"}"#), "{name}");
        assert_eq!((answer.headers.len(), answer.header("content-type")), (1, "application/json"), "{name}");
        assert_eq!(seen.count(), 0, "{name}");
    }
    for (Case(name, request, status, ..), words) in
        others().into_iter().zip(["Request URI too long", "Request Entity Too Large", "Bad Request"])
    {
        let (answer, seen) = send(&layer(), request).await;
        assert_eq!((answer.status.as_u16(), message(&answer, "message").as_str()), (status, words), "{name}");
        assert_eq!(seen.count(), 0, "{name}");
    }
}

#[tokio::test]
async fn the_cause_stands_in_the_body_only_if_it_is_asked_for() {
    let verbose = layer().with_verbose_errors(true);
    let expect = [
        ("AKIDNOBODY", "unknown access key: The security token included in the request is invalid."),
        ("AKIDBOB", "no identity-based policy allows it"),
        ("AKIDCAROL", "denied by statement 1 of the identity-based policy \"Deny\""),
    ];
    for (id, cause) in expect {
        let (answer, _) = send(&verbose, signed("GET", "/", "", &by(id))).await;
        assert_eq!(message(&answer, "message"), "Forbidden");
        assert!(message(&answer, "cause").contains(cause), "{}", answer.body);
    }
}

#[tokio::test]
async fn header_and_presigned_url_are_let_through_and_tokens_with_them() {
    for request in [get("/pets?b=2&a=1"), post("{}"), presigned("/pets", &alice()), presigned("/pets", &session())] {
        let (answer, seen) = send(&layer(), request).await;
        assert_eq!((answer.status.as_u16(), seen.count()), (200, 1));
    }
    let (_, seen) = send(&layer(), signed("GET", "/pets", "", &session())).await;
    let caller = seen.caller().unwrap();
    assert_eq!(caller.principal().arn(), format!("arn:aws:sts::{ACCOUNT}:assumed-role/reader/session"));
}

#[tokio::test]
async fn a_session_ends_and_a_presigned_url_expires() {
    let at = |after: Duration| layer().with_clock(move || now() + after);
    let request = |after: Duration| signed_at("GET", "/", "", &session(), now() + after);
    let (answer, _) = send(&at(Duration::hours(1)), request(Duration::hours(1))).await;
    assert_eq!(answer.status, 200, "the last moment");
    let layer = at(Duration::minutes(61)).with_api_type(ApiType::RestApi);
    let (answer, _) = send(&layer, request(Duration::minutes(61))).await;
    assert_eq!(message(&answer, "message"), "The security token included in the request is expired");
    assert_eq!(answer.header("x-amzn-errortype"), "ExpiredTokenException");
    for (after, status) in [(60, 200), (61, 403)] {
        let (answer, _) = send(&at(Duration::seconds(after)), presigned("/", &alice())).await;
        assert_eq!(answer.status, status, "{after} s");
    }
}

#[tokio::test]
async fn a_path_of_another_stage_is_not_found() {
    let keys = || Directory::new(ACCOUNT).with_identity(user(alice(), "alice")).unwrap();
    let layer = |profile| {
        AuthorizeLayer::new(verifier(), keys(), api().with_stage("prod").with_stage_in_path())
            .with_clock(now)
            .with_api_type(profile)
    };
    for (profile, words) in [(ApiType::HttpApi, "Not Found"), (ApiType::RestApi, "Missing Authentication Token")] {
        let (answer, seen) = send(&layer(profile), get("/pets")).await;
        assert_eq!(message(&answer, "message"), words);
        assert_eq!(seen.count(), 0);
        let (answer, seen) = send(&layer(profile), get("/prod/pets")).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "/prod/pets"));
        assert!(seen.caller().unwrap().arn().ends_with(":abc/prod/GET/pets"));
    }
}

#[tokio::test]
async fn a_status_of_a_rest_api_for_another_stage_is_403() {
    let layer = layer_of(Directory::new(ACCOUNT).with_identity(user(alice(), "alice")).unwrap());
    let (answer, _) = send(&layer.with_api_type(ApiType::RestApi), plain("GET", "/nowhere", "")).await;
    assert_eq!(answer.status, 403);
}
