//! Every comparison takes a step, so that no policy and no request can ask for more than `MAX_STEPS`.

use crate::call::{ALLOW_ALL, Call, document, with_condition};
use sig4_iam::{MAX_STEPS, Policies, Policy, Principal, ResourcePolicy};

const TOO_LONG: &str = "not allowed: comparing the request with the policies takes too many steps";

/// A thousand and more values of the policy, none of which the request's values match.
fn values(value: &str) -> String {
    vec![value; 1_100].join(",")
}

#[test]
fn comparisons_of_every_type_are_counted() {
    for (operator, policy, value) in [
        ("StringEquals", "\"1\"", "0"),
        ("StringEqualsIgnoreCase", "\"x\"", "y"),
        ("NumericEquals", "1", "0"),
        ("DateEquals", "\"2015-08-30\"", "2016"),
        ("Bool", "true", "false"),
        ("BinaryEquals", "\"AAEC\"", "AAED"),
        ("IpAddress", "\"10.0.0.0/8\"", "192.0.2.1"),
        ("ArnEquals", "\"arn:aws:s3:::b\"", "arn:aws:s3:::c"),
    ] {
        // A million comparisons for each of two statements, if none was counted.
        let call = Call::new().key("test:Key", &vec![value; 1_000]);
        let slow =
            with_condition("Deny", &format!(r#""ForAnyValue:{operator}": {{"test:Key": [{}]}}"#, values(policy)));
        let decision = call.under(&document(&format!("{slow}, {ALLOW_ALL}")));
        assert_eq!(decision.to_string(), TOO_LONG, "{operator}");
        // A tenth of it is decided.
        let call = Call::new().key("test:Key", &[value; 10]);
        assert!(call.under(&document(&format!("{slow}, {ALLOW_ALL}"))).is_allowed(), "{operator}");
    }
}

#[test]
fn keys_principals_and_statements_are_counted() {
    // Every condition looks through the keys and tags of the request.
    let conditions: Vec<_> = (0..2_000).map(|n| format!(r#""test:{n}":"x""#)).collect();
    let absent = with_condition(
        "Deny",
        &format!(r#""StringNotEquals": {{{}}}, "StringEquals": {{"test:none": "x"}}"#, conditions.join(",")),
    );
    let many = (0..1_000).fold(Call::new(), |call, n| call.key(&format!("other:{n}"), &["x"]));
    assert_eq!(many.under(&document(&format!("{ALLOW_ALL}, {absent}"))).to_string(), TOO_LONG);
    assert!(Call::new().under(&document(&format!("{ALLOW_ALL}, {absent}"))).is_allowed());

    let names = vec![r#""arn:aws:iam::999988887777:user/a""#; 5_000].join(",");
    let statement =
        format!(r#"{{"Effect": "Deny", "Principal": {{"AWS": [{names}]}}, "Action": "*", "Resource": "*"}}"#);
    let api = ResourcePolicy::parse("api", &document(&statement)).unwrap();
    let once = Policies::new().with_identity(Policy::parse("own", &document(ALLOW_ALL)).unwrap());
    assert!(Call::new().decide(&once, Some(&api)).is_allowed());

    // Statements that speak of another action are read one by one.
    let other = vec![r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}"#; 500].join(",");
    let policy = Policy::parse("other", &document(&other)).unwrap();
    let alice = Call::new().by(&Principal::user(crate::call::ACCOUNT, "alice").unwrap());
    let all = (0..MAX_STEPS / 500).fold(once, |all, _| all.with_identity(policy.clone()));
    assert_eq!(alice.decide(&all, None).to_string(), TOO_LONG);
}
