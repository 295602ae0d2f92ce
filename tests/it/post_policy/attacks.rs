//! Forms that a hostile browser sends with a policy that somebody signed.

use super::{Fields, form_of, hmac_sha256, long_term, now, refused, set, signer, verifier, verify};
use sig4::key::SigningKey;
use sig4::post_policy::{MAX_FORM_FIELDS, MAX_FORM_LEN, PostPolicy, Upload};
use sig4::{ErrorKind, Expires, Signer, StoredKey, Timestamp};
use time::Duration;

const OWN: &str = r#"{"bucket": "bucket"}, ["starts-with", "$x-amz-algorithm", ""], ["starts-with", "$x-amz-credential", ""],
                     ["starts-with", "$x-amz-date", ""]"#;

fn with(conditions: &str, more: &[(&str, &str)]) -> Fields {
    form_of(&format!(r#"{{"expiration": "2026-11-29T23:01:38Z", "conditions": [{OWN}{conditions}]}}"#), more)
}

fn kind(conditions: &str, more: &[(&str, &str)]) -> Result<String, ErrorKind> {
    verify(&with(conditions, more)).map_err(|error| error.kind())
}

/// The conditions are compared with the name of the file in its place: what the service reads afterwards is that text, too.
#[test]
fn a_field_reads_as_its_conditions_were_compared() {
    let conditions =
        r#", ["starts-with", "$key", ""], ["eq", "$acl", "private"], ["starts-with", "$x-amz-meta-a", "me"]"#;
    let fields = with(conditions, &[("key", "k"), ("acl", "${filename}"), ("x-amz-meta-a", "${filename}/other")]);
    let verifier = verifier();
    let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
    let allowed = claim.verify(&long_term(), Upload { bucket: "bucket", file_name: "dir/private" }, now());
    assert_eq!(allowed.unwrap_err().kind(), ErrorKind::PolicyViolation);
    let conditions =
        r#", ["starts-with", "$key", ""], ["eq", "$acl", "private"], ["starts-with", "$x-amz-meta-a", "pri"]"#;
    let fields = with(conditions, &[("key", "k"), ("acl", "${filename}"), ("x-amz-meta-a", "${filename}/other")]);
    let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
    let allowed = claim.verify(&long_term(), Upload { bucket: "bucket", file_name: "dir/private" }, now()).unwrap();
    assert_eq!((allowed.field("acl"), allowed.field("X-Amz-Meta-A")), (Some("private"), Some("private/other")));
}

#[test]
fn a_long_file_name_many_times_is_refused() {
    let key = "${filename}".repeat(1000);
    let fields = with(r#", ["starts-with", "$key", ""]"#, &[("key", &key)]);
    let verifier = verifier();
    let verify = |file_name: &str| {
        let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
        let upload = Upload { bucket: "bucket", file_name };
        claim.verify(&long_term(), upload, now()).map(|allowed| allowed.key().len()).map_err(|error| error.kind())
    };
    assert_eq!(verify("20 bytes of its name"), Ok(20_000));
    assert_eq!(verify(&"x".repeat(MAX_FORM_LEN)), Err(ErrorKind::FormTooLarge));
    assert_eq!(verify("twenty-one bytes long"), Err(ErrorKind::FormTooLarge));
}

/// S3 puts the name of the file in its place before it compares.
#[test]
fn a_policy_that_no_form_meets_is_not_made() {
    let made = |policy: &PostPolicy| {
        signer().post_form(policy, &long_term(), Expires::MAX, now()).map(drop).map_err(|error| error.kind())
    };
    for policy in [
        PostPolicy::new("bucket", "${filename}${filename}"),
        PostPolicy::new("bucket", "key").with_prefix("x-amz-meta-a", "a${filename}"),
    ] {
        assert_eq!(made(&policy), Err(ErrorKind::InvalidPolicy), "{policy:?}");
    }
    let fields = |count| (0..count).fold(PostPolicy::new("b", "k"), |policy, n| policy.with_field(format!("{n}"), ""));
    assert_eq!(made(&fields(MAX_FORM_FIELDS - 6)), Ok(()));
    assert_eq!(made(&fields(MAX_FORM_FIELDS - 5)), Err(ErrorKind::FormTooLarge));
}

#[test]
fn escapes_and_case_do_not_hide_a_condition() {
    let key = &[("key", "a")][..];
    assert_eq!(kind(r#", {"\u006bey": "\u0061"}"#, key).unwrap(), "a");
    assert_eq!(kind(r#", {"KEY": "a"}, ["eq", "$Key", "a"]"#, key).unwrap(), "a");
    for conditions in [
        r#", {"key": "a"}, {"\u004bey": "b"}"#,
        r#", {"key": "a", "k\u0065y": "b"}"#,
        r#", {"key": "A"}"#,
        r#", {"key": "a\u0000"}"#,
        r#", {"k\u212aey": "a"}"#,
        r#", ["eq", "$$key", "a"]"#,
        r#", {"$key": "a"}"#,
        r#", {"key ": "a"}"#,
    ] {
        assert_eq!(kind(conditions, key), Err(ErrorKind::PolicyViolation), "{conditions}");
    }
    // The sign of the Kelvin is no `k` for a field either.
    for name in ["\u{212a}ey", " acl", "acl ", "acl\0", "x-ignore", "x_ignore_a", "\u{feff}acl", ""] {
        let fields = [("key", "a"), (name, "public-read")];
        assert_eq!(kind(r#", {"key": "a"}"#, &fields), Err(ErrorKind::PolicyViolation), "{name:?}");
    }
}

#[test]
fn conditions_of_other_shapes_are_refused() {
    for condition in [
        r#"["eq", "$key", 1]"#,
        r#"["eq", "$key", null]"#,
        r#"["eq", "$key", ["a"]]"#,
        r#"["EQ", "$key", "a"]"#,
        r#"["starts-with", "$key"]"#,
        r#"["starts-with", "", ""]"#,
        r#"["content-length-range", "$key", "a"]"#,
        r#"["content-length-range", 0]"#,
        r#"["content-length-range", 0, 1, 2]"#,
        r#"["content-length-range", "", "1"]"#,
        r#"["content-length-range", " 1", "2"]"#,
        r#"["content-length-range", 0, -0]"#,
        r#"["content-length-range", 0, 1e3]"#,
        r#"["content-length-range", 0, true]"#,
        r#"["content-length-range", 0, 18446744073709551616]"#,
        r#"{"content-length-range": [0, 1]}"#,
        r#"[["eq", "$key", "a"]]"#,
        r#"[]"#,
        r#"{}"#,
        "null",
        r#""key""#,
    ] {
        let conditions = format!(r#", {{"key": "a"}}, {condition}"#);
        assert_eq!(kind(&conditions, &[("key", "a")]), Err(ErrorKind::InvalidPolicy), "{condition}");
    }
    assert_eq!(
        kind(r#", {"key": "a"}, {"content-length-range": "1"}"#, &[("key", "a")]),
        Err(ErrorKind::PolicyViolation)
    );
}

#[test]
fn expirations_of_other_forms_are_refused() {
    for end in [
        "20261129T230138Z",
        "2026-11-29T23:01:38",
        "2026-11-29T23:01:38+00:00",
        "2026-11-29T23:01:38z",
        "2026-11-29t23:01:38Z",
        "2026-11-29 23:01:38Z",
        "2026-11-29T23:01Z",
        "2026-11-29",
        "2026-11-29T23:01:38.Z",
        "2026-11-29T23:01:38.+1Z",
        "2026-11-29T23:01:60Z",
        "2026-11-29T24:00:00Z",
        "2026-02-30T23:01:38Z",
        "+2026-11-29T23:01:38Z",
        "12026-11-29T23:01:38Z",
        " 2026-11-29T23:01:38Z",
        "2026-11-29T23:01:38ZZ",
        "",
    ] {
        let json = format!(r#"{{"expiration": "{end}", "conditions": [{OWN}, {{"key": "a"}}]}}"#);
        assert_eq!(refused(&form_of(&json, &[("key", "a")])), ErrorKind::InvalidPolicy, "{end}");
    }
}

#[test]
fn ranges_of_lengths_have_their_edges() {
    let verifier = verifier();
    let accepts = |range: &str, len: u64| {
        let fields = with(&format!(r#", {{"key": "a"}}, {range}"#), &[("key", "a")]);
        let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
        let allowed = claim.verify(&long_term(), Upload { bucket: "bucket", file_name: "" }, now()).unwrap();
        allowed.check_length(len).is_ok()
    };
    let zero = r#"["content-length-range", 0, 0]"#;
    assert!(accepts(zero, 0) && !accepts(zero, 1));
    let none = r#"["content-length-range", 2, 1]"#;
    assert!((0..4).all(|len| !accepts(none, len)));
    let most = r#"["content-length-range", "18446744073709551615", 18446744073709551615]"#;
    assert!(accepts(most, u64::MAX) && !accepts(most, u64::MAX - 1));
}

#[test]
fn every_range_of_lengths_counts_in_any_order() {
    let both = r#", {"key": "a"}, ["content-length-range", 3, 9], ["content-length-range", 2, 20]"#;
    let fields = with(both, &[("key", "a")]);
    let verifier = verifier();
    let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
    let allowed = claim.verify(&long_term(), Upload { bucket: "bucket", file_name: "" }, now()).unwrap();
    for (len, is_allowed) in [(2, false), (3, true), (9, true), (10, false)] {
        assert_eq!(allowed.check_length(len).is_ok(), is_allowed, "{len}");
    }
}

/// The signature of a policy does not cover the scope: only the stored key's own scope says what it is for.
#[test]
fn a_stored_signing_key_of_another_scope_verifies_no_form() {
    let day = Timestamp::new(now()).unwrap().day();
    let next = Timestamp::new(now() + Duration::DAY).unwrap().day();
    let other = |region, service| Signer::new(region, service).unwrap().signing_key(&long_term(), day);
    let verifier = verifier();
    let verify = |key: &SigningKey| {
        let mut fields = with(r#", {"key": "a"}"#, &[("key", "a")]);
        let policy = fields.iter().find(|(name, _)| name == "policy").unwrap().1.clone();
        set(&mut fields, "x-amz-signature", &hmac_sha256(&*key.to_bytes(), policy.as_bytes()));
        let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
        let upload = Upload { bucket: "bucket", file_name: "" };
        claim.verify(StoredKey::signing_key(key), upload, now()).map(drop).map_err(|error| error.kind())
    };
    assert_eq!(verify(&signer().signing_key(&long_term(), day)), Ok(()));
    for key in [other("us-west-2", "s3"), other("us-east-1", "s3express"), signer().signing_key(&long_term(), next)] {
        assert_eq!(verify(&key), Err(ErrorKind::SignatureMismatch));
    }
}

#[test]
fn a_form_is_made_by_a_signer_of_version_4_with_credentials_that_last() {
    let policy = PostPolicy::new("bucket", "key");
    let made = |signer: &Signer, credentials| {
        signer.post_form(&policy, &credentials, Expires::MAX, now()).map(drop).map_err(|error| error.kind())
    };
    let ended = long_term().with_expiration(now() - Duration::SECOND);
    assert_eq!(made(&signer(), ended), Err(ErrorKind::ExpiredCredentials));
    #[cfg(feature = "sigv4a")]
    assert_eq!(made(&Signer::new_v4a("*", "s3").unwrap(), long_term()), Err(ErrorKind::AsymmetricSignature));
}
