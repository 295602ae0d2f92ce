//! The arguments that every service has, and what they say.

use crate::clock::now;
use crate::credentials::places_of_region;
use crate::failure::Failure;
use crate::report_format::ReportFormat;
use crate::request::KeyArgs;
use clap::Args;
use sig4::config_files::ConfigFiles;
use sig4::endpoint::Partition;
use sig4::{Credentials, Timestamp};

/// The arguments that every service has.
#[derive(Args, Debug)]
pub(super) struct SigningArgs {
    /// The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]
    #[arg(long, help_heading = "Signature")]
    region: Option<String>,
    /// The time of signing [default: now]
    #[arg(long, value_name = "YYYYMMDDTHHMMSSZ", value_parser = Timestamp::parse, help_heading = "Signature")]
    at: Option<Timestamp>,
    /// The output: the token, or a JSON object
    #[arg(long, default_value = "text", help_heading = "Output")]
    format: ReportFormat,
    #[command(flatten)]
    keys: KeyArgs,
}

/// What a token is signed with.
pub(super) struct Signing {
    pub(super) credentials: Credentials,
    pub(super) region: String,
    pub(super) now: Timestamp,
}

impl SigningArgs {
    /// Whether JSON is asked for.
    pub(super) fn is_json(&self) -> bool {
        self.format == ReportFormat::Json
    }

    /// Credentials, region and time. The host, if there is one, may name the region.
    pub(super) fn signing(&self, host: Option<&str>) -> Result<Signing, Failure> {
        if host.is_some_and(|host| host.contains('/') || host.contains(':') && !host.starts_with('[')) {
            return Err("write the host alone, without `https://`, a port and a path".into());
        }
        let files = self.keys.files()?;
        let credentials = self.keys.credentials(&files, None)?;
        let region = match &self.region {
            Some(given) => given.clone(),
            None => host.and_then(region_of).map_or_else(|| configured(&files), Ok)?,
        };
        Ok(Signing { credentials, region, now: self.at.map_or_else(now, Ok)? })
    }
}

/// The last label of a host that is a region. The labels before may be names of the user's choice, such as that of a database.
fn region_of(host: &str) -> Option<String> {
    let lower = host.to_ascii_lowercase();
    let is_region = |label: &&str| Partition::all().any(|partition| partition.has_region(label));
    lower.rsplit('.').find(is_region).map(str::to_owned)
}

fn configured(files: &ConfigFiles<'_>) -> Result<String, Failure> {
    let none = || {
        let text = "no region: give --region, or set AWS_REGION".to_owned();
        Failure::with_lines(text, places_of_region(files))
    };
    files.region()?.map(|region| region.to_string()).ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::region_of;

    #[test]
    fn a_host_names_its_region() {
        for (host, region) in [
            ("db.cluster-abc.eu-west-1.rds.amazonaws.com", Some("eu-west-1")),
            ("abc.dsql.us-east-1.on.aws", Some("us-east-1")),
            ("abc-ats.iot.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
            ("DB.cluster-ABC.EU-WEST-1.rds.amazonaws.com", Some("eu-west-1")),
            ("us-east-1.abc.eu-west-1.rds.amazonaws.com", Some("eu-west-1")),
            ("db.cluster-abc.eu-west-1.rds.amazonaws.com.", Some("eu-west-1")),
            ("db.example.com", None),
            ("[::1]", None),
            ("localhost", None),
        ] {
            assert_eq!(region_of(host).as_deref(), region, "{host}");
        }
    }
}
