//! Who says they are calling. Nothing of it is trusted until the signature is compared.
//!
//! The checks come in AWS's order; those that need neither the key nor the clock are done when the claim is read. A scope
//! that is wrong is held against the claim only after its time, as AWS does it.
//!
//! Source of the order: "AWS Auth Error Ordering" by the author of scratchstack-aws-signature.

use super::Verifier;
use super::body::{Body, Stated};
use super::caller::Caller;
use super::freshness::{Lifetime, parse_date};
use super::replay::Remembered;
use super::stored_key::{Material, StoredKey};
use super::{received::Received, signed_headers, target};
use crate::auth::header::shown;
use crate::auth::presented::{Carrier, Presented};
use crate::auth::query;
use crate::canonical::CanonicalRequest;
use crate::canonical::path::CanonicalPath;
use crate::canonical::query::CanonicalQuery;
use crate::credentials::{Credentials, MAX_SESSION_TOKEN_LEN};
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::key::SigningKey;
use crate::payload::{ContentSha256, Payload};
use crate::request::RequestView;
use crate::scope::{Scope, TERMINATOR};
use crate::settings::{SessionToken, Settings};
use crate::signature::{Matched, Signature};
use crate::string_to_sign::StringToSign;
use crate::time::Timestamp;
use std::fmt;
use std::sync::LazyLock;
use subtle::ConstantTimeEq;
use time::OffsetDateTime;

/// The claim of a request to come from somebody: what to look the key up with, and then to [verify](Self::verify).
pub struct Claim<'a> {
    verifier: &'a Verifier,
    pub(crate) request: RequestView<'a>,
    presented: Presented<'a>,
    timestamp: Timestamp,
    lifetime: Lifetime,
    pub(crate) host: &'a [u8],
    /// Complete but for the payload, which `stated` and the body decide.
    pub(crate) canonical: CanonicalRequest<'a>,
    pub(crate) stated: Stated,
    /// `None` if it is not 64 lower-case hexadecimal digits, which no key gives.
    pub(crate) signature: Option<Signature>,
}

impl<'a> Claim<'a> {
    pub(crate) fn read(verifier: &'a Verifier, request: &RequestView<'a>) -> Result<Self, Error> {
        let (policy, settings) = (&verifier.policy, &verifier.settings);
        request.check()?;
        target::check(request, policy)?;
        let received = Received::collect(request, policy.twice)?;
        let parameters = query::Parameters::find(request.query, policy.twice)?;
        let hash_parameter = parameters.content_sha256.clone();
        let presented = received.presented(parameters, policy.twice)?;
        check_carrier(presented.carrier, policy.carrier)?;
        check_token_length(&presented)?;
        let host = verifier.host(request, received.host.value)?;
        let headers = signed_headers::select(&presented.signed_headers, request, host, policy)?;
        let timestamp = parse_date(&presented.date, policy)?;
        let expires = expires(&presented, verifier)?;
        let stated = Stated::new(received.content_sha256.value, hash_parameter.as_deref(), presented.carrier, policy)?;
        let token_signed = settings.session_token == SessionToken::Signed;
        let query = match presented.carrier {
            Carrier::Header => CanonicalQuery::new(request.query, settings.plus)?,
            Carrier::Query => CanonicalQuery::without_signature(request.query, settings.plus, token_signed)?,
        };
        let path = CanonicalPath::new(request.path, settings.path_encoding, settings.normalize_path)?;
        let payload = ContentSha256::of(&Payload::Unsigned);
        Ok(Self {
            verifier,
            request: *request,
            signature: Signature::parse(&presented.signature).ok(),
            presented,
            timestamp,
            lifetime: Lifetime::new(timestamp, expires, policy),
            host,
            canonical: CanonicalRequest { method: request.method, path, query, headers, payload },
            stated,
        })
    }

    /// The access key id that the caller claims to have: what to look the key up with.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.presented.credential_parts().next().unwrap_or_default()
    }

    /// The session token that the request carries, a secret.
    #[must_use]
    pub fn session_token(&self) -> Option<&[u8]> {
        self.presented.token.as_deref()
    }

    /// The claimed time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Where the signature stands.
    #[must_use]
    pub const fn carrier(&self) -> Carrier {
        self.presented.carrier
    }

    /// Day, region and service of the key that the claim has to be verified with.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MalformedCredential`] or [`ErrorKind::ScopeMismatch`] if the claim names others than the verifier's and
    /// the day of the signature.
    pub fn scope(&self) -> Result<Scope, Error> {
        self.checked_scope().map_err(|error| self.verifier.answered(error))
    }

    /// Whether the body has to be read to verify the claim: not if the signature leaves it out.
    #[must_use]
    pub const fn needs_body(&self) -> bool {
        self.stated.covers_body()
    }

    /// The canonical request of the claim with this body: what to compare with the client's.
    #[must_use]
    pub fn canonical_request<'b>(&self, body: impl Into<Body<'b>>) -> CanonicalRequest<'a> {
        let payload = self.stated.line().unwrap_or_else(|| ContentSha256::of(&Payload::Sha256(body.into().digest())));
        CanonicalRequest { payload, ..self.canonical.clone() }
    }

    /// Compares the signature with the one that `key` gives for the request and `body`.
    ///
    /// `key` is a `&Credentials`, an `Option<&Credentials>` or a [`StoredKey`]; `body` is anything that gives bytes, or a
    /// [`Body`]. An unknown key costs the same work as a wrong signature.
    ///
    /// # Errors
    ///
    /// In this order: the signature is [expired](ErrorKind::Expired) or [not yet current](ErrorKind::NotYetCurrent); the
    /// credential is [malformed](ErrorKind::MalformedCredential) or [of another scope](ErrorKind::ScopeMismatch); the session
    /// token is [wrong](ErrorKind::InvalidToken) or [expired](ErrorKind::ExpiredToken); the key is
    /// [unknown](ErrorKind::UnknownAccessKey); the signature is [another](ErrorKind::SignatureMismatch); the body is
    /// [another](ErrorKind::ContentMismatch); the signature was [seen before](ErrorKind::Replayed).
    pub fn verify<'k, 'b>(
        self,
        key: impl Into<StoredKey<'k>>,
        body: impl Into<Body<'b>>,
        now: OffsetDateTime,
    ) -> Result<Caller<'a>, Error> {
        let verifier = self.verifier;
        self.verify_inner(&key.into(), &body.into(), now).map_err(|error| verifier.answered(error))
    }

    #[inline]
    fn verify_inner(mut self, key: &StoredKey<'_>, body: &Body<'_>, now: OffsetDateTime) -> Result<Caller<'a>, Error> {
        self.lifetime.check(now)?;
        let scope = self.checked_scope()?;
        let digest = if self.stated.covers_body() { Some(body.digest()) } else { None };
        self.set_payload(digest);
        let matched = self.compare(key, &scope);
        self.check_identity(key, now)?;
        let receipt = matched.ok_or_else(mismatch)?;
        if digest.is_some_and(|digest| !self.stated.allows(&digest)) {
            return Err(other_body());
        }
        self.admit(scope, receipt, now)
    }

    /// Sets the last line of the canonical request: what the request states, or else the body's hash.
    pub(super) fn set_payload(&mut self, digest: Option<[u8; 32]>) {
        let computed = || digest.map(|digest| ContentSha256::of(&Payload::Sha256(digest)));
        if let Some(line) = self.stated.line().or_else(computed) {
            self.canonical.payload = line;
        }
    }

    /// Compares the signature, whatever the key: one that nobody has takes the same way.
    #[inline]
    fn compare(&self, key: &StoredKey<'_>, scope: &Scope) -> Option<Matched> {
        let claimed = self.signature.as_ref()?;
        let string_to_sign = StringToSign::new(self.timestamp, scope, self.canonical.sha256());
        let matched = self.with_key(key, scope, |key| key.compare(&string_to_sign, claimed));
        matched.filter(|_| self.is_of(key, scope))
    }

    /// The comparison with a key that was fetched before.
    pub(super) fn compare_with(&self, key: &SigningKey, scope: &Scope) -> Option<Matched> {
        let string_to_sign = StringToSign::new(self.timestamp, scope, self.canonical.sha256());
        self.signature.as_ref().and_then(|claimed| key.compare(&string_to_sign, claimed))
    }

    /// Calls `with` with the signing key, or with one of a placeholder where there is none.
    #[inline]
    pub(super) fn with_key<R>(&self, key: &StoredKey<'_>, scope: &Scope, with: impl FnOnce(&SigningKey) -> R) -> R {
        match key.material {
            Material::Secret(credentials) => self.verifier.keys.with_key(credentials, scope, with),
            Material::Derived(key, _) => with(key),
            Material::Unknown | Material::Retired => self.verifier.keys.with_key(&PLACEHOLDER, scope, with),
        }
    }

    /// Whether a match with `key` proves anything.
    pub(super) fn is_of(&self, key: &StoredKey<'_>, scope: &Scope) -> bool {
        match key.material {
            Material::Secret(credentials) => credentials.access_key_id() == self.access_key_id(),
            Material::Derived(_, derived_for) => derived_for.is(scope),
            Material::Unknown | Material::Retired => false,
        }
    }

    /// Refuses a key that nobody has, and a session token that is not the key's.
    pub(super) fn check_identity(&self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<(), Error> {
        let unknown = |detail: &'static str| Err(Error::new(ErrorKind::UnknownAccessKey, detail));
        match key.material {
            Material::Unknown => unknown("The security token included in the request is invalid."),
            Material::Retired => unknown("The AWS access key provided does not exist in our records."),
            Material::Secret(credentials) if credentials.access_key_id() != self.access_key_id() => {
                unknown("The security token included in the request is invalid.")
            }
            Material::Secret(_) | Material::Derived(..) => self.check_token(key, now),
        }
    }

    fn check_token(&self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<(), Error> {
        let refuse = |kind, detail: &'static str| Err(Error::new(kind, detail));
        let temporary = self.verifier.policy.temporary_has_token && self.access_key_id().starts_with(TEMPORARY);
        match (self.session_token(), key.session_token) {
            (None, None) if !temporary => Ok(()),
            (None, _) => refuse(ErrorKind::InvalidToken, "The security token included in the request is invalid."),
            (Some(given), Some(stored)) if bool::from(given.ct_eq(stored.as_bytes())) => {
                if key.session_end.is_some_and(|end| now > end) {
                    return refuse(ErrorKind::ExpiredToken, "The security token included in the request is expired");
                }
                Ok(())
            }
            (Some(_), _) => refuse(ErrorKind::InvalidToken, "The security token included in the request is invalid"),
        }
    }

    /// The last step: the caller, unless the signature was seen before.
    pub(super) fn admit(self, scope: Scope, receipt: Matched, now: OffsetDateTime) -> Result<Caller<'a>, Error> {
        if let (Some(store), Some(signature)) = (&self.verifier.policy.replay, &self.signature) {
            match store.remember(signature, self.lifetime.end(), now) {
                Remembered::First => {}
                Remembered::Again => return Err(replayed("the signature was used before")),
                Remembered::Full => return Err(replayed("there is no room to remember the signature")),
            }
        }
        Ok(Caller::new(self, scope, receipt))
    }

    /// Refuses a signature that is not valid at `now`.
    pub(super) fn check_time(&self, now: OffsetDateTime) -> Result<(), Error> {
        self.lifetime.check(now)
    }

    pub(super) fn checked_scope(&self) -> Result<Scope, Error> {
        let mut parts = self.presented.credential_parts();
        let (Some(_), Some(day), Some(region), Some(service), Some(terminator), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed_credential(&self.presented.credential));
        };
        let expected = self.verifier.keys.scope(self.timestamp.day())?;
        let named = [region, service, terminator, day];
        if named == [expected.region(), expected.service(), TERMINATOR, expected.day().as_str()] {
            return Ok(expected);
        }
        Err(scope_mismatch(named, &expected, &self.presented.date))
    }

    pub(super) const fn settings(&self) -> &'a Settings {
        &self.verifier.settings
    }

    pub(super) const fn verifier(&self) -> &'a Verifier {
        self.verifier
    }
}

/// What the access key ids of temporary credentials begin with.
///
/// Source: "IAM identifiers", unique identifiers.
const TEMPORARY: &str = "ASIA";

/// Stands in for a key that nobody has. Whoever knows it gains nothing: a match with it is not accepted.
static PLACEHOLDER: LazyLock<Credentials> = LazyLock::new(|| Credentials::new("nobody", "nothing"));

fn check_carrier(carrier: Carrier, only: Option<Carrier>) -> Result<(), Error> {
    if only.is_none_or(|only| only == carrier) {
        return Ok(());
    }
    let detail = match carrier {
        Carrier::Header => "the signature has to be in the query",
        Carrier::Query => "the signature has to be in the Authorization header",
    };
    Err(Error::new(ErrorKind::MissingAuthentication, detail))
}

fn check_token_length(presented: &Presented<'_>) -> Result<(), Error> {
    if presented.token.as_ref().is_some_and(|token| token.len() > MAX_SESSION_TOKEN_LEN) {
        let detail = format!("it is longer than {MAX_SESSION_TOKEN_LEN} bytes");
        return Err(Error::new(ErrorKind::InvalidSessionToken, detail));
    }
    Ok(())
}

fn expires(presented: &Presented<'_>, verifier: &Verifier) -> Result<Option<Expires>, Error> {
    let refuse = |detail: String| Err(Error::new(ErrorKind::InvalidExpires, detail));
    let policy = &verifier.policy;
    match (&presented.expires, presented.carrier) {
        (_, Carrier::Header) => Ok(None),
        (Some(text), Carrier::Query) => match Expires::parse(text)? {
            expires if expires > policy.max_expires => {
                refuse(format!("{expires} s are more than {} s", policy.max_expires))
            }
            expires => Ok(Some(expires)),
        },
        (None, Carrier::Query) if policy.expires_required => refuse("'X-Amz-Expires' is missing".to_owned()),
        (None, Carrier::Query) => Ok(None),
    }
}

#[cold]
fn malformed_credential(credential: &str) -> Error {
    let detail = format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
        shown(credential)
    );
    Error::new(ErrorKind::MalformedCredential, detail)
}

#[cold]
fn scope_mismatch([region, service, terminator, day]: [&str; 4], expected: &Scope, date: &str) -> Error {
    let mut details = Vec::new();
    if region != expected.region() {
        details.push(format!("Credential should be scoped to a valid region, not '{}'. ", shown(region)));
    }
    if service != expected.service() {
        details.push(format!("Credential should be scoped to correct service: '{}'. ", expected.service()));
    }
    if terminator != TERMINATOR {
        let terminator = shown(terminator);
        details
            .push(format!("Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'. "));
    }
    if day != expected.day().as_str() {
        details.push(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', \
             from '{}'.",
            shown(day),
            expected.day(),
            shown(date),
        ));
    }
    Error::new(ErrorKind::ScopeMismatch, details.concat())
}

#[cold]
pub(super) fn mismatch() -> Error {
    let detail = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                  Access Key and signing method. Consult the service documentation for details.";
    Error::new(ErrorKind::SignatureMismatch, detail)
}

#[cold]
pub(super) fn other_body() -> Error {
    let detail = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    Error::new(ErrorKind::ContentMismatch, detail)
}

#[cold]
fn replayed(detail: &'static str) -> Error {
    Error::new(ErrorKind::Replayed, detail)
}

impl fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("access_key_id", &self.access_key_id())
            .field("timestamp", &self.timestamp)
            .field("carrier", &self.presented.carrier)
            .finish_non_exhaustive()
    }
}
