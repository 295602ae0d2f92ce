//! The region and service of an AWS endpoint, read from its host name.
//!
//! A host is reduced to a shape: `{region}` replaces the region, and marks of FIPS and dual-stack endpoints are removed. The shape is
//! looked up unchanged first, and then with `*` for leading labels that a customer may have chosen:
//!
//! ```text
//! lambda.us-east-1.amazonaws.com           lambda.{region}
//! api.ecr-fips.us-east-1.amazonaws.com     api.ecr.{region}
//! abc.execute-api.eu-west-1.amazonaws.com  *.execute-api.{region}
//! search-x.eu-west-1.es.amazonaws.com      *.{region}.es
//! iam.amazonaws.com                        iam.amazonaws.com
//! ```
//!
//! Nothing is guessed: a name that is in no table does not determine a service.
//!
//! Sources: AWS's endpoint rule sets and service models (`names.rs`), and its documentation (`documented.rs`).

mod documented;
mod names;
mod partition;
mod shape;

pub use partition::Partition;

use shape::{REGION, Shape};
use thiserror::Error;

/// The longest host name, in bytes.
///
/// Source: RFC 1035, section 2.3.4.
const MAX_HOST_LEN: usize = 253;

/// The region and the service to sign for, as far as a host name determines them.
///
/// ```
/// use sig4::endpoint::{Endpoint, Undetermined};
///
/// let endpoint = Endpoint::of_host("abc.execute-api.eu-west-1.amazonaws.com:443");
/// assert_eq!((endpoint.region(), endpoint.service()), (Ok("eu-west-1"), Ok("execute-api")));
///
/// let device = Endpoint::of_host("a1b2.iot.us-east-1.amazonaws.com");
/// assert_eq!(device.region(), Ok("us-east-1"));
/// assert_eq!(device.service(), Err(Undetermined::OneOf(&["iotdata", "iotdevicegateway"])));
///
/// assert_eq!(Endpoint::of_host("localhost:8080").service(), Err(Undetermined::NotAws));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoint {
    region: Result<String, Undetermined>,
    service: Result<&'static str, Undetermined>,
}

/// The reason why a host name does not determine a region or a service.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Undetermined {
    /// The host is not an AWS endpoint.
    #[error("the host is not an AWS endpoint")]
    NotAws,
    /// The host is an AWS endpoint of an unknown name, or its name has no region or no service.
    #[error("the host is an AWS endpoint whose name leaves this open")]
    Open,
    /// The host is an AWS endpoint that these services share.
    #[error("the host is an AWS endpoint that several services share: {}", .0.join(", "))]
    OneOf(&'static [&'static str]),
}

impl Endpoint {
    /// Reads a host (case-insensitive). A port and user information are ignored.
    #[must_use]
    pub fn of_host(authority: &str) -> Self {
        let host = host_of(authority).to_ascii_lowercase();
        let read = if is_name(&host) { Self::read(&Shape::of(&host)) } else { None };
        read.unwrap_or(Self { region: Err(Undetermined::NotAws), service: Err(Undetermined::NotAws) })
    }

    /// The endpoint of a host in a domain of AWS.
    pub(crate) fn of_aws_host(host: &str) -> Option<Self> {
        if !host.contains('.') {
            return None;
        }
        Some(Self::of_host(host)).filter(|endpoint| endpoint.service != Err(Undetermined::NotAws))
    }

    /// The region, such as `us-east-1`.
    ///
    /// # Errors
    ///
    /// The host is not an AWS endpoint, or its name has no region.
    pub fn region(&self) -> Result<&str, Undetermined> {
        self.region.as_deref().map_err(|why| *why)
    }

    /// The service's name in a credential scope, such as `execute-api`.
    ///
    /// # Errors
    ///
    /// The host is not an AWS endpoint, its name is unknown, or several services share it.
    pub const fn service(&self) -> Result<&'static str, Undetermined> {
        self.service
    }

    /// Whether a host (case-insensitive) is an endpoint of S3 Control, or of the control plane of S3 on Outposts.
    ///
    /// Source: the endpoint rule sets `s3control` of botocore 1.44.8.
    pub(crate) fn is_s3_control(authority: &str) -> bool {
        const CONTROL: [&str; 3] = ["s3-control.{region}", "*.s3-control.{region}", "s3-outposts.{region}"];
        let host = host_of(authority).to_ascii_lowercase();
        let is_control = |shape: Shape<'_>| {
            shape.is_in_partition() && shape.find(|name| CONTROL.contains(&name).then_some(())).is_some()
        };
        is_name(&host) && is_control(Shape::of(&host))
    }

    fn read(shape: &Shape<'_>) -> Option<Self> {
        if let Some((region, services)) = shape.find_host(host) {
            let region = match region {
                REGION => shape.region,
                "*" => None,
                fixed => Some(fixed),
            };
            return Some(Self::new(region, services));
        }
        let services = if shape.is_in_partition() { shape.find(services) } else { None };
        let region = shape.region.filter(|_| services.is_some() || shape.ends_with_region());
        shape.is_aws().then(|| Self::new(region, services.unwrap_or_default()))
    }

    fn new(region: Option<&str>, services: &'static [&'static str]) -> Self {
        let service = match services {
            [] => Err(Undetermined::Open),
            [service] => Ok(*service),
            several => Err(Undetermined::OneOf(several)),
        };
        Self { region: region.map(str::to_owned).ok_or(Undetermined::Open), service }
    }
}

/// The region and the services of a whole host.
fn host(shape: &str) -> Option<(&'static str, &'static [&'static str])> {
    let documented = || documented::HOSTS.iter().find(|(known, ..)| *known == shape);
    let found = names::HOSTS.binary_search_by_key(&shape, |(known, ..)| known).ok();
    found.and_then(|at| names::HOSTS.get(at)).or_else(documented).map(|(_, region, services)| (*region, *services))
}

/// The services of a name before the suffix of a partition.
fn services(shape: &str) -> Option<&'static [&'static str]> {
    let alike = || {
        let at = names::ALIKE.binary_search(&shape.strip_suffix(REGION)?.strip_suffix('.')?).ok()?;
        names::ALIKE.get(at).map(core::slice::from_ref)
    };
    let named = || {
        let at = names::NAMES.binary_search_by_key(&shape, |(known, _)| known).ok()?;
        names::NAMES.get(at).map(|(_, service)| core::slice::from_ref(service))
    };
    let several = || names::SHARED.iter().find(|(known, _)| *known == shape).map(|(_, services)| *services);
    let documented = || documented::NAMES.iter().find(|(known, _)| *known == shape).map(|(_, services)| *services);
    alike().or_else(named).or_else(several).or_else(documented)
}

/// The host of an authority: no user information, no port.
fn host_of(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    }
}

/// Whether a host is a name in DNS.
fn is_name(host: &str) -> bool {
    host.len() <= MAX_HOST_LEN && host.split('.').all(is_label)
}

/// Whether a host name may have the label. Buckets may have underscores.
fn is_label(label: &str) -> bool {
    matches!(label.len(), 1..=63) && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests;
