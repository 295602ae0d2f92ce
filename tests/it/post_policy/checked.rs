//! What the verifier takes and refuses, with S3's code, status and words.

use super::{Fields, form, form_of, form_of_text, long_term, refused, set, temporary, verify, verify_at};
use crate::verifier::{code_of, message_of, status_of};
use sig4::post_policy::{MAX_FORM_FIELDS, MAX_FORM_LEN, PostPolicy, Upload};
use sig4::{Credentials, ErrorKind, StoredKey};
use time::Duration;

fn policy() -> PostPolicy {
    PostPolicy::new("bucket", "user/eric/${filename}")
        .with_field("acl", "private")
        .with_prefix("Content-Type", "image/")
}

/// A form that the verifier accepts.
fn good() -> Fields {
    let mut fields = form(&policy(), &long_term());
    fields.insert(0, ("Content-Type".to_owned(), "image/png".to_owned()));
    fields
}

/// The conditions on the fields of the signature and on the bucket.
const OWN: &str = r#"{"bucket": "bucket"}, ["starts-with", "$x-amz-algorithm", ""], ["starts-with", "$x-amz-credential", ""],
                     ["starts-with", "$x-amz-date", ""]"#;

/// A form with these conditions and fields besides its own.
fn with(conditions: &str, more: &[(&str, &str)]) -> Fields {
    form_of(&format!(r#"{{"expiration": "2026-11-29T23:01:38.000Z", "conditions": [{OWN}{conditions}]}}"#), more)
}

#[track_caller]
fn denied(fields: &Fields, words: &str) {
    let error = verify(fields).unwrap_err();
    let said = (error.kind(), code_of(&error), status_of(&error));
    assert_eq!(said, (ErrorKind::PolicyViolation, Some("AccessDenied"), Some(403)), "{error}");
    assert_eq!(message_of(&error), Some(format!("Invalid according to Policy: {words}").as_str()));
}

#[test]
fn a_form_that_its_policy_allows() {
    assert_eq!(verify(&good()).unwrap(), "user/eric/me.png");
    let mut fields = good();
    fields.push(("x-ignore-anything".to_owned(), "x".to_owned()));
    fields.push(("file".to_owned(), "me.png".to_owned()));
    fields.push(("after-the-file".to_owned(), "ignored".to_owned()));
    assert_eq!(verify(&fields).unwrap(), "user/eric/me.png");
    for (name, _) in &mut fields {
        *name = name.to_ascii_uppercase();
    }
    assert_eq!(verify(&fields).unwrap(), "user/eric/me.png", "names are compared without regard to case");
}

#[test]
fn every_changed_field_is_refused() {
    for (name, value, kind) in [
        ("acl", "public-read", ErrorKind::PolicyViolation),
        ("Content-Type", "text/html", ErrorKind::PolicyViolation),
        ("Content-Type", "image/png, text/html", ErrorKind::PolicyViolation),
        ("key", "user/other/${filename}", ErrorKind::PolicyViolation),
        ("x-amz-algorithm", "AWS4-ECDSA-P256-SHA256", ErrorKind::AsymmetricSignature),
        ("x-amz-algorithm", "AWS4-HMAC-SHA1", ErrorKind::UnsupportedAlgorithm),
        ("x-amz-credential", "AKIDEXAMPLE000000001/20261129/us-west-2/s3/aws4_request", ErrorKind::ScopeMismatch),
        ("x-amz-credential", "AKIDEXAMPLE000000001/20261128/us-east-1/s3/aws4_request", ErrorKind::ScopeMismatch),
        ("x-amz-credential", "AKIDEXAMPLE000000001", ErrorKind::MalformedCredential),
        ("x-amz-credential", "AKIDEXAMPLE000000002/20261129/us-east-1/s3/aws4_request", ErrorKind::UnknownAccessKey),
        ("x-amz-date", "20261129T220139Z", ErrorKind::PolicyViolation),
        ("x-amz-date", "20261129", ErrorKind::MalformedDate),
        ("policy", "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjlUMjM6MDE6MzhaIn0=", ErrorKind::SignatureMismatch),
        ("policy", "", ErrorKind::SignatureMismatch),
        ("x-amz-signature", "", ErrorKind::SignatureMismatch),
    ] {
        let mut fields = good();
        set(&mut fields, name, value);
        assert_eq!(refused(&fields), kind, "{name} {value}");
    }
    let mut fields = good();
    let signature = fields.last().unwrap().1.clone();
    for n in 0..64 {
        let flip = |(at, c): (usize, char)| if at == n { if c == '0' { '1' } else { '0' } } else { c };
        set(&mut fields, "x-amz-signature", &signature.chars().enumerate().map(flip).collect::<String>());
        assert_eq!(refused(&fields), ErrorKind::SignatureMismatch);
    }
    set(&mut fields, "x-amz-signature", &signature.to_uppercase());
    assert_eq!(refused(&fields), ErrorKind::SignatureMismatch);
}

#[test]
fn every_field_is_named_by_a_condition() {
    let mut fields = good();
    fields.insert(0, ("tagging".to_owned(), "<Tagging/>".to_owned()));
    denied(&fields, "Extra input fields: tagging");
    denied(&with("", &[("key", "a"), ("acl", "private")]), "Extra input fields: acl, key");
    for own in ["x-amz-algorithm", "x-amz-credential", "x-amz-date"] {
        let json = format!(r#"{{"expiration": "2026-11-29T23:01:38Z", "conditions": [{OWN}, {{"key": "a"}}]}}"#);
        let without = json.replace(&format!("\"${own}\""), "\"$x-amz-algorithm\"").replace("\"$x-amz-algorithm\"", &{
            if own == "x-amz-algorithm" { "\"$x-amz-date\"" } else { "\"$x-amz-algorithm\"" }.to_owned()
        });
        denied(&form_of(&without, &[("key", "a")]), &format!("Extra input fields: {own}"));
    }
    let anywhere = r#"{"expiration": "2026-11-29T23:01:38Z", "conditions": [["starts-with", "$x-amz-algorithm", ""],
                      ["starts-with", "$x-amz-credential", ""], ["starts-with", "$x-amz-date", ""], {"key": "a"}]}"#;
    denied(&form_of(anywhere, &[("key", "a")]), "Extra input fields: bucket");
}

#[test]
fn a_field_that_a_condition_names_has_to_be_there() {
    let fields = form(&policy(), &long_term());
    denied(&fields, r#"Policy Condition failed: ["starts-with", "$Content-Type", "image/"]"#);
    let any = with(r#", {"key": "a"}, ["starts-with", "$x-amz-meta-a", ""]"#, &[("key", "a")]);
    denied(&any, r#"Policy Condition failed: ["starts-with", "$x-amz-meta-a", ""]"#);
}

#[test]
fn all_conditions_on_a_field_hold() {
    let both = r#", ["starts-with", "$key", "user/"], ["starts-with", "$key", "user/eric/"], {"KEY": "user/eric/a"}"#;
    assert_eq!(verify(&with(both, &[("key", "user/eric/a")])).unwrap(), "user/eric/a");
    denied(&with(both, &[("key", "user/eva/a")]), r#"Policy Condition failed: ["starts-with", "$key", "user/eric/"]"#);
}

#[test]
fn the_policy_is_for_one_bucket() {
    let error = verify_at(&good(), &long_term(), "other", Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PolicyViolation);
    let mut fields = good();
    fields.insert(0, ("bucket".to_owned(), "bucket".to_owned()));
    verify(&fields).unwrap();
    set(&mut fields, "bucket", "other");
    assert_eq!(refused(&fields), ErrorKind::PolicyViolation);
    assert_eq!(
        verify_at(&fields, &long_term(), "other", Duration::ZERO).unwrap_err().kind(),
        ErrorKind::PolicyViolation,
        "the field does not replace the bucket of the policy"
    );
}

#[test]
fn the_name_of_the_file_is_compared_where_it_stands() {
    let key = |conditions: &str, key: &str| verify(&with(conditions, &[("key", key)])).map_err(|e| e.kind());
    assert_eq!(key(r#", ["starts-with", "$key", "me.p"]"#, "${filename}").unwrap(), "me.png");
    assert_eq!(key(r#", ["starts-with", "$key", "you"]"#, "${filename}").unwrap_err(), ErrorKind::PolicyViolation);
    assert_eq!(key(r#", ["starts-with", "$key", "${file"]"#, "${filename}").unwrap_err(), ErrorKind::PolicyViolation);
    assert_eq!(key(r#", {"key": "a/${filename}"}"#, "a/${filename}").unwrap(), "a/me.png");
    assert_eq!(key(r#", {"key": "a/me.png"}"#, "a/${filename}").unwrap(), "a/me.png");
}

#[test]
fn the_policy_and_its_signature_end() {
    let at = |later| verify_at(&good(), &long_term(), "bucket", later).map_err(|error| error.kind());
    at(Duration::seconds(3599)).unwrap();
    let expired = verify_at(&good(), &long_term(), "bucket", Duration::hours(1)).unwrap_err();
    assert_eq!(message_of(&expired), Some("Invalid according to Policy: Policy expired."));
    at(-Duration::minutes(15)).unwrap();
    assert_eq!(at(-Duration::minutes(16)), Err(ErrorKind::NotYetCurrent));
    let late = with(r#", {"key": "a"}"#, &[("key", "a")]);
    let forever =
        |fields: &Fields, later| verify_at(fields, &long_term(), "bucket", later).map_err(|error| error.kind());
    assert_eq!(forever(&late, Duration::days(8)), Err(ErrorKind::Expired));
    let json = format!(r#"{{"expiration": "2027-11-29T23:01:38Z", "conditions": [{OWN}, {{"key": "a"}}]}}"#);
    let year = form_of(&json, &[("key", "a")]);
    forever(&year, Duration::days(7)).unwrap();
    assert_eq!(forever(&year, Duration::days(7) + Duration::SECOND), Err(ErrorKind::Expired), "the key has seven days");
}

#[test]
fn a_policy_that_can_be_read_in_two_ways_is_refused() {
    let (end, key) = (r#""expiration": "2026-11-29T23:01:38Z""#, [("key", "a")]);
    let whole = format!(r#""conditions": [{OWN}, {{"key": "a"}}]"#);
    verify(&form_of(&format!("{{{end}, {whole}}}"), &key)).unwrap();
    for json in [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        format!("{{{end}}}"),
        format!("{{{whole}}}"),
        format!("{{{end}, {end}, {whole}}}"),
        format!("{{{end}, {whole}, {whole}}}"),
        format!("{{{end}, {whole}, \"Version\": 1}}"),
        format!("{{{end}, {whole}}} x"),
        format!("{{{}, {whole}}}", end.replace('Z', "")),
        format!("{{{}, {whole}}}", end.replace("2026-11-29T23:01:38Z", "1795989998")),
        format!(r#"{{"expiration": 1795989998, {whole}}}"#),
        format!(r#"{{{end}, "conditions": {{}}}}"#),
        format!(r#"{{{end}, "conditions": [{OWN}, ["matches", "$key", "a"]]}}"#),
        format!(r#"{{{end}, "conditions": [{OWN}, {{"key": "a", "key": "b"}}, "key"]}}"#),
    ] {
        let error = verify(&form_of(&json, &key)).unwrap_err();
        let said = (error.kind(), code_of(&error), status_of(&error));
        assert_eq!(said, (ErrorKind::InvalidPolicy, Some("InvalidPolicyDocument"), Some(400)), "{json}");
    }
    let twice = format!(r#"{{{end}, "conditions": [{OWN}, {{"key": "a", "key": "b"}}]}}"#);
    assert_eq!(refused(&form_of(&twice, &key)), ErrorKind::PolicyViolation, "both conditions count");
    for text in ["e30", "e30=\n", "e3-=", "e30=e30=", "\u{e9}"] {
        assert_eq!(refused(&form_of_text(text, &key)), ErrorKind::InvalidPolicy, "{text}");
    }
}

#[test]
fn a_form_without_its_fields_says_which() {
    let required = ["key", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature", "x-amz-algorithm"];
    for name in required {
        let fields: Fields = good().into_iter().filter(|(n, _)| n != name).collect();
        let error = verify(&fields).unwrap_err();
        let said = (error.kind(), code_of(&error), status_of(&error));
        assert_eq!(said, (ErrorKind::IncompleteForm, Some("InvalidArgument"), Some(400)), "{name}");
        let words = format!(
            "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
        );
        assert_eq!(message_of(&error), Some(words.as_str()));
    }
    let mut behind: Fields = good();
    let signature = behind.pop().unwrap();
    behind.push(("file".to_owned(), String::new()));
    behind.push(signature);
    assert_eq!(refused(&behind), ErrorKind::IncompleteForm, "the field comes after the file");
    for name in ["key", "ACL", "Policy"] {
        let mut twice = good();
        twice.insert(0, (name.to_owned(), "a".to_owned()));
        assert_eq!(refused(&twice), ErrorKind::IncompleteForm, "{name}");
    }
    let anonymous = vec![("key".to_owned(), "a".to_owned())];
    let error = verify(&anonymous).unwrap_err();
    assert_eq!((error.kind(), code_of(&error)), (ErrorKind::MissingAuthentication, Some("AccessDenied")));
}

#[test]
fn a_form_has_a_size() {
    let long = |len: usize| vec![("x-ignore-a".to_owned(), "a".repeat(len - 10))];
    assert_eq!(refused(&long(MAX_FORM_LEN)), ErrorKind::MissingAuthentication);
    let error = verify(&long(MAX_FORM_LEN + 1)).unwrap_err();
    let said = (error.kind(), code_of(&error), status_of(&error));
    assert_eq!(said, (ErrorKind::FormTooLarge, Some("MaxPostPreDataLengthExceeded"), Some(400)));
    let many = |count: usize| (0..count).map(|n| (format!("x-ignore-{n}"), String::new())).collect::<Fields>();
    assert_eq!(refused(&many(MAX_FORM_FIELDS)), ErrorKind::MissingAuthentication);
    assert_eq!(refused(&many(MAX_FORM_FIELDS + 1)), ErrorKind::FormTooLarge);
}

#[test]
fn the_file_has_a_length() {
    let fields = form(&PostPolicy::new("bucket", "key").with_length(2..=9).with_length(3..=20), &long_term());
    let verifier = super::verifier();
    let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
    let upload = Upload { bucket: "bucket", file_name: "" };
    let allowed = claim.verify(&long_term(), upload, super::now()).unwrap();
    assert_eq!((allowed.access_key_id(), allowed.field("KEY")), ("AKIDEXAMPLE000000001", Some("key")));
    for len in 3..=9 {
        allowed.check_length(len).unwrap();
    }
    for (len, kind, code) in [
        (2, ErrorKind::EntityTooSmall, "EntityTooSmall"),
        (10, ErrorKind::EntityTooLarge, "EntityTooLarge"),
        (u64::MAX, ErrorKind::EntityTooLarge, "EntityTooLarge"),
    ] {
        let error = allowed.check_length(len).unwrap_err();
        assert_eq!((error.kind(), code_of(&error), status_of(&error)), (kind, Some(code), Some(400)));
    }
    let mut pieces = allowed.length_check();
    pieces.add(9).unwrap();
    assert_eq!(pieces.add(u64::MAX).unwrap_err().kind(), ErrorKind::EntityTooLarge);
    assert_eq!(pieces.finish().unwrap_err().kind(), ErrorKind::EntityTooLarge, "a refused piece stays refused");
}

#[test]
fn the_token_belongs_to_the_key() {
    let fields = form(&PostPolicy::new("bucket", "key"), &temporary());
    let kind = |key: &Credentials| verify_at(&fields, key, "bucket", Duration::ZERO).map_err(|error| error.kind());
    assert_eq!(kind(&temporary()).unwrap(), "key");
    let id = || Credentials::new("ASIDEXAMPLE000000001", "kWcrlUX5JEDGM/LtmEENI+aVmYvHNif5zBEXAMPLE").unwrap();
    assert_eq!(kind(&id()), Err(ErrorKind::InvalidToken));
    assert_eq!(kind(&id().with_session_token("other").unwrap()), Err(ErrorKind::InvalidToken));
    assert_eq!(kind(&long_term()), Err(ErrorKind::UnknownAccessKey));
    let mut two = fields.clone();
    two.insert(0, ("x-amz-s3session-token".to_owned(), "a".to_owned()));
    assert_eq!(
        verify_at(&two, &temporary(), "bucket", Duration::ZERO).unwrap_err().kind(),
        ErrorKind::AmbiguousAuthentication
    );
    let verifier = super::verifier();
    let claim = || verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
    assert_eq!(claim().session_token(), temporary().session_token());
    let upload = Upload { bucket: "bucket", file_name: "" };
    let unknown = claim().verify(StoredKey::unknown(), upload, super::now()).unwrap_err();
    assert_eq!((unknown.kind(), code_of(&unknown)), (ErrorKind::UnknownAccessKey, Some("InvalidAccessKeyId")));
    let credentials = temporary();
    let ended = StoredKey::secret(&credentials).with_expiration(super::now() - Duration::SECOND);
    assert_eq!(claim().verify(ended, upload, super::now()).unwrap_err().kind(), ErrorKind::ExpiredToken);
}
