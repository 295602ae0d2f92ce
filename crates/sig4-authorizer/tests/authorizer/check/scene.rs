//! An API with a user and a role, their signatures, and the questions of a proxy.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request};
use sig4::settings::ContentSha256Header;
use sig4::{Credentials, Expires, Signer};
use sig4_authorizer::{Allowed, Api, Authorizer, CheckBody, CheckRecord, CheckRequest, Denied, Verdict};
use sig4_iam::tower::ExecuteApi;
use sig4_iam::{Identity, Policies, Policy, Principal};
use std::collections::HashMap;
use std::sync::Arc;
use time::OffsetDateTime;

pub(super) const HOST: &str = "pets.example";
const ACCOUNT: &str = "123456789012";

pub(super) fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_440_938_160).unwrap()
}

pub(super) fn alice() -> Credentials {
    Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// A session of a role.
pub(super) fn session() -> Credentials {
    Credentials::new("ASIASESSION", "the session's secret").unwrap().with_session_token("the/session+token=").unwrap()
}

/// The secrets and tokens that no message may show.
pub(super) const SECRETS: [&str; 3] =
    ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "the session's secret", "the/session+token="];

/// Both may do everything but read `/secret`.
fn policies() -> Policies {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
        {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/GET/secret"},
        {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/*/tls",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/*/office",
         "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}]}"#;
    Policies::new().with_identity(Policy::parse("all-but-secret", policy).unwrap())
}

pub(super) fn keys() -> HashMap<String, Arc<Identity>> {
    let user = Identity::new(alice(), Principal::user(ACCOUNT, "alice").unwrap());
    let role = Identity::new(session(), Principal::role_session(ACCOUNT, "reader", "morning").unwrap());
    let of = |identity: Identity| (identity.access_key_id().to_owned(), Arc::new(identity.with_policies(policies())));
    HashMap::from([of(user), of(role)])
}

pub(super) fn api_named(name: &str) -> Api {
    Api::new(name, ExecuteApi::new("us-east-1", ACCOUNT, "abc")).unwrap()
}

pub(super) fn api() -> Api {
    api_named("pets").with_hosts([HOST])
}

pub(super) fn authorizer(api: Api) -> Authorizer {
    Authorizer::new(api, keys()).with_clock(now)
}

pub(super) fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
}

/// A signer that declares the hash of the body, and signs the declaration.
pub(super) fn declaring() -> Signer {
    signer().with_content_sha256(ContentSha256Header::Always)
}

pub(super) fn unsigned(method: &str, target: &str) -> Parts {
    let uri = format!("https://{HOST}{target}");
    let method = Method::try_from(method).unwrap();
    Request::builder().method(method).uri(uri).header("host", HOST).body(()).unwrap().into_parts().0
}

/// The head of a request that is signed with this body.
pub(super) fn signed_by(signer: &Signer, by: &Credentials, parts: Parts, body: &str) -> Parts {
    let mut request = Request::from_parts(parts, body.to_owned());
    signer.sign(&mut request, by, now()).unwrap();
    request.into_parts().0
}

pub(super) fn signed(method: &str, target: &str, body: &str) -> Parts {
    signed_by(&signer(), &alice(), unsigned(method, target), body)
}

pub(super) fn presigned(target: &str, by: &Credentials) -> Parts {
    let request = Request::from_parts(unsigned("GET", target), "");
    let uri = signer().presign(&request, by, Expires::from_secs(60).unwrap(), now()).unwrap().into_uri().unwrap();
    let mut parts = request.into_parts().0;
    parts.uri = uri;
    parts
}

pub(super) fn whole(body: &str) -> CheckBody {
    CheckBody::Whole(Bytes::from(body.to_owned()))
}

/// What a proxy asks about a request without a body.
pub(super) fn about(parts: Parts) -> CheckRequest {
    CheckRequest::new(parts, CheckBody::Absent)
}

/// The decision, which `tests` ask for as `envoy`.
pub(super) async fn ask(authorizer: &Authorizer, request: CheckRequest) -> (Verdict, CheckRecord) {
    authorizer.check("envoy", request).await
}

pub(super) async fn allowed(authorizer: &Authorizer, request: CheckRequest) -> (Allowed, CheckRecord) {
    match ask(authorizer, request).await {
        (Verdict::Allowed(allowed), record) => (allowed, record),
        (verdict, record) => panic!("{verdict:?} {record:?}"),
    }
}

pub(super) async fn denied(authorizer: &Authorizer, request: CheckRequest) -> (Denied, CheckRecord) {
    match ask(authorizer, request).await {
        (Verdict::Denied(denied), record) => (denied, record),
        (verdict, record) => panic!("{verdict:?} {record:?}"),
    }
}

/// The value of a header that an allowed request gets.
pub(super) fn set<'a>(allowed: &'a Allowed, name: &str) -> Option<&'a str> {
    let mut found = allowed.set_headers.iter().filter(|(set, _)| set == name);
    let value = found.next().map(|(_, value)| value.to_str().unwrap());
    assert!(found.next().is_none(), "{name} is set twice");
    value
}

pub(super) fn outcome(record: &CheckRecord) -> (&'static str, u16) {
    (record.outcome.as_str(), record.status.as_u16())
}
