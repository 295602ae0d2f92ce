//! What other evaluators of IAM policies in Rust get wrong: each row was seen in a published crate.

use crate::call::{ACCOUNT, Call, condition, document};
use sig4_iam::{DecisionKind, Policies, Policy, Principal};

fn call(path: &str) -> Call {
    Call::new().on(&format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET/{path}"))
}

fn statement(effect: &str, resource: &str) -> String {
    format!(r#"{{"Effect": "{effect}", "Action": "execute-api:Invoke", "Resource": "{resource}"}}"#)
}

#[test]
fn an_allow_before_a_deny_does_not_win() {
    let both = document(&format!("{}, {}", statement("Allow", "*"), statement("Deny", "*")));
    assert_eq!(call("pets").under(&both).kind(), DecisionKind::ExplicitDeny);
}

#[test]
fn negations_with_several_values_are_joined_with_and() {
    let text = r#""StringNotEquals": {"test:K": ["a", "b"]}"#;
    assert_eq!(condition(&Call::new().key("test:K", &["a"]), text), Some(false));
}

#[test]
fn a_missing_variable_is_not_empty() {
    let own = document(&statement("Allow", "arn:aws:execute-api:*:*:abc/$default/GET/${aws:PrincipalTag/dir}*"));
    assert!(!call("anything").under(&own).is_allowed());
}

#[test]
fn a_star_in_a_variables_value_is_a_star() {
    let own = document(&statement("Allow", "arn:aws:execute-api:*:*:abc/$default/GET/${aws:PrincipalTag/dir}"));
    let mallory = Principal::user(ACCOUNT, "mallory").unwrap().with_tag("dir", "*");
    assert!(!call("anything").by(&mallory).under(&own).is_allowed());
}

#[test]
fn the_default_stage_is_no_variable() {
    assert!(call("pets").under(&document(&statement("Allow", "arn:aws:execute-api:*:*:abc/$default/*"))).is_allowed());
}

#[test]
fn actions_have_no_case() {
    let policy = document(r#"{"Effect": "Allow", "Action": "Execute-API:invoke", "Resource": "*"}"#);
    assert!(call("pets").under(&policy).is_allowed());
}

#[test]
fn arn_operators_do_not_cross_colons() {
    let caller = Call::new().key("test:Arn", &["arn:aws:iam::123456789012:user/x:role/admin"]);
    assert_eq!(condition(&caller, r#""ArnLike": {"test:Arn": "arn:aws:iam::*:role/admin"}"#), Some(false));
}

#[test]
fn the_version_may_be_missing_and_unknown_members_may_not_stand_there() {
    let ok = statement("Allow", "*");
    assert!(Policy::parse("p", &format!(r#"{{"Statement": {ok}}}"#)).is_ok());
    assert!(Policy::parse("p", &format!(r#"{{"Statement": {ok}, "Sttement": {ok}}}"#)).is_err());
}

#[test]
fn a_date_without_a_time_is_a_date() {
    assert_eq!(condition(&Call::new(), r#""DateGreaterThan": {"aws:CurrentTime": "2015-08-30"}"#), Some(true));
    assert_eq!(condition(&Call::new(), r#""DateLessThan": {"aws:CurrentTime": "2015-08-30"}"#), Some(false));
}

#[test]
fn prefix_and_suffix_go_together() {
    let text = r#""ForAllValues:ArnLikeIfExists": {"test:Arns": "arn:aws:s3:::b*"}"#;
    let call = Call::new().key("test:Arns", &["arn:aws:s3:::b1", "arn:aws:s3:::b2"]);
    assert_eq!(condition(&call, text), Some(true));
    assert_eq!(condition(&call.key("test:Arns", &["arn:aws:s3:::b1", "arn:aws:s3:::c"]), text), Some(false));
}

#[test]
fn a_boolean_is_one_whatever_it_is_written_as() {
    for written in ["true", r#""true""#, r#"["true"]"#] {
        let text = format!(r#""Bool": {{"test:Flag": {written}}}"#);
        assert_eq!(condition(&Call::new().key("test:Flag", &["true"]), &text), Some(true), "{written}");
    }
}

#[test]
fn the_last_of_two_equal_keys_does_not_win() {
    let twice = r#"{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    assert!(Policy::parse("p", twice).is_err());
}

#[test]
fn boundary_session_and_organization_are_more_than_further_policies() {
    let (all, nothing) = (document(&statement("Allow", "*")), document(&statement("Allow", "arn:aws:s3:::x")));
    let parse = |text: &str| Policy::parse("p", text).unwrap();
    let own = || Policies::new().with_identity(parse(&all));
    for policies in [
        own().with_boundary(parse(&nothing)),
        own().with_session(parse(&nothing)),
        own().with_service_control([parse(&nothing)]),
        Policies::new().with_boundary(parse(&all)).with_session(parse(&all)).with_service_control([parse(&all)]),
    ] {
        assert_eq!(call("pets").decide(&policies, None).kind(), DecisionKind::ImplicitDeny);
    }
}
