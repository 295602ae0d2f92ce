//! `Principal` and `NotPrincipal`.
//!
//! Source: "AWS JSON policy elements: Principal", reference_policies_elements_principal.html; "AWS JSON policy elements:
//! NotPrincipal", reference_policies_elements_notprincipal.html.

use crate::call::{ACCOUNT, Call, OTHER, document};
use sig4_iam::ErrorKind;
use sig4_iam::{DecisionKind, Policies, Policy, Principal, ResourcePolicy};

fn denying(element: &str, principal: &str) -> ResourcePolicy {
    let text = document(&format!(r#"{{"Effect": "Deny", "{element}": {principal}, "Action": "*", "Resource": "*"}}"#));
    ResourcePolicy::parse("api", &text).unwrap_or_else(|error| panic!("{error}: {principal}"))
}

/// Whether a statement applies to a caller.
fn applies(element: &str, principal: &str, caller: &Principal) -> bool {
    let policies = Policies::new().with_identity(Policy::parse("all", &document(crate::call::ALLOW_ALL)).unwrap());
    let decision = Call::new().by(caller).decide(&policies, Some(&denying(element, principal)));
    decision.kind() == DecisionKind::ExplicitDeny
}

fn alice() -> Principal {
    Principal::user(ACCOUNT, "alice")
        .unwrap()
        .with_path("/staff/")
        .unwrap()
        .with_unique_id("AIDAEXAMPLEALICE0001")
        .unwrap()
}

fn session() -> Principal {
    Principal::role_session(ACCOUNT, "deploy", "ci")
        .unwrap()
        .with_path("/ops/")
        .unwrap()
        .with_unique_id("AROAEXAMPLEDEPLOY001")
        .unwrap()
}

#[test]
fn a_principal_is_whom_it_names() {
    let (root, other) = (Principal::root(ACCOUNT).unwrap(), Principal::user(OTHER, "alice").unwrap());
    let china = Principal::user(ACCOUNT, "alice").unwrap().with_partition("aws-cn").unwrap();
    let callers = [&alice(), &session(), &root, &other, &china];
    for (principal, expected) in [
        (r#""*""#, [true; 5]),
        (r#"{"AWS": "*"}"#, [true; 5]),
        (r#"{"AWS": ["111122223333", "*"]}"#, [true; 5]),
        (r#"{"AWS": "123456789012"}"#, [true, true, true, false, true]),
        (r#"{"AWS": "arn:aws:iam::123456789012:root"}"#, [true, true, true, false, false]),
        (r#"{"AWS": "arn:aws-cn:iam::123456789012:root"}"#, [false, false, false, false, true]),
        (r#"{"AWS": "arn:aws:iam::123456789012:user/staff/alice"}"#, [true, false, false, false, false]),
        (r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#, [false; 5]),
        (r#"{"AWS": "arn:aws:iam::123456789012:user/staff/Alice"}"#, [false; 5]),
        (r#"{"AWS": "arn:aws:iam::999988887777:user/alice"}"#, [false, false, false, true, false]),
        (r#"{"AWS": "arn:aws-cn:iam::123456789012:user/alice"}"#, [false, false, false, false, true]),
        (r#"{"AWS": "arn:aws:iam::123456789012:role/ops/deploy"}"#, [false, true, false, false, false]),
        (r#"{"AWS": "arn:aws:iam::123456789012:role/deploy"}"#, [false; 5]),
        (r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/ci"}"#, [false, true, false, false, false]),
        (r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/cd"}"#, [false; 5]),
        (r#"{"AWS": "arn:aws:sts::123456789012:federated-user/alice"}"#, [false; 5]),
        (r#"{"AWS": "AIDAEXAMPLEALICE0001"}"#, [true, false, false, false, false]),
        (r#"{"AWS": "AROAEXAMPLEDEPLOY001"}"#, [false, true, false, false, false]),
        (r#"{"AWS": "AROAEXAMPLEDEPLOY002"}"#, [false; 5]),
        (r#"{"Service": "*"}"#, [false; 5]),
        (r#"{"Service": ["lambda.amazonaws.com", "123456789012"]}"#, [false; 5]),
        (r#"{"Federated": "arn:aws:iam::123456789012:user/staff/alice"}"#, [false; 5]),
        (r#"{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#, [false; 5]),
        (
            r#"{"Service": "x", "AWS": "arn:aws:iam::123456789012:user/staff/alice"}"#,
            [true, false, false, false, false],
        ),
    ] {
        let decided = callers.map(|caller| applies("Principal", principal, caller));
        assert_eq!(decided, expected, "{principal}");
    }
}

/// The page's two examples, and what it says of lists that leave the account or the role out.
#[test]
fn not_principal_spares_whom_it_names_by_all_of_their_names() {
    let root = "arn:aws:iam::123456789012:root";
    let (user, role) = ("arn:aws:iam::123456789012:user/staff/alice", "arn:aws:iam::123456789012:role/ops/deploy");
    let ci = "arn:aws:sts::123456789012:assumed-role/deploy/ci";
    for (names, [user_denied, session_denied, root_denied]) in [
        (vec![user, root], [false, true, false]),
        (vec![user, "123456789012"], [false, true, false]),
        (vec![user], [true, true, true]),
        (vec![root], [true, true, false]),
        (vec![ci, role, root], [true, false, false]),
        (vec![ci, root], [true, true, false]),
        (vec![ci, role], [true, true, true]),
        (vec![role, root], [true, true, false]),
        (vec!["arn:aws:iam::999988887777:root"], [true, true, true]),
        (vec!["*"], [false, false, false]),
    ] {
        let list = format!(r#"{{"AWS": {names:?}}}"#);
        assert_eq!(applies("NotPrincipal", &list, &alice()), user_denied, "{list} for the user");
        assert_eq!(applies("NotPrincipal", &list, &session()), session_denied, "{list} for the session");
        assert_eq!(
            applies("NotPrincipal", &list, &Principal::root(ACCOUNT).unwrap()),
            root_denied,
            "{list} for the root user"
        );
    }
}

#[test]
fn what_names_nobody_is_an_error() {
    for principal in [
        r#""""#,
        r#""123456789012""#,
        r#""arn:aws:iam::123456789012:root""#,
        "[]",
        "{}",
        r#"["*"]"#,
        "null",
        "7",
        r#"{"AWS": []}"#,
        r#"{"AWS": {}}"#,
        r#"{"AWS": 123456789012}"#,
        r#"{"*": "*"}"#,
        r#"{"aws": "*"}"#,
        r#"{"AWS": ""}"#,
        r#"{"AWS": "12345678901"}"#,
        r#"{"AWS": "1234-5678-9012"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user/*"}"#,
        r#"{"AWS": "arn:aws:iam::*:root"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user/"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:group/x"}"#,
        r#"{"AWS": "arn:aws:iam:us-east-1:123456789012:user/x"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/ci/x"}"#,
        r#"{"AWS": "arn:aws:s3:::bucket"}"#,
        r#"{"AWS": "alice"}"#,
    ] {
        let text =
            document(&format!(r#"{{"Effect": "Deny", "Principal": {principal}, "Action": "*", "Resource": "*"}}"#));
        assert!(ResourcePolicy::parse("api", &text).is_err(), "{principal}");
    }
    // It would let in everyone there is.
    let text =
        document(r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*"}"#);
    assert!(ResourcePolicy::parse("api", &text).is_err());
}

/// IAM API reference, `CreateUser`, `CreateRole`; STS API reference, `AssumeRole`; "IAM identifiers". A user named
/// `team/bob` would have the ARN of bob at the path `/team/`.
#[test]
fn names_that_aws_refuses_are_errors() {
    let long = |len: usize| "a".repeat(len);
    let user = |name: &str| Principal::user(ACCOUNT, name);
    let role = |name: &str, session: &str| Principal::role_session(ACCOUNT, name, session);
    for name in ["alice", "a", "A.b_c+d=e,f@g-h", "0", &long(64)] {
        assert_eq!(user(name).unwrap().name(), name);
        assert_eq!(role(name, "ci").unwrap().name(), name);
    }
    for name in ["", "team/bob", "a:b", "a b", "a*", "\u{e9}", "a\n", "${aws:username}", &long(65)] {
        let error = user(name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPrincipal, "{name}");
        assert!(role(name, "ci").is_err() && error.to_string().len() < 300, "{name}");
    }
    assert!(role("deploy", "ci").is_ok() && role("deploy", &long(64)).is_ok());
    for session in ["", "c", "ci/x", "ci:x", "c i", &long(65)] {
        assert!(role("deploy", session).is_err(), "{session}");
    }
    for account in ["", "12345678901", "1234567890123", "12345678901x", "1234-5678-9012", "\u{661}23456789012"] {
        assert!(Principal::user(account, "alice").is_err(), "{account}");
        assert!(Principal::role_session(account, "deploy", "ci").is_err(), "{account}");
        assert!(Principal::root(account).is_err(), "{account}");
    }
}

#[test]
fn paths_partitions_and_ids_that_aws_refuses_are_errors() {
    let user = || Principal::user(ACCOUNT, "bob").unwrap();
    let longest = format!("/{}/", "a".repeat(510));
    for path in ["/", "/team/", "/a/b!c/", "/a:b/", &longest] {
        assert_eq!(user().with_path(path).unwrap().arn(), format!("arn:aws:iam::{ACCOUNT}:user{path}bob"));
    }
    for path in ["", "team", "/team", "team/", "//", "/te am/", "/\u{e9}/", &format!("/{}/", "a".repeat(511))] {
        assert_eq!(user().with_path(path).unwrap_err().kind(), ErrorKind::InvalidPrincipal, "{path}");
    }
    for partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc"] {
        assert_eq!(user().with_partition(partition).unwrap().partition(), partition);
    }
    for partition in ["", "Aws", "aws-", "aws:iam", "gcp", "*", "aws--cn"] {
        assert!(user().with_partition(partition).is_err(), "{partition}");
    }
    let role = || Principal::role_session(ACCOUNT, "deploy", "ci").unwrap();
    assert!(
        user().with_unique_id("AIDAEXAMPLEBOB000001").is_ok() && role().with_unique_id("AROAEXAMPLE000001").is_ok()
    );
    for id in ["", "AIDA", "AROAEXAMPLE000001", "AIDAexample000001", "AIDAEXAMPLE0000:1", "AIDAEXAMPLE 00001"] {
        assert!(user().with_unique_id(id).is_err(), "{id}");
    }
    assert!(role().with_unique_id("AIDAEXAMPLE000001").is_err());
    assert!(Principal::root(ACCOUNT).unwrap().with_unique_id("AIDAEXAMPLE000001").is_err());
}

/// An origin access identity calls with no access key; the policies of buckets that name one are read.
///
/// Source: Amazon CloudFront Developer Guide, "Use an origin access identity (legacy, not recommended)".
#[test]
fn an_origin_access_identity_is_somebody_else() {
    let named = r#"{"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC"}"#;
    assert!(!applies("Principal", named, &alice()));
    assert!(applies("NotPrincipal", named, &alice()));
    for other in ["user/alice", "root", "role/x", "user/CloudFront Origin Access Identity "] {
        let text = document(&format!(
            r#"{{"Effect": "Deny", "Principal": {{"AWS": "arn:aws:iam::cloudfront:{other}"}}, "Action": "*", "Resource": "*"}}"#
        ));
        assert!(ResourcePolicy::parse("p", &text).is_err(), "{other}");
    }
}
