//! What the policies see of a request.

use super::scene::{about, alice, allowed, api, authorizer, denied, outcome, signed, signed_by, signer, unsigned};
use sig4_iam::ResourcePolicy;

#[tokio::test]
async fn a_deny_of_a_method_is_one_of_its_other_names() {
    for (method, path) in [("GET", "/secret"), ("HEAD", "/secret"), ("GET", "/secret/")] {
        let (_, record) = denied(&authorizer(api()), about(signed(method, path, ""))).await;
        assert_eq!(outcome(&record), ("denied", 403), "{method} {path}");
        assert_eq!(record.access_key_id.as_deref(), Some("AKIDALICE"));
        assert_eq!(record.principal.as_deref(), Some("arn:aws:iam::123456789012:user/alice"));
        assert_eq!(record.claimed_access_key_id, None);
    }
    allowed(&authorizer(api()), about(signed("POST", "/secret", ""))).await;
}

#[tokio::test]
async fn policies_see_the_address_of_the_client_and_whether_it_uses_tls() {
    let ask = |path: &str, secure: bool, source_ip: Option<&str>| {
        let mut request = about(signed("GET", path, ""));
        request.secure = secure;
        request.source_ip = source_ip.map(|address| address.parse().unwrap());
        request
    };
    for (request, is_allowed) in [
        (ask("/tls", true, None), true),
        (ask("/tls", false, None), false),
        (ask("/office", false, Some("192.0.2.7")), true),
        (ask("/office", false, Some("198.51.100.7")), false),
        (ask("/office", false, None), false),
    ] {
        match is_allowed {
            true => drop(allowed(&authorizer(api()), request).await),
            false => assert_eq!(outcome(&denied(&authorizer(api()), request).await.1), ("denied", 403)),
        }
    }
}

#[tokio::test]
async fn a_resource_policy_denies_and_lets_nobody_in_without_a_signature() {
    let policy = r#"{"Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/GET/closed"}]}"#;
    let authorizer = authorizer(api().with_resource_policy(ResourcePolicy::parse("api", policy).unwrap()));
    allowed(&authorizer, about(signed("GET", "/open", ""))).await;
    let closed = denied(&authorizer, about(signed_by(&signer(), &alice(), unsigned("GET", "/closed"), ""))).await;
    assert_eq!(outcome(&closed.1), ("denied", 403));
    let anonymous = denied(&authorizer, about(unsigned("GET", "/open"))).await;
    assert_eq!(outcome(&anonymous.1), ("missing authentication", 403));
}
