//! The rules that the authenticator of a cluster enforces before it sends a token to STS.
//!
//! Source: `pkg/token/token.go` of kubernetes-sigs/aws-iam-authenticator, `Verify`. Some rules are stricter than its own:
//!
//! - The URL has no user information and no fragment, and its scheme is in lower case. Its base64url has no line breaks.
//! - A region has a name of the form of the partition's. There, any label of the partition `aws` is a region, such as that of the bucket
//!   `sts` in `sts.s3.amazonaws.com`.
//! - The version is checked, `X-Amz-Credential` has an access key id, and `X-Amz-Date` no fraction of a second.
//! - `host` is signed, and no header that the request to STS does not have.

use super::claim::EksClaim;
use super::presigned::{ACTION, Parameters, PresignedUrl, VERSION};
use super::{CLUSTER_HEADER, PREFIX};
use crate::bytes::base64;
use crate::credentials::AccessKeyId;
use crate::endpoint::Partition;
use crate::error::{Error, ErrorKind};
use crate::name::{self, query};
use crate::scope::Region;
use crate::time::{Moment, Timestamp};
use crate::token::{names, sts};
use http::header::ACCEPT;

/// The longest token that is read, in bytes.
pub const MAX_EKS_TOKEN_LEN: usize = 4_096;

/// The authenticator of a cluster, which checks bearer tokens.
///
/// [`check`](Self::check) enforces the rules of the form. [`EksClaim::sts_request`] is then the request to send to STS, and
/// [`EksClaim::verify`] verifies the signature here, with a key at hand.
///
/// ```
/// use sig4::endpoint::Partition;
/// use sig4::token::{Eks, EksAuthenticator};
/// use sig4::{Credentials, ErrorKind, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20150830T123600Z")?;
/// let token = Eks::new("us-west-2", "my-cluster")?.token(&credentials, now)?;
///
/// let authenticator = EksAuthenticator::new("my-cluster", Partition::of_region("us-west-2"))?;
/// let claim = authenticator.check(token.as_str(), now)?; // the claimed identity; nothing is trusted yet
/// assert_eq!(claim.access_key_id(), "AKIDEXAMPLE");
/// let request = claim.sts_request(); // STS answers with the caller's ARN, if the signature matches
/// assert_eq!(request.uri().host(), Some("sts.us-west-2.amazonaws.com"));
/// assert_eq!(request.headers()["x-k8s-aws-id"], "my-cluster");
///
/// let late = Timestamp::parse("20150830T125101Z")?;
/// assert_eq!(authenticator.check(token.as_str(), late).unwrap_err().kind(), ErrorKind::Expired);
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: `pkg/token/token.go` of kubernetes-sigs/aws-iam-authenticator.
#[derive(Clone, Debug)]
pub struct EksAuthenticator {
    cluster: String,
    partition: Partition,
    region: Option<Region>,
}

impl EksAuthenticator {
    /// The authenticator of a cluster, which sends tokens to endpoints of STS in this partition and to no other host.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] if the name is empty or has a character that is not visible ASCII.
    pub fn new(cluster: &str, partition: Partition) -> Result<Self, Error> {
        Ok(Self { cluster: names::visible("cluster", cluster)?, partition, region: None })
    }

    /// Sets the region of the cluster, whose endpoints of STS are then known whatever form its name has. Without it, a region is known by
    /// the form of its name, such as `us-east-9`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] if the region is not valid, or not a label of a host.
    ///
    /// ```
    /// use sig4::endpoint::Partition;
    /// use sig4::token::{Eks, EksAuthenticator};
    /// use sig4::{Credentials, ErrorKind, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let token = Eks::new("new-place", "my-cluster")?.token(&credentials, now)?;
    /// let authenticator = EksAuthenticator::new("my-cluster", Partition::of_region("us-east-1"))?;
    /// assert_eq!(authenticator.check(token.as_str(), now).unwrap_err().kind(), ErrorKind::InvalidEksToken);
    /// assert!(authenticator.with_region("new-place")?.check(token.as_str(), now).is_ok());
    /// # Ok::<(), sig4::Error>(())
    /// ```
    pub fn with_region<R>(mut self, region: R) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let region = region.try_into().map_err(Into::into)?;
        let is_label = region.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_label {
            return Err(Error::new(
                ErrorKind::InvalidRegion,
                "the region of a cluster has lower-case letters, digits and `-`",
            ));
        }
        self.region = Some(region);
        Ok(self)
    }

    /// Checks a token, as `authorization: Bearer` carries it, and returns the claim in it. No signature is verified here.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expired`] if the token is older than 15 minutes. [`ErrorKind::InvalidEksToken`] if it breaks another rule:
    ///
    /// - It begins with `k8s-aws-v1.`, the rest is base64url without padding, and it has at most [`MAX_EKS_TOKEN_LEN`] bytes.
    /// - The URL in it is `https`, its host is an endpoint of STS in the partition, and its path is `/`.
    /// - The query has parameters of a presigned `GetCallerIdentity` alone, and none of them twice, in any case.
    /// - `X-Amz-SignedHeaders` has `host` and `x-k8s-aws-id`, and besides them no header but `accept`.
    /// - `X-Amz-Expires` is 0 to 900, `X-Amz-Date` is a time, and `X-Amz-Credential` begins with an access key id.
    pub fn check(&self, token: &str, now: impl Moment) -> Result<EksClaim, Error> {
        let now = now.into_datetime()?;
        let url = decoded(token)?;
        let parsed = PresignedUrl::parse(&url).map_err(malformed)?;
        if !sts::is_endpoint(parsed.host, self.partition, self.region.as_ref()) {
            return Err(malformed("the host of the URL is not an endpoint of STS in the cluster's partition"));
        }
        let parameters = Parameters::parse(parsed.query).map_err(malformed)?;
        check_action(&parameters)?;
        check_signed_headers(&parameters)?;
        check_expires(&parameters)?;
        let claim = EksClaim::new(&parsed, &self.cluster, access_key_id(&parameters)?, signed_at(&parameters)?)?;
        claim.check_age(now)?;
        Ok(claim)
    }
}

/// The URL in a token.
fn decoded(token: &str) -> Result<String, Error> {
    if token.len() > MAX_EKS_TOKEN_LEN {
        return Err(malformed("it is longer than 4096 bytes"));
    }
    let encoded = token.strip_prefix(PREFIX).ok_or_else(|| malformed("it does not begin with `k8s-aws-v1.`"))?;
    let url = base64::decode_url(encoded).and_then(|bytes| String::from_utf8(bytes).ok());
    url.ok_or_else(|| malformed("the part after `k8s-aws-v1.` is not a text in base64url without padding"))
}

fn check_action(parameters: &Parameters<'_>) -> Result<(), Error> {
    let given = format!("{ACTION}={}&{VERSION}={}", parameters.get(ACTION), parameters.get(VERSION));
    if given != sts::GET_CALLER_IDENTITY {
        return Err(malformed("the action is not `GetCallerIdentity` of the version 2011-06-15"));
    }
    Ok(())
}

/// The authenticator sends the host and the cluster's name, so these headers are signed. It sends `accept` too, and no others.
fn check_signed_headers(parameters: &Parameters<'_>) -> Result<(), Error> {
    let signed = parameters.get(query::SIGNED_HEADERS);
    let mut names: Vec<_> = signed.split(';').map(str::to_ascii_lowercase).collect();
    names.sort();
    if !names.iter().any(|name| name == CLUSTER_HEADER) {
        return Err(malformed("`x-k8s-aws-id` is not signed, so the token is not bound to a cluster"));
    }
    names.retain(|name| name != ACCEPT.as_str());
    if names != [name::HOST, CLUSTER_HEADER] {
        return Err(malformed("the signed headers are not `host` and `x-k8s-aws-id`"));
    }
    Ok(())
}

fn check_expires(parameters: &Parameters<'_>) -> Result<(), Error> {
    let text = parameters.get(query::EXPIRES);
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if is_number && seconds <= sts::ACCEPTED_SECS => Ok(()),
        _ => Err(malformed("`X-Amz-Expires` is not a number of seconds from 0 to 900")),
    }
}

fn signed_at(parameters: &Parameters<'_>) -> Result<Timestamp, Error> {
    let text = parameters.get(query::DATE);
    Timestamp::parse_any_year(text).map_err(|_| malformed("`X-Amz-Date` is not a time such as 20150830T123600Z"))
}

fn access_key_id(parameters: &Parameters<'_>) -> Result<AccessKeyId, Error> {
    let credential = parameters.get(query::CREDENTIAL);
    let id = credential.split_once('/').map_or("", |(id, _)| id);
    AccessKeyId::parse(id).map_err(|_| malformed("`X-Amz-Credential` does not begin with an access key id and a `/`"))
}

#[cold]
fn malformed(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidEksToken, detail)
}
