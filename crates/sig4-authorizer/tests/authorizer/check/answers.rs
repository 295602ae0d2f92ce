//! The answers to refused requests, in the three forms.

use super::scene::{SECRETS, about, api, authorizer, denied, signed, signed_by, signer, unsigned};
use http::request::Parts;
use sig4::Credentials;
use sig4_authorizer::AnswerProfile;

fn forged() -> Parts {
    let other = Credentials::new("AKIDALICE", "not Alice's secret").unwrap();
    signed_by(&signer(), &other, unsigned("GET", "/pets"), "")
}

#[tokio::test]
async fn each_profile_has_its_form() {
    let rest = "The request signature we calculated does not match the signature you provided.";
    for (profile, content_type, begins) in [
        (AnswerProfile::HttpApi, "application/json", r#"{"message":"Forbidden"}"#),
        (AnswerProfile::RestApi, "application/json", &*format!(r#"{{"message":"{rest}"#)),
        (AnswerProfile::Plain, "text/plain; charset=utf-8", "Forbidden\n"),
    ] {
        let (denied, record) = denied(&authorizer(api().with_answers(profile)), about(forged())).await;
        let headers = denied.response.headers();
        assert_eq!(
            (denied.response.status(), record.status),
            (http::StatusCode::FORBIDDEN, http::StatusCode::FORBIDDEN)
        );
        assert_eq!(headers["content-type"], content_type);
        assert_eq!(headers["x-amzn-requestid"], record.request_id);
        assert_eq!(headers.contains_key("x-amzn-errortype"), profile == AnswerProfile::RestApi);
        let body = String::from_utf8_lossy(denied.response.body());
        assert!(body.starts_with(begins), "{body}");
        assert!(!headers.contains_key("content-length"));
        assert_eq!(record.code.as_deref(), Some("InvalidSignatureException"));
    }
}

#[tokio::test]
async fn a_denial_of_the_policies_shows_its_reason_in_the_record_alone() {
    for profile in [AnswerProfile::HttpApi, AnswerProfile::RestApi, AnswerProfile::Plain] {
        let (denied, record) =
            denied(&authorizer(api().with_answers(profile)), about(signed("GET", "/secret", ""))).await;
        let body = String::from_utf8_lossy(denied.response.body()).into_owned();
        assert!(record.cause.unwrap().contains("all-but-secret"));
        assert!(!body.contains("all-but-secret"), "{body}");
    }
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let mut token = signed_by(&signer(), &super::scene::session(), unsigned("GET", "/secret"), "");
    let mut wrong = token.clone();
    wrong.headers.insert("x-amz-security-token", "another token".parse().unwrap());
    token.headers.insert("x-sig4-account", "1".parse().unwrap());
    let signature = |parts: &Parts| {
        let value = parts.headers["authorization"].to_str().unwrap();
        value.rsplit_once('=').unwrap().1.to_owned()
    };
    for parts in [forged(), token, wrong, signed("GET", "/secret", "")] {
        let signature = signature(&parts);
        for profile in [AnswerProfile::HttpApi, AnswerProfile::RestApi, AnswerProfile::Plain] {
            let authorizer = authorizer(api().with_answers(profile));
            let (denied, record) = denied(&authorizer, about(parts.clone())).await;
            let shown = format!("{denied:?} {record:?} {authorizer:?}");
            for secret in SECRETS.into_iter().chain(["another token", &signature]) {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}
