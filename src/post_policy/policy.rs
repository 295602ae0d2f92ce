//! The policy of a form to be made.

use super::condition::{Condition, write_equal};
use super::fields::MAX_FORM_LEN;
use super::form::PostForm;
use super::{ALGORITHM, BUCKET, CREDENTIAL, FILE, FILE_NAME, IGNORED, KEY, POLICY, SIGNATURE};
use crate::algorithm::Algorithm;
use crate::bytes::base64;
use crate::bytes::json::write_text;
use crate::bytes::write::Write;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::name;
use crate::session_token::SessionTokenKind;
use crate::sign::Signer;
use crate::time::{Day, Moment, Timestamp};
use std::ops::RangeInclusive;
use time::Duration;
use zeroize::Zeroizing;

/// What a form may upload, and where: to one bucket, under one name or prefix. See the [module](super) for an example.
#[derive(Clone, Debug)]
pub struct PostPolicy {
    bucket: String,
    key: String,
    fields: Vec<(String, String)>,
    conditions: Vec<Condition>,
}

impl PostPolicy {
    /// A policy for an object of this name, or, if the name ends with `${filename}`, for objects whose names begin with the rest of it. S3
    /// replaces `${filename}` by the name of the file.
    #[must_use]
    pub fn new(bucket: impl Into<String>, key: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), key: key.into(), fields: Vec::new(), conditions: Vec::new() }
    }

    /// Adds a field with a value that the form must have, such as `acl`, `success_action_status` or `x-amz-meta-…`.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.fields.push((name.clone(), value.clone()));
        self.conditions.push(Condition::Equal { name, value });
        self
    }

    /// Allows a field with any value that begins with `prefix`, which may be empty. The sender of the form adds the field: without it,
    /// S3 refuses the form.
    #[must_use]
    pub fn with_prefix(mut self, name: impl Into<String>, prefix: impl Into<String>) -> Self {
        self.conditions.push(Condition::StartsWith { name: name.into(), prefix: prefix.into() });
        self
    }

    /// Limits the length of the file, in bytes.
    #[must_use]
    pub fn with_length(mut self, bytes: RangeInclusive<u64>) -> Self {
        self.conditions.push(Condition::Length { min: *bytes.start(), max: *bytes.end() });
        self
    }

    /// Refuses conditions that no form meets, and fields that signing adds.
    fn check(&self) -> Result<(), Error> {
        let invalid = |detail: String| Err(Error::new(ErrorKind::InvalidPolicy, detail));
        for condition in self.conditions.iter().chain([&self.key_condition()]) {
            if let Condition::StartsWith { prefix, .. } = condition
                && prefix.contains(FILE_NAME)
            {
                return invalid(format!("no value begins with {prefix:?}: the name of the file is in it before"));
            }
        }
        for condition in &self.conditions {
            match condition {
                Condition::Length { min, max } if min > max => return invalid(format!("{min} is more than {max}")),
                Condition::Equal { name, .. } | Condition::StartsWith { name, .. } if is_reserved(name) => {
                    return invalid(format!("the field {name:?} is not set by hand"));
                }
                _ => {}
            }
        }
        let mut names: Vec<_> = self.fields.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort();
        let twice = names.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
        twice.map_or(Ok(()), |name| invalid(format!("the field {name:?} is there twice")))
    }

    /// The condition on the name of the object.
    fn key_condition(&self) -> Condition {
        let name = KEY.to_owned();
        match self.key.strip_suffix(FILE_NAME) {
            Some(prefix) => Condition::StartsWith { name, prefix: prefix.to_owned() },
            None => Condition::Equal { name, value: self.key.clone() },
        }
    }

    /// The policy's JSON, byte for byte that of botocore for the same conditions. It holds the session token.
    fn to_json(&self, end: Timestamp, own: &[(&str, Zeroizing<String>)]) -> Zeroizing<String> {
        let token_len: usize = own.iter().map(|(name, value)| name.len() + value.len()).sum();
        // Writing the token into it does not move it, so that no copy stays behind.
        let mut json = Zeroizing::new(String::with_capacity(MAX_FORM_LEN + 2 * token_len));
        json.push_str("{\"expiration\": ");
        write_text(&mut json, &extended(end));
        json.push_str(", \"conditions\": [");
        for condition in &self.conditions {
            condition.write(&mut json);
            json.push_str(", ");
        }
        write_equal(&mut json, BUCKET, &self.bucket);
        json.push_str(", ");
        self.key_condition().write(&mut json);
        for (name, value) in own {
            json.push_str(", ");
            write_equal(&mut json, name, value);
        }
        json.push_str("]}");
        json
    }
}

impl Signer {
    /// The fields of a form that uploads what `policy` allows, for `expires` from `now` on, and no longer than the credentials if their
    /// [expiration](Credentials::with_expiration) is known. See [`post_policy`](crate::post_policy) for an example.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidPolicy`] if the policy has a field that signing adds, a field twice, an empty range of lengths, or
    ///   `${filename}` in a prefix, which S3 replaces before it compares.
    /// - [`ErrorKind::FormTooLarge`] if the fields are longer than [`MAX_FORM_LEN`], which S3 refuses, or more than
    ///   [`MAX_FORM_FIELDS`](crate::post_policy::MAX_FORM_FIELDS).
    /// - [`ErrorKind::AsymmetricSignature`] if the signer signs with Signature Version 4a.
    /// - [`ErrorKind::InvalidTime`] and [`ErrorKind::ExpiredCredentials`] as for [`sign_view`](Self::sign_view).
    pub fn post_form(
        &self,
        policy: &PostPolicy,
        credentials: &Credentials,
        expires: Expires,
        now: impl Moment,
    ) -> Result<PostForm, Error> {
        policy.check()?;
        self.check_version()?;
        let timestamp = self.timestamp(now.into_datetime()?)?;
        credentials.check_end(timestamp.to_datetime())?;
        let lifetime = Duration::seconds(expires.within(credentials, timestamp)?.as_secs().into());
        let end = Timestamp::of_any_year(timestamp.to_datetime() + lifetime)?;
        let own = self.own_fields(credentials, timestamp);
        let encoded = Zeroizing::new(base64::encode_padded(policy.to_json(end, &own).as_bytes()));
        let key = self.signing_key(credentials, timestamp.day());
        let signature = key.ready().sign_message(|message| message.put(encoded.as_bytes()));
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
        let last = [(POLICY.to_owned(), encoded), (SIGNATURE.to_owned(), signature.to_string().into())];
        let given = policy.fields.iter().map(|(name, value)| (name.clone(), value.clone().into()));
        PostForm::new(given.chain([(KEY.to_owned(), policy.key.clone().into())]).chain(own).chain(last).collect(), end)
    }

    /// Refuses to sign with version 4a, which S3 does not take for forms.
    fn check_version(&self) -> Result<(), Error> {
        match self.scope(Day::FIRST).algorithm() {
            Algorithm::HmacSha256 => Ok(()),
            Algorithm::EcdsaP256Sha256 => {
                let detail = "a form is signed with version 4: make a signer for one region";
                Err(Error::new(ErrorKind::AsymmetricSignature, detail))
            }
        }
    }

    /// The fields of a signature, before the policy and the signature itself.
    fn own_fields(&self, credentials: &Credentials, timestamp: Timestamp) -> Vec<(&'static str, Zeroizing<String>)> {
        let credential = format!("{}/{}", credentials.access_key_id(), self.scope(timestamp.day()));
        let mut fields = vec![
            (ALGORITHM, Algorithm::HmacSha256.to_string().into()),
            (CREDENTIAL, credential.into()),
            (name::DATE_HEADER, timestamp.to_string().into()),
        ];
        fields.extend(credentials.own_session_token().map(|token| {
            let name = match token.kind() {
                SessionTokenKind::Security => name::TOKEN_HEADER,
                SessionTokenKind::S3Session => name::query::S3_TOKEN,
            };
            (name, token.as_str().to_owned().into())
        }));
        fields
    }
}

/// Whether signing sets the field, or no form has it.
fn is_reserved(name: &str) -> bool {
    let own = [KEY, BUCKET, POLICY, FILE, ALGORITHM, CREDENTIAL, SIGNATURE, name::DATE_HEADER, name::TOKEN_HEADER];
    let lower = name.to_ascii_lowercase();
    own.contains(&lower.as_str()) || lower == name::S3_TOKEN_HEADER || lower.starts_with(IGNORED) || name.is_empty()
}

/// `2026-11-29T22:06:38Z`.
fn extended(timestamp: Timestamp) -> String {
    let at = timestamp.to_datetime();
    let (date, (hour, minute, second)) = (at.date(), at.to_hms());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
