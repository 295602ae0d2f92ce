//! What cannot be told, is malformed, or has no value: it lets nothing through. Each test names its page, below
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/>.

use crate::call::{ACCOUNT, ALLOW_ALL, Call, PETS, condition, document, now, with_condition};
use sig4_iam::{DecisionKind, Policies, Policy, Principal, RequestContext, ResourcePolicy, evaluate};
use time::Duration;

fn tagged(value: &str) -> Call {
    Call::new().by(&Principal::user(ACCOUNT, "alice").unwrap().with_tag("team", value))
}

fn api(rest: &str) -> String {
    format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:{rest}")
}

/// "NotPrincipal", key points: with `Deny` it denies every principal that has a permissions boundary
/// (reference_policies_elements_notprincipal.html; access_policies_boundaries.html).
#[test]
fn not_principal_denies_whoever_has_a_permissions_boundary() {
    let names = r#"["arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:root"]"#;
    let role = r#"["arn:aws:sts::123456789012:assumed-role/deploy/ci", "arn:aws:iam::123456789012:role/deploy",
        "arn:aws:iam::123456789012:root"]"#;
    let policy = || Policy::parse("all", &document(ALLOW_ALL)).unwrap();
    for (names, caller) in [
        (names, Principal::user(ACCOUNT, "alice").unwrap()),
        (role, Principal::role_session(ACCOUNT, "deploy", "ci").unwrap()),
        (r#""*""#, Principal::user(ACCOUNT, "alice").unwrap()),
    ] {
        let text =
            format!(r#"{{"Effect": "Deny", "NotPrincipal": {{"AWS": {names}}}, "Action": "*", "Resource": "*"}}"#);
        let api = ResourcePolicy::parse("api", &document(&text)).unwrap();
        let free = Policies::new().with_identity(policy());
        let bounded = free.clone().with_boundary(policy());
        let decide = |policies| Call::new().by(&caller).decide(policies, Some(&api)).kind();
        assert_eq!((decide(&free), decide(&bounded)), (DecisionKind::Allowed, DecisionKind::ExplicitDeny), "{names}");
    }
}

/// "AWS global condition context keys", `aws:MultiFactorAuthAge`: seconds since the second factor was given. A moment that
/// is still to come is no proof of one.
#[test]
fn a_second_factor_in_the_future_is_none() {
    let session = |ago| Principal::role_session(ACCOUNT, "deploy", "ci").unwrap().with_multi_factor_at(now() - ago);
    for (ago, proven) in [
        (Duration::HOUR, true),
        (Duration::ZERO, true),
        (-Duration::NANOSECOND, false),
        (-Duration::SECOND, false),
        (-Duration::DAY, false),
    ] {
        let call = Call::new().by(&session(ago));
        for (text, holds) in [
            (r#""Bool": {"aws:MultiFactorAuthPresent": "true"}"#, proven),
            (r#""Bool": {"aws:MultiFactorAuthPresent": "false"}"#, !proven),
            (r#""NumericLessThan": {"aws:MultiFactorAuthAge": "7200"}"#, proven),
            (r#""Null": {"aws:MultiFactorAuthAge": "true"}"#, !proven),
        ] {
            assert_eq!(condition(&call, text), Some(holds), "{text} {ago} ago");
        }
    }
}

/// "Revoking IAM role temporary security credentials", id_roles_use_revoke-sessions.html: the statement denies sessions that
/// were issued before a time. One of which that is not known may be such a session.
#[test]
fn a_session_of_an_unknown_age_is_denied_by_what_revokes_older_ones() {
    let revoking = document(&format!(
        "{ALLOW_ALL}, {}",
        with_condition("Deny", r#""DateLessThan": {"aws:TokenIssueTime": "2015-08-30T12:00:00Z"}"#)
    ));
    let session = || Principal::role_session(ACCOUNT, "deploy", "ci").unwrap();
    for (caller, allowed) in [
        (session(), false),
        (session().with_token_issue_time(now() - Duration::HOUR), false),
        (session().with_token_issue_time(now() - Duration::MINUTE), true),
        (Principal::user(ACCOUNT, "alice").unwrap(), true),
    ] {
        assert_eq!(Call::new().by(&caller).under(&revoking).is_allowed(), allowed, "{caller:?}");
    }
    let unknown = Call::new().by(&session());
    for text in [r#""DateGreaterThan": {"aws:TokenIssueTime": "2015"}"#, r#""Null": {"aws:TokenIssueTime": "true"}"#] {
        assert_eq!(condition(&unknown, text), None, "{text}");
    }
}

/// "Single-valued vs. multivalued context keys": a value that is an empty text is an empty set, for which `ForAnyValue:`
/// does not hold and `ForAllValues:` does; "Condition operators", `IfExists`: the key is there, so that it is compared
/// (reference_policies_condition-single-vs-multi-valued-context-keys.html).
#[test]
fn if_exists_does_not_hold_for_a_key_that_is_there_and_empty() {
    for (prefix, suffix, holds) in
        [("ForAnyValue:", "", false), ("ForAnyValue:", "IfExists", false), ("ForAllValues:", "IfExists", true)]
    {
        for operator in ["StringEquals", "StringNotEquals", "StringLike", "NumericEquals", "ArnLike", "Bool"] {
            let value = match operator {
                "NumericEquals" => "1",
                "ArnLike" => "arn:aws:s3:::x",
                "Bool" => "true",
                _ => "x",
            };
            let text = format!(r#""{prefix}{operator}{suffix}": {{"aws:PrincipalTag/team": "{value}"}}"#);
            assert_eq!(condition(&tagged(""), &text), Some(holds), "{text}");
        }
    }
    // "Multivalued context key examples": `Null` with false asks whether the key is there and its value is not null, so that
    // it guards `ForAllValues:` against an empty one.
    let guarded =
        r#""ForAllValues:StringEquals": {"aws:PrincipalTag/team": "x"}, "Null": {"aws:PrincipalTag/team": "false"}"#;
    for (value, holds) in [("", false), ("x", true), ("y", false)] {
        assert_eq!(condition(&tagged(value), guarded), Some(holds), "{value:?}");
    }
    assert_eq!(condition(&tagged(""), r#""Null": {"aws:PrincipalTag/team": "true"}"#), Some(true));
    // Without the tag the key does not exist.
    let text = r#""ForAnyValue:StringEqualsIfExists": {"aws:PrincipalTag/team": "x"}"#;
    assert_eq!(condition(&Call::new(), text), Some(true));
    // Nothing but empty texts is as empty a set.
    let call = Call::new().key("test:Key", &["", ""]);
    assert_eq!(condition(&call, r#""ForAnyValue:StringNotEquals": {"test:Key": "x"}"#), Some(false));
}

/// "Policy variables with no value": a key without a value is null, and nothing is equal or like it
/// (reference_policies_variables.html#policy-vars-no-value).
#[test]
fn an_empty_tag_is_no_value_of_a_variable() {
    let own =
        |resource: &str| document(&format!(r#"{{"Effect": "Allow", "Action": "*", "Resource": "{}"}}"#, api(resource)));
    for resource in ["abc/$default/GET/${aws:PrincipalTag/team}*", "abc/${aws:PrincipalTag/team}$default/GET/pets"] {
        assert!(!tagged("").under(&own(resource)).is_allowed(), "{resource}");
    }
    assert!(tagged("pets").under(&own("abc/$default/GET/${aws:PrincipalTag/team}")).is_allowed());
    // The default stands in for it as for a tag that is not there.
    assert!(tagged("").under(&own("abc/$default/GET/${aws:PrincipalTag/team, 'pets'}")).is_allowed());
    let empty = tagged("").key("test:Key", &[""]);
    for (text, holds) in [
        (r#""StringEquals": {"test:Key": "${aws:PrincipalTag/team}"}"#, false),
        (r#""StringLike": {"test:Key": "*${aws:PrincipalTag/team}"}"#, false),
        (r#""StringNotEquals": {"test:Key": "${aws:PrincipalTag/team}"}"#, true),
        // A value that is written in the policy is compared as it is.
        (r#""StringEquals": {"test:Key": ""}"#, true),
    ] {
        assert_eq!(condition(&empty, text), Some(holds), "{text}");
    }
    // What is left out by a variable without a value does not let everything in.
    let without = document(&format!(
        r#"{{"Effect": "Allow", "Action": "*", "NotResource": "{}"}}"#,
        api("abc/$default/GET/${aws:PrincipalTag/team}")
    ));
    assert!(!tagged("").under(&without).is_allowed());
    assert!(tagged("toys").under(&without).is_allowed());
}

/// "Resource": a `*` at the end of a segment can match beyond the colon, and an incomplete ARN is completed with `*`
/// (reference_policies_elements_resource.html). What denies, and what is left out of an allowance, matches in either reading.
#[test]
fn an_incomplete_arn_denies_in_every_reading() {
    for pattern in [
        "arn:aws:execute-api:*:abc/*",
        "arn:aws:execute-api:*:abc/$default/GET/pets",
        "arn:aws:execute-api:*abc*",
        "arn:aws:execute-api:us-*:abc/*",
        "arn:aws:execute-api:us-east-1",
        "arn:aws:execute-api",
    ] {
        let denying =
            document(&format!(r#"{ALLOW_ALL}, {{"Effect": "Deny", "Action": "*", "Resource": "{pattern}"}}"#));
        assert_eq!(Call::new().under(&denying).kind(), DecisionKind::ExplicitDeny, "{pattern}");
        let leaving_out = document(&format!(r#"{{"Effect": "Allow", "Action": "*", "NotResource": "{pattern}"}}"#));
        assert!(!Call::new().under(&leaving_out).is_allowed(), "{pattern}");
    }
    for pattern in ["arn:aws:execute-api:*:def/*", "arn:aws:execute-api:eu-*:abc/*", "arn:aws:s3:*:abc/*"] {
        let denying =
            document(&format!(r#"{ALLOW_ALL}, {{"Effect": "Deny", "Action": "*", "Resource": "{pattern}"}}"#));
        assert!(Call::new().under(&denying).is_allowed(), "{pattern}");
    }
    // What allows is completed and compared part by part.
    for (pattern, allowed) in [("arn:aws:execute-api:*:abc/*", false), ("arn:aws:execute-api:*", true)] {
        let allowing = document(&format!(r#"{{"Effect": "Allow", "Action": "*", "Resource": "{pattern}"}}"#));
        assert_eq!(Call::new().under(&allowing).is_allowed(), allowed, "{pattern}");
    }
}

/// "API Gateway resource policy examples", the short form `execute-api:/stage/METHOD/path`. What is no ARN may be a call of the
/// API or not; an ARN of another service is not an API.
#[test]
fn what_is_no_arn_is_denied_by_the_short_form_too() {
    for (resource, outcome) in [
        ("", DecisionKind::ExplicitDeny),
        ("*", DecisionKind::ExplicitDeny),
        ("https://example.com/pets", DecisionKind::ExplicitDeny),
        ("arn:aws:execute-api:us-east-1", DecisionKind::ExplicitDeny),
        ("arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets", DecisionKind::ExplicitDeny),
        ("arn:aws:sqs:us-east-1:123456789012:abc/$default/GET/pets", DecisionKind::Allowed),
    ] {
        for (element, elsewhere) in [("Resource", outcome), ("NotResource", DecisionKind::ExplicitDeny)] {
            let path = if element == "Resource" { "*" } else { "*/POST/*" };
            let text = document(&format!(
                r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}},
                   {{"Effect": "Deny", "Principal": "*", "Action": "*", "{element}": "execute-api:/{path}"}}"#
            ));
            let call = Call::new().on(resource).owned_by(ACCOUNT);
            assert_eq!(call.under_resource(&text), elsewhere, "{element} {resource}");
        }
        let text = document(r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "execute-api:/*"}"#);
        let is_call = resource.ends_with("/pets") && resource.starts_with("arn:aws:execute-api:");
        let call = Call::new().on(resource).owned_by(ACCOUNT);
        assert_eq!(call.under_resource(&text) == DecisionKind::Allowed, is_call, "{resource}");
    }
}

/// Completing belongs to identity-based policies; an API's policy names whole ARNs, or its own API by the short form.
#[test]
fn an_incomplete_arn_in_an_apis_policy_is_an_error() {
    for (resource, ok) in [
        ("arn:aws:execute-api", false),
        ("arn:aws:execute-api:*:*", false),
        ("arn:aws:execute-api:*:abc/*", false),
        ("arn:aws:execute-api:*:*:*", true),
        ("execute-api:/*", true),
        ("*", true),
    ] {
        for element in ["Resource", "NotResource"] {
            let text = document(&format!(
                r#"{{"Effect": "Deny", "Principal": "*", "Action": "*", "{element}": ["*", "{resource}"]}}"#
            ));
            match ResourcePolicy::parse("api", &text) {
                Ok(_) => assert!(ok, "{resource}"),
                Err(error) => {
                    let place = format!("at Statement[0].{element}[1], line 1");
                    assert!(!ok && error.to_string().contains(&place), "{error}");
                }
            }
        }
    }
}

/// "Condition operators", `StringEqualsIgnoreCase`: every letter, not only those of ASCII.
#[test]
fn ignoring_case_is_for_every_letter() {
    for (policy, value, same) in [
        ("ÄRZTE", "ärzte", true),
        ("ärzte", "ÄRZTE", true),
        ("ΟΔΟΣ", "οδος", true),
        ("οδός", "ΟΔΌΣ", true),
        ("МОСКВА", "Москва", true),
        ("\u{212a}elvin", "kelvin", true),
        ("kelvin", "\u{212a}ELVIN", true),
        ("straße", "STRASSE", false),
        ("straße", "STRAßE", true),
        ("admin", "adm\u{131}n", false),
        ("", "", true),
        ("a", "", false),
        ("é", "e", false),
        ("ab", "aB", true),
        ("ab", "aBc", false),
    ] {
        let call = Call::new().key("test:Key", &[value]);
        for (operator, holds) in [("StringEqualsIgnoreCase", same), ("StringNotEqualsIgnoreCase", !same)] {
            let text = format!(r#""{operator}": {{"test:Key": "{policy}"}}"#);
            assert_eq!(condition(&call, &text), Some(holds), "{text} on {value}");
        }
        let text = r#""StringEqualsIgnoreCase": {"test:Key": "${test:Other}"}"#;
        let held = condition(&call.key("test:Other", &[policy]), text);
        assert_eq!(held, Some(same && !policy.is_empty()), "{policy} and {value}");
    }
    // Actions have only ASCII letters, and the long s is not one.
    let policy = document(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#);
    assert!(!Call::new().doing("\u{17f}3:GetObject").under(&policy).is_allowed());
}

/// "AWS global condition context keys": names of keys, and of tags, have no case.
#[test]
fn the_case_of_a_key_does_not_count_in_any_script() {
    let call = Call::new().by(&Principal::user(ACCOUNT, "alice").unwrap().with_tag("Größe", "l")).key("test:Ä", &["x"]);
    assert_eq!(condition(&call, r#""StringEquals": {"aws:principaltag/GRÖßE": "l", "TEST:ä": "x"}"#), Some(true));
    let twice = document(&with_condition("Allow", r#""StringEquals": {"test:Ä": "x", "test:ä": "y"}"#));
    assert!(Policy::parse("p", &twice).is_err());
}

/// W3C NOTE-datetime, which "Condition operators" names: hours of a zone are 00 to 23, minutes 00 to 59.
#[test]
fn a_zone_is_less_than_a_day() {
    for (zone, ok) in [
        ("+23:59", true),
        ("-23:59", true),
        ("+24:00", false),
        ("-24:00", false),
        ("+25:00", false),
        ("-25:59", false),
        ("+12:60", false),
        ("+00:00", true),
    ] {
        let text = document(&with_condition(
            "Deny",
            &format!(r#""DateLessThan": {{"aws:CurrentTime": "2015-08-30T12:36:00{zone}"}}"#),
        ));
        assert_eq!(Policy::parse("p", &text).is_ok(), ok, "{zone}");
    }
}

/// "Condition operators", ARN condition operators: the six parts of an ARN are compared. A text that is not an ARN has no parts.
#[test]
fn a_star_of_an_arn_operator_is_an_arn() {
    for (value, told) in [
        ("arn:aws:iam::123456789012:user/alice", true),
        ("arn:aws:s3:::b", true),
        ("", false),
        ("x", false),
        ("*", false),
        ("arn:aws:s3", false),
        ("a:b:c:d:e:f", false),
    ] {
        let call = Call::new().key("test:Key", &[value]);
        for (operator, holds) in [("ArnLike", true), ("ArnEquals", true), ("ArnNotLike", false)] {
            let text = format!(r#""{operator}": {{"test:Key": "*"}}"#);
            assert_eq!(condition(&call, &text), told.then_some(holds), "{text} on {value}");
            let parts = format!(r#""{operator}": {{"test:Key": "*:*:*:*:*:*"}}"#);
            assert_eq!(condition(&call, &parts), told.then_some(holds), "{parts} on {value}");
        }
    }
}

/// "Variables and tags": a variable is `${key}`, and stands in resources and values of conditions only
/// (reference_policies_variables.html#policy-vars-wheretouse).
#[test]
fn variables_that_could_never_apply_are_errors() {
    for variable in [
        "${a${aws:username}}",
        "${ aws:username }",
        "${aws:username }",
        "${aws: username}",
        "${aws:PrincipalTag/${aws:username}}",
        "${aws:PrincipalTag/a*}",
        "${aws:PrincipalTag/a?}",
        "${aws:user{name}",
        "${aws:username , 'x'}",
        "${aws:username,'x'}",
        "${aws:username,  'x'}",
        "${aws:username, 'x' }",
        "${aws:username, '${aws:userid}'}",
        "${aws:user$name}",
        "${aws:user\\tname}",
        "${aws:username",
        "${}",
        "${username}",
    ] {
        let resource = format!(r#"{{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::b/{variable}"}}"#);
        let value = with_condition("Deny", &format!(r#""StringEquals": {{"test:Key": "{variable}"}}"#));
        for statement in [resource, value] {
            let error = Policy::parse("p", &document(&statement)).expect_err(&statement).to_string();
            assert!(error.contains("at Statement[0]."), "{error}");
            // The older version has no variables, and takes them as they are written.
            assert!(Policy::parse("p", &format!(r#"{{"Statement": {statement}}}"#)).is_ok(), "{statement}");
        }
    }
    for variable in ["${aws:PrincipalTag/Cost Center}", "${aws:PrincipalTag/größe}", "${accounts.google.com:sub}"] {
        let text =
            document(&format!(r#"{{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::b/{variable}"}}"#));
        assert!(Policy::parse("p", &text).is_ok(), "{variable}");
    }
    for principal in [
        r#"{"AWS": "arn:aws:iam::123456789012:user/${aws:username}"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user/${aws:username}/bob"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:role/${aws:PrincipalTag/role}"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/${aws:username}"}"#,
        r#"{"AWS": "arn:${aws:partition}:iam::123456789012:root"}"#,
        r#"{"AWS": ["*", "${aws:PrincipalAccount}"]}"#,
        r#"{"Service": "${aws:PrincipalTag/service}.amazonaws.com"}"#,
        r#"{"Federated": "arn:aws:iam::123456789012:saml-provider/${x:y}"}"#,
        // Names that no user or role can have.
        r#"{"AWS": "arn:aws:iam::123456789012:user/a b"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user/a:b"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user//"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/c"}"#,
        r#"{"AWS": "arn::iam::123456789012:root"}"#,
    ] {
        for element in ["Principal", "NotPrincipal"] {
            let text =
                document(&format!(r#"{{"Effect": "Deny", "{element}": {principal}, "Action": "*", "Resource": "*"}}"#));
            assert!(ResourcePolicy::parse("api", &text).is_err(), "{element} {principal}");
        }
    }
}

/// A key is a name: with a variable or a wildcard in it, or a space at its ends, it would be one that no request has.
#[test]
fn a_key_that_no_request_has_lets_nothing_through() {
    for key in ["aws:PrincipalTag/${aws:username}", "aws:PrincipalTag/*", "test:K?y"] {
        for operator in ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"] {
            let text = format!(r#""{operator}": {{"{key}": "x"}}"#);
            assert_eq!(condition(&tagged("x").key("test:Key", &["x"]), &text), None, "{text}");
        }
        assert_eq!(condition(&tagged("x"), &format!(r#""Null": {{"{key}": "true"}}"#)), None, "{key}");
    }
    for key in [" aws:username", "aws:username ", "aws: username", "aws :username"] {
        let text = document(&with_condition("Deny", &format!(r#""StringEquals": {{"{key}": "x"}}"#)));
        assert!(Policy::parse("p", &text).is_err(), "{key:?}");
    }
}

/// "Condition operators", date condition operators: W3C's formats, or seconds since 1970. `20231114` is neither for sure:
/// ISO 8601 knows it as a date, W3C's profile does not, and as seconds it is a day of 1970.
#[test]
fn a_date_without_hyphens_is_an_error() {
    for (text, ok) in [
        ("20231114", false),
        ("19991231", false),
        ("20240229", false),
        ("2023318", false),
        ("20231114T120000Z", false),
        ("20231314", true),
        ("99999999", true),
        ("1700000000", true),
        ("0", true),
        ("-20231114", true),
        ("2023-11-14", true),
    ] {
        for value in [format!("\"{text}\""), text.to_owned()] {
            if value.contains(['T', '-']) && !value.starts_with('"') && !value.starts_with('-') {
                continue;
            }
            let policy =
                document(&with_condition("Deny", &format!(r#""DateLessThan": {{"aws:CurrentTime": {value}}}"#)));
            assert_eq!(Policy::parse("p", &policy).is_ok(), ok, "{value}");
        }
    }
    // In a request it cannot be told.
    let call = Call::new().key("test:Date", &["20231114"]);
    assert_eq!(condition(&call, r#""DateLessThan": {"test:Date": "2024-01-01"}"#), None);
}

/// "AWS global condition context keys", availability of `aws:SourceIp` and `aws:SecureTransport`: a request that comes over a
/// public endpoint has them (condition-keys-sourceip, condition-keys-securetransport). A deny must also apply if source and
/// transport are unknown.
#[test]
fn an_address_and_a_transport_that_were_not_set_are_unknown() {
    for text in [
        r#""IpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#,
        r#""NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#,
        r#""IpAddressIfExists": {"aws:SourceIp": "192.0.2.0/24"}"#,
        r#""Bool": {"aws:SecureTransport": "false"}"#,
        r#""BoolIfExists": {"aws:SecureTransport": "true"}"#,
        r#""Null": {"aws:SourceIp": "true", "aws:SecureTransport": "true"}"#,
    ] {
        assert_eq!(condition(&Call::new(), text), None, "{text}");
    }
    // A call through a VPC endpoint has no source address.
    let private = Call::new().key("aws:SourceIp", &[]);
    assert_eq!(condition(&private, r#""NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#), Some(true));
}

/// The guard that AWS publishes: "AWS: Denies access to AWS based on the source IP",
/// reference_policies_examples_aws_deny-ip.html.
#[test]
fn awss_own_guard_of_the_source_address_denies() {
    let guard = r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
        "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}, "Bool": {"aws:ViaAWSService": "false"}}}"#;
    let policies =
        Policies::new().with_identity(Policy::parse("p", &document(&format!("{ALLOW_ALL}, {guard}"))).unwrap());
    let alice = Principal::user(ACCOUNT, "alice").unwrap();
    for (address, outcome) in [
        ("203.0.113.9", DecisionKind::Allowed),
        ("198.51.100.7", DecisionKind::ExplicitDeny),
        ("2001:db8::1", DecisionKind::ExplicitDeny),
    ] {
        let context =
            RequestContext::new(&alice, crate::call::INVOKE, PETS, now()).with_source_ip(address.parse().unwrap());
        assert_eq!(evaluate(&context, &policies, None).kind(), outcome, "{address}");
    }
}
