//! `generate_presigned_post` of botocore 1.43.11 makes the same forms, byte for byte.

use super::{form, hour, long_term, now, signer, temporary, verify_at};
use sig4::post_policy::{MAX_FORM_LEN, PostPolicy};
use sig4::{Credentials, ErrorKind};
use time::Duration;

fn rich() -> PostPolicy {
    PostPolicy::new("bucket", "user/eric/${filename}")
        .with_field("acl", "private")
        .with_field("x-amz-meta-ü", "a\"b")
        .with_prefix("Content-Type", "image/")
        .with_length(1..=10_485_760)
}

#[test]
fn botocore_makes_the_same_forms() {
    let plain = PostPolicy::new("bucket", "plain.txt");
    for (policy, credentials, fields, signature) in [
        (rich(), long_term(), 8, "6cd73d4f67df8af3127cca9868e4699506bde3966b62ea3459d08274808d3e16"),
        (plain.clone(), long_term(), 6, "f5b2be4c83f1c51b37ab89c062b544ab4bcf590e9d1a8f37226e025fb369726b"),
        (rich(), temporary(), 9, "6b4847a8ce466a9f98e5e5a252bba5af2aaba163287ce832e10d5c7b1328b099"),
        (plain, temporary(), 7, "e480e55ece05be8cab9b0c0d20e53d414719bec9a69fabf9cb7d966772081bb9"),
    ] {
        let form = form(&policy, &credentials);
        assert_eq!((form.last().unwrap().1.as_str(), form.len()), (signature, fields));
    }
    let names: Vec<_> = form(&rich(), &temporary()).into_iter().map(|(name, _)| name).collect();
    let own =
        ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token", "policy", "x-amz-signature"];
    assert_eq!(names[..3], ["acl", "x-amz-meta-ü", "key"]);
    assert_eq!(names[3..], own);
}

#[test]
fn a_form_shows_no_values_and_ends_with_its_credentials() {
    let end = now() + Duration::minutes(10);
    let form = signer().post_form(&rich(), &temporary().with_expiration(end), hour(), now()).unwrap();
    assert_eq!(form.end().to_string(), "20261129T221138Z");
    let shown = format!("{form:?}");
    assert!(shown.contains("x-amz-security-token") && !shown.contains("AbC") && !shown.contains("AWS4"), "{shown}");
    let ended = signer().post_form(&rich(), &temporary().with_expiration(now()), hour(), now()).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::ExpiredCredentials);
}

#[test]
fn a_policy_that_no_form_can_meet_is_not_signed() {
    let refused = |policy: &PostPolicy| signer().post_form(policy, &long_term(), hour(), now()).unwrap_err().kind();
    #[expect(clippy::reversed_empty_ranges, reason = "an empty range is refused")]
    let empty = PostPolicy::new("bucket", "key").with_length(2..=1);
    assert_eq!(refused(&empty), ErrorKind::InvalidPolicy);
    for name in
        ["key", "Policy", "bucket", "file", "x-amz-signature", "X-Amz-Date", "x-amz-security-token", "x-ignore-a", ""]
    {
        let policy = PostPolicy::new("bucket", "key");
        assert_eq!(refused(&policy.clone().with_field(name, "a")), ErrorKind::InvalidPolicy, "{name}");
        assert_eq!(refused(&policy.with_prefix(name, "a")), ErrorKind::InvalidPolicy, "{name}");
    }
    let twice = PostPolicy::new("bucket", "key").with_field("acl", "private").with_field("ACL", "private");
    assert_eq!(refused(&twice), ErrorKind::InvalidPolicy);
    let long = PostPolicy::new("bucket", "key").with_field("x-amz-meta-a", "a".repeat(MAX_FORM_LEN));
    assert_eq!(refused(&long), ErrorKind::FormTooLarge);
}

#[test]
fn a_session_of_s3_express_has_its_own_field() {
    let id = Credentials::new("ASIDEXAMPLE000000001", "secret").unwrap();
    let session = id.clone().with_s3_session_token("token").unwrap();
    let form = form(&PostPolicy::new("bucket", "key"), &session);
    assert!(form.iter().any(|(name, value)| name == "X-Amz-S3session-Token" && value == "token"));
    verify_at(&form, &session, "bucket", Duration::ZERO).unwrap();
    let of_sts = id.with_session_token("token").unwrap();
    let error = verify_at(&form, &of_sts, "bucket", Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidToken);
}
