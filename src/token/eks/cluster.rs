//! The bearer token of the Kubernetes API of a cluster.
//!
//! Source: `pkg/token/token.go` of kubernetes-sigs/aws-iam-authenticator; `eks get-token` of the AWS CLI.

use super::{CLUSTER_HEADER, PREFIX};
use crate::bytes::base64;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;
use crate::token::issued::Token;
use crate::token::presign::{TokenRequest, signer};
use crate::token::{names, sts};

/// The lifetime that the URL states, in seconds. STS ignores it, and old authenticators accept no more.
const STATED_SECS: u64 = 60;

/// A cluster of EKS, whose Kubernetes API takes a bearer token of 15 minutes.
///
/// The token is a presigned `sts:GetCallerIdentity` that names the cluster in a signed header. The cluster sends it to STS, and so learns
/// who the caller is.
///
/// ```
/// use sig4::token::Eks;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let token = Eks::new("us-west-2", "my-cluster")?.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// // The token of `aws eks get-token`, awscli 1.46.3, begins in the same way. It ends in the same way too, with the signature.
/// assert!(token.as_str().starts_with("k8s-aws-v1.aHR0cHM6Ly9zdHMudXMtd2VzdC0yLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eS"));
/// assert!(token.as_str().ends_with("MGU0NjQwYjE3YmM4ZDUxMDMwODQyNDE2ODVhN2M5MDdiNTEzOTZhN2ZkNWY2ZTYxODEzNThkMGRmNGYzN2U5ZA"));
/// assert_eq!(token.expiration(), Timestamp::parse("20150830T125100Z")?.to_datetime());
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: `pkg/token/token.go` of kubernetes-sigs/aws-iam-authenticator.
#[derive(Clone, Debug)]
pub struct Eks {
    signer: Signer,
    host: String,
    cluster: String,
}

impl Eks {
    /// A cluster, by its name, or by its id for a cluster on AWS Outposts. STS of the same region authenticates.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) or [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) if the
    /// region is not valid, or the name is empty or has a character that is not visible ASCII.
    pub fn new<R>(region: R, cluster: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (region, signer) = signer(region, sts::SERVICE)?;
        let host = names::host(&sts::host(&region))?;
        Ok(Self { signer, host, cluster: names::visible("cluster", cluster)? })
    }

    /// The token, which lasts 15 minutes. `kubectl` is told one minute less, so that no token ends on its way.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](crate::token::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let headers = [(CLUSTER_HEADER, &*self.cluster)];
        let request = TokenRequest { headers: &headers, ..TokenRequest::root(&self.host, sts::GET_CALLER_IDENTITY) };
        let url = request.presign(&self.signer, credentials, Expires::from_secs(STATED_SECS)?, now)?;
        let text = [PREFIX, &base64::encode_url(url.with_scheme("").as_bytes())].concat();
        url.token(text, credentials, Expires::from_secs(sts::ACCEPTED_SECS.into())?)
    }
}
