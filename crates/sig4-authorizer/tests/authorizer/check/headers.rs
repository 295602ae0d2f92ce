//! The headers that tell the upstream who called: no client writes them.

use super::scene::{
    about, alice, allowed, api, authorizer, denied, outcome, presigned, session, set, signed_by, signer, unsigned,
};
use http::HeaderName;
use http::request::Parts;
use sig4::Signer;
use sig4_authorizer::{Allowed, UpstreamHeaders};

/// The ways to write a header that some server takes for the authorizer's.
const SMUGGLED: [&str; 10] = [
    "x-sig4-principal-arn",
    "X-Sig4-Principal-Arn",
    "X-SIG4-PRINCIPAL-ARN",
    "x_sig4_principal_arn",
    "x-sig4_principal-arn",
    "X_Sig4-Account",
    "x-sig4-session-name",
    "x-sig4-body-sha256",
    "x-sig4-access_key_id",
    "x-sig4-something-new",
];

/// A signed request with a header that is not signed.
fn with_header(name: &str, value: &str) -> Parts {
    let mut parts = signed_by(&signer(), &alice(), unsigned("GET", "/pets"), "");
    parts.headers.append(HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    parts
}

/// What a proxy passes on: it removes headers, and sets others in place of those of the same name.
pub(super) fn passed_on(parts: &Parts, allowed: &Allowed) -> Vec<(String, String)> {
    let mut headers = parts.headers.clone();
    for name in &allowed.remove_headers {
        headers.remove(name);
    }
    for (name, value) in &allowed.set_headers {
        headers.insert(name, value.clone());
    }
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

#[tokio::test]
async fn no_spelling_of_a_clients_header_gets_to_the_upstream() {
    for name in SMUGGLED {
        let parts = with_header(name, "smuggled");
        let (allowed, _) = allowed(&authorizer(api()), about(parts.clone())).await;
        let passed = passed_on(&parts, &allowed);
        assert!(passed.iter().all(|(_, value)| value != "smuggled"), "{name}: {passed:?}");
        let set = |name: &str| allowed.set_headers.iter().any(|(set, _)| set == name);
        assert!(allowed.remove_headers.iter().all(|name| !set(name)), "{name}: {:?}", allowed.remove_headers);
    }
}

#[tokio::test]
async fn a_signature_over_a_header_of_the_authorizer_makes_it_no_truer() {
    let mut parts = unsigned("GET", "/pets");
    parts.headers.insert("x-sig4-principal-arn", "smuggled".parse().unwrap());
    parts.headers.insert("x-sig4-session-name", "smuggled".parse().unwrap());
    let all = Signer::new("us-east-1", "execute-api").unwrap();
    let parts = signed_by(&all, &alice(), parts, "");
    let (allowed, _) = allowed(&authorizer(api()), about(parts.clone())).await;
    assert!(passed_on(&parts, &allowed).iter().all(|(_, value)| value != "smuggled"));
}

#[tokio::test]
async fn a_proxy_that_removes_no_headers_gets_a_refusal() {
    for name in SMUGGLED {
        let mut request = about(with_header(name, "smuggled"));
        request.removes_headers = false;
        let (_, record) = denied(&authorizer(api()), request).await;
        assert_eq!(outcome(&record), ("identity header", 400), "{name}");
    }
    let mut request = about(with_header("x-sig4", "a header of the application"));
    request.removes_headers = false;
    allowed(&authorizer(api()), request).await;
}

#[tokio::test]
async fn a_connection_header_removes_no_header_of_the_authorizer() {
    for value in ["x-sig4-principal-arn", "close, X-Amz-Date", "keep-alive,authorization", "close x-sig4-account"] {
        let (_, record) = denied(&authorizer(api()), about(with_header("connection", value))).await;
        assert_eq!(outcome(&record), ("inconsistent request", 400), "{value}");
    }
    for value in ["close", "Keep-Alive", "Upgrade, HTTP2-Settings", "", "te, close"] {
        allowed(&authorizer(api()), about(with_header("connection", value))).await;
    }
}

#[tokio::test]
async fn the_upstream_learns_who_called() {
    let user = signed_by(&signer(), &alice(), unsigned("GET", "/pets"), "");
    let role = signed_by(&signer(), &session(), unsigned("GET", "/pets"), "");
    for (parts, arn, id, name) in [
        (user, "arn:aws:iam::123456789012:user/alice", "AKIDALICE", None),
        (role, "arn:aws:sts::123456789012:assumed-role/reader/morning", "ASIASESSION", Some("morning")),
    ] {
        let (allowed, record) = allowed(&authorizer(api()), about(parts)).await;
        assert_eq!(set(&allowed, "x-sig4-principal-arn"), Some(arn));
        assert_eq!(set(&allowed, "x-sig4-access-key-id"), Some(id));
        assert_eq!(set(&allowed, "x-sig4-account"), Some("123456789012"));
        assert_eq!(set(&allowed, "x-sig4-session-name"), name);
        assert_eq!(allowed.remove_headers, if name.is_some() { vec![] } else { vec!["x-sig4-session-name"] });
        assert_eq!((record.principal.as_deref(), record.access_key_id.as_deref()), (Some(arn), Some(id)));
    }
}

#[tokio::test]
async fn another_prefix_is_as_tight() {
    let headers = UpstreamHeaders::new("x-caller-").unwrap();
    let authorizer = authorizer(api()).with_upstream_headers(headers);
    let parts = with_header("X_Caller-account", "smuggled");
    let (allowed, _) = allowed(&authorizer, about(parts.clone())).await;
    assert_eq!(set(&allowed, "x-caller-account"), Some("123456789012"));
    assert!(allowed.set_headers.iter().all(|(name, _)| name.as_str().starts_with("x-caller-")));
    assert!(passed_on(&parts, &allowed).iter().all(|(_, value)| value != "smuggled"));
}

#[tokio::test]
async fn the_signature_is_removed_if_asked() {
    let headers = UpstreamHeaders::default().with_signature_removed(true);
    let authorizer = authorizer(api()).with_upstream_headers(headers);
    let parts = signed_by(&signer(), &session(), unsigned("GET", "/pets?X-Amz-Other=1"), "");
    let (by_header, _) = allowed(&authorizer, about(parts.clone())).await;
    let names: Vec<_> = passed_on(&parts, &by_header).into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name == "authorization" || name == "x-amz-security-token"), "{names:?}");
    assert!(by_header.remove_query.is_empty());

    let (in_query, _) = allowed(&authorizer, about(presigned("/pets?kind=cat", &session()))).await;
    let mut removed = in_query.remove_query;
    removed.sort();
    let expected = ["Algorithm", "Credential", "Date", "Expires", "Security-Token", "Signature", "SignedHeaders"];
    assert_eq!(removed, expected.map(|name| format!("X-Amz-{name}")));
}
