//! Where a request goes, as its credential scope says it: the region and the service.
//!
//! The region is that of `--region`, else the host's, else the environment's, else the profile's; the service is that of
//! `--service`, else the host's.

use crate::Failure;
use crate::endpoint::Guess;
use crate::profile::{Shared, variable};

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
        let guess = Guess::of(host);
        let service = service.map_or(guess.service, |given| Ok(given.to_owned()));
        let service = service.map_err(|why| format!("the host `{host}` {}: give --service", why.of("the service")))?;
        let region = match region.map_or(guess.region, |given| Ok(given.to_owned())) {
            Ok(region) => region,
            Err(why) => configured_region(shared)?.ok_or_else(|| {
                format!("the host `{host}` {}: give --region, or set AWS_REGION", why.of("the region"))
            })?,
        };
        Ok(Self { region, service })
    }
}

fn configured_region(shared: &Shared) -> Result<Option<String>, Failure> {
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = variable(name)? {
            return Ok(Some(region));
        }
    }
    Ok(shared.profile()?.and_then(|mut profile| profile.take_region()))
}
