//! The verifier and its settings.

use super::options::{PresignedBody, VerifyOptions};
use super::seen::SeenSignatures;
use crate::auth::QueryParams;
use crate::auth::{DuplicatePolicy, SignatureLocation};
use crate::bytes::percent::PlusDecoding;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::key::cache::{DEFAULT_CACHED_KEYS, KeyCache, KeyRetention};
use crate::key::scoped::ScopedKeys;
use crate::request::RequestView;
use crate::scope::{Region, Service};
use crate::settings::{PathEncoding, SessionTokenPlacement, Settings, is_s3};
use std::sync::Arc;
use std::time::Duration;

/// Verifies requests to one service in one region.
///
/// A verifier is meant to be kept: it holds the signing keys of the last days. Its clones, in whatever thread, share them.
///
/// It is strict: parameters and deciding headers must not come twice, every `x-amz-*` header must be signed (but for
/// `x-amz-content-sha256`, whose value is a line of its own in what is signed), and so must the
/// body, except for S3. [`with_aws_compat`](Self::with_aws_compat) accepts what AWS accepts.
///
/// ```
/// use sig4::{Credentials, ErrorKind, Signer, Timestamp, Verifier};
/// use std::time::Duration;
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let mut request = http::Request::post("https://abc.execute-api.us-east-1.amazonaws.com/orders").body("{}")?;
/// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
/// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
///
/// let verifier = Verifier::new("us-east-1", "execute-api")?;
/// let (parts, body) = request.into_parts();
/// let claim = verifier.claim(&parts)?; // who says they are calling; nothing is trusted yet
/// let key = (claim.access_key_id() == "AKIDEXAMPLE").then_some(&credentials); // your own lookup
/// let caller = claim.verify(key, body, now + Duration::from_secs(60))?;
/// assert_eq!(caller.access_key_id(), "AKIDEXAMPLE");
///
/// let late = verifier.claim(&parts)?.verify(&credentials, body, now + Duration::from_secs(301)).unwrap_err();
/// assert_eq!((late.kind(), late.rejection().map(|r| r.status())), (ErrorKind::Expired, Some(http::StatusCode::FORBIDDEN)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    pub(crate) keys: ScopedKeys,
    pub(crate) settings: Settings,
    pub(crate) options: VerifyOptions,
    /// Whether the service wants every `x-amz-*` header signed.
    signs_amz: bool,
}

impl Verifier {
    /// A verifier with the service's defaults.
    ///
    /// The canonical request is built as [`Signer::new`](crate::Signer::new) says. The window is 5 minutes for `execute-api`
    /// and 15 minutes elsewhere. The S3 family may leave the body out of the signature, and a presigned URL of it has to say
    /// how long it lasts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] and [`ErrorKind::InvalidService`] for a name that cannot stand in a credential scope.
    pub fn new<R, S>(region: R, service: S) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
        S: TryInto<Service, Error: Into<Error>>,
    {
        let region = region.try_into().map_err(Into::into)?;
        let service = service.try_into().map_err(Into::into)?;
        Ok(Self::for_service(&region, &service))
    }

    /// [`new`](Self::new) for names that were read already.
    #[must_use]
    pub fn for_service(region: &Region, service: &Service) -> Self {
        let settings = Settings::for_service(service.as_str());
        let token = settings.session_token;
        Self {
            keys: ScopedKeys::new(region, service, KeyCache::new(DEFAULT_CACHED_KEYS, KeyRetention::ToExpiry)),
            settings,
            options: VerifyOptions::for_service(service.as_str()),
            signs_amz: is_s3(service.as_str()),
        }
        .with_session_token_placement(token)
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.keys.region()
    }

    /// Accepts what AWS accepts and the default refuses, for tests of clients against AWS's own behaviour.
    ///
    /// Of a parameter that is given twice the last one counts in a header and the first one in a query, and unknown ones are
    /// passed over; of several `Authorization` headers it is the first. `x-amz-*` headers need not be signed, except for S3.
    /// The date may be written as `2015-08-30T12:36:00Z`.
    ///
    /// A header that is named as signed and is absent counts as an empty one, because some clients sign headers that they or
    /// a proxy then leave out (versity/versitygw#457, openai/openai-python#3563). The default refuses such a request.
    /// [`require_signed_headers`](Self::require_signed_headers) still wants its headers to be there.
    #[must_use]
    pub fn with_aws_compat(mut self) -> Self {
        self.options.loosen(self.signs_amz);
        self
    }

    /// Sets how the path is encoded.
    #[must_use]
    pub const fn with_path_encoding(mut self, encoding: PathEncoding) -> Self {
        self.settings.path_encoding = encoding;
        self
    }

    /// Sets whether dot segments are resolved and repeated slashes merged before the path is signed.
    #[must_use]
    pub const fn with_normalized_path(mut self, normalize: bool) -> Self {
        self.settings.normalize_path = normalize;
        self
    }

    /// Sets whether the session token is part of the signature.
    #[must_use]
    pub fn with_session_token_placement(mut self, token: SessionTokenPlacement) -> Self {
        self.settings.session_token = token;
        self.options.token_signed = token == SessionTokenPlacement::Signed;
        self
    }

    /// Sets what a raw `+` in a query stands for. The default is [`PlusDecoding::Space`].
    #[must_use]
    pub const fn with_plus_decoding(mut self, plus: PlusDecoding) -> Self {
        self.settings.plus = plus;
        self
    }

    /// Sets the host, with its port if that is not the scheme's own, that clients call where a proxy puts another one into
    /// the request. The received `Host` is then ignored.
    #[must_use]
    pub fn with_authority(mut self, authority: impl Into<String>) -> Self {
        self.options.authority = Some(authority.into());
        self
    }

    /// Sets how old, or how far in the future, the time of signing may be.
    #[must_use]
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.options.window = window;
        self
    }

    /// Sets whether a request may leave its body out of the signature with `UNSIGNED-PAYLOAD`.
    #[must_use]
    pub const fn with_unsigned_payload(mut self, allowed: bool) -> Self {
        self.options.unsigned_payload = allowed;
        self
    }

    /// Sets whether a header-signed request must have `x-amz-content-sha256`, as S3 requires it. The default is `true` for the
    /// S3 family; MinIO and Ceph do without it.
    ///
    /// Source: "Signature Calculations for the Authorization Header" of Amazon S3.
    ///
    /// ```
    /// use sig4::settings::ContentSha256Header;
    /// use sig4::{Credentials, ErrorKind, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let signer = Signer::new("us-east-1", "s3")?.with_content_sha256(ContentSha256Header::Never);
    /// let mut request = http::Request::get("https://bucket.s3.us-east-1.amazonaws.com/key").body("")?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// signer.sign(&mut request, &credentials, now)?;
    ///
    /// let (parts, _body) = request.into_parts();
    /// let s3 = Verifier::new("us-east-1", "s3")?;
    /// let error = s3.claim(&parts).unwrap_err();
    /// assert_eq!((error.kind(), error.rejection().map(|r| r.code())), (ErrorKind::MissingContentSha256, Some("InvalidRequest")));
    /// s3.with_required_content_sha256(false).claim(&parts)?.verify(&credentials, "", now)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_required_content_sha256(mut self, required: bool) -> Self {
        self.options.content_sha256_required = required;
        self
    }

    /// Sets the payload line of a presigned URL that states no payload hash.
    #[must_use]
    pub const fn with_presigned_body(mut self, body: PresignedBody) -> Self {
        self.options.presigned_body = body;
        self
    }

    /// Sets the longest lifetime of a presigned URL that is accepted, 7 days by default.
    #[must_use]
    pub const fn with_max_expires(mut self, longest: Expires) -> Self {
        self.options.max_expires = longest;
        self
    }

    /// Accepts signatures in this location only.
    #[must_use]
    pub const fn with_signature_location(mut self, location: SignatureLocation) -> Self {
        self.options.location = Some(location);
        self
    }

    /// Requires these headers to be signed as well, in any case. A header that names the audience keeps a signature from being
    /// used with another service that trusts the same keys.
    #[must_use]
    pub fn require_signed_headers<H: AsRef<str>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        self.options.required.extend(headers.into_iter().map(|h| h.as_ref().to_ascii_lowercase()));
        self
    }

    /// Accepts these `x-amz-*` headers unsigned, such as `x-amz-cf-id`, which CloudFront adds.
    #[must_use]
    pub fn allow_unsigned_headers<H: AsRef<str>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        self.options.unsigned_allowed.extend(headers.into_iter().map(|h| h.as_ref().to_ascii_lowercase()));
        self
    }

    /// Refuses signatures that were used before. The store is asked at the end of a verification; by a layer that authorizes as
    /// well, once the policies allowed the request. Clones of the verifier share it, and so may other verifiers.
    ///
    /// A store that several servers share answers later, and is asked with [`Caller::signature_use`](crate::Caller::signature_use).
    ///
    /// ```
    /// use sig4::verify::SeenSignatures;
    /// use sig4::{Credentials, ErrorKind, Signer, Timestamp, Verifier};
    /// use std::sync::Arc;
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    ///
    /// let seen = Arc::new(SeenSignatures::new(100_000));
    /// let verifier = Verifier::new("us-east-1", "execute-api")?.with_seen_signatures(seen);
    /// let (parts, _body) = request.into_parts();
    /// verifier.claim(&parts)?.verify(&credentials, "", now)?;
    /// let again = verifier.claim(&parts)?.verify(&credentials, "", now).unwrap_err();
    /// assert_eq!(again.kind(), ErrorKind::Replayed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_seen_signatures(mut self, seen: Arc<SeenSignatures>) -> Self {
        self.options.seen = Some(seen);
        self
    }

    /// Sets how many signing keys are kept, 1,024 by default. Zero derives every key anew.
    #[must_use]
    pub fn with_cached_keys(mut self, capacity: usize) -> Self {
        self.keys.replace_cache(KeyCache::new(capacity, KeyRetention::ToExpiry));
        self
    }

    /// The error as the service answers it to a request whose signature stands in `location`.
    #[cold]
    pub(crate) fn answered(&self, error: Error, location: SignatureLocation) -> Error {
        let dialect = self.options.dialect;
        error.rejected_in(match location {
            SignatureLocation::Header => dialect,
            SignatureLocation::Query => dialect.of_presigned(),
        })
    }

    /// Where the signature of a request stands that could not be read: in the query if that names an algorithm and may
    /// carry a signature.
    #[cold]
    pub(super) fn location_of(&self, request: &RequestView<'_>) -> SignatureLocation {
        let presigned =
            QueryParams::find(request.query, DuplicatePolicy::AsAws).is_ok_and(|found| found.algorithm.is_some());
        if presigned && self.options.location != Some(SignatureLocation::Header) {
            SignatureLocation::Query
        } else {
            SignatureLocation::Header
        }
    }

    /// The host that the request was sent to, which has to be the same wherever it stands.
    pub(super) fn host<'a>(&'a self, request: &RequestView<'a>, header: Option<&'a [u8]>) -> Result<&'a [u8], Error> {
        if let Some(authority) = &self.options.authority {
            return Ok(authority.as_bytes());
        }
        let of_uri = request.host_of_authority();
        let no_host = || Error::new(ErrorKind::MissingHost, "the request names no host");
        match (header, of_uri) {
            (None, None) => Err(no_host()),
            (Some(value), _) if value.trim_ascii().is_empty() => Err(no_host()),
            (Some(value), Some(of_uri)) if !is_same_host(value.trim_ascii(), of_uri, request) => {
                let detail = "the `host` header is not the authority of the request";
                Err(Error::new(ErrorKind::InvalidHost, detail))
            }
            (Some(value), _) => Ok(value),
            (None, Some(of_uri)) => Ok(of_uri.as_bytes()),
        }
    }
}

/// Whether a `Host` header names the authority of the request, which is `of_uri`.
pub(crate) fn is_same_host(header: &[u8], of_uri: &str, request: &RequestView<'_>) -> bool {
    let port = request.default_port().unwrap_or_default().as_bytes();
    let header = header.strip_suffix(port).unwrap_or(header);
    header.eq_ignore_ascii_case(of_uri.as_bytes())
}
