//! Signing in the headers or in the query of a URL.
//!
//! Start with [`Signer`]: [`Signer::sign`] for a request with its body in memory, [`Signer::sign_parts`] for another payload,
//! [`Signer::sign_view`] without types of the `http` crate, and [`Signer::presign`] for a URL.

// The stages of `pipeline`, one way for both places of a signature:
//
// | stage | headers | query |
// |---|---|---|
// | collect | `signing_headers`: the headers to sign, and those that signing replaces | the same |
// | canonicalise | `canonical`, and the headers that are sent with the signature | `canonical`, and the parameters of the signature |
// | hash | `CanonicalRequest::sha256_with_names` | `CanonicalRequest::sha256` |
// | string to sign | `StringToSign` | the same |
// | tag | `ScopedKeys::with_key` | the same |
// | write | `auth::header`, for a `Signed` that `http` applies | `auth::query`, for a `Presigned` |
//
// `existing_signature` looks for an earlier signature in the query: header signing refuses it, and presigning replaces it.

pub(crate) mod existing_signature;
mod http;
mod pipeline;
pub(crate) mod presign;
mod signed;
mod signing_headers;

pub use presign::Presigned;
pub use signed::Signed;

use crate::algorithm::Algorithm;
use crate::auth::SignatureLocation;
use crate::body::Content;
use crate::bytes::percent::PlusDecoding;
use crate::canonical::CanonicalRequest;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::key::SigningKey;
use crate::key::cache::{DEFAULT_CACHED_KEYS, KeyCache, KeyRetention};
use crate::key::scoped::ScopedKeys;
use crate::payload::{ContentSha256, Payload};
#[cfg(feature = "sigv4a")]
use crate::region_set::RegionSet;
use crate::request::RequestView;
use crate::scope::{Region, Scope, Service};
use crate::settings::{ContentSha256Header, PathEncoding, SessionTokenPlacement, Settings};
use crate::time::{Day, Moment, Timestamp};
use pipeline::{Draft, Signing};
use time::OffsetDateTime;

/// Signs requests to one service in one region.
///
/// Keep a signer: it caches the day's signing keys. Its clones, also in other threads, share the cache.
///
/// ```
/// use sig4::{Credentials, Signer};
///
/// let signer = Signer::new("us-east-1", "execute-api")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let mut request = http::Request::post("https://abc.execute-api.us-east-1.amazonaws.com/orders")
///     .header("content-type", "application/json")
///     .body(r#"{"message":"hello"}"#)?;
/// let now = time::OffsetDateTime::from_unix_timestamp(1_440_938_160)?;
/// signer.sign(&mut request, &credentials, now)?;
/// assert_eq!(request.headers()["x-amz-date"], "20150830T123600Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Signer {
    keys: ScopedKeys,
    /// The regions of a signer of Signature Version 4a.
    #[cfg(feature = "sigv4a")]
    region_set: Option<RegionSet>,
    pub(crate) settings: Settings,
}

impl Signer {
    /// A signer with the service's defaults.
    ///
    /// For `s3`, `s3express`, `s3-outposts` and `s3-object-lambda` the path is [`PathEncoding::Canonical`] and not
    /// normalised, and `x-amz-content-sha256` is sent. For `iotdevicegateway` the session token is not signed. For all other
    /// services the path is [`PathEncoding::Double`] and normalised.
    ///
    /// Both arguments are text, or a [`Region`] and a [`Service`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) and
    /// [`ErrorKind::InvalidService`](crate::ErrorKind::InvalidService) for a name that a credential scope cannot hold.
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
        let cache = KeyCache::new(DEFAULT_CACHED_KEYS, KeyRetention::ToLaterDay);
        let settings = Settings::for_service(service.as_str());
        Self {
            keys: ScopedKeys::new(Scope::new(Day::FIRST, region, service), cache),
            #[cfg(feature = "sigv4a")]
            region_set: None,
            settings,
        }
    }

    /// A signer of Signature Version 4a, whose signatures are valid in all regions of a set. Its defaults are those of
    /// [`new`](Self::new).
    ///
    /// Multi-Region Access Points of S3 (service `s3`), global endpoints of EventBridge (`events`) and the KeyValueStore of CloudFront
    /// (`cloudfront-keyvaluestore`) want such signatures. The regions are text, a [`Region`], or a [`RegionSet`]; SDKs write `*` for these
    /// services.
    ///
    /// AWS STS issues session tokens that are valid in all regions at its regional endpoints. A token of its global endpoint is refused
    /// here.
    ///
    /// A signature takes about 0.24 ms, more than 200 times as long as one of Signature Version 4. The feature `precomputed-tables` of the
    /// crate `p256` makes it 0.07 ms.
    ///
    /// ```
    /// use sig4::{Credentials, Signer, Timestamp};
    ///
    /// let signer = Signer::new_v4a("*", "s3")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let url = "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com/key";
    /// let mut request = http::Request::get(url).body(())?;
    /// signer.sign(&mut request, &credentials, Timestamp::parse("20150830T123600Z")?)?;
    /// let headers = request.headers();
    /// assert_eq!(headers["x-amz-region-set"], "*");
    /// let beginning = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/s3/aws4_request, SignedHeaders=host;";
    /// assert!(headers["authorization"].to_str()?.starts_with(beginning));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Sources: "Signature calculation for SigV4a" in "AWS Signature Version 4 for API requests"; "Managing AWS STS in an AWS Region" of IAM.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) and
    /// [`ErrorKind::InvalidService`](crate::ErrorKind::InvalidService) for a name that cannot be signed.
    #[cfg(feature = "sigv4a")]
    pub fn new_v4a<R, S>(regions: R, service: S) -> Result<Self, Error>
    where
        R: TryInto<RegionSet, Error: Into<Error>>,
        S: TryInto<Service, Error: Into<Error>>,
    {
        let regions = regions.try_into().map_err(Into::into)?;
        let service = service.try_into().map_err(Into::into)?;
        let cache = KeyCache::new(DEFAULT_CACHED_KEYS, KeyRetention::ToLaterDay);
        let settings = Settings::for_service(service.as_str());
        let keys = ScopedKeys::new(Scope::without_region(Day::FIRST, &service), cache);
        Ok(Self { keys, region_set: Some(regions), settings })
    }

    /// The regions of a signer of Signature Version 4a, and `None` for Signature Version 4.
    #[cfg(feature = "sigv4a")]
    #[must_use]
    pub const fn region_set(&self) -> Option<&RegionSet> {
        self.region_set.as_ref()
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

    /// Sets whether `x-amz-content-sha256` is sent and signed. It concerns header signing only: a presigned URL has no such
    /// parameter.
    #[must_use]
    pub const fn with_content_sha256(mut self, header: ContentSha256Header) -> Self {
        self.settings.content_sha256 = header;
        self
    }

    /// Sets whether the session token is part of the signature.
    #[must_use]
    pub const fn with_session_token_placement(mut self, token: SessionTokenPlacement) -> Self {
        self.settings.session_token = token;
        self
    }

    /// Sets the meaning of a raw `+` in a query. The default is [`PlusDecoding::Space`].
    #[must_use]
    pub const fn with_plus_decoding(mut self, plus: PlusDecoding) -> Self {
        self.settings.plus = plus;
        self
    }

    /// Signs this host instead of the host that is sent, for a proxy that replaces it.
    #[must_use]
    pub fn with_signed_host(mut self, host: impl Into<String>) -> Self {
        self.settings.signed_host = Some(host.into());
        self
    }

    /// Also excludes these headers (case-insensitive) from the signature. If a header is both included and excluded, the later call
    /// wins. The usual reason is a proxy that changes `via`, `forwarded`, `x-forwarded-for`, `range` or `accept-encoding`.
    ///
    /// `host` and the headers that signing adds are always signed.
    #[must_use]
    pub fn with_unsigned_headers<H: AsRef<str>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        headers.into_iter().for_each(|h| self.settings.selection.exclude(h.as_ref()));
        self
    }

    /// Also signs these headers (case-insensitive), even if they are excluded by default. If a header is both included and excluded,
    /// the later call wins.
    ///
    /// `authorization` is never signed, because signing replaces it.
    #[must_use]
    pub fn with_signed_headers<H: AsRef<str>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        headers.into_iter().for_each(|h| self.settings.selection.include(h.as_ref()));
        self
    }

    /// Signs only these headers (case-insensitive), `host`, and the headers that signing adds. Headers that are
    /// [included](Self::with_signed_headers) or [excluded](Self::with_unsigned_headers) are then ignored. Services refuse a request
    /// whose own `x-amz-*` headers are not signed.
    #[must_use]
    pub fn with_only_signed_headers<H: AsRef<str>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        let headers = headers.into_iter().map(|h| h.as_ref().to_owned());
        self.settings.selection.only(headers);
        self
    }

    /// Sets whether the time of signing may be any year of four digits. The default is `false`: a clock outside the years 2000 to 2100
    /// is not set, and signing fails with [`ErrorKind::InvalidTime`](crate::ErrorKind::InvalidTime).
    ///
    /// Use it to repeat a signature of others, such as that of a test suite.
    #[must_use]
    pub const fn with_any_year(mut self, any_year: bool) -> Self {
        self.settings.any_year = any_year;
        self
    }

    /// The payload to sign for the body of a request: `UNSIGNED-PAYLOAD` for an operation whose body the service's model leaves unsigned,
    /// and for a stream that goes to S3 over TLS.
    #[inline]
    pub(crate) fn payload_of<'b>(
        &self,
        request: &RequestView<'_>,
        content: &'b Content<'_>,
    ) -> Result<Payload<'b>, Error> {
        // One comparison for the most frequent body (row `sign-post`).
        match content {
            Content::Bytes(bytes) if self.settings.unsigned_operations.is_empty() => Ok(Payload::Bytes(bytes)),
            content => self.payload_of_other(request, content),
        }
    }

    fn payload_of_other<'b>(&self, request: &RequestView<'_>, content: &'b Content<'_>) -> Result<Payload<'b>, Error> {
        let goes_to_s3 = request.scheme == Some("https") && self.settings.presign_unsigned;
        let is_unsigned = self.settings.leaves_unsigned(request.method, request.path);
        if is_unsigned || (goes_to_s3 && matches!(content, Content::Stream)) {
            return Ok(Payload::Unsigned);
        }
        content.payload()
    }

    /// The time of signing.
    #[inline]
    pub(crate) fn timestamp(&self, now: OffsetDateTime) -> Result<Timestamp, Error> {
        if self.settings.any_year { Timestamp::of_any_year(now) } else { Timestamp::new(now) }
    }

    /// Sets the number of signing keys that are kept, 1,024 by default. With zero, every signature derives its key.
    ///
    /// Set it to the number of access keys that sign on one day, if there are more. A kept key takes 250 to 600 bytes, by the number of
    /// threads that use it. A signature whose key is not kept takes about twice as long.
    #[must_use]
    pub fn with_cached_keys(mut self, capacity: usize) -> Self {
        self.keys.replace_cache(KeyCache::new(capacity, KeyRetention::ToLaterDay));
        self
    }

    /// The signing keys.
    #[cfg(feature = "stream")]
    pub(crate) const fn keys(&self) -> &ScopedKeys {
        &self.keys
    }

    /// The current number of cached signing keys.
    #[must_use]
    pub fn cached_keys(&self) -> usize {
        self.keys.cached()
    }

    /// The credential scope on `day`.
    #[must_use]
    pub const fn scope(&self, day: Day) -> Scope {
        self.keys.scope(day)
    }

    /// The signing key of `credentials` on `day`, from the cache if possible.
    #[must_use]
    pub fn signing_key(&self, credentials: &Credentials, day: Day) -> SigningKey {
        self.keys.signing_key(credentials, day)
    }

    /// The first stage: the canonical request of a header-signed request.
    ///
    /// It includes the headers that [`sign_view`](Self::sign_view) adds. Compare it with the server's when a signature does not
    /// match.
    ///
    /// ```
    /// use sig4::payload::ContentSha256;
    /// use sig4::request::RequestView;
    /// use sig4::string_to_sign::StringToSign;
    /// use sig4::{Credentials, Payload, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "iam")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let headers: [(&str, &[u8]); 2] =
    ///     [("Content-Type", b"application/x-www-form-urlencoded; charset=utf-8"), ("Host", b"iam.amazonaws.com")];
    /// let request = RequestView::new("GET", "/", Some("Action=ListUsers&Version=2010-05-08"), &headers);
    /// let timestamp = Timestamp::parse("20150830T123600Z")?;
    /// let payload = ContentSha256::of(&Payload::Bytes(b""));
    ///
    /// let canonical = signer.canonical_request(&request, &payload, &credentials, &timestamp)?;
    /// assert_eq!(canonical.signed_headers(), "content-type;host;x-amz-date");
    /// let scope = signer.scope(timestamp.day());
    /// let string_to_sign = StringToSign::new(timestamp, &scope, canonical.sha256());
    /// let signature = signer.signing_key(&credentials, timestamp.day()).sign(&string_to_sign)?;
    /// assert_eq!(signature.to_string(), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    /// # Ok::<(), sig4::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`sign_view`](Self::sign_view).
    pub fn canonical_request<'a>(
        &'a self,
        request: &RequestView<'a>,
        payload: &'a ContentSha256,
        credentials: &'a Credentials,
        timestamp: &'a Timestamp,
    ) -> Result<CanonicalRequest<'a>, Error> {
        credentials.check_end(timestamp.to_datetime())?;
        let mut draft = Draft::new(request, &self.settings, credentials, payload, self.regions());
        draft.collect()?;
        draft.add_headers(timestamp, payload)?;
        draft.canonicalise()?;
        Ok(draft.canonical)
    }

    /// Signs a request of any transport. [`Signed`] has the headers to add, the [header to remove](Signed::removed_header) and the
    /// [target to send](Signed::target).
    ///
    /// Send it with a client that follows no redirects: otherwise the session token goes to the host that a redirect names.
    ///
    /// ```
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, Payload, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "service")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let headers: [(&str, &[u8]); 1] = [("Host", b"example.amazonaws.com")];
    /// let request = RequestView::new("GET", "/", None, &headers);
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let signed = signer.sign_view(&request, &Payload::Bytes(b""), &credentials, now)?;
    /// let names: Vec<_> = signed.headers().map(|(name, _value)| name).collect();
    /// assert_eq!(names, ["x-amz-date", "authorization"]);
    /// # Ok::<(), sig4::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidTime`](crate::ErrorKind::InvalidTime) if the year of `now`, in UTC, is not within 2000 to 2100; see
    ///   [`with_any_year`](Self::with_any_year).
    /// - [`ErrorKind::ExpiredCredentials`](crate::ErrorKind::ExpiredCredentials) if the credentials have
    ///   [expired](Credentials::with_expiration).
    /// - [`ErrorKind::MissingHost`](crate::ErrorKind::MissingHost) if there is no host, and
    ///   [`ErrorKind::InvalidHost`](crate::ErrorKind::InvalidHost) if the `Host` header is malformed, or if the host comes
    ///   from the authority and clients rewrite it: `h:080`, `h:`, `127.1`, `[::0001]`, a name that is percent-encoded or not
    ///   ASCII. The message says what to write instead.
    /// - [`ErrorKind::InvalidHeader`](crate::ErrorKind::InvalidHeader) if the method is `CONNECT` or not an HTTP token, or if a header
    ///   that is signed cannot be sent.
    /// - [`ErrorKind::InvalidPath`](crate::ErrorKind::InvalidPath) if the path cannot be sent, does not begin with a `/` (the
    ///   target `*`), or has to be decoded and cannot be.
    /// - [`ErrorKind::InvalidUrl`](crate::ErrorKind::InvalidUrl) if the target is a host without a scheme.
    /// - [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) if the query cannot be sent, or has a signature already.
    /// - [`ErrorKind::ConflictingToken`](crate::ErrorKind::ConflictingToken) if the request carries another security token.
    /// - [`ErrorKind::TooManyHeaders`](crate::ErrorKind::TooManyHeaders) and
    ///   [`ErrorKind::TooManyQueryPairs`](crate::ErrorKind::TooManyQueryPairs) if there are more headers or query parameters than
    ///   [`MAX_HEADERS`](crate::request::MAX_HEADERS) and [`MAX_QUERY_PAIRS`](crate::canonical::MAX_QUERY_PAIRS).
    pub fn sign_view<'a>(
        &self,
        request: &RequestView<'_>,
        payload: &Payload<'_>,
        credentials: &'a Credentials,
        now: impl Moment,
    ) -> Result<Signed<'a>, Error> {
        self.sign_at(request, payload, credentials, now.into_datetime()?)
    }

    /// [`sign_view`](Self::sign_view), compiled once for all types of moment. Then presigning inlines its own writing of the canonical
    /// request (row `presign`).
    fn sign_at<'a>(
        &self,
        request: &RequestView<'_>,
        payload: &Payload<'_>,
        credentials: &'a Credentials,
        now: OffsetDateTime,
    ) -> Result<Signed<'a>, Error> {
        credentials.check_end(now)?;
        let timestamp = self.timestamp(now)?;
        let payload = ContentSha256::of(payload);
        let written = self.signing(credentials, &timestamp, &payload).run(request, SignatureLocation::Header, None)?;
        Ok(Signed {
            authorization: written.text,
            timestamp,
            payload: written.send_payload.then_some(payload),
            session_token: credentials.own_session_token(),
            stale_token: written.stale_token,
            target: written.target,
            signature: written.signature,
            #[cfg(feature = "sigv4a")]
            region_set: self.region_set.clone(),
        })
    }

    /// The algorithm of the signatures.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.keys.algorithm()
    }

    #[inline]
    fn signing<'a>(
        &'a self,
        credentials: &'a Credentials,
        timestamp: &'a Timestamp,
        payload: &'a ContentSha256,
    ) -> Signing<'a> {
        let (settings, keys, region_set) = (&self.settings, &self.keys, self.regions());
        Signing { settings, keys, region_set, credentials, timestamp, payload }
    }

    /// The regions of a signer of Signature Version 4a.
    #[inline]
    fn regions(&self) -> Option<&str> {
        #[cfg(feature = "sigv4a")]
        return self.region_set.as_ref().map(RegionSet::as_str);
        #[cfg(not(feature = "sigv4a"))]
        None
    }
}
