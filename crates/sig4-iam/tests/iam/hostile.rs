//! Documents and requests that mean harm.

use crate::call::{ACCOUNT, ALLOW_ALL, Call, document, with_condition};
use sig4_iam::ErrorKind;
use sig4_iam::{
    DecisionKind, Directory, MAX_DIRECTORY_LEN, MAX_NESTING, MAX_POLICY_BYTES, MAX_POLICY_LEN, MAX_STATEMENTS,
    MAX_VARIABLES, MAX_WILDCARDS, Policies, Policy, ResourcePolicy,
};
use sig4_test_support::allocations;

fn refused(text: &str) -> String {
    let error = Policy::parse("p", text).expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidPolicy);
    assert!(ResourcePolicy::parse("p", text).is_err());
    error.to_string()
}

#[test]
fn deep_nesting_is_refused_before_the_stack_knows_of_it() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [MAX_NESTING + 1, 200, 30_000] {
            let text = open.repeat(depth) + "1" + &close.repeat(depth);
            if text.len() <= MAX_POLICY_LEN {
                assert!(refused(&text).contains("deeper than 16 levels"), "{depth}");
            }
            assert!(Directory::from_json(&text).is_err());
        }
        // Without an end, too.
        assert!(refused(&open.repeat(10_000)).contains("deeper than 16 levels"));
    }
}

#[test]
fn every_length_and_number_has_its_limit() {
    let padded = |len: usize| {
        let text = document(ALLOW_ALL);
        format!("{}{text}", " ".repeat(len - text.len()))
    };
    assert!(Policy::parse("p", &padded(MAX_POLICY_BYTES)).is_ok());
    assert!(refused(&padded(MAX_POLICY_BYTES + 1)).contains("longer than 1048576 bytes"));

    let statements = |n: usize| document(&vec![ALLOW_ALL; n].join(","));
    assert!(Policy::parse("p", &statements(MAX_STATEMENTS)).is_ok());
    assert!(refused(&statements(MAX_STATEMENTS + 1)).contains("more than 512 statements"));

    let wildcards = |n: usize| with_condition("Allow", &format!(r#""StringLike": {{"a:b": "{}"}}"#, "*a".repeat(n)));
    assert!(Policy::parse("p", &document(&wildcards(MAX_WILDCARDS))).is_ok());
    assert!(refused(&document(&wildcards(MAX_WILDCARDS + 1))).contains("more than 32 wildcards"));

    let variables =
        |n: usize| with_condition("Allow", &format!(r#""StringLike": {{"a:b": "{}"}}"#, "${a:b}".repeat(n)));
    assert!(Policy::parse("p", &document(&variables(MAX_VARIABLES))).is_ok());
    assert!(refused(&document(&variables(MAX_VARIABLES + 1))).contains("more than 8 policy variables"));

    let long = format!("{}{{}}", " ".repeat(MAX_DIRECTORY_LEN));
    let error = Directory::from_json(&long).unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidDirectory && error.to_string().contains("longer than"), "{error}");
}

#[test]
fn an_object_of_thousands_of_members_is_read_once() {
    let members: Vec<_> = (0..4_000).map(|n| format!(r#""{n}":1"#)).collect();
    assert!(refused(&format!("{{{}}}", members.join(","))).contains("there is no such element"));
    let conditions: Vec<_> = (0..3_000).map(|n| format!(r#""a:{n}":"1""#)).collect();
    let text = document(&with_condition("Allow", &format!(r#""StringEquals": {{{}}}"#, conditions.join(","))));
    assert!(Policy::parse("p", &text).is_ok());
}

/// A pattern that has to be compared at every place of the text, for most of its length each time.
fn slow(effect: &str) -> String {
    let pattern = format!("*{}b", "a?".repeat(MAX_WILDCARDS - 1));
    let patterns = vec![format!("\"{pattern}\""); 100].join(",");
    with_condition(effect, &format!(r#""StringLike": {{"test:Key": [{patterns}]}}"#))
}

#[test]
fn what_takes_too_many_steps_is_denied_whatever_it_says() {
    let call = Call::new().key("test:Key", &[&"a".repeat(1_600)]);
    for policy in [
        slow("Allow"),
        slow("Deny"),
        format!("{}, {ALLOW_ALL}", slow("Deny")),
        format!("{ALLOW_ALL}, {}", slow("Deny")),
        format!("{}, {ALLOW_ALL}", slow("Allow")),
    ] {
        let decision = call.under(&document(&policy));
        assert_ne!(decision.kind(), DecisionKind::Allowed, "{decision}");
        assert_eq!(decision.to_string(), "not allowed: comparing the request with the policies takes too many steps");
    }
    // One that allows first is enough: the others that allow are not compared.
    assert!(call.under(&document(&format!("{ALLOW_ALL}, {}", slow("Allow")))).is_allowed());
    // And a short key takes few steps.
    let short = Call::new().key("test:Key", &["aaaa"]);
    assert!(short.under(&document(&format!("{}, {ALLOW_ALL}", slow("Deny")))).is_allowed());
}

/// The longest path there is, against as many stars as there may be: what takes exponential time by backtracking.
#[test]
fn many_stars_are_decided() {
    let path = "a".repeat(1_500);
    let arn = format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET/{path}");
    let pattern = format!("arn:aws:execute-api:*:*:{}", "a*".repeat(MAX_WILDCARDS - 2));
    for (end, allowed) in [("", true), ("b", false)] {
        let pattern = pattern.replace(":a*", ":*a*").replacen("*:*:*", "us-east-1:123456789012:*", 1);
        let policy = document(&format!(r#"{{"Effect": "Allow", "Action": "*", "Resource": "{pattern}{end}"}}"#));
        let decision = Call::new().on(&arn).under(&policy);
        assert_eq!(decision.is_allowed(), allowed, "{decision}");
        assert!(!decision.to_string().contains("too many"), "{decision}");
    }
}

#[test]
fn odd_requests_are_decided() {
    let long = "x:".repeat(5_000);
    for resource in ["", ":", ":::::", "arn:aws:execute-api:::", "\0", "é", long.as_str()] {
        for action in ["", ":", "execute-api:", "é:é", long.as_str()] {
            let call = Call::new().doing(action).on(resource).key("", &[""]).key(&long, &[&long]);
            let text = document(
                r#"{"Effect": "Allow", "Action": "execute-api:*", "Resource": "arn:aws:execute-api:*:*:*"},
                   {"Effect": "Deny", "NotAction": "execute-api:*", "NotResource": "arn:aws:execute-api:*:*:*"}"#,
            );
            let _ = call.under(&text);
            assert!(!call.decide(&Policies::new(), None).is_allowed());
        }
    }
}

/// What everyone of an account, a group or a role has in common is kept once, and not once for each of them.
#[test]
fn twice_the_directory_takes_twice_the_memory() {
    let list = |n: usize, item: &dyn Fn(usize) -> String| (0..n).map(item).collect::<Vec<_>>().join(",");
    let allow = |_| format!(r#"{{"Statement": {ALLOW_ALL}}}"#);
    let user = |n| format!(r#""u{n}": {{"groups": ["g"], "access_keys": [{{"id": "AKIA{n}", "secret": "hush"}}]}}"#);
    let session = |n| format!(r#""s{n}": {{"access_key": {{"id": "ASIA{n}", "secret": "hush", "token": "t"}}}}"#);
    let of = |n: usize| {
        let text = format!(
            r#"{{"account": "{ACCOUNT}", "organization": {{"id": "o-a1b2c3d4e5", "paths": [{}]}},
                "service_control_policies": [{}], "groups": {{"g": {{"policies": [{}]}}}}, "users": {{{}}},
                "roles": {{"deploy": {{"policies": [{}], "sessions": {{{}}}}}}}}}"#,
            list(n, &|n| format!(r#""o-a1b2c3d4e5/{n}/""#)),
            list(n, &|_| "[]".to_owned()),
            list(n, &allow),
            list(n, &user),
            list(n, &allow),
            list(n, &session),
        );
        let (count, directory) = allocations::during(|| Directory::from_json(&text).unwrap());
        assert_eq!(directory.identities().count(), 2 * n);
        count
    };
    let (one, two) = (of(100), of(200));
    assert!(two <= 2 * one + one / 10, "{one} and {two} allocations");
}
