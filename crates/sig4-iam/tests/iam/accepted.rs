//! What AWS accepts is read and works. Each test names its page.

use crate::call::{ACCOUNT, ALLOW_ALL, Call, condition, document, with_condition};
use sig4_iam::ErrorKind;
use sig4_iam::{DecisionKind, MAX_POLICY_BYTES, MAX_POLICY_LEN, Policy, ResourcePolicy};

/// "IAM and AWS STS quotas": white space does not count. AWS's own `ReadOnlyAccess` has 135,200 characters without it.
#[test]
fn a_policy_is_as_long_as_its_characters_without_white_space() {
    let actions = |chars: usize| {
        let list: Vec<_> = (0..chars / 20).map(|n| format!("\"service{n:05}:Get*\"")).collect();
        document(&format!(r#"{{"Effect": "Allow", "Action": [{}], "Resource": "*"}}"#, list.join(",\n        ")))
    };
    let aws = actions(135_200);
    assert!(aws.chars().filter(|c| !c.is_whitespace()).count() >= 135_200);
    let call = Call::new().doing("service06700:GetThing");
    assert!(call.under(&aws).is_allowed() && !call.doing("service99999:GetThing").under(&aws).is_allowed());

    let padded = |bytes: usize| {
        let text = document(ALLOW_ALL);
        format!("{}{text}", "\n".repeat(bytes - text.len()))
    };
    assert!(Policy::parse("p", &padded(MAX_POLICY_BYTES)).is_ok());
    for text in [padded(MAX_POLICY_BYTES + 1), actions(MAX_POLICY_LEN + 40)] {
        let error = Policy::parse("p", &text).unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidPolicy && error.to_string().contains("longer than"), "{error}");
        assert!(ResourcePolicy::parse("p", &text).is_err());
    }
}

/// "Condition operators", numeric condition operators: integers and decimals, of any length that a policy would hold.
#[test]
fn long_numbers_are_exact() {
    let long = |digit: &str| digit.repeat(200);
    for (operator, policy, value, holds) in [
        ("NumericEquals", "\"12345678901234567890\"".to_owned(), "12345678901234567890".to_owned(), true),
        ("NumericEquals", "12345678901234567890123".to_owned(), "12345678901234567890123".to_owned(), true),
        ("NumericEquals", "12345678901234567890123".to_owned(), "12345678901234567890124".to_owned(), false),
        ("NumericLessThan", "12345678901234567890124".to_owned(), "12345678901234567890123".to_owned(), true),
        ("NumericLessThan", format!("\"{}\"", long("9")), format!("{}8", "9".repeat(199)), true),
        ("NumericGreaterThan", format!("\"{}\"", long("9")), format!("1{}", long("0")), true),
        ("NumericLessThan", format!("\"-{}\"", long("9")), format!("-1{}", long("0")), true),
        ("NumericEquals", format!("\"0.{}1\"", long("0")), format!("0.{}10", long("0")), true),
        ("NumericLessThan", format!("\"0.{}1\"", long("0")), "0".to_owned(), true),
        ("NumericEquals", "0.1".to_owned(), "000.100".to_owned(), true),
        ("NumericEquals", "-0".to_owned(), "0.00".to_owned(), true),
        ("NumericLessThan", "10".to_owned(), "9.999".to_owned(), true),
        ("NumericLessThan", "-9.5".to_owned(), "-10".to_owned(), true),
    ] {
        let call = Call::new().key("test:Key", &[&value]);
        let text = format!(r#""{operator}": {{"test:Key": {policy}}}"#);
        assert_eq!(condition(&call, &text), Some(holds), "{text} on {value}");
    }
    // A limit there is.
    let text = with_condition("Allow", &format!(r#""NumericEquals": {{"test:Key": "{}"}}"#, "1".repeat(5_000)));
    assert!(Policy::parse("p", &document(&text)).is_err());
    let call = Call::new().key("test:Key", &[&"1".repeat(5_000)]);
    assert_eq!(condition(&call, r#""NumericEquals": {"test:Key": "1"}"#), None);
}

/// "Grammar of the IAM JSON policy language": values of conditions may be numbers and booleans without quotes. As texts they
/// are compared as they are written.
#[test]
fn a_number_without_quotes_is_the_text_that_is_written() {
    for (number, same, other) in [
        ("10.0", "10.0", "10"),
        ("10", "10", "10.0"),
        ("-2.50", "-2.50", "-2.5"),
        ("1e3", "1e3", "1000"),
        ("12345678901234567890123", "12345678901234567890123", "12345678901234567000000"),
        ("0.1", "0.1", "0.10"),
    ] {
        for (value, holds) in [(same, true), (other, false)] {
            for written in [number.to_owned(), format!("[true, \"x[1,\\\"2\", {number}]"), format!("[ 7,{number} ]")] {
                let call = Call::new().key("test:Key", &[value]);
                let text = format!(r#""StringEquals": {{"test:Key": {written}}}"#);
                assert_eq!(condition(&call, &text), Some(holds), "{text} on {value}");
            }
        }
    }
}

/// "Variables and tags", condition element, has a topic's policy without `Resource`; so have trust policies of roles. It
/// speaks of the resource that it is attached to.
#[test]
fn an_apis_policy_may_leave_its_resource_out() {
    let allow = document(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}, "Action": "execute-api:Invoke"}"#,
    );
    assert_eq!(Call::new().under_resource(&allow), DecisionKind::Allowed);
    assert_eq!(Call::new().doing("execute-api:ManageConnections").under_resource(&allow), DecisionKind::ImplicitDeny);
    let deny = document(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "*"}, {"Effect": "Deny", "Principal": "*", "Action": "*",
            "Condition": {"StringEquals": {"aws:username": "alice"}}}"#,
    );
    assert_eq!(Call::new().under_resource(&deny), DecisionKind::ExplicitDeny);
    // An identity's policy needs it.
    let own = document(r#"{"Effect": "Allow", "Action": "*"}"#);
    assert!(Policy::parse("p", &own).unwrap_err().to_string().contains("there is neither Resource nor NotResource"));
}

/// "Resource": a `*` at the end of a segment can match beyond the colon. With five colons in the pattern that would put one of
/// them on a colon of the path, which the caller chooses: what allows keeps to the parts, and the part after the fifth
/// colon may hold any number of them.
#[test]
fn a_star_of_the_last_part_matches_colons() {
    let allows = |pattern: &str, rest: &str| {
        let arn = format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:{rest}");
        let text = document(&format!(r#"{{"Effect": "Allow", "Action": "*", "Resource": "{pattern}"}}"#));
        Call::new().on(&arn).under(&text).is_allowed()
    };
    for (pattern, rest, allowed) in [
        ("arn:aws:execute-api:*:*:abc/*", "abc/$default/GET/a:b:c:d:e:f", true),
        ("arn:aws:execute-api:*:*:abc/*:f", "abc/$default/GET/a:b:c:d:e:f", true),
        ("arn:aws:execute-api:*:*:*", "abc/$default/GET/a:b", true),
        ("arn:aws:execute-api:*", "abc/$default/GET/a:b", true),
        ("arn:aws:execute-api:*:*:abc/*", "def/$default/GET/x:abc/y", false),
        ("arn:aws:execute-api:*:abc/*:*", "abc/$default/GET/a:b", false),
    ] {
        assert_eq!(allows(pattern, rest), allowed, "{pattern} for {rest}");
    }
}
