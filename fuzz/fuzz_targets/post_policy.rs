#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::post_policy::{PostPolicy, Upload};
use sig4::{Credentials, Expires, Signer, Timestamp, Verifier};
use std::sync::LazyLock;

static CREDENTIALS: LazyLock<Credentials> = LazyLock::new(|| Credentials::new("AKID", "secret").unwrap());
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| Verifier::new("us-east-1", "s3").unwrap());
static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::new("us-east-1", "s3").unwrap());

// Any form: it is read or refused. A form that was made is accepted, unless a field is changed or added. A policy is JSON of ASCII.
fuzz_target!(|data: (Vec<(String, String)>, String, String, String, u8)| {
    let (fields, key, name, value, place) = data;
    let now = Timestamp::parse("20150830T123600Z").unwrap();
    let upload = Upload { bucket: "bucket", file_name: &name };
    if let Ok(claim) = VERIFIER.post_claim(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))) {
        assert!(claim.verify(&*CREDENTIALS, upload, now).is_err(), "nobody signed it");
    }
    let policy = PostPolicy::new("bucket", key.as_str()).with_field(name.as_str(), value.as_str());
    let Ok(form) = SIGNER.post_form(&policy, &CREDENTIALS, Expires::MAX, now) else { return };
    let mut made: Vec<_> = form.fields().collect();
    let is_own = |name: &str| made.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let claim = VERIFIER.post_claim(made.iter().copied()).unwrap();
    let upload = Upload { bucket: "bucket", file_name: "" };
    let allowed = claim.verify(&*CREDENTIALS, upload, now).unwrap();
    assert_eq!(allowed.field(&name), Some(value.as_str()));
    let more = fields.iter().find(|(name, _)| !is_own(name) && !name.to_ascii_lowercase().starts_with("x-ignore-"));
    if let Some((name, value)) = more.filter(|(name, _)| !name.eq_ignore_ascii_case("file")) {
        let longer = made.iter().copied().chain([(name.as_str(), value.as_str())]).collect::<Vec<_>>();
        let accepted = VERIFIER.post_claim(longer).and_then(|claim| claim.verify(&*CREDENTIALS, upload, now).map(drop));
        assert!(name.eq_ignore_ascii_case("bucket") && value == "bucket" || accepted.is_err(), "no condition names it");
    }
    let at = usize::from(place) % made.len();
    let changed = [made[at].1, "x"].concat();
    made[at].1 = &changed;
    let accepted = VERIFIER.post_claim(made).and_then(|claim| claim.verify(&*CREDENTIALS, upload, now).map(drop));
    assert!(accepted.is_err() || key.ends_with("${filename}"), "a field was changed");
});
