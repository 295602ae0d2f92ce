//! The partitions of AWS: which one a region lies in, what its ARNs begin with, and its domain.
//!
//! Source: "AWS partitions" in the AWS Fault Isolation Boundaries whitepaper, "Amazon Resource Names", and the `partitions.json` of
//! AWS's SDKs.

/// A partition.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Partition {
    /// The second field of its ARNs.
    pub(crate) name: &'static str,
    /// What the names of its regions begin with.
    regions: &'static str,
    /// The domain of its endpoints: `AWS::URLSuffix`.
    pub(crate) domain: &'static str,
}

/// The partition of every region that no other one claims.
const COMMERCIAL: Partition = Partition { name: "aws", regions: "", domain: "amazonaws.com" };

const OTHERS: [Partition; 7] = [
    Partition { name: "aws-cn", regions: "cn-", domain: "amazonaws.com.cn" },
    Partition { name: "aws-us-gov", regions: "us-gov-", domain: "amazonaws.com" },
    Partition { name: "aws-eusc", regions: "eusc-", domain: "amazonaws.eu" },
    Partition { name: "aws-iso", regions: "us-iso-", domain: "c2s.ic.gov" },
    Partition { name: "aws-iso-b", regions: "us-isob-", domain: "sc2s.sgov.gov" },
    Partition { name: "aws-iso-e", regions: "eu-isoe-", domain: "cloud.adc-e.uk" },
    Partition { name: "aws-iso-f", regions: "us-isof-", domain: "csp.hci.ic.gov" },
];

impl Partition {
    /// The partition of a region.
    pub(crate) fn of_region(region: &str) -> Self {
        OTHERS.into_iter().find(|partition| region.starts_with(partition.regions)).unwrap_or(COMMERCIAL)
    }
}

#[cfg(test)]
mod tests {
    use super::Partition;

    #[test]
    fn a_region_lies_in_one_partition() {
        for (region, name, domain) in [
            ("us-east-1", "aws", "amazonaws.com"),
            ("eu-west-1", "aws", "amazonaws.com"),
            ("cn-northwest-1", "aws-cn", "amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
            ("us-iso-west-1", "aws-iso", "c2s.ic.gov"),
            ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
            ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
            ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
            ("", "aws", "amazonaws.com"),
        ] {
            let partition = Partition::of_region(region);
            assert_eq!((partition.name, partition.domain), (name, domain), "{region}");
        }
    }
}
