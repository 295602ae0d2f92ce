//! The two forms of the corpus: one is signed with version 4, the other with version 2.

use crate::verifier::{code_of, message_of};
use sig4::post_policy::Upload;
use sig4::{ErrorKind, Timestamp, Verifier};
use sig4_test_support::sdk_traffic::{Recorded, keys, recorded};

fn recorded_form(id: &str) -> Recorded {
    recorded().into_iter().find(|line| line.id == id).unwrap()
}

/// The names and values of a form, in the spelling of the Python library requests.
fn fields(line: &Recorded) -> Vec<(String, String)> {
    let body = String::from_utf8(line.request.body.clone()).unwrap();
    let boundary = line.request.header("content-type").unwrap().split_once("boundary=").unwrap().1;
    let separator = format!("--{boundary}");
    let parts = body.split(&separator).filter_map(|part| part.split_once("\r\n\r\n"));
    let field = |(head, value): (&str, &str)| {
        let name = head.split_once("name=\"").unwrap().1.split('"').next().unwrap();
        (name.to_owned(), value.strip_suffix("\r\n").unwrap().to_owned())
    };
    parts.map(field).collect()
}

#[test]
fn the_form_of_boto3_is_accepted() {
    let line = recorded_form("t0572");
    let (fields, verifier) = (fields(&line), Verifier::new("eu-west-1", "s3").unwrap());
    let claim = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
    let keys = keys();
    let key = keys.iter().find(|key| key.access_key_id() == claim.access_key_id());
    let now = Timestamp::parse("20261129T034246Z").unwrap();
    let allowed = claim.verify(key, Upload { bucket: "bucket", file_name: "x.txt" }, now).unwrap();
    assert_eq!((allowed.key(), allowed.field("acl")), ("a b/x.txt", Some("private")));
}

#[test]
fn the_form_of_version_2_is_refused_by_name() {
    let line = recorded_form("t0429");
    let (fields, verifier) = (fields(&line), Verifier::new("us-east-1", "s3").unwrap());
    let error = verifier.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap_err();
    assert_eq!((error.kind(), code_of(&error)), (ErrorKind::SignatureVersion2, Some("InvalidRequest")));
    let words = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
    assert_eq!(message_of(&error), Some(words));
}
