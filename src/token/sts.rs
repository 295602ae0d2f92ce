//! The request `GetCallerIdentity`, by which EKS and Vault let AWS STS authenticate a caller.

use crate::endpoint::Partition;
use crate::scope::Region;

pub(super) const SERVICE: &str = "sts";
/// The parameters of the request.
pub(super) const GET_CALLER_IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
/// How long STS accepts a signature, in seconds, whatever lifetime it states.
pub(super) const ACCEPTED_SECS: u32 = 900;
/// The endpoint without a region, which signs for `us-east-1`.
pub(super) const GLOBAL_HOST: &str = "sts.amazonaws.com";
/// The region of [`GLOBAL_HOST`].
pub(super) const GLOBAL_REGION: &str = "us-east-1";

/// The name of the partition that has [`GLOBAL_HOST`].
const GLOBAL_PARTITION: &str = "aws";
/// The regions with an endpoint of their own for FIPS.
///
/// Source: "AWS Security Token Service endpoints and quotas".
const FIPS_REGIONS: [&str; 4] = ["us-east-1", "us-east-2", "us-west-1", "us-west-2"];

/// The endpoint of a region.
pub(super) fn host(region: &Region) -> String {
    format!("sts.{region}.{}", Partition::of_region(region.as_str()).domain())
}

/// Whether `host` is an endpoint of STS in this partition, in lower case and without a port.
pub(super) fn is_endpoint(host: &str, partition: Partition) -> bool {
    if host == GLOBAL_HOST {
        return partition.name() == GLOBAL_PARTITION;
    }
    let Some((label, region)) = host
        .strip_suffix(partition.domain())
        .and_then(|rest| rest.strip_suffix('.'))
        .and_then(|rest| rest.split_once('.'))
    else {
        return false;
    };
    match label {
        "sts" => partition.has_region(region),
        "sts-fips" => partition.has_region(region) && FIPS_REGIONS.contains(&region),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_endpoint;
    use crate::endpoint::Partition;

    #[test]
    fn only_endpoints_of_the_partition_are_known() {
        for (region, host) in [
            ("us-east-1", "sts.amazonaws.com"),
            ("us-east-1", "sts.eu-west-1.amazonaws.com"),
            ("eu-west-1", "sts-fips.us-east-2.amazonaws.com"),
            ("cn-north-1", "sts.cn-northwest-1.amazonaws.com.cn"),
            ("us-gov-west-1", "sts.us-gov-east-1.amazonaws.com"),
            ("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert!(is_endpoint(host, Partition::of_region(region)), "{host}");
        }
        let aws = Partition::of_region("us-east-1");
        for host in [
            "",
            "sts",
            "STS.amazonaws.com",
            "sts.amazonaws.com:443",
            "sts.amazonaws.com.",
            "sts.amazonaws.com.example.com",
            "sts.example.com",
            "evil.amazonaws.com",
            "sts.evil.amazonaws.com",
            "sts.evil.us-east-1.amazonaws.com",
            "x.sts.us-east-1.amazonaws.com",
            "user@sts.us-east-1.amazonaws.com",
            "sts.us-gov-west-1.amazonaws.com",
            "sts.cn-north-1.amazonaws.com.cn",
            "sts-fips.eu-west-1.amazonaws.com",
            "ec2.us-east-1.amazonaws.com",
            "sts.us-east-1.amazonaws.comx",
            "sts.us-east-1amazonaws.com",
        ] {
            assert!(!is_endpoint(host, aws), "{host}");
        }
        assert!(!is_endpoint("sts.amazonaws.com", Partition::of_region("us-gov-west-1")));
        assert!(!is_endpoint("sts.us-east-1.amazonaws.com", Partition::of_region("us-gov-west-1")));
    }
}
