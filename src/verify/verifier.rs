//! The verifier and its settings.

#[cfg(feature = "sigv4a")]
use super::asymmetric::Asymmetric;
use super::options::{PresignedBody, VerifyOptions};
use super::seen::SeenSignatures;
#[cfg(feature = "sigv4a")]
use crate::algorithm::Accepted;
use crate::algorithm::Algorithm;
use crate::auth::QueryParams;
use crate::auth::version_2;
use crate::auth::{DuplicatePolicy, SignatureLocation};
use crate::bytes::percent::PlusDecoding;
use crate::error::{Dialect, Error, ErrorKind};
use crate::expires::Expires;
use crate::key::cache::{DEFAULT_CACHED_KEYS, KeyCache, KeyRetention};
use crate::key::scoped::ScopedKeys;
#[cfg(feature = "sigv4a")]
use crate::region_set::RegionSet;
use crate::request::RequestView;
use crate::scope::{Region, Scope, Service};
use crate::settings::{PathEncoding, SessionTokenPlacement, Settings, is_s3};
use crate::time::Day;
use std::sync::Arc;
use std::time::Duration;

/// Verifies requests to one service in one region.
///
/// Keep a verifier: it caches the signing keys of the last days. Its clones, also in other threads, share the cache.
///
/// It is strict:
///
/// - Parameters, and headers that it reads, must not come twice.
/// - Every `x-amz-*` header must be signed, except for `x-amz-content-sha256`, whose value is signed as the payload line.
/// - The body must be signed, except for S3.
///
/// [`with_aws_compat`](Self::with_aws_compat) accepts what AWS accepts.
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
/// let claim = verifier.claim(&parts)?; // the claimed identity; nothing is trusted yet
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
    /// The keys and regions of Signature Version 4a, if it is accepted.
    #[cfg(feature = "sigv4a")]
    pub(crate) asymmetric: Option<Asymmetric>,
    pub(crate) settings: Settings,
    pub(crate) options: VerifyOptions,
    /// Whether the service wants every `x-amz-*` header signed.
    signs_amz: bool,
}

impl Verifier {
    /// A verifier with the service's defaults.
    ///
    /// The defaults of the canonical request are those of [`Signer::new`](crate::Signer::new). The window is 5 minutes for
    /// `execute-api` and 15 minutes for other services. For the S3 family the body may be unsigned, and a presigned URL must state its
    /// lifetime.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] and [`ErrorKind::InvalidService`] for a name that a credential scope cannot hold.
    pub fn new<R, S>(region: R, service: S) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
        S: TryInto<Service, Error: Into<Error>>,
    {
        let region = region.try_into().map_err(Into::into)?;
        let service = service.try_into().map_err(Into::into)?;
        Ok(Self::for_service(&region, &service))
    }

    /// [`new`](Self::new) for names that are already parsed.
    #[must_use]
    pub fn for_service(region: &Region, service: &Service) -> Self {
        let settings = Settings::for_service(service.as_str());
        let token = settings.session_token;
        Self {
            keys: ScopedKeys::new(Scope::new(Day::FIRST, region, service), cache(DEFAULT_CACHED_KEYS)),
            #[cfg(feature = "sigv4a")]
            asymmetric: None,
            settings,
            options: VerifyOptions::for_service(service.as_str()),
            signs_amz: is_s3(service.as_str()),
        }
        .with_session_token_placement(token)
    }

    /// Accepts requests that are signed with these algorithms, and no others. The default is Signature Version 4 alone.
    ///
    /// A request of Signature Version 4a has to be signed for the verifier's region, or for one of
    /// [`with_region_set`](Self::with_region_set): its own region set may have patterns, such as `us-*` or `*`. The settings of the verifier
    /// are for both. A signature of one algorithm never verifies as the other's.
    ///
    /// ```
    /// use sig4::algorithm::Algorithm;
    /// use sig4::{Credentials, ErrorKind, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let mut request = http::Request::get("https://abc.execute-api.eu-west-1.amazonaws.com/").body("")?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// Signer::new_v4a("eu-*,us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    ///
    /// let (parts, body) = request.into_parts();
    /// let only_v4 = Verifier::new("eu-west-1", "execute-api")?;
    /// assert_eq!(only_v4.claim(&parts).unwrap_err().kind(), ErrorKind::AsymmetricSignature);
    ///
    /// let both = only_v4.with_algorithms([Algorithm::HmacSha256, Algorithm::EcdsaP256Sha256]);
    /// let caller = both.claim(&parts)?.verify(&credentials, body, now)?;
    /// assert_eq!(caller.algorithm(), Algorithm::EcdsaP256Sha256);
    /// assert_eq!(caller.region_set().map(|set| set.as_str()), Some("eu-*,us-east-1"));
    ///
    /// let elsewhere = Verifier::new("us-west-2", "execute-api")?.with_algorithms([Algorithm::EcdsaP256Sha256]);
    /// let error = elsewhere.claim(&parts)?.verify(&credentials, body, now).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::ScopeMismatch);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "sigv4a")]
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.options.algorithms = Accepted::new(algorithms);
        if self.options.algorithms.has(Algorithm::EcdsaP256Sha256) && self.asymmetric.is_none() {
            self.asymmetric = Some(self.new_asymmetric());
        }
        self
    }

    /// Sets the regions for one of which a request of Signature Version 4a has to be signed. The default is the verifier's region. It does
    /// not change which [algorithms](Self::with_algorithms) are accepted.
    ///
    /// Use it for an endpoint that serves several regions. Patterns are allowed on both sides: `*` accepts every region set.
    #[cfg(feature = "sigv4a")]
    #[must_use]
    pub fn with_region_set(mut self, regions: RegionSet) -> Self {
        let mut asymmetric = self.asymmetric.take().unwrap_or_else(|| self.new_asymmetric());
        asymmetric.regions = regions;
        self.asymmetric = Some(asymmetric);
        self
    }

    #[cfg(feature = "sigv4a")]
    fn new_asymmetric(&self) -> Asymmetric {
        Asymmetric::new(&self.keys, cache(DEFAULT_CACHED_KEYS))
    }

    /// The keys of an algorithm that is accepted.
    #[inline]
    pub(crate) fn keys_of(&self, algorithm: Algorithm) -> &ScopedKeys {
        #[cfg(feature = "sigv4a")]
        if let (Algorithm::EcdsaP256Sha256, Some(asymmetric)) = (algorithm, &self.asymmetric) {
            return &asymmetric.keys;
        }
        debug_assert_eq!(algorithm, Algorithm::HmacSha256, "a claim of another algorithm is refused before");
        &self.keys
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.keys.region()
    }

    /// Accepts requests that AWS accepts and the default refuses, to test clients against AWS's own behaviour.
    ///
    /// - If a parameter is given twice, the last counts in a header and the first in a query. Unknown parameters are ignored.
    /// - If there are several `Authorization` headers, the first counts.
    /// - `x-amz-*` headers need not be signed, except for S3.
    /// - The date may be written as `2015-08-30T12:36:00Z`.
    /// - An absent header that is named as signed counts as empty, because some clients sign headers that they or a proxy then
    ///   remove (versity/versitygw#457, openai/openai-python#3563). [`require_signed_headers`](Self::require_signed_headers) still
    ///   requires its headers to be there.
    #[must_use]
    pub fn with_aws_compat(mut self) -> Self {
        self.options.loosen(self.signs_amz);
        self
    }

    /// Sets how the path is encoded.
    #[must_use]
    pub const fn with_path_encoding(mut self, encoding: PathEncoding) -> Self {
        self.settings.set_path_encoding(encoding);
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

    /// Sets the meaning of a raw `+` in a query. The default is [`PlusDecoding::Space`].
    #[must_use]
    pub const fn with_plus_decoding(mut self, plus: PlusDecoding) -> Self {
        self.settings.plus = plus;
        self
    }

    /// Sets the host that clients call, if a proxy replaces it in the request, with its port unless that is the scheme's default. The
    /// received `Host` is then ignored.
    #[must_use]
    pub fn with_authority(mut self, authority: impl Into<String>) -> Self {
        self.options.authority = Some(authority.into());
        self
    }

    /// Sets how far the time of signing may be in the past or in the future.
    #[must_use]
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.options.window = window;
        self
    }

    /// How far the time of signing may be in the past or in the future.
    ///
    /// ```
    /// use core::time::Duration;
    ///
    /// let verifier = sig4::Verifier::new("us-east-1", "execute-api")?;
    /// assert_eq!(verifier.window(), Duration::from_secs(300));
    /// assert_eq!(verifier.with_window(Duration::from_secs(60)).window(), Duration::from_secs(60));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub const fn window(&self) -> Duration {
        self.options.window
    }

    /// Sets whether the body may be unsigned, with `UNSIGNED-PAYLOAD`.
    ///
    /// The default is `true` for the S3 family. For other services it is `false`, except for the few operations whose body the service's
    /// model leaves unsigned, such as `PutSnapshotBlock` of EBS. `false` refuses these too.
    #[must_use]
    pub const fn with_unsigned_payload(mut self, allowed: bool) -> Self {
        self.options.unsigned_payload = allowed;
        self.settings.unsigned_operations = &[];
        self
    }

    /// Sets whether a header-signed request must have `x-amz-content-sha256`, as S3 requires. The default is `true` for the
    /// S3 family. MinIO and Ceph do not require it.
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

    /// Sets the payload line of a presigned URL that does not state it.
    #[must_use]
    pub const fn with_presigned_body(mut self, body: PresignedBody) -> Self {
        self.options.presigned_body = body;
        self
    }

    /// Sets the longest accepted lifetime of a presigned URL, 7 days by default.
    #[must_use]
    pub const fn with_max_expires(mut self, longest: Expires) -> Self {
        self.options.max_expires = longest;
        self
    }

    /// Sets the longest signed chunk of a body, in bytes. The default is
    /// [`DEFAULT_MAX_SIGNED_CHUNK_LEN`](super::DEFAULT_MAX_SIGNED_CHUNK_LEN). A value above
    /// [`MAX_SIGNED_CHUNK_LEN`](super::MAX_SIGNED_CHUNK_LEN) counts as that limit.
    ///
    /// A decoder holds the bytes of a signed chunk until its signature matches, so this bounds the memory of each body. Chunks that are not
    /// signed are not held. A layer of `tower` has the same limit for each signed message of a stream of events.
    ///
    /// ```
    /// use sig4::Verifier;
    /// use sig4::verify::DEFAULT_MAX_SIGNED_CHUNK_LEN;
    ///
    /// assert_eq!(DEFAULT_MAX_SIGNED_CHUNK_LEN, 1 << 20);
    /// let verifier = Verifier::new("us-east-1", "s3")?.with_max_signed_chunk_len(128 << 10);
    /// # let _ = verifier;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[cfg(feature = "stream")]
    #[cfg_attr(docsrs, doc(cfg(feature = "stream")))]
    #[must_use]
    pub fn with_max_signed_chunk_len(mut self, len: usize) -> Self {
        self.options.max_signed_chunk = len.min(super::MAX_SIGNED_CHUNK_LEN);
        self
    }

    /// Accepts signatures in this location only.
    #[must_use]
    pub const fn with_signature_location(mut self, location: SignatureLocation) -> Self {
        self.options.location = Some(location);
        self
    }

    /// Also requires these headers (case-insensitive) to be signed. For example, a signed header with the audience keeps a signature
    /// from being used with another service that trusts the same keys.
    #[must_use]
    pub fn require_signed_headers<H: AsRef<str>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        self.options.required.extend(headers.into_iter().map(|h| h.as_ref().to_ascii_lowercase()));
        self
    }

    /// Accepts these `x-amz-*` headers (case-insensitive) unsigned, such as `x-amz-cf-id`, which CloudFront adds.
    #[must_use]
    pub fn allow_unsigned_headers<H: AsRef<str>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        self.options.unsigned_allowed.extend(headers.into_iter().map(|h| h.as_ref().to_ascii_lowercase()));
        self
    }

    /// Refuses signatures that were used before. The verifier asks the store at the end of a verification. A layer that also authorizes
    /// asks it once the policies allow the request. Clones of the verifier share the store, and other verifiers may share it too.
    ///
    /// A store that several servers share answers asynchronously: ask it with
    /// [`Caller::signature_use`](crate::Caller::signature_use).
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

    /// Sets the number of signing keys that are kept, 1,024 by default. With zero, every verification derives its key.
    ///
    /// Set it to the number of access keys that callers use on one day, if there are more. A kept key takes 250 to 600 bytes, by the
    /// number of threads that use it. A verification whose key is not kept takes about twice as long.
    #[must_use]
    pub fn with_cached_keys(mut self, capacity: usize) -> Self {
        self.keys.replace_cache(cache(capacity));
        #[cfg(feature = "sigv4a")]
        if let Some(asymmetric) = &mut self.asymmetric {
            asymmetric.keys.replace_cache(cache(capacity));
        }
        self
    }

    /// The error with the service's answer to a request with its signature in `location`.
    #[cold]
    pub(crate) fn answered(&self, error: Error, location: SignatureLocation) -> Error {
        error.rejected_in(self.dialect_in(location))
    }

    /// The dialect of the answer to a request with its signature in `location`.
    pub(crate) const fn dialect_in(&self, location: SignatureLocation) -> Dialect {
        match location {
            SignatureLocation::Header => self.options.dialect,
            SignatureLocation::Query => self.options.dialect.of_presigned(),
        }
    }

    /// The error for a request whose signature cannot be read. A signature of version 2 in the query is told from none.
    #[cold]
    pub(super) fn refused(&self, error: Error, request: &RequestView<'_>) -> Error {
        let unsigned = error.kind() == ErrorKind::MissingAuthentication;
        let error = if unsigned && version_2::is_in_query(request.query) { version_2::refused() } else { error };
        self.answered(error, self.location_of(request))
    }

    /// The location of a signature that cannot be read: the query if it names an algorithm and may carry a signature.
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

    /// The host that the request was sent to. `Host` header and URI must agree on it.
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

/// An empty cache of a verifier.
fn cache(capacity: usize) -> KeyCache {
    KeyCache::new(capacity, KeyRetention::ToExpiry)
}

/// Whether a `Host` header names the authority of the request, which is `of_uri`.
pub(crate) fn is_same_host(header: &[u8], of_uri: &str, request: &RequestView<'_>) -> bool {
    let port = request.default_port().unwrap_or_default().as_bytes();
    let header = header.strip_suffix(port).unwrap_or(header);
    header.eq_ignore_ascii_case(of_uri.as_bytes())
}
