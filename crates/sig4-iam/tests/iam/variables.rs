//! Policy variables.
//!
//! Source: "IAM policy elements: Variables and tags", reference_policies_variables.html.

use crate::call::{ACCOUNT, Call, INVOKE, PETS, condition, document};
use sig4_iam::{DecisionKind, Policy, Principal};

fn api(path: &str) -> String {
    format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET/{path}")
}

fn statement(effect: &str, element: &str, resource: &str) -> String {
    format!(r#"{{"Effect": "{effect}", "Action": "{INVOKE}", "{element}": "{resource}"}}"#)
}

fn allows(version: &str, resource: &str, call: &Call) -> bool {
    let statement = statement("Allow", "Resource", resource);
    call.under(&format!(r#"{{{version}"Statement": {statement}}}"#)).is_allowed()
}

const NEW: &str = r#""Version": "2012-10-17", "#;
const OLD: &str = r#""Version": "2008-10-17", "#;

#[test]
fn variables_stand_for_the_requests_values_as_they_are() {
    let tagged = |value: &str| Principal::user(ACCOUNT, "alice").unwrap().with_tag("dir", value);
    for (version, resource, path, tag, allowed) in [
        (NEW, "${aws:username}/*", "alice/1", "", true),
        (NEW, "${aws:username}/*", "bob/1", "", false),
        (NEW, "${AWS:UserName}", "alice", "", true),
        (NEW, "${aws:PrincipalTag/dir}", "x", "x", true),
        (NEW, "x-${aws:PrincipalTag/dir}-*", "x-a-b", "a", true),
        // A value is no pattern, and no variable.
        (NEW, "${aws:PrincipalTag/dir}", "anything", "*", false),
        (NEW, "${aws:PrincipalTag/dir}", "*", "*", true),
        (NEW, "${aws:PrincipalTag/dir}", "x", "?", false),
        (NEW, "${aws:PrincipalTag/dir}", "alice", "${aws:username}", false),
        (NEW, "${aws:PrincipalTag/dir}", "${aws:username}", "${aws:username}", true),
        (NEW, "*-${aws:PrincipalTag/dir}", "a-aa-ab", "ab", true),
        (NEW, "*-${aws:PrincipalTag/dir}", "a-aa-abc", "ab", false),
        // An empty text is not a value.
        (NEW, "a${aws:PrincipalTag/dir}b", "ab", "", false),
        (NEW, "a${aws:PrincipalTag/dir}b", "axb", "", false),
        // What is missing matches nothing, not even nothing.
        (NEW, "a${aws:PrincipalTag/none}b", "ab", "", false),
        (NEW, "*${aws:PrincipalTag/none}*", "ab", "", false),
        (NEW, "${aws:PrincipalTag/none, 'all'}/1", "all/1", "", true),
        (NEW, "${aws:PrincipalTag/none, '*'}", "x", "", false),
        (NEW, "${aws:PrincipalTag/none, '*'}", "*", "", true),
        (NEW, "${aws:PrincipalTag/none, ''}b", "b", "", true),
        (NEW, "${aws:PrincipalTag/dir, 'all'}", "all", "x", false),
        // The characters that would have a meaning.
        (NEW, "a${*}b", "a*b", "", true),
        (NEW, "a${*}b", "axb", "", false),
        (NEW, "a${?}b", "a?b", "", true),
        (NEW, "a${?}b", "axb", "", false),
        (NEW, "${$}{aws:username}", "${aws:username}", "", true),
        (NEW, "$", "$", "", true),
        (NEW, "$x{y}", "$x{y}", "", true),
        // The older version has none.
        (OLD, "${aws:username}", "alice", "", false),
        (OLD, "${aws:username}", "${aws:username}", "", true),
        ("", "${aws:username}", "alice", "", false),
        ("", "${aws:username}", "${aws:username}", "", true),
        (OLD, "a${*}b", "a${xyz}b", "", true),
    ] {
        let call = Call::new().by(&tagged(tag)).on(&api(path));
        let policy = format!("arn:aws:execute-api:*:{ACCOUNT}:abc/$default/GET/{resource}");
        assert_eq!(allows(version, &policy, &call), allowed, "{version}{resource} for {path} with {tag:?}");
    }
}

/// The stage of an HTTP API that has no name: a dollar sign without a brace is one.
#[test]
fn the_default_stage_is_literal_in_both_versions() {
    for version in [NEW, OLD, ""] {
        assert!(allows(version, "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets", &Call::new()));
        assert!(allows(version, "arn:aws:execute-api:us-east-1:123456789012:abc/$default/*", &Call::new()));
        assert!(!allows(version, "arn:aws:execute-api:us-east-1:123456789012:abc/default/*", &Call::new()));
    }
}

#[test]
fn conditions_on_texts_and_arns_have_variables() {
    let call = Call::new().key("test:Name", &["alice"]).key("test:Arn", &["arn:aws:iam::123456789012:user/alice"]);
    for (text, holds) in [
        (r#""StringEquals": {"test:Name": "${aws:username}"}"#, true),
        (r#""StringNotEquals": {"test:Name": "${aws:username}"}"#, false),
        (r#""StringLike": {"test:Name": "*${aws:username}"}"#, true),
        (r#""StringEqualsIgnoreCase": {"test:Name": "AL${test:Rest, 'ICE'}"}"#, true),
        (r#""ArnEquals": {"test:Arn": "${aws:PrincipalArn}"}"#, true),
        (r#""ArnLike": {"test:Arn": "arn:*:iam::${aws:PrincipalAccount}:user/${aws:username}"}"#, true),
        (r#""ArnNotLike": {"test:Arn": "${aws:PrincipalArn}"}"#, false),
        // Missing: no match, and the negation matches.
        (r#""StringEquals": {"test:Name": "${test:None}"}"#, false),
        (r#""StringNotEquals": {"test:Name": "${test:None}"}"#, true),
        (r#""StringEqualsIfExists": {"test:Name": "${test:None}"}"#, false),
        (r#""StringEquals": {"test:Name": ["${test:None}", "alice"]}"#, true),
        (r#""StringNotEquals": {"test:Name": ["${test:None}", "alice"]}"#, false),
        (r#""ArnNotEquals": {"test:Arn": "${test:None}"}"#, true),
        (r#""ForAllValues:StringEquals": {"test:Name": "${test:None}"}"#, false),
    ] {
        assert_eq!(condition(&call, text), Some(holds), "{text}");
    }
}

/// A `*` at the end does not stand for the parts that are missing before it.
#[test]
fn a_variable_with_half_an_arn_matches_no_whole_one() {
    let arn = "arn:aws:iam::123456789012:role/x";
    for (half, matches) in
        [("arn:aws:iam::123456789012", false), ("arn:aws", false), ("arn:aws:iam::123456789012:r", true)]
    {
        let call = Call::new().key("test:Arn", &[arn]).key("test:Half", &[half]);
        assert_eq!(condition(&call, r#""ArnLike": {"test:Arn": "${test:Half}*"}"#), Some(matches), "{half}");
        assert_eq!(condition(&call, r#""StringLike": {"test:Arn": "${test:Half}*"}"#), Some(true), "{half}");
    }
}

/// "Single-valued vs. multivalued context keys", key points: a key with several values is no variable.
#[test]
fn a_key_with_several_values_as_a_variable_lets_nothing_through() {
    let call = Call::new().key("test:Names", &["alice", "bob"]).key("test:Name", &["alice"]);
    for text in [
        r#""StringEquals": {"test:Name": "${test:Names}"}"#,
        r#""StringNotEquals": {"test:Name": "${test:Names, 'x'}"}"#,
    ] {
        assert_eq!(condition(&call, text), None, "{text}");
    }
}

/// Otherwise a tag that is not there would turn "all but their own" into "all".
#[test]
fn a_missing_variable_does_not_open_what_not_resource_leaves_out() {
    let own = "arn:aws:execute-api:*:*:abc/$default/GET/${aws:PrincipalTag/dir}";
    let allowing = document(&statement("Allow", "NotResource", own));
    let denying = document(&format!("{}, {}", crate::call::ALLOW_ALL, statement("Deny", "NotResource", own)));
    for (principal, allowed, denied) in [
        (Principal::user(ACCOUNT, "alice").unwrap(), false, true),
        (Principal::user(ACCOUNT, "alice").unwrap().with_tag("dir", "pets"), false, false),
        (Principal::user(ACCOUNT, "alice").unwrap().with_tag("dir", "toys"), true, true),
    ] {
        let call = Call::new().by(&principal);
        assert_eq!(call.under(&allowing).is_allowed(), allowed, "{principal:?}");
        assert_eq!(call.under(&denying).kind() == DecisionKind::ExplicitDeny, denied, "{principal:?}");
    }
}

#[test]
fn variables_elsewhere_and_malformed_ones_are_errors() {
    for resource in [
        "arn:aws:execute-api:${aws:RequestedRegion}:*:*",
        "arn:${aws:partition}:execute-api:*:*:*",
        "arn:aws:execute-api:*:${aws:PrincipalAccount}:abc/*",
        "${aws:username}",
        "arn:aws:s3:::b/${aws:username",
        "arn:aws:s3:::b/${}",
        "arn:aws:s3:::b/${username}",
        "arn:aws:s3:::b/${aws:username, x}",
        "arn:aws:s3:::b/${aws:username, 'x}",
        "arn:aws:s3:::b/${aws:username, 'x'",
        "arn:aws:s3:::b/${aws:username, 'x' y}",
        "arn:aws:s3:::b/${**}",
        "arn:aws:s3:::b/${aws:user${aws:username}}",
        "arn:aws:s3:::b/${ aws:username }",
    ] {
        let text = document(&statement("Allow", "Resource", resource));
        assert!(Policy::parse("p", &text).is_err(), "{resource}");
    }
    for (operator, value) in [
        ("NumericEquals", "${test:n}"),
        ("DateEquals", "${aws:CurrentTime}"),
        ("Bool", "${aws:SecureTransport}"),
        ("Null", "${test:n}"),
        ("IpAddress", "${aws:SourceIp}"),
        ("BinaryEquals", "${test:n}"),
    ] {
        let text =
            document(&crate::call::with_condition("Allow", &format!(r#""{operator}": {{"test:Key": "{value}"}}"#)));
        assert!(Policy::parse("p", &text).is_err(), "{operator}");
    }
    let action = document(r#"{"Effect": "Allow", "Action": "execute-api:${aws:username}", "Resource": "*"}"#);
    assert!(Policy::parse("p", &action).is_err());
    assert!(Call::new().on(PETS).under(&document(crate::call::ALLOW_ALL)).is_allowed());
}
