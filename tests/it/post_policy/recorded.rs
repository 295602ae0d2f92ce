//! The two forms of the corpus, of which one is signed with version 4 and the other with version 2, and the forms that five clients made on
//! 2026-11-30 (`forms.jsonl`).

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

/// A form that a client made, with the fields that the user added.
struct Made {
    client: String,
    fields: Vec<(String, String)>,
}

fn made() -> Vec<Made> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/post_policy/forms.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let made = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let fields = serde_json::from_value(line["fields"].clone()).unwrap();
        Made { client: line["client"].as_str().unwrap().to_owned(), fields }
    };
    text.lines().map(made).collect()
}

impl Made {
    fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The name of the object, if a verifier for S3 accepts the form at its own time.
    fn judge(&self, len: u64) -> Result<String, ErrorKind> {
        let verifier = Verifier::new("us-east-1", "s3").unwrap();
        let judge = || {
            let claim = verifier.post_claim(self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())))?;
            let keys = keys();
            let key = keys.iter().find(|key| key.access_key_id() == claim.access_key_id());
            let now = Timestamp::parse(self.value("x-amz-date").unwrap()).unwrap();
            let allowed = claim.verify(key, Upload { bucket: "bucket", file_name: "C:\\dir\\me.png" }, now)?;
            allowed.check_length(len)?;
            Ok(allowed.key().to_owned())
        };
        judge().map_err(|error: sig4::Error| error.kind())
    }
}

#[test]
fn the_forms_of_clients_are_accepted_and_no_changed_copy() {
    let made = made();
    assert_eq!(made.len(), 7);
    for mut form in made {
        if form.client == "boto3 1.44.8, by its default" {
            assert_eq!(form.judge(1), Err(ErrorKind::SignatureVersion2));
            continue;
        }
        assert_eq!(form.judge(100).as_deref(), Ok("user/eric/me.png"), "{}", form.client);
        assert_eq!(form.judge(0), Err(ErrorKind::EntityTooSmall), "{}", form.client);
        assert_eq!(form.judge(101), Err(ErrorKind::EntityTooLarge), "{}", form.client);
        for at in 0..form.fields.len() {
            let name = form.fields[at].0.to_lowercase();
            let whole = form.fields[at].1.clone();
            form.fields[at].1 = "other".to_owned();
            let allowed = form.judge(1);
            // Their conditions allow any value.
            let is_free = ["x-amz-meta-tag", "success_action_redirect"].contains(&name.as_str());
            assert_eq!(allowed.is_ok(), is_free, "{}: {name}", form.client);
            form.fields[at].1 = whole;
            let field = form.fields.remove(at);
            // The URL names the bucket, too.
            assert_eq!(form.judge(1).is_ok(), name == "bucket", "{}: no {name}", form.client);
            form.fields.insert(at, field);
        }
        form.fields.push(("x-amz-website-redirect-location".to_owned(), "/".to_owned()));
        assert_eq!(form.judge(1), Err(ErrorKind::PolicyViolation), "{}", form.client);
    }
}
