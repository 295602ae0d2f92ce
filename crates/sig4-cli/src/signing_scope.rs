//! The region and the service that a request is signed for.
//!
//! The region comes from `--region`, else from the host, the environment or the profile, in this order. The service comes
//! from `--service`, else from the host. A host on this machine is treated as an HTTP API.

use crate::credentials::places_of_region;
use crate::failure::Failure;
use crate::request::ScopeArgs;
use crate::url;
use sig4::Signer;
use sig4::config_files::ConfigFiles;
use sig4::endpoint::{Endpoint, Undetermined};
use sig4::region_set::RegionSet;
use sig4_gateway::DEFAULT_REGION;

/// The service of an API on this machine.
pub(crate) const EXECUTE_API: &str = "execute-api";

/// A region, or the regions of Signature Version 4a, and a service.
#[derive(Debug)]
pub(crate) struct SigningScope {
    /// The region, or the region set as text.
    pub(crate) region: String,
    /// Whether the region is a set, for Signature Version 4a.
    pub(crate) is_v4a: bool,
    pub(crate) service: String,
}

impl SigningScope {
    /// The scope of a request to `host`.
    pub(crate) fn find(given: &ScopeArgs, host: &str, files: &ConfigFiles<'_>) -> Result<Self, Failure> {
        let regions = given.region_set().map(RegionSet::as_str);
        let found = Self::of_host(regions.or_else(|| given.region()), given.service(), host, files)?;
        Ok(Self { is_v4a: regions.is_some(), ..found })
    }

    /// A signer for the scope.
    pub(crate) fn signer(&self) -> Result<Signer, Failure> {
        let Self { region, service, is_v4a } = self;
        Ok(if *is_v4a { Signer::new_v4a(region, service)? } else { Signer::new(region, service)? })
    }

    fn of_host(
        region: Option<&str>,
        service: Option<&str>,
        host: &str,
        files: &ConfigFiles<'_>,
    ) -> Result<Self, Failure> {
        if !url::is_this_machine(host) {
            return Self::of_endpoint(region, service, host, files);
        }
        let region = match region {
            Some(given) => given.to_owned(),
            None => files.region()?.map_or_else(|| DEFAULT_REGION.to_owned(), |configured| configured.to_string()),
        };
        Ok(Self { region, is_v4a: false, service: service.unwrap_or(EXECUTE_API).to_owned() })
    }

    /// The scope of a request to another host than this machine.
    fn of_endpoint(
        region: Option<&str>,
        service: Option<&str>,
        host: &str,
        files: &ConfigFiles<'_>,
    ) -> Result<Self, Failure> {
        let endpoint = Endpoint::of_host(host);
        let service = service
            .map_or_else(|| endpoint.service(), Ok)
            .map_err(|why| format!("the host `{host}` {}: give --service", reason(why, "service")))?;
        let region = match region.map_or_else(|| endpoint.region(), Ok) {
            Ok(region) => region.to_owned(),
            Err(why) => files.region()?.map(|region| region.to_string()).ok_or_else(|| {
                let text = format!("the host `{host}` {}: give --region, or set AWS_REGION", reason(why, "region"));
                Failure::with_lines(text, places_of_region(files))
            })?,
        };
        Ok(Self { region, is_v4a: false, service: service.to_owned() })
    }
}

/// Why a host does not determine `what`, as the end of a sentence about the host.
fn reason(why: Undetermined, what: &str) -> String {
    let open = format!("is an AWS endpoint, but its name does not say the {what}");
    match why {
        Undetermined::NotAws => "is not an AWS endpoint".to_owned(),
        Undetermined::OneOf(services) => format!("{open} ({})", services.join(" or ")),
        _ => open,
    }
}
