//! The region and the service, by sig4's, awscurl's and curl's options.

use clap::Args;
use sig4::region_set::RegionSet;

/// The arguments that give the region and the service.
#[derive(Args, Debug)]
#[command(next_help_heading = "Signature")]
pub(crate) struct ScopeArgs {
    /// The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]
    #[arg(long)]
    region: Option<String>,
    /// The service [default: from the host; execute-api for this machine]
    #[arg(long)]
    service: Option<String>,
    /// The region and the service, as curl takes them
    #[arg(long, value_name = "aws:amz[:REGION[:SERVICE]]", value_parser = Provider::parse, conflicts_with_all = ["region", "service"])]
    aws_sigv4: Option<Provider>,
    /// Sign with Signature Version 4a for these regions, such as '*' or us-*,eu-west-1
    #[arg(long, value_name = "REGIONS", value_parser = RegionSet::parse, conflicts_with = "region")]
    region_set: Option<RegionSet>,
}

/// The value of curl's `--aws-sigv4`.
///
/// Source: curl's manual page.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Provider {
    region: Option<String>,
    service: Option<String>,
}

impl Provider {
    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(':');
        let is_aws = parts.next() == Some("aws") && matches!(parts.next(), None | Some("amz"));
        let mut part = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        let provider = Self { region: part(), service: part() };
        if !is_aws || parts.next().is_some() {
            return Err("expected `aws:amz`, `aws:amz:REGION` or `aws:amz:REGION:SERVICE`".to_owned());
        }
        Ok(provider)
    }
}

impl ScopeArgs {
    pub(crate) fn region(&self) -> Option<&str> {
        let provider = || self.aws_sigv4.as_ref()?.region.as_deref();
        self.region.as_deref().or_else(provider)
    }

    pub(crate) fn service(&self) -> Option<&str> {
        let provider = || self.aws_sigv4.as_ref()?.service.as_deref();
        self.service.as_deref().or_else(provider)
    }

    /// The regions of Signature Version 4a.
    pub(crate) const fn region_set(&self) -> Option<&RegionSet> {
        self.region_set.as_ref()
    }

    /// Whether nothing is given.
    pub(crate) fn is_empty(&self) -> bool {
        self.region.is_none() && self.service.is_none() && self.aws_sigv4.is_none() && self.region_set.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::Provider;

    #[test]
    fn curls_provider_is_read() {
        let provider = |region: Option<&str>, service: Option<&str>| Provider {
            region: region.map(str::to_owned),
            service: service.map(str::to_owned),
        };
        for (text, expected) in [
            ("aws", provider(None, None)),
            ("aws:amz", provider(None, None)),
            ("aws:amz:eu-west-1", provider(Some("eu-west-1"), None)),
            ("aws:amz:eu-west-1:s3", provider(Some("eu-west-1"), Some("s3"))),
            ("aws:amz::s3", provider(None, Some("s3"))),
        ] {
            assert_eq!(Provider::parse(text), Ok(expected), "{text}");
        }
        for text in ["", "osc", "aws:goog", "aws:amz:r:s:x"] {
            assert!(Provider::parse(text).is_err(), "{text}");
        }
    }
}
