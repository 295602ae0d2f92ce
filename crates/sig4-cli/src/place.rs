//! Where a request goes, as its credential scope says it: the region and the service.
//!
//! The region is that of `--region`, else the host's, else the environment's, else the profile's; the service is that of
//! `--service`, else the host's. On this machine there is no AWS service, but there may be an HTTP API.

use crate::Failure;
use crate::endpoint::Endpoint;
use crate::profile::Shared;
use crate::variable::variable;
use sig4::gateway::DEFAULT_REGION;

/// The service of an API on this machine.
pub(crate) const EXECUTE_API: &str = "execute-api";

/// A region and a service.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Place {
    /// The place of a request to `host`.
    pub(crate) fn find(
        region: Option<&str>,
        service: Option<&str>,
        host: &str,
        shared: &Shared,
    ) -> Result<Self, Failure> {
        let endpoint = Endpoint::of(host);
        let service = service.map_or(endpoint.service, |given| Ok(given.to_owned()));
        let service = service.map_err(|why| format!("the host `{host}` {}: give --service", why.of("service")))?;
        let region = match region.map_or(endpoint.region, |given| Ok(given.to_owned())) {
            Ok(region) => region,
            Err(why) => configured_region(shared)?
                .ok_or_else(|| format!("the host `{host}` {}: give --region, or set AWS_REGION", why.of("region")))?,
        };
        Ok(Self { region, service })
    }

    /// The place of a request to `host`, which is an HTTP API's if it is this machine.
    pub(crate) fn of_api(
        region: Option<&str>,
        service: Option<&str>,
        host: &str,
        shared: &Shared,
    ) -> Result<Self, Failure> {
        if !is_local(host) {
            return Self::find(region, service, host, shared);
        }
        let configured = region.map_or_else(|| configured_region(shared), |given| Ok(Some(given.to_owned())))?;
        let region = configured.unwrap_or_else(|| DEFAULT_REGION.to_owned());
        Ok(Self { region, service: service.unwrap_or(EXECUTE_API).to_owned() })
    }
}

/// Whether a host is this machine, with or without a port and user information.
fn is_local(host: &str) -> bool {
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name);
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| name.eq_ignore_ascii_case(local))
}

fn configured_region(shared: &Shared) -> Result<Option<String>, Failure> {
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = variable(name)? {
            return Ok(Some(region));
        }
    }
    Ok(shared.profile()?.and_then(|mut profile| profile.take_region()))
}
