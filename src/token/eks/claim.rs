//! The claim in a token: who says to have signed it, when, and for which cluster.

use super::CLUSTER_HEADER;
use super::presigned::PresignedUrl;
use crate::credentials::AccessKeyId;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::request::RequestView;
use crate::time::{Moment, Timestamp};
use crate::token::sts;
use crate::verify::{Caller, StoredKey, Verifier};
use http::header::{ACCEPT, HeaderName, HeaderValue};
use http::{HeaderMap, Request, Uri};
use std::fmt;
use time::{Duration, OffsetDateTime};

/// The claim in a token whose form was checked. Its signature is not verified: send [`sts_request`](Self::sts_request) to STS, or call
/// [`verify`](Self::verify) with the key.
#[must_use = "a claim is not verified until STS answers, or `verify` is called"]
pub struct EksClaim {
    uri: Uri,
    /// The headers of the request to STS.
    headers: HeaderMap,
    access_key_id: AccessKeyId,
    signed_at: Timestamp,
}

impl EksClaim {
    pub(super) fn new(
        url: &PresignedUrl<'_>,
        cluster: &str,
        access_key_id: AccessKeyId,
        signed_at: Timestamp,
    ) -> Result<Self, Error> {
        let refused = |_| Error::new(ErrorKind::InvalidEksToken, "a request cannot have the URL in it");
        let target = ["/?", url.query].concat();
        let uri = Uri::builder().scheme("https").authority(url.host).path_and_query(target).build().map_err(refused)?;
        let cluster = HeaderValue::from_str(cluster)
            .map_err(|_| Error::new(ErrorKind::InvalidName, "a header cannot carry the cluster's name"))?;
        let accept = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(HeaderName::from_static(CLUSTER_HEADER), cluster), (ACCEPT, accept)]);
        Ok(Self { uri, headers, access_key_id, signed_at })
    }

    /// Refuses a token that is older than STS accepts.
    pub(super) fn check_age(&self, now: OffsetDateTime) -> Result<(), Error> {
        if now > self.expiration() {
            let detail = format!("the token was signed at {}, more than 15 minutes ago", self.signed_at);
            return Err(Error::new(ErrorKind::Expired, detail));
        }
        Ok(())
    }

    /// The claimed access key id.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.access_key_id.as_str()
    }

    /// The claimed time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.signed_at
    }

    /// The last moment at which STS accepts the token: 15 minutes after it was signed.
    #[must_use]
    pub fn expiration(&self) -> OffsetDateTime {
        self.signed_at.to_datetime().saturating_add(Duration::seconds(sts::ACCEPTED_SECS.into()))
    }

    /// The request to send to STS, with the name of this cluster. STS answers 200 and the ARN of the caller if the signature matches.
    ///
    /// Send it with a client that follows no redirects and does not log URLs. [`EksAuthenticator`](super::EksAuthenticator) has an
    /// example.
    #[must_use]
    pub fn sts_request(&self) -> Request<()> {
        let mut request = Request::new(());
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// Verifies the signature with a key at hand, as STS would. The verifier is one of the service `sts`, in the region that the token
    /// was signed for.
    ///
    /// The token counts as valid for 15 minutes, whatever lifetime it states. A stated lifetime of 0 is refused here, as in any presigned
    /// URL.
    ///
    /// ```
    /// use sig4::endpoint::Partition;
    /// use sig4::token::{Eks, EksAuthenticator};
    /// use sig4::{Credentials, ErrorKind, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let token = Eks::new("us-west-2", "other-cluster")?.token(&credentials, now)?;
    ///
    /// let verifier = Verifier::new("us-west-2", "sts")?;
    /// let refused = |cluster: &str| -> Result<Option<ErrorKind>, sig4::Error> {
    ///     let claim = EksAuthenticator::new(cluster, Partition::of_region("us-west-2"))?.check(token.as_str(), now)?;
    ///     Ok(claim.verify(&verifier, &credentials, now).err().map(|error| error.kind()))
    /// };
    /// assert_eq!(refused("other-cluster")?, None);
    /// assert_eq!(refused("my-cluster")?, Some(ErrorKind::SignatureMismatch));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Verifier::claim_view`] and [`Claim::verify`](crate::Claim::verify).
    pub fn verify<'a, 'k>(
        &'a self,
        verifier: &'a Verifier,
        key: impl Into<StoredKey<'k>>,
        now: impl Moment,
    ) -> Result<Caller<'a>, Error> {
        let request = RequestView::new("GET", self.uri.path(), self.uri.query(), &self.headers);
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        let claim = verifier.claim_view(&request.with_authority("https", authority))?;
        let lifetime = Expires::from_secs(sts::ACCEPTED_SECS.into())?;
        claim.with_lifetime(lifetime).verify(key, (), now)
    }
}

impl fmt::Debug for EksClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EksClaim")
            .field("access_key_id", &self.access_key_id)
            .field("timestamp", &self.signed_at)
            .finish_non_exhaustive()
    }
}
