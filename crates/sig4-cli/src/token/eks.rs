//! `sig4 token eks`.

use super::output::{print_as, rfc3339};
use super::signing::SigningArgs;
use crate::failure::Failure;
use crate::print::note;
use crate::variable::variable;
use clap::Args;
use serde_json::{Value, json};
use sig4::token::{Eks, Token};
use time::Duration;

/// The variable in which kubectl says what it reads.
const EXEC_INFO: &str = "KUBERNETES_EXEC_INFO";
/// The versions of an `ExecCredential`. The second is the default of `aws eks get-token` too.
const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/// The arguments of `sig4 token eks`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  kubectl --server \"$SERVER\" --token \"$(sig4 token eks --cluster-name my-cluster)\" get pods
  sig4 token eks --cluster-name my-cluster --format json

--format json prints the ExecCredential that kubectl reads, as `aws eks get-token` does. In a kubeconfig:
  users: [{name: aws, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: sig4,
    args: [token, eks, --cluster-name, my-cluster, --format, json]}}}]")]
pub(super) struct EksArgs {
    /// The name of the cluster, or its id if it is on AWS Outposts
    #[arg(long, visible_aliases = ["cluster", "cluster-id"], value_name = "NAME")]
    cluster_name: String,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl EksArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let token = Eks::new(&*signing.region, &self.cluster_name)?.token(&signing.credentials, signing.now)?;
        let info = variable(EXEC_INFO)?;
        let earliest = signing.now.to_datetime();
        print_as(&self.common, &signing, &token, |token| exec_credential(token, version(info.as_deref()), earliest))
    }
}

/// What kubectl reads. The token is said to end a minute early, so that none ends on its way.
///
/// Source: "client-go credential plugins" of Kubernetes; `eks get-token` of the AWS CLI.
fn exec_credential(token: &Token, version: &str, earliest: time::OffsetDateTime) -> Value {
    let end = earliest.max(token.expiration() - Duration::MINUTE);
    json!({
        "kind": "ExecCredential",
        "apiVersion": version,
        "spec": {},
        "status": {"expirationTimestamp": rfc3339(end), "token": token.as_str()},
    })
}

/// The version that kubectl asks for.
fn version(info: Option<&str>) -> &'static str {
    let [_, default] = VERSIONS;
    let Some(info) = info else { return default };
    let asked: Option<Value> = serde_json::from_str(info).ok();
    let asked = asked.as_ref().and_then(|info| info.get("apiVersion")?.as_str());
    VERSIONS.into_iter().find(|version| asked == Some(version)).unwrap_or_else(|| {
        note(&format!("{EXEC_INFO} asks for no version that is known here: the answer is {default}"));
        default
    })
}
