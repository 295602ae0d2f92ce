//! Every operator, with and without `IfExists` and the set prefixes, on a key that is missing, empty, or has one value or
//! several.

use crate::call::{Call, condition};

/// The name, whether it is a negation, the policy's values, and a value of the request that matches one and one that
/// does not.
type Row = (&'static str, bool, &'static str, &'static str, &'static str);

const ROWS: &[Row] = &[
    ("StringEquals", false, r#"["a*", "b"]"#, "a*", "ab"),
    ("StringNotEquals", true, r#"["a*", "b"]"#, "b", "B"),
    ("StringEqualsIgnoreCase", false, r#"["Alpha", "BETA"]"#, "beta", "gamma"),
    ("StringNotEqualsIgnoreCase", true, r#"["Alpha", "BETA"]"#, "aLPHA", "alph"),
    ("StringLike", false, r#"["a*z", "b?"]"#, "a/:z", "b"),
    ("StringNotLike", true, r#"["a*z", "b?"]"#, "bb", "bbb"),
    ("NumericEquals", false, r#"[1.5, "2"]"#, "2.0", "2.000000000000000001"),
    ("NumericNotEquals", true, r#"[1.5, "2"]"#, "1.50", "1"),
    ("NumericLessThan", false, r#""10""#, "9.99", "10"),
    ("NumericLessThanEquals", false, "10", "10", "10.01"),
    ("NumericGreaterThan", false, r#"["-10", 5]"#, "-9", "-10"),
    ("NumericGreaterThanEquals", false, "-10", "-10", "-10.5"),
    ("DateEquals", false, r#"["2015-08-30", "2015-08-30T12:36:00Z"]"#, "1440938160", "2015-08-30T12:36:01Z"),
    ("DateNotEquals", true, r#"["2015-08-30"]"#, "2015-08-30T02:00:00+02:00", "2015-08-31"),
    ("DateLessThan", false, r#""2015-08-30T12:36:00Z""#, "2015-08-30T12:35:59Z", "2015-08-30T12:36Z"),
    ("DateLessThanEquals", false, "1440938160", "2015-08-30T12:36Z", "2015-08-30T12:36:00.5Z"),
    ("DateGreaterThan", false, r#""2015""#, "2015-01-01T00:00:01Z", "2014-12-31T23:59:59Z"),
    ("DateGreaterThanEquals", false, r#""2015-08""#, "2015-08-01", "2015-07-31T23:59:59Z"),
    ("Bool", false, r#"["true"]"#, "true", "false"),
    ("BinaryEquals", false, r#"["QmluYXJ5VmFsdWVJbkJhc2U2NA==", "AAEC"]"#, "AAEC", "AAED"),
    ("IpAddress", false, r#"["203.0.113.0/24", "2001:DB8:1234:5678::/64"]"#, "2001:db8:1234:5678::9", "203.0.114.0"),
    ("NotIpAddress", true, r#"["203.0.113.0/24", "198.51.100.7"]"#, "198.51.100.7", "198.51.100.8"),
    (
        "ArnEquals",
        false,
        r#"["arn:aws:sns:*:123456789012:t-?"]"#,
        "arn:aws:sns:eu-west-1:123456789012:t-1",
        "arn:aws:sns:a:b:123456789012:t-1",
    ),
    ("ArnLike", false, r#"["arn:aws:s3:::b/*", "arn:aws:sqs:*:*:*"]"#, "arn:aws:sqs:::x:y", "arn:aws:s3:::b"),
    ("ArnNotEquals", true, r#"["arn:aws:sns:*:*:t"]"#, "arn:aws:sns:a:b:t", "arn:aws:sns:a:b:c:t"),
    ("ArnNotLike", true, r#"["arn:aws:s3:::b", "arn:aws:s3:::c*"]"#, "arn:aws:s3:::cc", "arn:aws:s3:::bb"),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Prefix {
    None,
    All,
    Any,
}

/// What AWS's pages say: `None` is what they leave open, which must let nothing through.
fn expected(negated: bool, prefix: Prefix, if_exists: bool, matches: Option<&[bool]>) -> Option<bool> {
    let Some(matches) = matches.filter(|values| !values.is_empty()) else {
        return Some(if_exists || if prefix == Prefix::None { negated } else { prefix == Prefix::All });
    };
    let mut held = matches.iter().map(|matched| matched ^ negated);
    match prefix {
        Prefix::None if matches.len() > 1 => None,
        Prefix::None | Prefix::All => Some(held.all(|held| held)),
        Prefix::Any => Some(held.any(|held| held)),
    }
}

#[test]
fn every_operator_is_what_the_page_says_on_every_kind_of_value() {
    let states: &[Option<&[bool]>] = &[
        None,
        Some(&[]),
        Some(&[true]),
        Some(&[false]),
        Some(&[true, true]),
        Some(&[true, false]),
        Some(&[false, true]),
        Some(&[false, false]),
    ];
    let mut count = 0;
    for (name, negated, values, good, bad) in ROWS {
        for (prefix, written) in [(Prefix::None, ""), (Prefix::All, "ForAllValues:"), (Prefix::Any, "ForAnyValue:")] {
            for (if_exists, suffix) in [(false, ""), (true, "IfExists")] {
                for state in states {
                    let mut call = Call::new();
                    if let Some(matches) = state {
                        let values: Vec<_> =
                            matches.iter().map(|matched| if *matched { *good } else { *bad }).collect();
                        call = call.key("test:Key", &values);
                    }
                    let text = format!(r#""{written}{name}{suffix}": {{"TEST:key": {values}}}"#);
                    assert_eq!(
                        condition(&call, &text),
                        expected(*negated, prefix, if_exists, *state),
                        "{text} on {state:?}"
                    );
                    count += 1;
                }
            }
        }
    }
    assert_eq!(count, 26 * 3 * 2 * 8);
}

#[test]
fn null_asks_whether_the_key_is_there() {
    for (values, absent, present) in
        [(r#""true""#, true, false), ("false", false, true), (r#"["true", "false"]"#, true, true)]
    {
        let text = format!(r#""Null": {{"test:Key": {values}}}"#);
        assert_eq!(condition(&Call::new(), &text), Some(absent), "{text}");
        assert_eq!(condition(&Call::new().key("test:Key", &[]), &text), Some(absent), "{text}");
        assert_eq!(condition(&Call::new().key("test:key", &["x"]), &text), Some(present), "{text}");
        assert_eq!(condition(&Call::new().key("test:key", &["x", "y"]), &text), Some(present), "{text}");
    }
}

/// "Single-valued vs. multivalued context keys", set operators: an empty text is no value.
#[test]
fn an_empty_text_is_no_value_for_the_set_operators() {
    let call = Call::new().key("test:Key", &[""]);
    assert_eq!(condition(&call, r#""ForAllValues:StringEquals": {"test:Key": "x"}"#), Some(true));
    assert_eq!(condition(&call, r#""ForAnyValue:StringEquals": {"test:Key": ""}"#), Some(false));
    assert_eq!(condition(&call, r#""StringEquals": {"test:Key": ""}"#), Some(true));
}

#[test]
fn a_value_of_another_type_lets_nothing_through() {
    for (operator, value) in [
        ("NumericEquals", "1"),
        ("NumericNotEquals", "1"),
        ("NumericLessThan", "1"),
        ("DateEquals", "2015-08-30"),
        ("DateNotEquals", "2015-08-30"),
        ("Bool", "true"),
        ("BinaryEquals", "AAEC"),
        ("IpAddress", "10.0.0.0/8"),
        ("NotIpAddress", "10.0.0.0/8"),
        ("ArnLike", "arn:aws:s3:::b"),
        ("ArnNotLike", "arn:aws:s3:::b"),
    ] {
        for bad in ["", "x", "1e3", "٣", "10.0.0.1/8", "-", "!"] {
            if bad.is_empty() && operator == "BinaryEquals" {
                continue; // No bytes are bytes, too.
            }
            let text = format!(r#""{operator}": {{"test:Key": "{value}"}}"#);
            assert_eq!(condition(&Call::new().key("test:Key", &[bad]), &text), None, "{text} on {bad:?}");
        }
    }
}

#[test]
fn conditions_are_joined_with_and_and_values_with_or() {
    let call = Call::new().key("test:A", &["1"]).key("test:B", &["2"]);
    for (text, holds) in [
        (r#""StringEquals": {"test:A": "1", "test:B": "2"}"#, true),
        (r#""StringEquals": {"test:A": "1", "test:B": "3"}"#, false),
        (r#""StringEquals": {"test:A": ["0", "1"], "test:B": ["2", "3"]}"#, true),
        (r#""StringEquals": {"test:A": "1"}, "NumericLessThan": {"test:B": 3}"#, true),
        (r#""StringEquals": {"test:A": "1"}, "NumericLessThan": {"test:B": 2}"#, false),
        (r#""StringNotEquals": {"test:A": ["0", "1"]}"#, false),
        (r#""StringNotEquals": {"test:A": ["0", "2"]}"#, true),
        ("", true),
    ] {
        assert_eq!(condition(&call, text), Some(holds), "{text}");
    }
}

/// What cannot be told does not hide what can: a condition that does not hold makes the statement not apply.
#[test]
fn a_condition_that_does_not_hold_decides_before_one_that_cannot_be_told() {
    let call = Call::new().key("test:A", &["x", "y"]).key("test:B", &["2"]);
    for order in
        [r#""StringEquals": {"test:A": "x", "test:B": "3"}"#, r#""StringEquals": {"test:B": "3", "test:A": "x"}"#]
    {
        assert_eq!(condition(&call, order), Some(false));
    }
    assert_eq!(condition(&call, r#""StringEquals": {"test:A": "x", "test:B": "2"}"#), None);
}

#[test]
fn keys_that_come_with_the_request_have_their_values() {
    use crate::call::{ACCOUNT, OTHER, PETS, now};
    use sig4_iam::Principal;
    use time::Duration;
    let user = Principal::user(ACCOUNT, "alice")
        .unwrap()
        .with_tag("Team", "pets")
        .with_org_id("o-1")
        .with_org_path("o-1/r-1/");
    let session = Principal::role_session(OTHER, "deploy", "ci")
        .unwrap()
        .with_path("/ops/")
        .unwrap()
        .with_unique_id("AROAEXAMPLEID0001")
        .unwrap();
    let session = session.with_token_issue_time(now() - Duration::HOUR).with_multi_factor_at(now() - Duration::MINUTE);
    let plain = Principal::role_session(ACCOUNT, "deploy", "ci").unwrap();
    for (principal, text, holds) in [
        (&user, r#""DateEquals": {"aws:CurrentTime": "2015-08-30T12:36:00Z"}"#, true),
        (&user, r#""DateGreaterThan": {"AWS:currenttime": "2015-08-30T12:36:00Z"}"#, false),
        (&user, r#""StringEquals": {"aws:CurrentTime": "2015-08-30T12:36:00Z"}"#, true),
        (&user, r#""NumericEquals": {"aws:EpochTime": 1440938160}"#, true),
        (&user, r#""DateLessThanEquals": {"aws:EpochTime": "2015-08-30T12:36:00Z"}"#, true),
        (&user, r#""StringEquals": {"aws:EpochTime": "1440938160"}"#, true),
        (&user, r#""StringEquals": {"aws:username": "alice", "aws:PrincipalType": "User"}"#, true),
        (&user, r#""StringLike": {"aws:userid": "AIDA?????????????????"}"#, true),
        (&user, r#""ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/alice"}"#, true),
        (&user, r#""StringEquals": {"aws:PrincipalAccount": "123456789012"}"#, true),
        (&user, r#""StringEquals": {"aws:principaltag/TEAM": "pets"}"#, true),
        (&user, r#""StringEquals": {"aws:PrincipalTag/team": "Pets"}"#, false),
        (&user, r#""StringEquals": {"aws:PrincipalOrgID": "o-1"}"#, true),
        (&user, r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}"#, true),
        (&user, r#""StringEquals": {"aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": "123456789012"}"#, true),
        (
            &user,
            r#""Null": {"aws:TokenIssueTime": true, "aws:MultiFactorAuthPresent": true, "aws:MultiFactorAuthAge": true}"#,
            true,
        ),
        (&user, r#""Null": {"aws:UserAgent": true, "aws:Referer": true}"#, true),
        (
            &session,
            r#""StringEquals": {"aws:userid": "AROAEXAMPLEID0001:ci", "aws:PrincipalType": "AssumedRole"}"#,
            true,
        ),
        (&session, r#""ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::999988887777:role/ops/deploy"}"#, true),
        (
            &session,
            r#""Null": {"aws:username": true, "aws:PrincipalOrgID": true, "aws:PrincipalOrgPaths": true}"#,
            true,
        ),
        (&session, r#""DateEquals": {"aws:TokenIssueTime": "2015-08-30T11:36:00Z"}"#, true),
        (
            &session,
            r#""Bool": {"aws:MultiFactorAuthPresent": true}, "NumericEquals": {"aws:MultiFactorAuthAge": 60}"#,
            true,
        ),
        (&plain, r#""Bool": {"aws:MultiFactorAuthPresent": false}, "Null": {"aws:MultiFactorAuthAge": true}"#, true),
        (
            &Principal::root(ACCOUNT).unwrap(),
            r#""StringEquals": {"aws:userid": "123456789012", "aws:PrincipalType": "Account"}"#,
            true,
        ),
        (
            &Principal::root(ACCOUNT).unwrap(),
            r#""ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:root"}"#,
            true,
        ),
    ] {
        // Denying, which works for the root user and for another account's caller as well.
        let resource = PETS.replace(ACCOUNT, principal.account());
        let resource = if principal.account() == OTHER { resource } else { PETS.to_owned() };
        let denying = crate::call::document(&crate::call::with_condition("Deny", text));
        let outcome = Call::new().by(principal).on(&resource).under(&denying).kind();
        assert_eq!(outcome == sig4_iam::DecisionKind::ExplicitDeny, holds, "{text}");
    }
}

#[test]
fn keys_of_the_connection_are_there_once_they_are_set() {
    use sig4_iam::{Policies, RequestContext, evaluate};
    let policy = crate::call::identity(&crate::call::document(&crate::call::with_condition(
        "Allow",
        r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:SecureTransport": "true"},
           "StringLike": {"aws:UserAgent": "curl/*", "aws:Referer": "https://example.com/*"}"#,
    )));
    let (policies, call) = (Policies::new().with_identity(policy), Call::new());
    let context = |address: &str, secure| {
        RequestContext::new(&call.principal, &call.action, &call.resource, crate::call::now())
            .with_source_ip(address.parse().unwrap())
            .with_secure_transport(secure)
            .with_user_agent("curl/8.5.0")
            .with_referer("https://example.com/page")
    };
    assert!(evaluate(&context("203.0.113.9", true), &policies, None).is_allowed());
    assert!(evaluate(&context("::ffff:203.0.113.9", true), &policies, None).is_allowed());
    assert!(!evaluate(&context("203.0.112.9", true), &policies, None).is_allowed());
    assert!(!evaluate(&context("203.0.113.9", false), &policies, None).is_allowed());
    let replaced = context("203.0.112.9", true).with_condition_key("AWS:SOURCEIP", ["203.0.113.1"]);
    assert!(evaluate(&replaced, &policies, None).is_allowed());
}
