//! The settings of a verifier.

use super::seen::SeenSignatures;
use crate::algorithm::Accepted;
use crate::auth::{DuplicatePolicy, SignatureLocation};
use crate::error::Dialect;
use crate::expires::Expires;
use crate::name;
use crate::settings::is_s3;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The longest signed chunk that a verifier accepts by default, in bytes.
#[cfg(feature = "stream")]
pub const DEFAULT_MAX_SIGNED_CHUNK_LEN: usize = 1_048_576;

/// The longest signed chunk that a verifier can be set to accept, in bytes.
#[cfg(feature = "stream")]
pub const MAX_SIGNED_CHUNK_LEN: usize = 16_777_216;

/// The checks besides the signature.
#[derive(Clone)]
pub(crate) struct VerifyOptions {
    pub(crate) algorithms: Accepted,
    /// The policy for a parameter that is given twice.
    pub(crate) duplicates: DuplicatePolicy,
    /// Whether every `x-amz-*` header must be signed, except for the payload's hash.
    pub(crate) amz_signed: bool,
    /// Whether the session token must be signed.
    pub(crate) token_signed: bool,
    /// Other `x-amz-*` headers that need not be signed.
    pub(crate) unsigned_allowed: BTreeSet<String>,
    /// Other headers that must be signed.
    pub(crate) required: BTreeSet<String>,
    /// Whether an absent header that is named as signed counts as empty.
    pub(crate) absent_headers: bool,
    /// Whether a header-signed request has to have `x-amz-content-sha256`.
    pub(crate) content_sha256_required: bool,
    /// Whether the time may be in ISO 8601's extended format.
    pub(crate) extended_date: bool,
    /// Whether a body may be left out of the signature.
    pub(crate) unsigned_payload: bool,
    /// The payload line of a presigned URL that states none.
    pub(crate) presigned_body: PresignedBody,
    /// How old, or how far in the future, the time of signing may be.
    pub(crate) window: Duration,
    /// The longest lifetime of a presigned URL.
    pub(crate) max_expires: Expires,
    /// Whether a presigned URL has to state its lifetime.
    pub(crate) expires_required: bool,
    /// The only location of a signature that is accepted, if there is one.
    pub(crate) location: Option<SignatureLocation>,
    /// The host that clients call, where a proxy hides it.
    pub(crate) authority: Option<String>,
    pub(crate) dialect: Dialect,
    /// The longest signed chunk of a body.
    #[cfg(feature = "stream")]
    pub(crate) max_signed_chunk: usize,
    pub(crate) seen: Option<Arc<SeenSignatures>>,
}

/// The last line of a presigned URL's canonical request, if the request does not state it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PresignedBody {
    /// The body's SHA-256. The default outside S3.
    Hashed,
    /// `UNSIGNED-PAYLOAD`. The default of the S3 family.
    Unsigned,
}

impl VerifyOptions {
    /// The strict options for `service`.
    pub(crate) fn for_service(service: &str) -> Self {
        let (s3, gateway) = (is_s3(service), service == "execute-api");
        Self {
            algorithms: Accepted::V4,
            duplicates: DuplicatePolicy::Refuse,
            amz_signed: true,
            token_signed: true,
            unsigned_allowed: BTreeSet::new(),
            required: BTreeSet::new(),
            absent_headers: false,
            content_sha256_required: s3,
            extended_date: false,
            unsigned_payload: s3,
            presigned_body: if s3 { PresignedBody::Unsigned } else { PresignedBody::Hashed },
            window: Duration::from_secs(if gateway { 5 * 60 } else { 15 * 60 }),
            max_expires: Expires::MAX,
            expires_required: s3,
            location: None,
            authority: None,
            dialect: match (s3, gateway) {
                (true, _) => Dialect::S3Header,
                (false, true) => Dialect::ApiGateway,
                (false, false) => Dialect::Query,
            },
            #[cfg(feature = "stream")]
            max_signed_chunk: DEFAULT_MAX_SIGNED_CHUNK_LEN,
            seen: None,
        }
    }

    /// Accepts what AWS accepts.
    pub(crate) fn loosen(&mut self, service_signs_amz: bool) {
        self.duplicates = DuplicatePolicy::AsAws;
        self.amz_signed = service_signs_amz;
        self.absent_headers = true;
        self.extended_date = true;
    }

    /// Whether a header (case-insensitive) must be signed if it is there.
    ///
    /// The payload's hash need not be signed as a header, because its value is the last line of the canonical request. Some
    /// clients leave it unsigned, such as aws-requests-auth 0.4.3.
    pub(crate) fn wants_signed(&self, header: &str) -> bool {
        let start = header.as_bytes().get(..name::AMZ_PREFIX.len());
        let is_amz = start.is_some_and(|start| start.eq_ignore_ascii_case(name::AMZ_PREFIX.as_bytes()));
        let exempt = || {
            let unsigned_token = !self.token_signed && header.eq_ignore_ascii_case(name::TOKEN_HEADER);
            let is_hash = header.eq_ignore_ascii_case(name::CONTENT_SHA256_HEADER);
            unsigned_token || is_hash || self.unsigned_allowed.contains(header.to_ascii_lowercase().as_str())
        };
        self.amz_signed && is_amz && !exempt()
    }
}

impl fmt::Debug for VerifyOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyOptions")
            .field("algorithms", &self.algorithms)
            .field("duplicates", &self.duplicates)
            .field("window", &self.window)
            .field("location", &self.location)
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}
