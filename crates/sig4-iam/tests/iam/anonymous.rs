//! Requests that nobody signed.

use crate::call::{ACCOUNT, ALLOW_ALL, INVOKE, OTHER, PETS, document, now};
use sig4_iam::{Decision, DecisionKind, Policies, Policy, RequestContext, ResourcePolicy, evaluate};

fn policy(statements: &str) -> ResourcePolicy {
    ResourcePolicy::parse("api", &format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)).unwrap()
}

fn statement(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", {principal}, "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
             "Condition": {condition}}}"#
    )
}

fn decide(statements: &str) -> Decision {
    let context = RequestContext::anonymous(INVOKE, PETS, now());
    evaluate(&context, &Policies::new(), Some(&policy(statements)))
}

const EVERYONE: &str = r#""Principal": "*""#;

#[test]
fn only_a_statement_for_everyone_allows() {
    for principal in [EVERYONE, r#""Principal": {"AWS": "*"}"#, r#""Principal": {"AWS": ["123456789012", "*"]}"#] {
        assert!(decide(&statement("Allow", principal, "{}")).is_allowed(), "{principal}");
    }
    for aws in [
        ACCOUNT.to_owned(),
        OTHER.to_owned(),
        format!("arn:aws:iam::{ACCOUNT}:root"),
        format!("arn:aws:iam::{ACCOUNT}:user/alice"),
        format!("arn:aws:iam::{ACCOUNT}:role/deploy"),
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci"),
        "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
    ] {
        let decision = decide(&statement("Allow", &format!(r#""Principal": {{"AWS": "{aws}"}}"#), "{}"));
        assert_eq!(decision.kind(), DecisionKind::ImplicitDeny, "{aws}");
        assert_eq!(decision.to_string(), "not allowed: no resource-based policy allows it");
    }
    for other in [r#"{"Service": "apigateway.amazonaws.com"}"#, r#"{"Federated": "*"}"#, r#"{"CanonicalUser": "*"}"#] {
        assert!(!decide(&statement("Allow", &format!(r#""Principal": {other}"#), "{}")).is_allowed(), "{other}");
    }
}

#[test]
fn a_deny_comes_first_and_not_principal_never_excludes_an_anonymous_caller() {
    let allow = statement("Allow", EVERYONE, "{}");
    for principal in [EVERYONE, r#""NotPrincipal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:user/alice"]}"#]
    {
        let deny = statement("Deny", principal, "{}");
        for both in [format!("{allow}, {deny}"), format!("{deny}, {allow}")] {
            assert_eq!(decide(&both).kind(), DecisionKind::ExplicitDeny, "{both}");
        }
    }
    let of_others = statement("Deny", r#""Principal": {"AWS": "123456789012"}"#, "{}");
    assert!(decide(&format!("{allow}, {of_others}")).is_allowed());
}

#[test]
fn without_a_policy_of_the_resource_nothing_is_allowed_whatever_other_policies_say() {
    let context = RequestContext::anonymous(INVOKE, PETS, now());
    let all = || Policy::parse("all", &document(ALLOW_ALL)).unwrap();
    let policies = Policies::new().with_identity(all()).with_session(all()).with_service_control([all()]);
    assert_eq!(evaluate(&context, &policies, None).kind(), DecisionKind::ImplicitDeny);
    let of_account = policy(&statement("Allow", r#""Principal": {"AWS": "123456789012"}"#, "{}"));
    assert!(!evaluate(&context, &policies, Some(&of_account)).is_allowed());
    assert!(evaluate(&context, &policies, Some(&policy(&statement("Allow", EVERYONE, "{}")))).is_allowed());
    let deny = Policy::parse("none", &document(&ALLOW_ALL.replace("Allow", "Deny"))).unwrap();
    let denied =
        evaluate(&context, &Policies::new().with_identity(deny), Some(&policy(&statement("Allow", EVERYONE, "{}"))));
    assert_eq!(denied.kind(), DecisionKind::ExplicitDeny);
}

/// Source: "AWS global condition context keys", availability of each key.
#[test]
fn the_keys_of_a_principal_are_absent_except_its_type() {
    for key in [
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalTag/team",
        "aws:PrincipalIsAWSService",
        "aws:userid",
        "aws:username",
        "aws:TokenIssueTime",
        "aws:MultiFactorAuthPresent",
        "aws:MultiFactorAuthAge",
        "aws:SourceVpce",
        "aws:SourceVpc",
    ] {
        let condition = |absent: &str| format!(r#"{{"Null": {{"{key}": "{absent}"}}}}"#);
        assert!(decide(&statement("Allow", EVERYONE, &condition("true"))).is_allowed(), "{key}");
        assert!(!decide(&statement("Allow", EVERYONE, &condition("false"))).is_allowed(), "{key}");
        let like = format!(r#"{{"StringLike": {{"{key}": "*"}}}}"#);
        assert!(!decide(&statement("Allow", EVERYONE, &like)).is_allowed(), "{key}");
    }
    let of_type = r#"{"StringEquals": {"aws:PrincipalType": "Anonymous"}}"#;
    assert!(decide(&statement("Allow", EVERYONE, of_type)).is_allowed());
    let direct = r#"{"Bool": {"aws:ViaAWSService": "false"}}"#;
    assert!(decide(&statement("Allow", EVERYONE, direct)).is_allowed());
}

/// A deny with a condition on a key that the caller of the crate did not set applies.
#[test]
fn unknown_keys_deny() {
    let allow = statement("Allow", EVERYONE, "{}");
    for condition in
        [r#"{"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}"#, r#"{"Bool": {"aws:SecureTransport": "false"}}"#]
    {
        let deny = statement("Deny", EVERYONE, condition);
        assert_eq!(decide(&format!("{allow}, {deny}")).kind(), DecisionKind::ExplicitDeny, "{condition}");
        assert!(!decide(&statement("Allow", EVERYONE, condition)).is_allowed(), "{condition}");
    }
}
