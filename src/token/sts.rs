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
/// The name of the partition whose ordinary endpoints are those of FIPS too.
const GOVERNMENT_PARTITION: &str = "aws-us-gov";

/// The endpoint of a region.
pub(super) fn host(region: &Region) -> String {
    format!("sts.{region}.{}", Partition::of_region(region.as_str()).domain())
}

/// Whether `host` is an endpoint of STS in this partition, in lower case and without a port. Regions are told by the form of their names,
/// and `region` is one of any form.
///
/// Source: the endpoint rule set of STS in AWS's SDKs; the values of `tests/it/token` come from botocore's.
pub(super) fn is_endpoint(host: &str, partition: Partition, region: Option<&Region>) -> bool {
    if host == GLOBAL_HOST {
        return partition.name() == GLOBAL_PARTITION;
    }
    let Some((label, (name, domain))) =
        host.split_once('.').and_then(|(label, rest)| Some((label, rest.split_once('.')?)))
    else {
        return false;
    };
    let is_own = region.is_some_and(|region| region.as_str() == name);
    let [ordinary, dual_stack] = partition.domains();
    let is_ordinary = domain == ordinary;
    match label {
        "sts" => (is_own || partition.has_region(name)) && (is_ordinary || domain == dual_stack),
        "sts-fips" if is_ordinary => partition.has_region(name) && partition.name() != GOVERNMENT_PARTITION,
        "sts-fips" => partition.has_region(name) && domain == dual_stack,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_endpoint;
    use crate::endpoint::Partition;
    use crate::scope::Region;

    fn is_known(region: &str, host: &str) -> bool {
        is_endpoint(host, Partition::of_region(region), None)
    }

    #[test]
    fn only_endpoints_of_the_partition_are_known() {
        for (region, host) in [
            ("us-east-1", "sts.amazonaws.com"),
            ("us-east-1", "sts.eu-west-1.amazonaws.com"),
            ("us-east-1", "sts.us-west-2.api.aws"),
            ("us-east-1", "sts-fips.us-west-2.api.aws"),
            ("eu-west-1", "sts-fips.us-east-2.amazonaws.com"),
            ("cn-north-1", "sts.cn-northwest-1.amazonaws.com.cn"),
            ("cn-north-1", "sts.cn-north-1.api.amazonwebservices.com.cn"),
            ("us-gov-west-1", "sts.us-gov-east-1.amazonaws.com"),
            ("us-gov-west-1", "sts-fips.us-gov-east-1.api.aws"),
            ("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov"),
            ("eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"),
        ] {
            assert!(is_known(region, host), "{host}");
        }
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
            // A bucket with the name `sts`, whose owner answers as it likes.
            "sts.s3.amazonaws.com",
            "sts.s3-us-west-2.amazonaws.com",
            "sts.s3.us-west-2.amazonaws.com",
            "sts.evil.us-east-1.amazonaws.com",
            "x.sts.us-east-1.amazonaws.com",
            "user@sts.us-east-1.amazonaws.com",
            "sts.us-gov-west-1.amazonaws.com",
            "sts.us-gov-west-1.api.aws",
            "sts.cn-north-1.amazonaws.com.cn",
            "sts.us-east-1.amazonaws.com.cn",
            "sts.us-east-1.api.amazonwebservices.com.cn",
            "sts-fips.amazonaws.com",
            "sts-fips.evil.amazonaws.com",
            "sts-fips.evil.api.aws",
            "sts-fips.us-east-1.example.com",
            "sts.api.aws",
            "sts.evil.api.aws",
            "ec2.us-east-1.amazonaws.com",
            "ec2.us-east-1.api.aws",
            "sts.us-east-1.amazonaws.comx",
            "sts.us-east-1amazonaws.com",
            "sts.us-east-1.api.aws.example.com",
        ] {
            assert!(!is_known("us-east-1", host), "{host}");
        }
        assert!(!is_known("us-gov-west-1", "sts.amazonaws.com"));
        assert!(!is_known("us-gov-west-1", "sts.us-east-1.amazonaws.com"));
        assert!(!is_known("us-gov-west-1", "sts-fips.us-gov-west-1.amazonaws.com"));
    }

    #[test]
    fn a_region_of_ones_own_may_have_a_name_of_any_form() {
        let region = Region::parse("new-place").unwrap();
        let knows = |host| is_endpoint(host, Partition::of_region("us-east-1"), Some(&region));
        for host in ["sts.new-place.amazonaws.com", "sts.new-place.api.aws", "sts.us-east-1.amazonaws.com"] {
            assert!(knows(host), "{host}");
        }
        for host in [
            "sts.other-place.amazonaws.com",
            "sts-fips.new-place.amazonaws.com",
            "sts.new-place.amazonaws.com.cn",
            "ec2.new-place.amazonaws.com",
            "sts.new-place.example.com",
        ] {
            assert!(!knows(host), "{host}");
        }
    }
}
