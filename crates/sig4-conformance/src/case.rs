//! Cases: requests with credentials, settings and the expected result.

use crate::pieces::{ChunkedBody, EventStream};
use sig4::key::PublicKey;
use sig4::region_set::RegionSet;
use sig4::request::RequestView;
use sig4::settings::{ContentSha256Header, PathEncoding, SessionTokenPlacement, is_s3};
use sig4::{Credentials, Expires, Payload, Region, Service, Signer, Timestamp};
use std::fmt;

/// How a case is signed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum CaseKind {
    /// In the `authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query,
    /// In the `authorization` header, and then chunk by chunk.
    Chunked,
    /// Event by event, after a head that is signed already.
    Events,
    /// With Signature Version 4a, in the `authorization` header or in the query.
    Asymmetric,
}

impl CaseKind {
    /// Its name in the [signer protocol](SigningCase::to_json): `v4-header`, `v4-query`, `v4-chunked`,
    /// `v4-event-stream` or `v4a`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "v4-header",
            Self::Query => "v4-query",
            Self::Chunked => "v4-chunked",
            Self::Events => "v4-event-stream",
            Self::Asymmetric => "v4a",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Header, Self::Query, Self::Chunked, Self::Events, Self::Asymmetric]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for CaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A request to sign, and the result that real signers agree on.
#[derive(Clone, Debug)]
pub struct SigningCase {
    pub(crate) id: String,
    pub(crate) kind: CaseKind,
    pub(crate) method: String,
    pub(crate) scheme: String,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) credentials: Credentials,
    pub(crate) secret_access_key: String,
    /// The region of the scope. For Signature Version 4a, a region of the set, in which a service verifies the request.
    pub(crate) region: Region,
    pub(crate) region_set: Option<RegionSet>,
    pub(crate) service: Service,
    pub(crate) timestamp: Timestamp,
    pub(crate) settings: CaseSettings,
    pub(crate) chunked: Option<ChunkedBody>,
    pub(crate) events: Option<EventStream>,
    pub(crate) tags: Vec<String>,
    pub(crate) expected: ExpectedResult,
}

/// The settings of a case: the options that signers offer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CaseSettings {
    pub(crate) double_encode: bool,
    pub(crate) normalize_path: bool,
    pub(crate) sign_body_header: bool,
    pub(crate) unsigned_payload: bool,
    pub(crate) omit_session_token: bool,
    pub(crate) expires: Option<Expires>,
}

/// The expected result of a case.
#[derive(Clone, Debug)]
pub struct ExpectedResult {
    pub(crate) canonical_request: Option<String>,
    pub(crate) string_to_sign: String,
    pub(crate) signature: String,
    /// The signatures of the chunks or of the events.
    pub(crate) chain: Vec<String>,
    pub(crate) trailer: Option<String>,
    pub(crate) public_key: Option<PublicKey>,
}

impl ExpectedResult {
    /// The canonical request. `None` for a stream of events, and for the single case whose published file contradicts its string to sign.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.canonical_request.as_deref()
    }

    /// The string to sign. It is empty for a stream of events.
    #[must_use]
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// The signature's 64 lower-case hexadecimal digits. For a body that is signed in pieces, it is the head's. For Signature Version 4a, it
    /// is one of many valid ones.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The signatures of the chunks, with the last, or of the events, with the end.
    #[must_use]
    pub fn piece_signatures(&self) -> &[String] {
        &self.chain
    }

    /// The public key of Signature Version 4a that belongs to the credentials.
    #[must_use]
    pub const fn public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_ref()
    }

    /// The signature of the trailer after the last chunk.
    #[must_use]
    pub fn trailer_signature(&self) -> Option<&str> {
        self.trailer.as_deref()
    }
}

impl SigningCase {
    /// Its name: `classic/get-vanilla`, `v4/get-vanilla/query`, or a number of the corpus such as `h00011`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The suite it belongs to: `classic`, `v4` or `corpus`.
    #[must_use]
    pub fn source(&self) -> &str {
        self.id.split_once('/').map_or("corpus", |(source, _)| source)
    }

    /// How it is signed.
    #[must_use]
    pub const fn kind(&self) -> CaseKind {
        self.kind
    }

    /// The tags of its difficulties, such as `path:dslash`.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(String::as_str)
    }

    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The host, with the port if there is one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path as sent. It may be empty.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query as sent. `None` without a `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Path and query.
    #[must_use]
    pub fn target(&self) -> String {
        self.query.as_ref().map_or_else(|| self.path.clone(), |query| [&self.path, "?", query].concat())
    }

    /// The URL: scheme, host, path and query.
    #[must_use]
    pub fn url(&self) -> String {
        [&self.scheme, "://", &self.host, &self.target()].concat()
    }

    /// The headers in their order, duplicates included, names in any case.
    #[must_use]
    pub fn headers(&self) -> &[(String, Vec<u8>)] {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The credentials to sign with.
    #[must_use]
    pub const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The secret access key as text. It is a published example.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// The region in the credential scope. For Signature Version 4a, a region of [the set](Self::region_set).
    #[must_use]
    pub fn region(&self) -> &str {
        self.region.as_str()
    }

    /// The regions in which a signature of Signature Version 4a is valid.
    #[must_use]
    pub const fn region_set(&self) -> Option<&RegionSet> {
        self.region_set.as_ref()
    }

    /// The service in the credential scope.
    #[must_use]
    pub fn service(&self) -> &str {
        self.service.as_str()
    }

    /// The time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Whether the path is encoded once more, or [as it is on the wire](PathEncoding::Verbatim).
    #[must_use]
    pub const fn path_encoding(&self) -> PathEncoding {
        if self.settings.double_encode { PathEncoding::Double } else { PathEncoding::Verbatim }
    }

    /// Whether dot segments are resolved and slashes merged.
    #[must_use]
    pub const fn normalize_path(&self) -> bool {
        self.settings.normalize_path
    }

    /// Whether `x-amz-content-sha256` is sent and signed.
    #[must_use]
    pub const fn sign_body_header(&self) -> bool {
        self.settings.sign_body_header
    }

    /// Whether the body is left out of the signature.
    #[must_use]
    pub const fn unsigned_payload(&self) -> bool {
        self.settings.unsigned_payload
    }

    /// Whether the session token is sent outside the signature.
    #[must_use]
    pub const fn omit_session_token(&self) -> bool {
        self.settings.omit_session_token
    }

    /// The lifetime of the presigned URL. `None` for a signature in a header.
    #[must_use]
    pub const fn expires(&self) -> Option<Expires> {
        self.settings.expires
    }

    /// Whether path and token are signed as the real service requires: the path verbatim for the S3 family and encoded again and
    /// normalised elsewhere, and the token signed. A signer without settings can be checked with such a case.
    #[must_use]
    pub fn has_service_settings(&self) -> bool {
        let s3 = is_s3(self.service());
        let CaseSettings { double_encode, normalize_path, omit_session_token, .. } = self.settings;
        double_encode != s3 && normalize_path != s3 && !omit_session_token
    }

    /// The chunks of a body that is signed in chunks.
    #[must_use]
    pub const fn chunked(&self) -> Option<&ChunkedBody> {
        self.chunked.as_ref()
    }

    /// The events of a stream of events. Such a case has no request: its method, host and path are empty.
    #[must_use]
    pub const fn events(&self) -> Option<&EventStream> {
        self.events.as_ref()
    }

    /// The expected result.
    #[must_use]
    pub const fn expected(&self) -> &ExpectedResult {
        &self.expected
    }

    /// The request for sig4's own operations.
    #[must_use]
    pub fn view(&self) -> RequestView<'_> {
        RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers)
            .with_authority(&self.scheme, &self.host)
    }

    /// The request as an `http::Request`. `None` if the `http` crate cannot represent it unchanged, for example a path with raw
    /// spaces.
    #[must_use]
    pub fn http_request(&self) -> Option<http::Request<&[u8]>> {
        let mut request = http::Request::builder().method(self.method()).uri(self.url());
        for (name, value) in &self.headers {
            request = request.header(name.as_str(), value.as_slice());
        }
        let request = request.body(self.body()).ok()?;
        let uri = request.uri();
        let is_kept = uri.query() == self.query() && (uri.path() == self.path || self.path.is_empty());
        is_kept.then_some(request)
    }

    /// The payload to sign: the body, an unsigned payload, or the marker of a body in chunks.
    #[must_use]
    pub fn payload(&self) -> Payload<'_> {
        if let Some(chunked) = &self.chunked {
            return Payload::Streaming(chunked.marker());
        }
        if self.settings.unsigned_payload { Payload::Unsigned } else { Payload::Bytes(&self.body) }
    }

    /// sig4's signer with the settings of the case.
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "the set and the service were parsed")]
    pub fn signer(&self) -> Signer {
        let body_header =
            if self.sign_body_header() { ContentSha256Header::Always } else { ContentSha256Header::Never };
        let signer = match &self.region_set {
            Some(set) => Signer::new_v4a(set.as_str(), self.service.as_str()).expect("they are valid"),
            None => Signer::for_service(&self.region, &self.service),
        };
        signer
            .with_path_encoding(self.path_encoding())
            .with_normalized_path(self.normalize_path())
            .with_content_sha256(body_header)
            .with_session_token_placement(self.session_token_place())
            .with_any_year(true)
    }

    pub(crate) const fn session_token_place(&self) -> SessionTokenPlacement {
        if self.settings.omit_session_token { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed }
    }
}
