//! The common shape of host names of one kind.

use super::partition::Partition;

/// The region in a shape.
pub(super) const REGION: &str = "{region}";

/// A domain of hosts that customers own, in no partition's list.
const CUSTOMERS: &str = "on.aws";

/// A host with `{region}` for its region, without marks of FIPS and dual-stack.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    labels: Vec<&'a str>,
    suffix: Option<&'static str>,
    pub(super) region: Option<&'a str>,
}

impl<'a> Shape<'a> {
    /// The shape of a host in lower case.
    pub(super) fn of(host: &'a str) -> Self {
        let suffixes = Partition::all().flat_map(|partition| partition.domains()).chain([CUSTOMERS]);
        let found = suffixes.filter_map(|suffix| Some((host.strip_suffix(suffix)?.strip_suffix('.')?, suffix))).next();
        let (name, suffix) = found.map_or((host, None), |(name, suffix)| (name, Some(suffix)));
        let mut labels: Vec<&str> = name.split('.').flat_map(spelled).collect();
        if suffix.is_some() {
            remove_vpc_endpoint(&mut labels);
        }
        let at = labels.iter().rposition(|label| is_region(label, suffix));
        let region = at.and_then(|at| Some(core::mem::replace(labels.get_mut(at)?, REGION)));
        Self { labels, suffix, region }
    }

    /// Whether the host is in a domain of AWS.
    pub(super) const fn is_aws(&self) -> bool {
        self.suffix.is_some()
    }

    /// Whether the host is in the domain of a partition.
    pub(super) fn is_in_partition(&self) -> bool {
        self.suffix.is_some_and(|suffix| suffix != CUSTOMERS)
    }

    /// Whether the region is the last of several labels.
    pub(super) fn ends_with_region(&self) -> bool {
        matches!(self.labels.as_slice(), [_, .., REGION])
    }

    /// The result of `find` for the labels before the suffix.
    pub(super) fn find<T>(&self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        find_in(&self.labels, find)
    }

    /// The result of `find` for the whole host.
    pub(super) fn find_host<T>(&self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let labels: Vec<&str> = self.labels.iter().copied().chain(self.suffix).collect();
        find_in(&labels, find)
    }
}

/// The result of `find` for all labels, or else for the longest suffix of labels after `*`.
fn find_in<T>(labels: &[&str], find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let owned = (1..labels.len()).filter_map(|own| labels.get(own..)).map(|rest| format!("*.{}", rest.join(".")));
    core::iter::once(labels.join(".")).chain(owned).find_map(|shape| find(&shape))
}

/// The labels of a shape for a label: without a mark of FIPS or dual-stack, a zone of S3 Express, or S3's older form.
fn spelled(label: &str) -> impl Iterator<Item = &str> {
    let older = label.strip_prefix("s3-").map(|rest| rest.strip_prefix("fips-").unwrap_or(rest));
    let (first, second) = match (label, older) {
        ("fips" | "dualstack", _) => (None, None),
        (_, Some(region)) if is_region(region, None) => (Some("s3"), Some(region)),
        _ if is_express_zone(label) => (Some("s3express"), None),
        _ => (Some(label.strip_suffix("-fips").unwrap_or(label)), None),
    };
    first.into_iter().chain(second)
}

/// Whether a label is `s3express-ZONE` or `s3express-fips-ZONE`, such as `s3express-use1-az4`.
fn is_express_zone(label: &str) -> bool {
    let zone = label.strip_prefix("s3express-").map(|rest| rest.strip_prefix("fips-").unwrap_or(rest));
    zone.and_then(|zone| zone.split_once("-az")).is_some_and(|(region, number)| {
        !region.is_empty()
            && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Removes the labels of a VPC endpoint: its ids, `vpce-…`, and a final `vpce`.
///
/// Source: "Access an AWS service using an interface VPC endpoint", DNS hostnames.
fn remove_vpc_endpoint(labels: &mut Vec<&str>) {
    // `vpce-svc-…` is a customer's service.
    let is_id = |label: &&str| label.starts_with("vpce-") && !label.starts_with("vpce-svc-");
    if labels.last() == Some(&"vpce") && labels.iter().any(is_id) {
        labels.pop();
        labels.retain(|label| !is_id(label));
    }
}

/// Whether a label is a region of the partitions with this suffix, or of any partition.
fn is_region(label: &str, suffix: Option<&str>) -> bool {
    let partitions = Partition::all()
        .filter(|partition| suffix.is_none_or(|suffix| suffix == CUSTOMERS || partition.domains().contains(&suffix)));
    partitions.into_iter().any(|partition| partition.has_region(label))
}
