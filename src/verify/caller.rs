//! The authenticated caller.

use super::parsed_claim::ParsedClaim;
use super::replay::{Remembered, SignatureUse};
use crate::algorithm::Algorithm;
use crate::auth::SignatureLocation;
use crate::canonical::path::CanonicalPath;
use crate::error::{Error, ErrorKind};
#[cfg(feature = "sigv4a")]
use crate::region_set::RegionSet;
use crate::scope::Scope;
use crate::signature::{Matched, Signature};
use crate::time::Timestamp;
use std::borrow::Cow;
use std::fmt;
use time::OffsetDateTime;

/// An authenticated caller, with the part of the request that the signature covers.
///
/// It exists only after a signature matched: it has no constructor and no `Default`, and a [`Claim`](crate::Claim) becomes a caller
/// only with a key. None of these three functions compiles:
///
/// ```compile_fail
/// fn skip_the_comparison(claim: sig4::Claim<'_>) -> sig4::Caller<'_> {
///     sig4::Caller { claim }
/// }
/// ```
///
/// ```compile_fail
/// fn anonymous() -> sig4::Caller<'static> {
///     sig4::Caller::default()
/// }
/// ```
///
/// ```compile_fail
/// fn trust_the_claim(claim: sig4::Claim<'_>) -> sig4::Caller<'_> {
///     claim.into()
/// }
/// ```
///
/// [`signed_header`](Self::signed_header) reads signed headers and [`unsigned_header`](Self::unsigned_header) all others. No method
/// reads both, so this does not compile:
///
/// ```compile_fail
/// fn any_header<'c>(caller: &'c sig4::Caller<'_>) -> Option<&'c [u8]> {
///     caller.header("x-amz-copy-source")
/// }
/// ```
pub struct Caller<'a> {
    claim: Box<ParsedClaim<'a>>,
    receipt: Matched,
}

impl<'a> Caller<'a> {
    pub(super) const fn new(claim: Box<ParsedClaim<'a>>, receipt: Matched) -> Self {
        Self { claim, receipt }
    }

    /// Refuses a signature that was used before, and remembers it, if the verifier remembers signatures. The error is the service's.
    pub(crate) fn remember(&self, now: OffsetDateTime) -> Result<(), Error> {
        self.check_replay(now).map_err(|error| self.answered(error))
    }

    /// The same, without the service's answer.
    pub(super) fn check_replay(&self, now: OffsetDateTime) -> Result<(), Error> {
        let seen = self.claim.verifier.options.seen.as_ref();
        seen.map_or(Ok(()), |seen| first_use(seen.insert(self.signature_use(), now)))
    }

    /// The service's answer to a store's verdict on the signature.
    #[cfg(feature = "tower")]
    pub(crate) fn check_remembered(&self, said: Remembered) -> Result<(), Error> {
        first_use(said).map_err(|error| self.answered(error))
    }

    fn answered(&self, error: Error) -> Error {
        self.claim.verifier.answered(error, self.signature_location())
    }

    /// The question for a store of signatures. Ask it last, once the request passed every other check.
    ///
    /// ```
    /// use sig4::verify::{Remembered, SeenSignatures};
    /// use sig4::{Credentials, Signer, Timestamp, Verifier};
    ///
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// # let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
    /// # let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// # Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let (parts, _body) = request.into_parts();
    /// let caller = verifier.claim(&parts)?.verify(&credentials, "", now)?;
    /// let used = caller.signature_use();
    /// assert_eq!((used.access_key_id(), used.remaining(now)), ("AKIDEXAMPLE", time::Duration::minutes(5)));
    /// assert_eq!(used.start(), now - time::Duration::minutes(5)); // clocks differ
    /// let store = SeenSignatures::new(100_000); // or a shared store: `store.remember(used, now).await?`
    /// assert_eq!(store.insert(used, now), Remembered::First);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn signature_use(&self) -> SignatureUse<'_> {
        let window = &self.claim.window;
        SignatureUse::new(self.access_key_id(), self.receipt.signature(), window.end()).with_start(window.start())
    }

    /// The signature that matched, from which the signatures of the body's pieces continue.
    #[cfg(feature = "stream")]
    pub(crate) const fn seed(&self) -> &Signature {
        self.receipt.signature()
    }

    /// The access key id whose secret made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.claim.access_key_id()
    }

    /// Day, region and service of the key. The scope of Signature Version 4a has no region: see [`region`](Self::region).
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.claim.scope
    }

    /// The algorithm of the signature.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.claim.params.algorithm()
    }

    /// The region that the request was sent to: the verifier's.
    #[must_use]
    pub fn region(&self) -> &str {
        self.claim.verifier.region()
    }

    /// The regions that a request of Signature Version 4a is signed for, and `None` for Signature Version 4.
    #[cfg(feature = "sigv4a")]
    #[must_use]
    pub const fn region_set(&self) -> Option<&RegionSet> {
        self.claim.region_set.as_ref()
    }

    /// The time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.claim.timestamp
    }

    /// Where the request carries the signature.
    #[must_use]
    pub const fn signature_location(&self) -> SignatureLocation {
        self.claim.params.location
    }

    /// The signature that matched.
    #[must_use]
    pub const fn signature(&self) -> Option<&Signature> {
        self.claim.signature.as_ref()
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> &'a str {
        self.claim.request.method
    }

    /// The path that was signed, percent-encoded, with dot segments resolved and repeated slashes merged if the service does so.
    /// Route and authorize by this path only. Split it at its slashes, then decode each segment.
    #[must_use]
    pub fn path(&self) -> Cow<'a, str> {
        let settings = &self.claim.verifier.settings;
        let encoding = || settings.path_encoding_for(self.claim.host);
        CanonicalPath::before_encoding(self.claim.request.path, encoding, settings.normalize_path)
    }

    /// The raw query. All of it was signed, except for the signature itself and a session token that is appended to a presigned URL
    /// after signing.
    #[must_use]
    pub const fn query(&self) -> Option<&'a str> {
        self.claim.request.query
    }

    /// The host that was signed, in the spelling of the request.
    #[must_use]
    pub fn host(&self) -> &[u8] {
        self.claim.host
    }

    /// The values of a signed header (case-insensitive), in their order on the wire. A header that was not signed has no values
    /// here, even if the request has it.
    pub fn signed_header<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.claim.canonical.headers.values(name)
    }

    /// The names of the headers that were signed, in lower case, sorted and joined with `;`.
    #[must_use]
    pub fn signed_headers(&self) -> String {
        self.claim.canonical.signed_headers()
    }

    /// The values of a header that was **not** signed (case-insensitive). Any proxy on the way may have added or changed them.
    pub fn unsigned_header(&self, name: &str) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut values = Vec::new();
        if self.signed_header(name).next().is_none() {
            self.claim.request.headers.visit(&mut |header, value| {
                if header.eq_ignore_ascii_case(name) {
                    values.push(value);
                }
            });
        }
        values.into_iter()
    }

    /// Whether the signature covers the body. It does not with `UNSIGNED-PAYLOAD` and with most presigned URLs of S3.
    #[must_use]
    pub const fn signed_body(&self) -> bool {
        self.claim.declared_payload.covers_body()
    }
}

fn first_use(said: Remembered) -> Result<(), Error> {
    let detail = match said {
        Remembered::First => return Ok(()),
        Remembered::Again => "the signature was used before",
        Remembered::OverQuota => "the access key id has as many signatures remembered as it may: send fewer requests",
        Remembered::TooLong => {
            "the signature is valid for longer than signatures are remembered: sign for a shorter time"
        }
        Remembered::Full => "the signature cannot be remembered: sign the request anew",
    };
    Err(Error::new(ErrorKind::Replayed, detail))
}

impl fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.claim.scope)
            .field("timestamp", &self.timestamp())
            .finish_non_exhaustive()
    }
}
