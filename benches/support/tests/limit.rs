//! The limit does the same as sig4.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use http::Request;
use http::request::Parts;
use sig4::{Credentials, Expires, Signer};
use sig4_bench_support::limit::{self, DayKey};
use sig4_bench_support::requests::{Body, credentials, credentials_with_token, now, object, post, upload, wide};
use time::Duration;

fn both(service: &str, credentials: &Credentials) -> (Signer, DayKey) {
    let signer = Signer::new("us-east-1", service).unwrap();
    let key = DayKey::new(&signer, credentials, now());
    (signer, key)
}

fn shapes() -> [(&'static str, Credentials, Request<Body>); 5] {
    [
        ("execute-api", credentials(), post()),
        ("execute-api", credentials_with_token(), post()),
        ("execute-api", credentials(), upload(1 << 10)),
        ("execute-api", credentials(), wide(30, 20)),
        ("s3", credentials(), object()),
    ]
}

#[test]
fn it_signs_as_sig4_does() {
    for (service, credentials, request) in shapes() {
        let (signer, key) = both(service, &credentials);
        let (mut by_sig4, mut by_limit) = (request.clone(), request);
        signer.sign(&mut by_sig4, &credentials, now()).unwrap();
        limit::sign(&key, &mut by_limit, now());
        assert_eq!(by_limit.headers(), by_sig4.headers());
        let sensitive = |request: &Request<Body>| request.headers().values().filter(|v| v.is_sensitive()).count();
        assert_eq!(sensitive(&by_limit), sensitive(&by_sig4));
    }
}

#[test]
fn it_presigns_as_sig4_does() {
    let (signer, key) = both("s3", &credentials());
    for expires in [Expires::MAX, Expires::from_secs(1).unwrap()] {
        let by_sig4 = signer.presign(&object(), &credentials(), expires, now()).unwrap().into_uri().unwrap();
        assert_eq!(limit::presign(&key, &object(), expires.as_secs(), now()), by_sig4);
    }
}

#[test]
fn it_accepts_what_sig4_signed_and_refuses_a_change() {
    for (service, credentials, mut request) in shapes() {
        let (signer, key) = both(service, &credentials);
        signer.sign(&mut request, &credentials, now()).unwrap();
        let (parts, body) = request.into_parts();
        assert!(limit::verify(&key, &parts, &body, now()));
        assert!(limit::verify(&key, &parts, &body, now() + Duration::minutes(5)));

        let refuses = |change: &dyn Fn(&mut Parts)| {
            let mut parts = parts.clone();
            change(&mut parts);
            assert!(!limit::verify(&key, &parts, &body, now()), "{parts:?}");
        };
        let replace = |parts: &mut Parts, name: &'static str, from: &str, to: &str| {
            let value = parts.headers[name].to_str().unwrap();
            assert!(value.contains(from), "{value}");
            let value = value.replacen(from, to, 1).parse().unwrap();
            parts.headers.insert(name, value);
        };
        assert!(!limit::verify(&key, &parts, b"another body", now()));
        assert!(!limit::verify(&key, &parts, &body, now() + Duration::minutes(6)));
        refuses(&|parts| replace(parts, "x-amz-date", "T123600Z", "T123601Z"));
        refuses(&|parts| replace(parts, "authorization", "SignedHeaders=", "SignedHeaders=a;"));
        refuses(&|parts| replace(parts, "authorization", "us-east-1", "us-west-2"));
        refuses(&|parts| drop(parts.headers.insert("x-more", "unsigned".parse().unwrap())));
        refuses(&|parts| parts.uri = "https://other.example/orders".parse().unwrap());
        refuses(&|parts| {
            let last = parts.headers["authorization"].to_str().unwrap().chars().last().unwrap();
            let end = format!("{last}");
            let other = if last == '0' { "1" } else { "0" };
            let value = parts.headers["authorization"].to_str().unwrap().strip_suffix(&end).unwrap().to_owned() + other;
            parts.headers.insert("authorization", value.parse().unwrap());
        });
    }
}

#[test]
fn it_wants_the_session_token_of_its_key() {
    let token = credentials_with_token();
    let (signer, key) = both("execute-api", &token);
    let mut request = post();
    signer.sign(&mut request, &token, now()).unwrap();
    let (parts, body) = request.into_parts();
    assert!(limit::verify(&key, &parts, &body, now()));
    assert!(!limit::verify(&both("execute-api", &credentials()).1, &parts, &body, now()));
}

#[test]
fn it_accepts_a_url_that_sig4_presigned_and_refuses_a_change() {
    let (signer, key) = both("s3", &credentials());
    let url = signer.presign(&object(), &credentials(), Expires::from_secs(600).unwrap(), now()).unwrap().url();
    let verify = |url: &str, late: i64| {
        let (parts, _) = Request::get(url).body(()).unwrap().into_parts();
        limit::verify_presigned(&key, &parts, now() + Duration::seconds(late))
    };
    assert!(verify(&url, 0) && verify(&url, 600) && verify(&url, -300));
    assert!(!verify(&url, 601) && !verify(&url, -301));
    for (from, to) in [
        ("Expires=600", "Expires=601"),
        ("test.txt", "text.txt"),
        ("us-east-1", "us-west-2"),
        ("examplebucket", "another"),
        ("?", "?a=b&"),
        ("T123600Z", "T123601Z"),
    ] {
        assert!(url.contains(from), "{url}");
        assert!(!verify(&url.replacen(from, to, 1), 0), "{to}");
    }
}
