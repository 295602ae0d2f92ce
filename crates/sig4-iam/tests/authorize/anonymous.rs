//! Decisions about anonymous requests.

use crate::scene::{ACCOUNT, now};
use http::StatusCode;
use sig4::tower::Denial;
use sig4_iam::tower::{ExecuteApi, PolicyAuthorizer, PolicyDenial, ResourceAction};
use sig4_iam::{Decision, ResourcePolicy};

fn policies() -> PolicyAuthorizer {
    PolicyAuthorizer::new(ExecuteApi::new("us-east-1", ACCOUNT, "abc").with_stage("prod"))
}

fn with(statements: &str) -> PolicyAuthorizer {
    let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    policies().with_resource_policy(ResourcePolicy::parse("api", &policy).unwrap())
}

fn everyone(effect: &str, resource: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/{resource}"}}"#
    )
}

fn decide(policies: &PolicyAuthorizer, paths: &[&str]) -> Result<Decision, Denial> {
    let (parts, ()) = http::Request::get("/").body(()).unwrap().into_parts();
    policies.decide_anonymous(&parts, paths, now(), Some("192.0.2.1".parse().unwrap()))
}

#[test]
fn every_reading_of_the_path_must_be_allowed() {
    let policies = with(&everyone("Allow", "GET/a%2Fb"));
    assert!(decide(&policies, &["/a%2Fb"]).is_ok());
    for paths in [&["/a%2Fb", "/a/b"][..], &["/a/b", "/a%2Fb"], &["/a/b"], &[]] {
        assert!(decide(&policies, paths).is_err(), "{paths:?}");
    }
    assert!(decide(&with(&everyone("Allow", "*")), &["/a%2Fb", "/a/b"]).is_ok());
    let one_denied = with(&[everyone("Allow", "*"), everyone("Deny", "GET/a/b")].join(","));
    assert!(decide(&one_denied, &["/a%2Fb", "/a/b"]).is_err());
}

#[test]
fn a_deny_of_the_path_without_its_last_slash_denies_the_path_with_it() {
    let policies = with(&[everyone("Allow", "*"), everyone("Deny", "GET/admin")].join(","));
    for (path, allowed) in [("/admin", false), ("/admin/", false), ("/admin/x", true), ("/", true)] {
        assert_eq!(decide(&policies, &[path]).is_ok(), allowed, "{path}");
    }
    let only_bare = with(&everyone("Allow", "GET/admin"));
    assert!(decide(&only_bare, &["/admin/"]).is_err(), "an allow is for its own path");
}

#[test]
fn without_a_policy_and_without_a_resource_it_is_refused() {
    let denial = decide(&policies(), &["/"]).unwrap_err();
    assert_eq!((denial.status(), denial.code()), (StatusCode::FORBIDDEN, "AccessDeniedException"));
    assert!(
        denial.message().starts_with("User: anonymous is not authorized to perform: execute-api:Invoke on resource: ")
    );
    let mapped = PolicyAuthorizer::with_resource_mapper(|_, path| ResourceAction::new("s3:GetObject", path));
    let denial = decide(&mapped, &["/"]).unwrap_err();
    assert!(matches!(denial.reason(), Some(PolicyDenial::Anonymous)), "{denial}");
    assert_eq!(denial.message(), "Forbidden");
}

#[test]
fn a_call_with_a_longer_arn_than_policies_can_name_is_414() {
    let policies = with(&everyone("Allow", "*"));
    let denial = decide(&policies, &[&format!("/{}", "a".repeat(1600))]).unwrap_err();
    assert_eq!(denial.status(), StatusCode::URI_TOO_LONG);
}
