//! The partitions of AWS: their regions, the prefixes of their ARNs, and the domains of their endpoints.
//!
//! Source: "AWS partitions" in the AWS Fault Isolation Boundaries whitepaper, "Amazon Resource Names", and the `partitions.json` of
//! AWS's SDKs, which `tests/it/hosts` compares it with.

/// A partition of AWS.
///
/// ```
/// use sig4::endpoint::Partition;
///
/// let china = Partition::of_region("cn-north-1");
/// assert_eq!((china.name(), china.domain()), ("aws-cn", "amazonaws.com.cn"));
/// assert!(!china.has_region("us-east-1"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Partition {
    /// The second field of its ARNs.
    name: &'static str,
    /// The prefix of the names of its regions. A word and a number follow.
    regions: &'static [&'static str],
    /// The domain of its endpoints: `AWS::URLSuffix`.
    domain: &'static str,
    /// The domain of its dual-stack endpoints.
    dual_stack_domain: &'static str,
}

/// The partition of every region that no other partition claims.
const COMMERCIAL: Partition = Partition {
    name: "aws",
    regions: &["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"],
    domain: "amazonaws.com",
    dual_stack_domain: "api.aws",
};

const OTHERS: [Partition; 7] = [
    Partition {
        name: "aws-cn",
        regions: &["cn-"],
        domain: "amazonaws.com.cn",
        dual_stack_domain: "api.amazonwebservices.com.cn",
    },
    Partition {
        name: "aws-us-gov",
        regions: &["us-gov-"],
        domain: COMMERCIAL.domain,
        dual_stack_domain: COMMERCIAL.dual_stack_domain,
    },
    Partition {
        name: "aws-eusc",
        regions: &["eusc-de-"],
        domain: "amazonaws.eu",
        dual_stack_domain: "api.amazonwebservices.eu",
    },
    Partition { name: "aws-iso", regions: &["us-iso-"], domain: "c2s.ic.gov", dual_stack_domain: "api.aws.ic.gov" },
    Partition {
        name: "aws-iso-b",
        regions: &["us-isob-"],
        domain: "sc2s.sgov.gov",
        dual_stack_domain: "api.aws.scloud",
    },
    Partition {
        name: "aws-iso-e",
        regions: &["eu-isoe-"],
        domain: "cloud.adc-e.uk",
        dual_stack_domain: "api.cloud-aws.adc-e.uk",
    },
    Partition {
        name: "aws-iso-f",
        regions: &["us-isof-"],
        domain: "csp.hci.ic.gov",
        dual_stack_domain: "api.aws.hci.ic.gov",
    },
];

impl Partition {
    /// The partition of a region: the commercial partition if no other has regions of this form.
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        let claims = |partition: &Self| partition.regions.iter().any(|prefix| region.starts_with(prefix));
        OTHERS.into_iter().find(claims).unwrap_or(COMMERCIAL)
    }

    /// The second field of its ARNs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The domain of its endpoints: `AWS::URLSuffix`.
    #[must_use]
    pub const fn domain(&self) -> &'static str {
        self.domain
    }

    /// Every partition.
    pub fn all() -> impl Iterator<Item = Self> {
        [COMMERCIAL].into_iter().chain(OTHERS)
    }

    /// The domains of its endpoints, with the dual-stack domain last.
    #[must_use]
    pub const fn domains(&self) -> [&'static str; 2] {
        [self.domain, self.dual_stack_domain]
    }

    /// Whether `name` is a region of any partition, or has the form of one.
    pub(crate) fn is_region(name: &str) -> bool {
        Self::all().any(|partition| partition.has_region(name))
    }

    /// The region of an availability zone, such as `us-east-1a`, or of a local or wavelength zone, such as `us-west-2-lax-1a`.
    ///
    /// Source: "AWS Regions and Availability Zones", the names of zones.
    pub(crate) fn region_of_zone(name: &str) -> Option<&str> {
        let end = |c: char| c.is_ascii_lowercase();
        let whole = name.strip_suffix(end).filter(|number| number.ends_with(|c: char| c.is_ascii_digit()))?;
        let mut at = Some(whole);
        while let Some(region) = at {
            if Self::is_region(region) {
                return Some(region);
            }
            at = region.rsplit_once('-').map(|(shorter, _)| shorter);
        }
        None
    }

    /// Whether `name` is a region of this partition or has the form of one, such as `us-east-9`.
    #[must_use]
    pub fn has_region(&self, name: &str) -> bool {
        self.regions.iter().filter_map(|prefix| name.strip_prefix(prefix)).any(|rest| {
            rest.split_once('-').is_some_and(|(word, number)| {
                let is_word = !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
                is_word && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
            })
        })
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

    #[test]
    fn a_zone_has_a_region() {
        for (zone, region) in [
            ("us-east-1a", "us-east-1"),
            ("ap-southeast-2c", "ap-southeast-2"),
            ("us-gov-west-1b", "us-gov-west-1"),
            ("us-west-2-lax-1a", "us-west-2"),
            ("us-east-1-wl1-bos-wlz-1", ""),
            ("us-east-1", ""),
            ("us-east-1-secondary", ""),
            ("us-east-1ab", ""),
            ("auto", ""),
            ("a", ""),
            ("", ""),
        ] {
            assert_eq!(Partition::region_of_zone(zone).unwrap_or_default(), region, "{zone}");
        }
    }

    #[test]
    fn regions_are_told_by_their_form() {
        let is_region = |name: &str| Partition::all().any(|partition| partition.has_region(name));
        for region in ["us-east-9", "ap-southeast-12", "us-gov-central-1", "eusc-de-west-1", "us-isob-north-2"] {
            assert!(is_region(region), "{region}");
        }
        for other in [
            "",
            "us",
            "us-east",
            "us-east-",
            "us-east-x",
            "us--1",
            "usa-east-1",
            "us-é-1",
            "us-a-b-c-1",
            "US-EAST-1",
            "us-east-1-secondary",
            "xx-east-1",
            "aws-global",
            "eusc-fr-east-1",
        ] {
            assert!(!is_region(other), "{other}");
        }
    }
}
