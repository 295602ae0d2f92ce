//! `sig4 token redshift`, which asks Redshift for the password.

use super::output::{put, rfc3339};
use super::signing::SigningArgs;
use crate::call::answer;
use crate::failure::Failure;
use crate::print::note;
use crate::printable;
use clap::Args;
use http::StatusCode;
use serde_json::json;
use sig4::explain::AwsResponse;
use sig4::token::Redshift;
use std::time::Duration;

/// The arguments of `sig4 token redshift`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 token redshift --cluster my-cluster --database dev --format json
  PGPASSWORD=\"$(sig4 token redshift --cluster my-cluster --username jane)\" \\
    psql -h \"$PGHOST\" -p 5439 -U IAM:jane dev
  sig4 token redshift --workgroup my-group --region eu-west-1 --format json

Redshift has no password that a client makes alone, so this command sends a signed request:
GetClusterCredentialsWithIAM, with --username GetClusterCredentials, with --workgroup GetCredentials.
The user to log in as is in the JSON object; a note has it otherwise.
Exit status: 1 if Redshift refuses, 3 without an answer.")]
pub(super) struct RedshiftArgs {
    /// The cluster, by its identifier
    #[arg(long, visible_aliases = ["cluster-identifier", "cluster-name"], value_name = "NAME",
        required_unless_present = "workgroup", conflicts_with = "workgroup")]
    cluster: Option<String>,
    /// The workgroup of Redshift Serverless, in place of a cluster
    #[arg(long, visible_alias = "workgroup-name", value_name = "NAME")]
    workgroup: Option<String>,
    /// The database user of a cluster [default: the user with the name of the caller]
    #[arg(long, visible_alias = "db-user", value_name = "NAME", conflicts_with = "workgroup")]
    username: Option<String>,
    /// Create the user if it does not exist
    #[arg(long, requires = "username")]
    auto_create: bool,
    /// The database [default: every database that the user may open]
    #[arg(long, visible_alias = "db-name", value_name = "NAME")]
    database: Option<String>,
    /// How long the password is valid, in seconds, 900 to 3600
    #[arg(long, visible_aliases = ["expires-in", "duration-seconds"], value_name = "SECONDS", default_value = "900")]
    expires: u64,
    /// The endpoint to ask, such as one of FIPS or of a VPC [default: that of the region]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl RedshiftArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let redshift = self.redshift(&signing.region)?;
        let (status, text) = answer(redshift.request(&signing.credentials, signing.now)?)?;
        if status != StatusCode::OK {
            return Err(Failure::Refused(refusal(status, &text)));
        }
        let login = redshift.login(&text)?;
        if !self.common.is_json() {
            note(&format!("log in as {}", printable::line(login.user())));
        }
        put(&self.common, login.password(), |password| {
            json!({
                "token": password.as_str(),
                "user": login.user(),
                "expiration": rfc3339(password.expiration()),
                "access_key_id": signing.credentials.access_key_id(),
                "region": signing.region,
            })
        })
    }

    fn redshift(&self, region: &str) -> Result<Redshift, Failure> {
        let mut redshift = match (&self.cluster, &self.workgroup, &self.username) {
            (_, Some(workgroup), _) => Redshift::workgroup(region, workgroup)?,
            (Some(cluster), None, Some(user)) => Redshift::user(region, cluster, user)?,
            (Some(cluster), None, None) => Redshift::cluster(region, cluster)?,
            (None, None, _) => return Err("give --cluster or --workgroup".into()),
        };
        redshift = redshift.with_auto_create(self.auto_create).with_duration(Duration::from_secs(self.expires))?;
        if let Some(database) = &self.database {
            redshift = redshift.with_database(database)?;
        }
        if let Some(url) = &self.endpoint_url {
            redshift = redshift.with_endpoint(url)?;
        }
        Ok(redshift)
    }
}

/// Why Redshift refuses, in one line.
fn refusal(status: StatusCode, text: &str) -> String {
    let response = AwsResponse::parse(text);
    let said = response.as_ref().map(|response| (response.code().unwrap_or("no code"), response.message()));
    match said {
        Some((code, message)) => format!("Redshift refuses with {status}: {code}: {}", printable::line(message)),
        None => format!("Redshift answers with {status}"),
    }
}
