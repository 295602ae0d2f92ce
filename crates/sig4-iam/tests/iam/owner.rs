//! To whom a resource belongs. What is unknown is another account's.
//!
//! Source: "Cross-account policy evaluation logic", reference_policies_evaluation-logic-cross-account.html; "AWS global
//! condition context keys", `aws:ResourceAccount`, reference_policies_condition-keys.html#condition-keys-resourceaccount.

use crate::call::{ACCOUNT, ALLOW_ALL, Call, OTHER, condition, document, resource, with_condition};
use sig4_iam::{DecisionKind, Policies, Policy, PolicyKind, Principal, ResourcePolicy, evaluate};

const OBJECT: &str = "arn:aws:s3:::bucket/key";
const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:queue";

fn own() -> Policies {
    Policies::new().with_identity(Policy::parse("own", &document(ALLOW_ALL)).unwrap())
}

fn everyone() -> ResourcePolicy {
    resource(&document(r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#))
}

fn callers(account: &str) -> [Principal; 3] {
    [
        Principal::root(account).unwrap(),
        Principal::user(account, "alice").unwrap(),
        Principal::role_session(account, "deploy", "ci").unwrap(),
    ]
}

/// Whether a call is allowed by the caller's policies, by the resource's, and by both.
fn allowed(call: &Call) -> [bool; 3] {
    let decide = |policies: &Policies, resource: Option<&ResourcePolicy>| call.decide(policies, resource).is_allowed();
    [decide(&own(), None), decide(&Policies::new(), Some(&everyone())), decide(&own(), Some(&everyone()))]
}

const SAME: [bool; 3] = [true; 3];
const BOTH: [bool; 3] = [false, false, true];
/// The root user needs no policy of its own.
const ROOT: [bool; 3] = [false, true, true];

#[test]
fn a_resource_of_an_unknown_owner_is_another_accounts() {
    for (name, owner, expected) in [
        (OBJECT, None, BOTH),
        (OBJECT, Some(ACCOUNT), SAME),
        (OBJECT, Some(OTHER), BOTH),
        (OBJECT, Some(""), BOTH),
        (OBJECT, Some("12345678901"), BOTH),
        (OBJECT, Some("*"), BOTH),
        (QUEUE, None, SAME),
        (QUEUE, Some(ACCOUNT), SAME),
        // What contradicts itself is unknown.
        (QUEUE, Some(OTHER), BOTH),
        (QUEUE, Some(""), BOTH),
        ("arn:aws:sqs:us-east-1:999988887777:queue", None, BOTH),
        ("arn:aws:sqs:us-east-1:999988887777:queue", Some(ACCOUNT), BOTH),
        ("arn:aws:sqs:us-east-1:*:queue", None, BOTH),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", None, BOTH),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", Some(ACCOUNT), BOTH),
        // What is no ARN names no account, whatever it looks like.
        ("pets", None, BOTH),
        ("", None, BOTH),
        ("x:aws:sqs:us-east-1:123456789012:queue", None, BOTH),
        ("arn:aws:sqs:us-east-1:123456789012", None, BOTH),
        ("ARN:aws:sqs:us-east-1:123456789012:queue", None, BOTH),
        ("pets", Some(ACCOUNT), SAME),
        ("pets", Some(OTHER), BOTH),
    ] {
        for caller in callers(ACCOUNT) {
            let call = Call::new().by(&caller).on(name);
            let call = owner.iter().fold(call, |call, owner| call.owned_by(owner));
            let is_root = caller.arn().ends_with(":root");
            let expected = if is_root && expected == BOTH { ROOT } else { expected };
            assert_eq!(allowed(&call), expected, "{name} of {owner:?} for {}", caller.arn());
        }
    }
}

/// Root of another account was allowed everything on resources whose ARN names no account.
#[test]
fn root_of_any_account_is_allowed_nothing_of_an_unknown_owner() {
    for account in [ACCOUNT, OTHER, "111122223333"] {
        let call = Call::new().by(&Principal::root(account).unwrap()).on(OBJECT);
        let decision = call.decide(&Policies::new(), None);
        assert_eq!((decision.kind(), decision.policy_kind()), (DecisionKind::ImplicitDeny, Some(PolicyKind::Resource)));
        assert_eq!(
            decision.to_string(),
            "not allowed: the account that owns the resource is not known, and no resource-based policy allows it",
        );
        assert_eq!(call.owned_by(ACCOUNT).decide(&own(), None).is_allowed(), account == ACCOUNT, "{account}");
    }
}

/// An account of another partition is another account, though it has the same digits.
#[test]
fn partitions_have_to_agree() {
    for (name, owner) in [(QUEUE, None), (OBJECT, Some(ACCOUNT)), ("arn:aws-us-gov:s3:::bucket", Some(ACCOUNT))] {
        for caller in callers(ACCOUNT) {
            for partition in ["aws", "aws-cn", "aws-us-gov"] {
                let caller = caller.clone().with_partition(partition).unwrap();
                let call = Call::new().by(&caller).on(name);
                let call = owner.iter().fold(call, |call, owner| call.owned_by(owner));
                let is_same = name.starts_with(&format!("arn:{partition}:"));
                let expected = match (is_same, caller.arn().ends_with(":root")) {
                    (true, _) => SAME,
                    (false, true) => ROOT,
                    (false, false) => BOTH,
                };
                assert_eq!(allowed(&call), expected, "{name} for {}", caller.arn());
            }
        }
    }
    // Twelve digits in a policy are an account of the resource's partition.
    let digits = |effect: &str| {
        resource(&document(&format!(
            r#"{{"Effect": "{effect}", "Principal": {{"AWS": "123456789012"}}, "Action": "*", "Resource": "*"}}"#
        )))
    };
    for (partition, allowed) in [("aws", true), ("aws-cn", false)] {
        let caller = Principal::user(ACCOUNT, "alice").unwrap().with_partition(partition).unwrap();
        let call = Call::new().by(&caller).on(QUEUE);
        assert_eq!(call.decide(&own(), Some(&digits("Allow"))).is_allowed(), allowed, "{partition}");
        assert_eq!(call.decide(&own(), Some(&digits("Deny"))).kind(), DecisionKind::ExplicitDeny, "{partition}");
    }
}

#[test]
fn the_key_of_the_owner_follows_from_the_owner() {
    let is = |account: &str| format!(r#""StringEquals": {{"aws:ResourceAccount": "{account}"}}"#);
    let absent = r#""Null": {"aws:ResourceAccount": "true"}"#;
    // For a caller of the owner's account, so that it is the condition that decides.
    let mine = Call::new().on(OBJECT).owned_by(ACCOUNT);
    assert_eq!(condition(&mine, &is(ACCOUNT)), Some(true));
    assert_eq!(condition(&mine, absent), Some(false));
    // It cannot be set by hand: neither the owner nor the key changes.
    for name in ["aws:ResourceAccount", "AWS:resourceaccount"] {
        let faked = mine.clone().key(name, &[OTHER]);
        assert_eq!((condition(&faked, &is(ACCOUNT)), condition(&faked, &is(OTHER))), (Some(true), Some(false)));
        let unknown = Call::new().on(OBJECT).key(name, &[ACCOUNT]);
        assert_eq!(allowed(&unknown), BOTH, "{name}");
        let text = document(&format!(
            r#"{ALLOW_ALL}, {{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {{"StringNotEquals": {{"aws:ResourceAccount": "{ACCOUNT}"}}}}}}"#
        ));
        let guarded = Policies::new().with_identity(Policy::parse("p", &text).unwrap());
        assert_eq!(unknown.decide(&guarded, Some(&everyone())).kind(), DecisionKind::ExplicitDeny, "{name}");
        assert!(mine.decide(&guarded, Some(&everyone())).is_allowed());
    }
}

/// `aws:ResourceOrgID` and `aws:ResourceOrgPaths` are the caller's own if the caller's account is the owner. For another account
/// they can be set.
#[test]
fn the_organization_of_the_own_account_is_the_callers() {
    let alice =
        Principal::user(ACCOUNT, "alice").unwrap().with_org_id("o-a1b2c3d4e5").with_org_path("o-a1b2c3d4e5/r-ab12/");
    let text = r#""StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"},
        "ForAnyValue:StringLike": {"aws:ResourceOrgPaths": "o-a1b2c3d4e5/*"}"#;
    let mine = Call::new().by(&alice).on(OBJECT).owned_by(ACCOUNT);
    assert_eq!(condition(&mine, text), Some(true));
    let faked = mine.key("aws:ResourceOrgID", &["o-other"]).key("aws:ResourceOrgPaths", &["o-other/"]);
    assert_eq!(condition(&faked, text), Some(true));
    let denying = format!(
        r#"{ALLOW_ALL}, {{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {{"StringNotEquals": {{"aws:ResourceOrgID": "o-a1b2c3d4e5"}}}}}}"#
    );
    let guarded = Policies::new().with_identity(Policy::parse("p", &document(&denying)).unwrap());
    let foreign = Call::new().by(&alice).on(OBJECT).owned_by(OTHER);
    assert_eq!(foreign.decide(&guarded, Some(&everyone())).kind(), DecisionKind::ExplicitDeny);
    assert!(foreign.key("aws:ResourceOrgID", &["o-a1b2c3d4e5"]).decide(&guarded, Some(&everyone())).is_allowed());
}

/// "AWS global condition context keys": a resource has an owner, and a request a region, known or not
/// (condition-keys-resourceaccount, condition-keys-resourceorgid, condition-keys-requestedregion). Absent keys would satisfy
/// `IfExists` and the negated operators, and would treat an unknown owner as the caller's account.
#[test]
fn keys_of_an_unknown_owner_cannot_be_told() {
    let unknown = [
        Call::new().on(OBJECT),
        Call::new().on("pets"),
        Call::new().on("arn:aws:sqs::999988887777:queue").owned_by(ACCOUNT),
    ];
    for call in &unknown {
        for key in ["aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:RequestedRegion"] {
            for operator in ["StringEquals", "StringEqualsIfExists", "StringNotEquals", "ForAnyValue:StringEquals"] {
                let text = format!(r#""{operator}": {{"{key}": ["x", "123456789012"]}}"#);
                let policies = |statements: &str| {
                    Policies::new().with_identity(Policy::parse("p", &document(statements)).unwrap())
                };
                let decide = |policies| call.decide(&policies, Some(&everyone())).kind();
                let allowing = with_condition("Allow", &text);
                let denying = format!("{ALLOW_ALL}, {}", with_condition("Deny", &text));
                assert_eq!(decide(policies(&allowing)), DecisionKind::ImplicitDeny, "{text} {}", call.resource);
                assert_eq!(decide(policies(&denying)), DecisionKind::ExplicitDeny, "{text} {}", call.resource);
            }
        }
    }
    // The caller of the crate can set it; without a value the owner has no organization.
    let region = Call::new().on(OBJECT).owned_by(ACCOUNT).key("aws:RequestedRegion", &["eu-west-1"]);
    assert_eq!(condition(&region, r#""StringEquals": {"aws:RequestedRegion": "eu-west-1"}"#), Some(true));
    let guard = with_condition("Deny", r#""StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}"#);
    let guarded =
        Policies::new().with_identity(Policy::parse("p", &document(&format!("{ALLOW_ALL}, {guard}"))).unwrap());
    for (resource, region, allowed) in
        [(OBJECT, "eu-west-1", true), (OBJECT, "us-east-1", false), (QUEUE, "eu-west-1", false)]
    {
        let call = Call::new().on(resource).owned_by(ACCOUNT);
        let decision = evaluate(&call.context().with_requested_region(region), &guarded, None);
        assert_eq!(decision.is_allowed(), allowed, "{resource} in {region}: the ARN's own region counts");
    }
    let own = r#""Null": {"aws:ResourceOrgID": "true", "aws:ResourceOrgPaths": "true"}"#;
    assert_eq!(condition(&Call::new().on(OBJECT).owned_by(ACCOUNT), own), Some(true));
    let denying = format!("{ALLOW_ALL}, {}", with_condition("Deny", r#""StringEquals": {"aws:ResourceOrgID": "o-x"}"#));
    let guarded = Policies::new().with_identity(Policy::parse("p", &document(&denying)).unwrap());
    let foreign = Call::new().on(OBJECT).owned_by(OTHER);
    assert_eq!(foreign.decide(&guarded, Some(&everyone())).kind(), DecisionKind::ExplicitDeny);
    assert!(foreign.key("aws:ResourceOrgID", &[]).decide(&guarded, Some(&everyone())).is_allowed());
}
