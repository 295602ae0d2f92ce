//! What the policies are asked.

use crate::scene::{ACCOUNT, alice, api, get, layer_of, now, plain, signed_at, signer, status, user, verifier};
use http_body_util::Full;
use sig4::{Credentials, Signer, Verifier};
use sig4_iam::tower::{AuthorizeLayer, ResourceAction};
use sig4_iam::{Directory, Identity, Policies, Policy};
use std::net::{IpAddr, Ipv4Addr};
use time::Duration;

fn on(condition: &str) -> Directory {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
            "Condition": {{{condition}}}}}]}}"#
    );
    let policies = Policies::new().with_identity(Policy::parse("conditional", &text).unwrap());
    Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap()
}

#[tokio::test]
async fn the_source_ip_is_known_only_if_somebody_says_it() {
    let keys = || on(r#""IpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#);
    assert_eq!(status(&layer_of(keys()), get("/")).await, 403);
    for (last, expected) in [([192, 0, 2, 7], 200), ([192, 0, 3, 7], 403)] {
        let layer = layer_of(keys()).with_source_ip(move |_| Some(IpAddr::V4(Ipv4Addr::from(last))));
        assert_eq!(status(&layer, get("/")).await, expected);
    }
    // A statement that denies some addresses also denies an unknown address.
    let text = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*",
        "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("blocked", text).unwrap());
    let blocked = user(alice(), "alice").with_policies(policies);
    let blocked = || layer_of(Directory::new(ACCOUNT).with_identity(blocked.clone()).unwrap());
    assert_eq!(status(&blocked(), get("/")).await, 403);
    let elsewhere = blocked().with_source_ip(|_| Some(IpAddr::V4(Ipv4Addr::new(192, 0, 3, 7))));
    assert_eq!(status(&elsewhere, get("/")).await, 200);
    let mut request = get("/");
    request.extensions_mut().insert(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
    let layer = layer_of(keys()).with_source_ip(|parts| parts.extensions.get::<IpAddr>().copied());
    assert_eq!(status(&layer, request).await, 200, "as the server's own extension says");
}

#[tokio::test]
async fn transport_agent_referer_and_time_can_be_asked_for() {
    let agent = |value: &str| {
        let mut request = plain("GET", "/", "").map(|_| "");
        request.headers_mut().insert("user-agent", value.parse().unwrap());
        request.headers_mut().insert("referer", "https://shop.example/".parse().unwrap());
        signer().sign(&mut request, &alice(), now()).unwrap();
        request.map(Full::from)
    };
    let secure = || layer_of(on(r#""Bool": {"aws:SecureTransport": "true"}"#));
    assert_eq!(status(&secure(), get("/")).await, 403);
    assert_eq!(status(&secure().with_secure_transport(true), get("/")).await, 200);
    let own = layer_of(on(r#""StringLike": {"aws:UserAgent": "own/*", "aws:Referer": "https://shop.example/*"}"#));
    assert_eq!(status(&own, agent("own/1.0")).await, 200);
    assert_eq!(status(&own, agent("other/1.0")).await, 403);
    for (after, expected) in [(0, 200), (61, 403)] {
        let at = now() + Duration::seconds(after);
        let layer = layer_of(on(r#""DateLessThan": {"aws:CurrentTime": "2015-08-30T12:37:00Z"}"#));
        let request = signed_at("GET", "/", "", &alice(), at);
        assert_eq!(status(&layer.with_clock(move || at), request).await, expected, "{after} s later");
    }
}

/// A header that is no text is there all the same: what denies by a part of it must not miss the rest.
#[tokio::test]
async fn an_agent_and_a_referer_that_are_no_text_are_compared() {
    for (header, key) in [("user-agent", "aws:UserAgent"), ("referer", "aws:Referer")] {
        let text = format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*"}}, {{"Effect": "Deny", "Action": "*",
                "Resource": "*", "Condition": {{"StringLike": {{"{key}": "*scraper*"}}}}}}]}}"#
        );
        let policies = Policies::new().with_identity(Policy::parse("blocked", &text).unwrap());
        let keys = Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap();
        let layer = layer_of(keys);
        for (value, expected) in [
            (&b"scraper/1.0"[..], 403),
            (b"scraper/1.0 \xff", 403),
            ("scräper, a scraper".as_bytes(), 403),
            (b"own/1.0 \xff", 200),
        ] {
            let mut request = plain("GET", "/", "").map(|_| "");
            request.headers_mut().insert(header, http::HeaderValue::from_bytes(value).unwrap());
            signer().sign(&mut request, &alice(), now()).unwrap();
            assert_eq!(status(&layer, request.map(Full::from)).await, expected, "{header}: {}", value.escape_ascii());
        }
    }
}

#[tokio::test]
async fn another_service_names_its_own_actions_and_resources() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::photos/public/*"}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("photos", policy).unwrap());
    let keys = Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap();
    let layer =
        AuthorizeLayer::with_resource_mapper(Verifier::new("us-east-1", "s3").unwrap(), keys, |caller, path| {
            let action = if caller.method() == "GET" { "s3:GetObject" } else { "s3:PutObject" };
            ResourceAction::new(action, format!("arn:aws:s3:::photos{path}")).with_account(ACCOUNT)
        })
        .with_clock(now);
    for (method, path, expected) in
        [("GET", "/public/cat", 200), ("GET", "/public%2Fcat", 200), ("GET", "/cat", 403), ("PUT", "/public/cat", 403)]
    {
        let mut request = plain(method, path, "").map(|_| "");
        Signer::new("us-east-1", "s3").unwrap().sign(&mut request, &alice(), now()).unwrap();
        assert_eq!(status(&layer, request.map(Full::from)).await, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_key_store_that_hands_out_somebody_elses_key_lets_nobody_in() {
    struct Wrong(Directory);
    impl sig4::verify::KeyStore for Wrong {
        type Key = Identity;

        fn key<'s>(&'s self, _: &'s str) -> sig4::verify::KeyFuture<'s, Identity> {
            self.0.key("AKIDALICE")
        }
    }
    let layer = AuthorizeLayer::new(verifier(), Wrong(crate::scene::directory()), api()).with_clock(now);
    let mallory = Credentials::new("AKIDMALLORY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    assert_eq!(status(&layer, signed_at("GET", "/", "", &mallory, now())).await, 403);
}
