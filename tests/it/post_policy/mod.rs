//! Forms that upload to S3: made as botocore makes them, and checked as S3 checks them.

mod attacks;
mod checked;
mod made;
mod recorded;

use sig4::post_policy::{PostPolicy, PostUpload, Upload};
use sig4::{Credentials, Error, ErrorKind, Expires, Signer, Timestamp, Verifier};
use time::{Duration, OffsetDateTime};

type Fields = Vec<(String, String)>;

fn now() -> OffsetDateTime {
    Timestamp::parse("20261129T220138Z").unwrap().to_datetime()
}

fn long_term() -> Credentials {
    Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

fn temporary() -> Credentials {
    let id = Credentials::new("ASIDEXAMPLE000000001", "kWcrlUX5JEDGM/LtmEENI+aVmYvHNif5zBEXAMPLE").unwrap();
    id.with_session_token("AbC+/dEf1=".repeat(6)).unwrap()
}

fn signer() -> Signer {
    Signer::new("us-east-1", "s3").unwrap()
}

fn verifier() -> Verifier {
    Verifier::new("us-east-1", "s3").unwrap()
}

fn hour() -> Expires {
    Expires::from_secs(3600).unwrap()
}

/// The fields of a form for `policy`.
fn form(policy: &PostPolicy, credentials: &Credentials) -> Fields {
    let form = signer().post_form(policy, credentials, hour(), now()).unwrap();
    form.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The fields of a form whose policy is any text, signed as it stands.
fn form_of(json: &str, more: &[(&str, &str)]) -> Fields {
    form_of_text(&base64(json.as_bytes()), more)
}

/// The fields of a form whose field `policy` is any text.
fn form_of_text(policy: &str, more: &[(&str, &str)]) -> Fields {
    let key = signer().signing_key(&long_term(), Timestamp::new(now()).unwrap().day());
    let signature = hmac_sha256(&*key.to_bytes(), policy.as_bytes());
    let own = [
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", "AKIDEXAMPLE000000001/20261129/us-east-1/s3/aws4_request"),
        ("x-amz-date", "20261129T220138Z"),
        ("policy", policy),
        ("x-amz-signature", &signature),
    ];
    more.iter().chain(&own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Verifies a form to the bucket `bucket` with the file `C:\dir\me.png`, by long-term credentials.
fn verify(fields: &Fields) -> Result<String, Error> {
    verify_at(fields, &long_term(), "bucket", Duration::ZERO)
}

fn verify_at(fields: &Fields, key: &Credentials, bucket: &str, later: Duration) -> Result<String, Error> {
    let verifier = verifier();
    let claim = verifier.post_claim(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let upload = Upload { bucket, file_name: "C:\\dir\\me.png" };
    let allowed: PostUpload<'_> = claim.verify(key, upload, now() + later)?;
    Ok(allowed.key().to_owned())
}

fn set(fields: &mut Fields, name: &str, value: &str) {
    fields.iter_mut().find(|(n, _)| n == name).unwrap().1 = value.to_owned();
}

fn refused(fields: &Fields) -> ErrorKind {
    verify(fields).unwrap_err().kind()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

/// HMAC-SHA-256 by another crate, in hexadecimal digits.
fn hmac_sha256(key: &[u8], message: &[u8]) -> String {
    use hmac::{KeyInit, Mac};
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
