//! The directory of principals, and where its secrets go.

use crate::call::{ACCOUNT, INVOKE, PETS, now};
use sig4::verify::KeyStore;
use sig4::{Credentials, Signer, Verifier};
use sig4_iam::{Directory, ErrorKind, Identity, Principal, PrincipalKind, RequestContext, evaluate};
use std::sync::Arc;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const WHOLE: &str = r#"{
  "account": "123456789012",
  "partition": "aws",
  "organization": {"id": "o-a1b2c3d4e5", "paths": ["o-a1b2c3d4e5/r-ab12/"]},
  "service_control_policies": [["scp.json"]],
  "root": {"access_keys": [{"id": "AKIAROOT000000000001", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}]},
  "groups": {"callers": {"policies": [{"name": "invoke", "document": {"Version": "2012-10-17", "Statement":
    {"Sid": "Invoke", "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:abc/*"}}}]}},
  "users": {
    "alice": {"path": "/staff/", "unique_id": "AIDAEXAMPLEALICE0001", "tags": {"team": "pets", "level": 3}, "groups": ["callers"],
      "access_keys": [{"id": "AKIAALICE00000000001", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
                      {"id": "AKIAALICE00000000002", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "active": false}]},
    "bob": {"groups": ["callers"], "boundary": "boundary.json",
      "access_keys": [{"id": "AKIABOB0000000000001", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}]},
    "carol": {"policies": [{"Version": "2012-10-17", "Statement": [
      {"Effect": "Deny", "Action": "*", "Resource": "*"}]}], "groups": ["callers"],
      "access_keys": [{"id": "AKIACAROL00000000001", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}]}
  },
  "roles": {
    "deploy": {"path": "/ops/", "tags": {"team": "ops", "kind": "role"}, "policies": ["all.json"], "sessions": {
      "ci": {"access_key": {"id": "ASIACI00000000000001", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token": "IQoJb3JpZ2luX2Vj"},
        "issued": "2015-08-30T12:00:00Z", "expires": "2015-08-30T13:00:00Z", "multi_factor_at": "2015-08-30T11:59:00Z",
        "tags": {"TEAM": "pets"}},
      "narrow": {"access_key": {"id": "ASIANARROW0000000001", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token": "IQoJb3JpZ2luX2Vj"},
        "policies": ["boundary.json"]}
    }}
  }
}"#;

fn whole() -> Directory {
    Directory::from_json_and_files(WHOLE, |name| {
        let all = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
        match name {
            "all.json" | "scp.json" => Ok(all.to_owned()),
            "boundary.json" => Ok(all.replace(r#""Action": "*""#, r#""Action": "s3:*""#)),
            _ => Err(std::io::ErrorKind::NotFound.into()),
        }
    })
    .unwrap()
}

#[test]
fn everyone_is_who_the_file_says_and_may_do_what_it_says() {
    let directory = whole();
    assert_eq!((directory.account(), directory.identities().count()), (ACCOUNT, 7));
    for (id, arn, words) in [
        (
            "AKIAROOT000000000001",
            "arn:aws:iam::123456789012:root",
            "allowed to the root user of the account, as nothing denies it",
        ),
        (
            "AKIAALICE00000000001",
            "arn:aws:iam::123456789012:user/staff/alice",
            r#"allowed by statement 1 ("Invoke") of the identity-based policy "invoke""#,
        ),
        (
            "AKIABOB0000000000001",
            "arn:aws:iam::123456789012:user/bob",
            "not allowed: no permissions boundary allows it",
        ),
        (
            "AKIACAROL00000000001",
            "arn:aws:iam::123456789012:user/carol",
            r#"denied by statement 1 of the identity-based policy "users.carol.policies[0]""#,
        ),
        (
            "ASIACI00000000000001",
            "arn:aws:sts::123456789012:assumed-role/deploy/ci",
            r#"allowed by statement 1 of the identity-based policy "all.json""#,
        ),
        (
            "ASIANARROW0000000001",
            "arn:aws:sts::123456789012:assumed-role/deploy/narrow",
            "not allowed: no session policy allows it",
        ),
    ] {
        let identity = directory.find(id).unwrap();
        let context = RequestContext::new(identity.principal(), INVOKE, PETS, now());
        let decision = evaluate(&context, identity.policies(), None);
        assert_eq!((identity.principal().arn(), decision.to_string().as_str()), (arn, words));
        assert_eq!(identity.principal().org_id(), Some("o-a1b2c3d4e5"));
    }
    let [alice, ci] = ["AKIAALICE00000000001", "ASIACI00000000000001"].map(|id| directory.find(id).unwrap().clone());
    assert_eq!(alice.principal().user_id(), "AIDAEXAMPLEALICE0001");
    assert!(ci.principal().user_id().starts_with("AROA") && ci.principal().caller_id().ends_with(":ci"));
    assert_eq!((ci.principal().kind(), ci.principal().session()), (PrincipalKind::AssumedRole, Some("ci")));
    assert_eq!(ci.expiration().unwrap().unix_timestamp(), 1_440_939_600);
    assert!(!directory.find("AKIAALICE00000000002").unwrap().is_active());
    assert!(directory.find("AKIAUNKNOWN").is_none());
}

/// The session's tags replace those of its role, in whatever case.
#[test]
fn tags_and_times_of_a_session_are_condition_keys() {
    let directory = whole();
    let ci = directory.find("ASIACI00000000000001").unwrap();
    let text = crate::call::document(&crate::call::with_condition(
        "Allow",
        r#""StringEquals": {"aws:PrincipalTag/team": "pets", "aws:PrincipalTag/kind": "role"},
           "DateEquals": {"aws:TokenIssueTime": "2015-08-30T12:00:00Z"}, "Bool": {"aws:MultiFactorAuthPresent": true},
           "NumericEquals": {"aws:MultiFactorAuthAge": 2220},
           "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/ops/deploy"}"#,
    ));
    assert!(crate::call::Call::new().by(ci.principal()).under(&text).is_allowed());
}

#[test]
fn unique_ids_are_made_and_are_always_the_same() {
    let ids = || whole().identities().map(|identity| identity.principal().user_id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(), ids());
    let bob = whole().find("AKIABOB0000000000001").unwrap().principal().user_id().to_owned();
    assert!(
        bob.len() == 21 && bob.starts_with("AIDA") && bob.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    );
}

#[tokio::test]
async fn it_is_a_key_store_also_behind_an_arc() {
    let directory: Arc<dyn KeyStore<Key = Identity>> = Arc::new(whole());
    let found = directory.key("AKIABOB0000000000001").await.unwrap().unwrap();
    assert_eq!(found.principal().name(), "bob");
    assert!(directory.key("akiabob0000000000001").await.unwrap().is_none());
}

/// Signs as someone, and verifies with what the directory knows.
fn verify(credentials: &Credentials, directory: &Directory, at: time::OffsetDateTime) -> Result<(), sig4::ErrorKind> {
    let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/pets").body("").unwrap();
    Signer::new("us-east-1", "execute-api").unwrap().sign(&mut request, credentials, at).unwrap();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let (parts, body) = request.into_parts();
    let claim = verifier.claim(&parts).unwrap();
    let identity = directory.find(claim.access_key_id());
    let key = identity.map_or_else(sig4::StoredKey::unknown, |identity| identity.stored_key());
    claim.verify(key, body, at).map(drop).map_err(|error| error.kind())
}

#[test]
fn keys_verify_signatures_and_temporary_ones_need_their_token() {
    let directory = whole();
    let of = |id: &str| Credentials::new(id, SECRET).unwrap();
    let token = |id: &str, token: &str| of(id).with_session_token(token).unwrap();
    for (credentials, outcome) in [
        (of("AKIAALICE00000000001"), Ok(())),
        (of("AKIAALICE00000000002"), Err(sig4::ErrorKind::UnknownAccessKey)),
        (of("AKIANOBODY"), Err(sig4::ErrorKind::UnknownAccessKey)),
        (Credentials::new("AKIAALICE00000000001", "other").unwrap(), Err(sig4::ErrorKind::SignatureMismatch)),
        (token("ASIACI00000000000001", "IQoJb3JpZ2luX2Vj"), Ok(())),
        (of("ASIACI00000000000001"), Err(sig4::ErrorKind::InvalidToken)),
        (token("ASIACI00000000000001", "IQoJb3JpZ2luX2Vk"), Err(sig4::ErrorKind::InvalidToken)),
        (token("AKIAALICE00000000001", "IQoJb3JpZ2luX2Vj"), Err(sig4::ErrorKind::InvalidToken)),
    ] {
        assert_eq!(verify(&credentials, &directory, now()), outcome, "{credentials:?}");
    }
    let late = now() + time::Duration::hours(1);
    assert_eq!(
        verify(&token("ASIACI00000000000001", "IQoJb3JpZ2luX2Vj"), &directory, late),
        Err(sig4::ErrorKind::ExpiredToken)
    );
}

#[test]
fn half_of_a_sessions_credentials_are_no_key() {
    let session = Principal::role_session(ACCOUNT, "deploy", "ci").unwrap();
    for identity in [
        Identity::new(Credentials::new("ASIAHALF", SECRET).unwrap(), session.clone()),
        Identity::new(Credentials::new("ASIAHALF", SECRET).unwrap(), Principal::user(ACCOUNT, "alice").unwrap()),
        Identity::new(Credentials::new("KEY", SECRET).unwrap(), session),
    ] {
        assert_eq!(format!("{:?}", identity.stored_key()), r#"StoredKey("unknown")"#);
    }
}

#[test]
fn an_identity_that_contradicts_itself_is_refused() {
    let user = || Principal::user(ACCOUNT, "alice").unwrap();
    let session = || Principal::role_session(ACCOUNT, "deploy", "ci").unwrap();
    let key = |id: &str, token: &str| Credentials::new(id, SECRET).unwrap().with_session_token(token).unwrap();
    for (identity, kind) in [
        (Identity::new(key("ASIA1", "token"), user()), ErrorKind::InvalidDirectory),
        (Identity::new(key("ASIA1", ""), user()), ErrorKind::InvalidDirectory),
        (Identity::new(key("ASIA1", ""), session()), ErrorKind::InvalidDirectory),
        (Identity::new(key("AKIA1", "token"), session()), ErrorKind::InvalidDirectory),
        (Identity::new(key("AKIA1", "token"), user()), ErrorKind::InvalidDirectory),
        (Identity::new(key("AKIA1", "token"), Principal::root(ACCOUNT).unwrap()), ErrorKind::InvalidDirectory),
    ] {
        let shown = format!("{identity:?}");
        let error = Directory::new(ACCOUNT).with_identity(identity).expect_err(&shown);
        assert_eq!(error.kind(), kind, "{shown}");
    }
    let once = Directory::new(ACCOUNT).with_identity(Identity::new(key("AKIA1", ""), user())).unwrap();
    assert!(once.with_identity(Identity::new(key("AKIA1", ""), user())).is_err());
}

#[test]
fn mistakes_in_the_file_are_errors_and_tell_no_secret() {
    let key = r#"{"id": "AKIA1", "secret": "hush-hush-hush"}"#;
    let many = |is_object| {
        let name = |n: usize| format!(r#""g{n}"{}"#, if is_object { ": {}" } else { "" });
        (0..11).map(name).collect::<Vec<_>>().join(",")
    };
    let with = |rest: &str| format!(r#"{{"account": "123456789012", {rest}}}"#);
    let user = |rest: &str| with(&format!(r#""users": {{"bob": {{{rest}}}}}"#));
    let session =
        |name: &str, rest: &str| with(&format!(r#""roles": {{"deploy": {{"sessions": {{"{name}": {{{rest}}}}}}}}}"#));
    let temporary = r#""access_key": {"id": "ASIA1", "secret": "hush-hush-hush", "token": "hush-token"}"#;
    for text in [
        "".to_owned(),
        "{}".to_owned(),
        r#"{"account": 123456789012}"#.to_owned(),
        r#"{"account": "12345678901x"}"#.to_owned(),
        r#"{"account": "123456789012", "account": "123456789012"}"#.to_owned(),
        with(r#""user": {}"#),
        with(r#""users": []"#),
        with(r#""organization": {}"#),
        with(r#""service_control_policies": [{}]"#),
        with(r#""users": {"bob": {}, "bob": {}}"#),
        with(r#""users": {"": {}}"#),
        with(r#""users": {"bob smith": {}}"#),
        with(r#""users": {"team/bob": {}}"#),
        with(r#""users": {"bob": {}, "BOB": {}}"#),
        with(r#""roles": {"deploy": {}, "Deploy": {}}"#),
        with(r#""groups": {"a": {}, "A": {}}"#),
        with(r#""partition": "aws:iam""#),
        with(r#""partition": """#),
        with(r#""users": {"a": {"unique_id": "AIDAEXAMPLE000001"}, "b": {"unique_id": "AIDAEXAMPLE000001"}}"#),
        user(r#""unique_id": "AROAEXAMPLE000001""#),
        user(r#""unique_id": "AIDA""#),
        user(r#""path": "staff""#),
        user(r#""path": "//""#),
        user(r#""path": "/st aff/""#),
        user(r#""tags": {"a": "x", "A": "y"}"#),
        user(r#""tags": {"": "x"}"#),
        user(r#""tags": {"a": ["x"]}"#),
        user(r#""groups": ["none"]"#),
        with(r#""groups": {"g": {}}, "users": {"bob": {"groups": ["g", "g"]}}"#),
        format!(
            r#"{{"account": "123456789012", "groups": {{{}}}, "users": {{"bob": {{"groups": [{}]}}}}}}"#,
            many(true),
            many(false)
        ),
        user(&format!(r#""tags": {{{}}}"#, (0..51).map(|n| format!(r#""t{n}": "x""#)).collect::<Vec<_>>().join(","))),
        user(r#""groups": "none""#),
        user(r#""policies": ["file.json"]"#),
        user(r#""policies": [{}]"#),
        user(r#""policies": [{"document": {}}]"#),
        user(r#""policies": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#),
        user(r#""policies": [{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}]"#),
        user(r#""password": "hush-hush-hush""#),
        user(&format!(r#""access_keys": {key}"#)),
        user(&format!(r#""access_keys": [{key}, {key}]"#)),
        user(r#""access_keys": [{"id": "AKIA1"}]"#),
        user(r#""access_keys": [{"secret": "hush-hush-hush"}]"#),
        user(r#""access_keys": [{"id": "AKIA1", "secret": ["hush-hush-hush"]}]"#),
        user(r#""access_keys": [{"id": "AKIA1", "secret": ""}]"#),
        user(r#""access_keys": [{"id": "AKIA1", "secret": "hush-hush-hush", "active": "yes"}]"#),
        user(r#""access_keys": [{"id": "AKIA1", "secret": "hush-hush-hush", "token": "hush-token"}]"#),
        user(r#""access_keys": [{"id": "ASIA1", "secret": "hush-hush-hush"}]"#),
        user(r#""access_keys": [{"id": "AK IA", "secret": "hush-hush-hush"}]"#),
        session("ci", ""),
        session("c", temporary),
        session("ci", &format!(r#"{temporary}, "expires": "tomorrow""#)),
        session("ci", &temporary.replace("ASIA", "AKIA")),
        session("ci", &temporary.replace("hush-token", "")),
        session("ci", &temporary.replace("hush-token", "hush token")),
        session("ci", r#""access_key": {"id": "ASIA1", "secret": "hush-hush-hush"}"#),
    ] {
        let error = Directory::from_json(&text).expect_err(&text);
        assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
    }
    let error =
        Directory::from_json_and_files(&user(r#""policies": ["bob.json"]"#), |_| Ok("{\n}".to_owned())).unwrap_err();
    assert_eq!(error.to_string(), "invalid policy: in \"bob.json\", line 1, column 1: there is no Statement");
    let missing = |_: &str| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    let error = Directory::from_json_and_files(&user(r#""boundary": "b.json""#), missing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidDirectory);
}

#[test]
fn nothing_secret_shows() {
    let shown = format!("{:?}", whole());
    assert!(!shown.contains("wJalr") && !shown.contains("IQoJ") && shown.contains("AKIABOB"), "{shown}");
}
