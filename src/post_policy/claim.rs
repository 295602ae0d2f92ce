//! A received form that is not verified yet.

use super::condition::Condition;
use super::fields::{Fields, MAX_FORM_LEN, Values};
use super::received::ReceivedPolicy;
use super::upload::PostUpload;
use super::{ALGORITHM, BUCKET, CREDENTIAL, IGNORED, KEY, POLICY, SIGNATURE};
use crate::algorithm::{Accepted, Algorithm};
use crate::auth::header::shown;
use crate::auth::{SignatureLocation, version_2};
use crate::bytes::split::split_first;
use crate::bytes::write::Write;
use crate::credentials::MAX_SESSION_TOKEN_LEN;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::name;
use crate::scope::Scope;
use crate::session_token::SessionTokenKind;
use crate::signature::{Matched, Signature};
use crate::time::Moment;
use crate::verify::claimant::Claimant;
use crate::verify::parsed_claim::mismatch;
use crate::verify::s3_messages;
use crate::verify::validity_window::{ValidityWindow, parse_date};
use crate::verify::{StoredKey, Verifier};
use std::collections::BTreeSet;
use std::fmt;
use time::OffsetDateTime;

/// Where a form uploads its file.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it is written as a literal, and a form states nothing else")]
pub struct Upload<'u> {
    /// The bucket that the URL names.
    pub bucket: &'u str,
    /// The name of the file, from the field `file`. Directories before it are left out. It may be empty.
    pub file_name: &'u str,
}

/// A received form, with a signature that is not verified yet. Look up its key, then call [`verify`](Self::verify).
#[must_use = "a form is not verified until `verify` is called"]
pub struct PostClaim<'a> {
    verifier: &'a Verifier,
    fields: Fields<'a>,
    credential: &'a str,
    policy: &'a str,
    scope: Scope,
    window: ValidityWindow,
    token: Option<&'a str>,
    token_kind: SessionTokenKind,
    /// `None` if it is not 64 lower-case hexadecimal digits, and so cannot match.
    signature: Option<Signature>,
}

impl Verifier {
    /// Reads the signature of a form that uploads a file, from the names and values of its fields before `file`. See
    /// [`post_policy`](crate::post_policy) for an example and the rules.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::FormTooLarge`] if the fields are longer than [`MAX_FORM_LEN`] or more than
    ///   [`MAX_FORM_FIELDS`](crate::post_policy::MAX_FORM_FIELDS).
    /// - [`ErrorKind::MissingAuthentication`] if there is no signature. [`ErrorKind::SignatureVersion2`],
    ///   [`ErrorKind::AsymmetricSignature`] or [`ErrorKind::UnsupportedAlgorithm`] if it is of another kind.
    /// - [`ErrorKind::IncompleteForm`] if a field of the signature or `key` is missing, or a field comes twice.
    /// - [`ErrorKind::MalformedDate`] if `x-amz-date` is not a time, and [`ErrorKind::AmbiguousAuthentication`] if there are two session
    ///   tokens.
    pub fn post_claim<'a>(
        &'a self,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<PostClaim<'a>, Error> {
        PostClaim::read(self, fields).map_err(|error| self.answered(error, SignatureLocation::Header))
    }
}

impl<'a> PostClaim<'a> {
    fn read(verifier: &'a Verifier, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let fields = Fields::collect(fields)?;
        check_algorithm(&fields, verifier.options.algorithms)?;
        let (token, token_kind) = token(&fields)?;
        let (timestamp, start) = parse_date(fields.required(name::DATE_HEADER)?, &verifier.options)?;
        fields.required(KEY)?;
        Ok(Self {
            credential: fields.required(CREDENTIAL)?,
            policy: fields.required(POLICY)?,
            signature: Signature::parse(fields.required(SIGNATURE)?).ok(),
            scope: verifier.keys.scope(timestamp.day()),
            window: ValidityWindow::new((timestamp, start), Some(Expires::MAX), &verifier.options),
            verifier,
            fields,
            token,
            token_kind,
        })
    }

    /// The claimed access key id, to look up the key.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        split_first(self.credential, b'/').0
    }

    /// The session token that the form carries, a secret.
    #[must_use]
    pub const fn session_token(&self) -> Option<&str> {
        self.token
    }

    /// The day, region and service of the key that verifies the form.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Verifies the signature with `key`, and then every condition of the policy but the length of the file, which
    /// [`PostUpload`] checks. An unknown key costs the same work as a wrong signature.
    ///
    /// # Errors
    ///
    /// In this order: the signature is [older than seven days](ErrorKind::Expired) or [of the future](ErrorKind::NotYetCurrent); the
    /// credential is [malformed](ErrorKind::MalformedCredential) or [of another scope](ErrorKind::ScopeMismatch); the key is
    /// [unknown](ErrorKind::UnknownAccessKey); the session token is [wrong](ErrorKind::InvalidToken) or
    /// [expired](ErrorKind::ExpiredToken); the signature [does not match](ErrorKind::SignatureMismatch); the policy
    /// [cannot be read](ErrorKind::InvalidPolicy); the fields are [too long](ErrorKind::FormTooLarge) with the name of the file in
    /// them; the policy [expired or does not allow the upload](ErrorKind::PolicyViolation).
    pub fn verify<'k>(
        self,
        key: impl Into<StoredKey<'k>>,
        upload: Upload<'_>,
        now: impl Moment,
    ) -> Result<PostUpload<'a>, Error> {
        let verifier = self.verifier;
        let checked = now.into_datetime().and_then(|now| self.check(&key.into(), upload, now));
        checked.map_err(|error| verifier.answered(error, SignatureLocation::Header))
    }

    fn check(self, key: &StoredKey<'_>, upload: Upload<'_>, now: OffsetDateTime) -> Result<PostUpload<'a>, Error> {
        self.window.check(now)?;
        self.check_scope()?;
        let receipt = self.judge(key, now)?;
        let policy = ReceivedPolicy::parse(self.policy)?;
        if now >= policy.expiration.to_datetime() {
            return Err(violation("Policy expired."));
        }
        let values = self.fields.with_file_name(upload.file_name)?;
        self.check_conditions(&policy.conditions, upload.bucket, &values)?;
        self.check_covered(&policy.conditions)?;
        let access_key_id = split_first(self.credential, b'/').0;
        Ok(PostUpload::new(self.verifier, values, access_key_id, &policy.conditions, receipt))
    }

    fn check_scope(&self) -> Result<(), Error> {
        let (_id, rest) = split_first(self.credential, b'/');
        if rest.is_some_and(|named| self.scope.is_written(named)) {
            return Ok(());
        }
        let location = SignatureLocation::Query;
        let parts: Vec<&str> = self.credential.splitn(6, '/').collect();
        Err(match parts.as_slice() {
            [_id, day, region, service, terminator] => {
                let detail = s3_messages::scope_mismatch([*day, *region, *service, *terminator], &self.scope, location);
                Error::new(ErrorKind::ScopeMismatch, detail)
            }
            _ => Error::new(ErrorKind::MalformedCredential, s3_messages::malformed_credential(location)),
        })
    }

    /// Compares the signature, and checks whose key it is. An unknown key takes the same steps as a known key.
    fn judge(&self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<Matched, Error> {
        let (access_key_id, token) = (self.access_key_id(), self.token.map(str::as_bytes));
        let algorithm = Algorithm::HmacSha256;
        let claimant = Claimant { access_key_id, token, token_kind: self.token_kind, algorithm };
        let matched = self.signature.as_ref().and_then(|claimed| {
            claimant.with_key(&self.verifier.keys, key, &self.scope, |key| {
                key.compare_message(|message| message.put(self.policy.as_bytes()), claimed)
            })
        });
        claimant.check(key, &self.scope, now)?;
        matched.filter(|_| claimant.is_of(key, &self.scope)).ok_or_else(mismatch)
    }

    fn check_conditions(&self, conditions: &[Condition], bucket: &str, values: &Values<'_>) -> Result<(), Error> {
        for condition in conditions {
            let Some(name) = condition.name().map(str::to_ascii_lowercase) else { continue };
            let field = self.fields.value(&name);
            let holds = match (name.as_str(), field) {
                (BUCKET, field) => field.is_none_or(|field| field == bucket) && condition.holds(bucket, bucket),
                (name, Some(raw)) => values.get(name).is_some_and(|value| condition.holds(raw, value)),
                (_, None) => false,
            };
            if !holds {
                return Err(violation(&format!("Policy Condition failed: {condition}")));
            }
        }
        Ok(())
    }

    /// Refuses fields that no condition names, and a policy for any bucket.
    fn check_covered(&self, conditions: &[Condition]) -> Result<(), Error> {
        let named: BTreeSet<_> = conditions.iter().filter_map(Condition::name).map(str::to_ascii_lowercase).collect();
        let is_exempt = |lower: &str| lower == POLICY || lower == SIGNATURE || lower.starts_with(IGNORED);
        let fields = self.fields.iter().filter(|(lower, _, _)| !is_exempt(lower) && !named.contains(*lower));
        let mut extra: Vec<_> = fields.map(|(_, name, _)| shown(name)).collect();
        if !named.contains(BUCKET) && self.fields.value(BUCKET).is_none() {
            extra.push(BUCKET.to_owned());
        }
        if extra.is_empty() { Ok(()) } else { Err(violation(&format!("Extra input fields: {}", extra.join(", ")))) }
    }
}

/// Refuses a form without a signature, or with one of another kind than version 4, which S3 takes alone.
fn check_algorithm(fields: &Fields<'_>, accepted: Accepted) -> Result<(), Error> {
    let v2 = [version_2::ACCESS_KEY_ID, version_2::SIGNATURE].map(str::to_ascii_lowercase);
    let Some(algorithm) = fields.value(ALGORITHM) else {
        let is_v2 = v2.iter().all(|name| fields.value(name).is_some());
        let is_unsigned = fields.value(SIGNATURE).is_none() && fields.value(POLICY).is_none();
        return match () {
            () if is_v2 => Err(version_2::refused()),
            () if is_unsigned => Err(Error::new(ErrorKind::MissingAuthentication, "the form has no signature")),
            () => fields.required(ALGORITHM).map(|_| ()),
        };
    };
    let kind = match Accepted::V4.find(algorithm.as_bytes()) {
        Ok(found) if accepted.has(found) => return Ok(()),
        Ok(_) => ErrorKind::UnsupportedAlgorithm,
        Err(kind) => kind,
    };
    Err(Error::new(kind, format!("the form is signed with '{}'", shown(algorithm))))
}

/// The session token, and its kind.
fn token<'a>(fields: &Fields<'a>) -> Result<(Option<&'a str>, SessionTokenKind), Error> {
    let found = match (fields.value(name::TOKEN_HEADER), fields.value(name::S3_TOKEN_HEADER)) {
        (Some(_), Some(_)) => {
            return Err(Error::new(ErrorKind::AmbiguousAuthentication, "the form has two session tokens"));
        }
        (token, None) => (token, SessionTokenKind::Security),
        (None, token) => (token, SessionTokenKind::S3Session),
    };
    // A token is at most as long as a form, which is shorter than `MAX_SESSION_TOKEN_LEN`.
    const { assert!(MAX_FORM_LEN < MAX_SESSION_TOKEN_LEN) };
    Ok(found)
}

#[cold]
pub(super) fn violation(words: &str) -> Error {
    Error::new(ErrorKind::PolicyViolation, format!("Invalid according to Policy: {words}"))
}

impl fmt::Debug for PostClaim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostClaim").field("access_key_id", &self.access_key_id()).finish_non_exhaustive()
    }
}
