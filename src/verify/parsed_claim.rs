//! A claim, with the checks that need neither the key nor the clock.
//!
//! All checks are in AWS's order. A wrong scope is therefore refused only after the time is checked.
//!
//! Source of the order: "AWS Auth Error Ordering" by the author of scratchstack-aws-signature.

#[cfg(feature = "sigv4a")]
use super::asymmetric;
use super::body::DeclaredPayload;
use super::claimant::Claimant;
use super::options::VerifyOptions;
use super::stored_key::StoredKey;
use super::validity_window::{ValidityWindow, parse_date};
use super::verifier::Verifier;
use super::{received_headers::ReceivedHeaders, s3_messages, signed_headers, target};
#[cfg(feature = "sigv4a")]
use crate::algorithm::Algorithm;
use crate::auth::QueryParams;
use crate::auth::header::{shown, shown_up_to};
use crate::auth::query::check_number;
use crate::auth::{AuthParams, SignatureLocation};
use crate::bytes::percent;
use crate::bytes::split::split_first;
use crate::canonical::CanonicalRequest;
use crate::canonical::path::CanonicalPath;
use crate::canonical::query::CanonicalQuery;
use crate::canonical::target::Target;
use crate::credentials::MAX_SESSION_TOKEN_LEN;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::key::ReadyKey;
use crate::name;
use crate::payload::{ContentSha256, Payload};
#[cfg(feature = "sigv4a")]
use crate::region_set::RegionSet;
use crate::request::RequestView;
use crate::scope::{Scope, TERMINATOR};
use crate::settings::SessionTokenPlacement;
use crate::signature::{Matched, Signature};
use crate::string_to_sign::StringToSign;
use crate::time::Timestamp;
use time::OffsetDateTime;

/// The parts of a claim.
pub(crate) struct ParsedClaim<'a> {
    pub(crate) verifier: &'a Verifier,
    pub(crate) request: RequestView<'a>,
    pub(super) params: AuthParams<'a>,
    /// The length of the access key id, which begins the credential.
    id_len: usize,
    pub(super) timestamp: Timestamp,
    pub(super) window: ValidityWindow,
    /// The verifier's scope on the day of the signature. The claim must name it.
    pub(super) scope: Scope,
    pub(crate) host: &'a [u8],
    /// Complete except for the payload, if the request does not state it.
    pub(crate) canonical: CanonicalRequest<'a>,
    pub(crate) declared_payload: DeclaredPayload,
    /// `None` if it is not a signature of the algorithm, such as 64 lower-case hexadecimal digits, and so cannot match.
    pub(crate) signature: Option<Signature>,
    /// The regions of a claim of Signature Version 4a.
    #[cfg(feature = "sigv4a")]
    pub(super) region_set: Option<RegionSet>,
}

impl<'a> ParsedClaim<'a> {
    #[inline]
    pub(crate) fn read(verifier: &'a Verifier, request: &RequestView<'a>) -> Result<Box<Self>, Error> {
        let (options, settings) = (&verifier.options, &verifier.settings);
        request.check()?;
        let mut query = CanonicalQuery::read(request.query, settings.plus);
        if !query.is_raw() {
            target::check_query(request.query)?;
        }
        let received = ReceivedHeaders::collect(request);
        let encoding = || settings.path_encoding_for(claimed_host(request, received.host.value, options));
        let path = CanonicalPath::new(request.path, encoding, settings.normalize_path)?;
        if !path.is_plain() {
            target::check_path(request.path, encoding())?;
        }
        received.check_number(options.duplicates)?;
        let parameters = QueryParams::of(&query, request.query, options.duplicates)?;
        received.check_stated(&parameters, options)?;
        let hash_parameter = parameters.content_sha256.map(|hash| percent::decode(hash.as_bytes()));
        let is_s3 = options.dialect.is_s3();
        let params = received.auth_params(&parameters, options.duplicates, is_s3, options.algorithms)?;
        check_location(params.location, options.location)?;
        check_token_length(&params)?;
        let host = verifier.host(request, received.host.value)?;
        let mut headers = received.all;
        let is_of_uri = received.host.value.is_none() && options.authority.is_none();
        headers.insert_host(host, is_of_uri);
        signed_headers::select(request, &params, &parameters, &mut headers, options)?;
        #[cfg(feature = "sigv4a")]
        let region_set = asymmetric::region_set(&params, &parameters, &headers)?;
        let (timestamp, signed_at) = parse_date(&params.date, options)?;
        let expires = expires(&params, options)?;
        let declared = (received.content_sha256.value, hash_parameter.as_deref());
        let declared_payload = DeclaredPayload::new(declared, params.location, options, || {
            settings.leaves_unsigned(request.method, request.path)
        })?;
        let token_signed = settings.session_token == SessionTokenPlacement::Signed;
        check_number(&query)?;
        if params.location == SignatureLocation::Query {
            let unsigned_token = |name: &[u8]| !token_signed && name == name::query::TOKEN.as_bytes();
            query.retain(|name| name != name::query::SIGNATURE.as_bytes() && !unsigned_token(name));
        }
        query.sort();
        let payload = declared_payload.line().unwrap_or_else(|| ContentSha256::of(&Payload::Unsigned));
        // Boxed here, the parts move once (row `verify-post`).
        Ok(Box::new(Self {
            verifier,
            request: *request,
            scope: verifier.keys_of(params.algorithm).scope(timestamp.day()),
            id_len: split_first(&params.credential, b'/').0.len(),
            signature: Signature::parse_as(params.algorithm, &params.signature),
            params,
            timestamp,
            window: ValidityWindow::new((timestamp, signed_at), expires, options),
            host,
            canonical: CanonicalRequest {
                method: request.method,
                path,
                query,
                headers,
                payload,
                target: Target::new(request, settings),
            },
            declared_payload,
            #[cfg(feature = "sigv4a")]
            region_set,
        }))
    }

    pub(super) fn access_key_id(&self) -> &str {
        let (id, _scope) = self.params.credential.split_at(self.id_len);
        id
    }

    /// Sets the last line of the canonical request to the body's hash, unless the request states its payload.
    #[inline]
    pub(super) fn set_digest(&mut self, digest: &[u8; 32]) {
        if matches!(self.declared_payload, DeclaredPayload::Nothing) {
            self.canonical.payload = ContentSha256::of(&Payload::Sha256(*digest));
        }
    }

    /// Compares the signature. An unknown key takes the same steps as a known key.
    #[inline]
    pub(super) fn compare(&self, key: &StoredKey<'_>) -> Option<Matched> {
        let claimed = self.signature.as_ref()?;
        let string_to_sign = StringToSign::new(self.timestamp, &self.scope, self.canonical.sha256());
        let matched = self.with_key(key, |key| key.compare(&string_to_sign, claimed));
        matched.filter(|_| self.is_of(key))
    }

    /// Compares the signature, and checks whose key it is. A mismatch is the last refusal.
    #[inline]
    pub(super) fn judge(&self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<Matched, Error> {
        let matched = self.compare(key);
        self.check_identity(key, now)?;
        matched.ok_or_else(mismatch)
    }

    /// Compares the signature with a key that was fetched earlier.
    pub(super) fn compare_with(&self, key: &ReadyKey) -> Option<Matched> {
        let string_to_sign = StringToSign::new(self.timestamp, &self.scope, self.canonical.sha256());
        self.signature.as_ref().and_then(|claimed| key.compare(&string_to_sign, claimed))
    }

    /// Calls `with` with the signing key, or with a placeholder's key if the credentials are unknown.
    #[inline]
    pub(super) fn with_key<R>(&self, key: &StoredKey<'_>, with: impl FnOnce(&ReadyKey) -> R) -> R {
        self.claimant().with_key(self.verifier.keys_of(self.params.algorithm), key, &self.scope, with)
    }

    #[inline]
    fn claimant(&self) -> Claimant<'_> {
        Claimant {
            access_key_id: self.access_key_id(),
            token: self.params.token.as_deref(),
            token_kind: self.params.token_kind,
            algorithm: self.params.algorithm,
        }
    }

    /// Whether a match with `key` proves anything.
    pub(super) fn is_of(&self, key: &StoredKey<'_>) -> bool {
        self.claimant().is_of(key, &self.scope)
    }

    /// Refuses an unknown key, and a session token that is not the key's.
    pub(super) fn check_identity(&self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<(), Error> {
        self.claimant().check(key, &self.scope, now)
    }

    /// The scope of the verifier on the day of the signature, if the claim names it.
    #[inline]
    pub(super) fn checked_scope(&self) -> Result<&Scope, Error> {
        let (_id, rest) = self.params.credential.split_at(self.id_len);
        let is_named = rest.strip_prefix('/').is_some_and(|named| self.scope.is_written(named));
        if !is_named {
            return Err(self.scope_mismatch());
        }
        #[cfg(feature = "sigv4a")]
        if let (Some(claimed), Some(own)) = (&self.region_set, &self.verifier.asymmetric) {
            asymmetric::check_regions(claimed, &own.regions)?;
        }
        Ok(&self.scope)
    }

    #[cold]
    fn scope_mismatch(&self) -> Error {
        #[cfg(feature = "sigv4a")]
        if self.params.algorithm == Algorithm::EcdsaP256Sha256 {
            return asymmetric::scope_mismatch(&self.params.credential, &self.scope);
        }
        let (credential, location) = (&self.params.credential, self.params.location);
        let is_s3 = self.verifier.options.dialect.is_s3();
        let parts: Vec<&str> = credential.splitn(6, '/').collect();
        match parts.as_slice() {
            [_id, day, region, service, terminator] if is_s3 => {
                let parts = [*day, *region, *service, *terminator];
                let detail = s3_messages::scope_mismatch(parts, &self.scope, location);
                Error::new(ErrorKind::ScopeMismatch, detail)
            }
            [_id, day, region, service, terminator] => {
                scope_mismatch([region, service, terminator, day], &self.scope, &self.params.date)
            }
            _ if is_s3 => Error::new(ErrorKind::MalformedCredential, s3_messages::malformed_credential(location)),
            _ => malformed_credential(credential),
        }
    }
}

/// The host of the request before the checks on it.
fn claimed_host<'a>(request: &RequestView<'a>, header: Option<&'a [u8]>, options: &'a VerifyOptions) -> &'a [u8] {
    let given = options.authority.as_deref().map(str::as_bytes).or(header);
    given.or_else(|| request.host_of_authority().map(str::as_bytes)).unwrap_or_default()
}

fn check_location(location: SignatureLocation, only: Option<SignatureLocation>) -> Result<(), Error> {
    if only.is_none_or(|only| only == location) {
        return Ok(());
    }
    let detail = match location {
        SignatureLocation::Header => "the signature has to be in the query",
        SignatureLocation::Query => "the signature has to be in the Authorization header",
    };
    Err(Error::new(ErrorKind::MissingAuthentication, detail))
}

fn check_token_length(params: &AuthParams<'_>) -> Result<(), Error> {
    if params.token.as_ref().is_some_and(|token| token.len() > MAX_SESSION_TOKEN_LEN) {
        let detail = format!("it is longer than {MAX_SESSION_TOKEN_LEN} bytes");
        return Err(Error::new(ErrorKind::InvalidSessionToken, detail));
    }
    Ok(())
}

#[inline]
fn expires(params: &AuthParams<'_>, options: &VerifyOptions) -> Result<Option<Expires>, Error> {
    match &params.expires {
        _ if params.location == SignatureLocation::Header => Ok(None),
        None if options.expires_required => Err(no_expires(options)),
        None => Ok(None),
        Some(text) => {
            let expires = Expires::parse(text).map_err(|error| invalid_expires(text, error, options))?;
            let longest = options.max_expires;
            if expires > longest {
                return Err(Error::new(ErrorKind::InvalidExpires, format!("{expires} s are more than {longest} s")));
            }
            Ok(Some(expires))
        }
    }
}

#[cold]
fn invalid_expires(text: &str, error: Error, options: &VerifyOptions) -> Error {
    if options.dialect.is_s3() { Error::new(ErrorKind::InvalidExpires, s3_messages::expires(text)) } else { error }
}

#[cold]
fn no_expires(options: &VerifyOptions) -> Error {
    let words = if options.dialect.is_s3() { s3_messages::NO_EXPIRES } else { "'X-Amz-Expires' is missing" };
    Error::new(ErrorKind::InvalidExpires, words)
}

/// The most characters of a credential that the message shows: enough for a credential of about the right form.
const MOST_OF_A_CREDENTIAL: usize = 256;

#[cold]
fn malformed_credential(credential: &str) -> Error {
    let detail = format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
        shown_up_to(credential, MOST_OF_A_CREDENTIAL)
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
pub(crate) fn mismatch() -> Error {
    let detail = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                  Access Key and signing method. Consult the service documentation for details.";
    Error::new(ErrorKind::SignatureMismatch, detail)
}

#[cold]
pub(super) fn other_body() -> Error {
    let detail = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    Error::new(ErrorKind::ContentMismatch, detail)
}
