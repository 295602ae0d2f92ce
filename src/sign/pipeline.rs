//! The way from a request to its signature, for both places of a signature:
//! collect → canonicalise → hash → string to sign → tag → write.

use super::existing_signature::ExistingSignature;
use super::signing_headers::SigningHeaders;
use crate::algorithm::Algorithm;
use crate::auth::{self, Auth, SignatureLocation};
use crate::canonical::CanonicalRequest;
use crate::canonical::headers::CanonicalHeaders;
use crate::canonical::path::CanonicalPath;
use crate::canonical::query::CanonicalQuery;
use crate::canonical::target::Target;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::key::scoped::{ScopedKeys, key_day};
use crate::name;
use crate::payload::ContentSha256;
use crate::request::RequestView;
use crate::scope::Scope;
use crate::session_token::{SessionToken, SessionTokenKind};
use crate::settings::{ContentSha256Header, SessionTokenPlacement, Settings};
use crate::signature::Signature;
use crate::string_to_sign::StringToSign;
use crate::time::Timestamp;

/// A version of the signature. The pipeline is compiled for each, so that neither asks for the other's parts (row `sign-post`).
trait Version {
    const ALGORITHM: Algorithm;

    /// The regions that a signature of this version states.
    fn region_set(regions: Option<&str>) -> Option<&str> {
        regions.filter(|_| matches!(Self::ALGORITHM, Algorithm::EcdsaP256Sha256))
    }
}

/// Signature Version 4.
struct V4;

impl Version for V4 {
    const ALGORITHM: Algorithm = Algorithm::HmacSha256;
}

/// Signature Version 4a.
#[cfg(feature = "sigv4a")]
struct V4a;

#[cfg(feature = "sigv4a")]
impl Version for V4a {
    const ALGORITHM: Algorithm = Algorithm::EcdsaP256Sha256;
}

/// What a request is signed with.
pub(super) struct Signing<'a> {
    pub(super) settings: &'a Settings,
    pub(super) keys: &'a ScopedKeys,
    /// The regions of Signature Version 4a.
    pub(super) region_set: Option<&'a str>,
    pub(super) credentials: &'a Credentials,
    pub(super) timestamp: &'a Timestamp,
    pub(super) payload: &'a ContentSha256,
}

/// The result of the pipeline.
pub(super) struct Written<'a> {
    pub(super) signature: Signature,
    /// The value of the `Authorization` header, or the path and query of a presigned URL.
    pub(super) text: Vec<u8>,
    /// Whether `x-amz-content-sha256` is sent.
    pub(super) send_payload: bool,
    /// The token of an earlier signature that the request carries, if this signature does not replace it.
    pub(super) stale_token: Option<SessionTokenKind>,
    /// The path and query to send with a signature in the headers, if they differ from those given.
    pub(super) target: Option<String>,
    /// The authority of a presigned URL.
    pub(super) authority: Option<&'a str>,
}

impl<'a> Signing<'a> {
    /// Signs `request`, in the version of the signer. `expires` is the lifetime of a signature in the query.
    #[inline]
    pub(super) fn run(
        &self,
        request: &RequestView<'a>,
        location: SignatureLocation,
        expires: Option<Expires>,
    ) -> Result<Written<'a>, Error> {
        #[cfg(feature = "sigv4a")]
        if self.region_set.is_some() {
            return self.run_v4a(request, location, expires);
        }
        self.run_as::<V4>(request, location, expires)
    }

    #[inline]
    fn run_as<V: Version>(
        &self,
        request: &RequestView<'a>,
        location: SignatureLocation,
        expires: Option<Expires>,
    ) -> Result<Written<'a>, Error> {
        let scope = self.keys.scope(self.timestamp.day());
        let region_set = V::region_set(self.region_set);
        let mut draft = Draft::new(request, self.settings, self.credentials, self.payload, region_set);
        draft.collect()?;
        let authority = match location {
            SignatureLocation::Header => draft.add_headers(self.timestamp, self.payload).map(|()| None)?,
            SignatureLocation::Query => draft.add_parameters(&scope, *self.timestamp, expires).map(Some)?,
        };
        draft.canonicalise()?;
        let Draft { canonical, found, send_payload, .. } = &mut draft;
        let auth = Auth {
            algorithm: V::ALGORITHM,
            access_key_id: self.credentials.access_key_id(),
            scope: &scope,
            signed_headers: &canonical.headers,
            region_set,
        };
        let sign = |request_sha256| {
            let string_to_sign = StringToSign::new(*self.timestamp, &scope, request_sha256);
            self.keys.with_key(self.credentials, key_day(V::ALGORITHM, scope.day()), |key| key.sign(&string_to_sign))
        };
        let (signature, text, target) = match location {
            SignatureLocation::Header => {
                let (mut text, names) = auth::header::begin(&auth);
                let signature = sign(canonical.sha256_with_names(text.split_at(names).1));
                auth::header::finish(&mut text, &signature);
                (signature, text, canonical.target())
            }
            SignatureLocation::Query => {
                let signature = sign(canonical.sha256());
                let token = token(self.settings, self.credentials, SessionTokenPlacement::Unsigned);
                (signature, auth::query::target(canonical, &signature, token), None)
            }
        };
        let stale_token = found.stale_token(self.credentials);
        Ok(Written { signature, text, send_payload: *send_payload, stale_token, target, authority })
    }
}

#[cfg(feature = "sigv4a")]
impl<'a> Signing<'a> {
    /// The pipeline of Signature Version 4a, compiled apart from the other's (row `sign-post`).
    #[cold]
    fn run_v4a(
        &self,
        request: &RequestView<'a>,
        location: SignatureLocation,
        expires: Option<Expires>,
    ) -> Result<Written<'a>, Error> {
        self.run_as::<V4a>(request, location, expires)
    }
}

/// A request on its way to its canonical form. Until [`canonicalise`](Self::canonicalise) headers and query are in the order given.
///
/// Each step changes it in place: a step that returned it would move several hundred bytes. The first two are compiled into each caller, of
/// which only the pipeline is on the hot path (row `sign-post`).
pub(super) struct Draft<'r, 'a> {
    request: &'r RequestView<'a>,
    settings: &'a Settings,
    credentials: &'a Credentials,
    found: SigningHeaders<'a>,
    send_payload: bool,
    /// The regions of Signature Version 4a.
    region_set: Option<&'a str>,
    pub(super) canonical: CanonicalRequest<'a>,
}

impl<'r, 'a> Draft<'r, 'a> {
    #[inline(always)]
    pub(super) fn new(
        request: &'r RequestView<'a>,
        settings: &'a Settings,
        credentials: &'a Credentials,
        payload: &ContentSha256,
        region_set: Option<&'a str>,
    ) -> Self {
        let canonical = CanonicalRequest {
            method: request.method,
            path: CanonicalPath::ROOT,
            query: CanonicalQuery::read(request.query, settings.plus),
            headers: CanonicalHeaders::with_room_for(request.headers.len_hint()),
            payload: *payload,
            target: Target::new(request, settings),
        };
        let mut found = SigningHeaders::default();
        found.replaces_region_set = region_set.is_some();
        Self { request, settings, credentials, found, send_payload: false, region_set, canonical }
    }

    /// Collects the headers that the request has, and the path.
    #[inline(always)]
    pub(super) fn collect(&mut self) -> Result<(), Error> {
        self.request.check_form()?;
        self.found.collect(self.request, self.settings, self.credentials, &mut self.canonical.headers)?;
        let encoding = || self.settings.path_encoding_for(self.found.signed_host(self.settings));
        self.canonical.path = CanonicalPath::new(self.request.path, encoding, self.settings.normalize_path)?;
        Ok(())
    }

    /// Adds what a signature in the headers signs besides: the headers that are sent with it.
    #[inline]
    pub(super) fn add_headers(&mut self, timestamp: &'a Timestamp, payload: &'a ContentSha256) -> Result<(), Error> {
        ExistingSignature::check_header_signing(self.request.query, &self.canonical.query, self.credentials)?;
        self.send_payload = match self.settings.content_sha256 {
            ContentSha256Header::Always => true,
            ContentSha256Header::IfNeeded => self.found.content_sha256.is_some() || !payload.is_digest(),
            ContentSha256Header::Never => self.found.content_sha256.is_some(),
        };
        if self.send_payload {
            self.canonical.headers.push_own(name::CONTENT_SHA256_HEADER, payload.as_bytes());
        }
        self.canonical.headers.push_own(name::DATE_HEADER, timestamp.as_bytes());
        if let Some(regions) = self.region_set {
            self.canonical.headers.push_own(name::REGION_SET_HEADER, regions.as_bytes());
        }
        if let Some(token) = token(self.settings, self.credentials, SessionTokenPlacement::Signed) {
            self.canonical.headers.push_own(token.kind().header(), token.as_str().as_bytes());
        }
        self.canonical.headers.sort();
        Ok(())
    }

    /// Adds what a signature in the query signs besides: its parameters. They replace those of an earlier signature. Returns the authority
    /// of the URL.
    #[inline]
    pub(super) fn add_parameters(
        &mut self,
        scope: &Scope,
        timestamp: Timestamp,
        expires: Option<Expires>,
    ) -> Result<&'a str, Error> {
        let authority = self.found.authority_to_open(self.request)?;
        let header = self.found.callers_token(self.credentials);
        ExistingSignature::replace(self.request.query, &mut self.canonical.query, header, self.credentials)?;
        if let Some(stated) = self.found.stated_payload()? {
            self.canonical.headers.push_lower(name::CONTENT_SHA256_HEADER, stated);
            self.canonical.payload = ContentSha256::parse(String::from_utf8_lossy(stated).trim())?;
        }
        self.canonical.headers.sort();
        let auth = Auth {
            algorithm: if self.region_set.is_some() { Algorithm::EcdsaP256Sha256 } else { Algorithm::HmacSha256 },
            access_key_id: self.credentials.access_key_id(),
            scope,
            signed_headers: &self.canonical.headers,
            region_set: self.region_set,
        };
        let token = token(self.settings, self.credentials, SessionTokenPlacement::Signed);
        let path = self.canonical.target.path(&self.canonical.path);
        let (text, start) = auth::query::signed(path, &auth, timestamp, expires, token);
        self.canonical.query.add_sorted(text, start);
        Ok(authority)
    }

    /// Brings all parts into their canonical form and order.
    #[inline]
    pub(super) fn canonicalise(&mut self) -> Result<(), Error> {
        auth::query::check_number(&self.canonical.query)?;
        self.canonical.query.sort();
        Ok(())
    }
}

/// The session token, if it belongs in `place`.
fn token<'a>(
    settings: &Settings,
    credentials: &'a Credentials,
    place: SessionTokenPlacement,
) -> Option<&'a SessionToken> {
    credentials.own_session_token().filter(|_| settings.session_token == place)
}
