//! Tokens of EKS: made by a client, and checked as the authenticator of a cluster does.

mod authenticator;
mod claim;
mod cluster;
mod presigned;

pub use authenticator::{EksAuthenticator, MAX_EKS_TOKEN_LEN};
pub use claim::EksClaim;
pub use cluster::Eks;

/// What a token begins with.
const PREFIX: &str = "k8s-aws-v1.";
/// The header that names the cluster.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
