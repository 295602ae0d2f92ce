//! The region and service that an AWS host name says, or the reason why it does not.
//!
//! A host is reduced to a shape: `{region}` stands for the region, and marks of FIPS and dual-stack endpoints are left out. The shape
//! is looked up, first as it is, then with `*` for the labels before it that a customer may have chosen:
//!
//! ```text
//! lambda.us-east-1.amazonaws.com           lambda.{region}
//! api.ecr-fips.us-east-1.amazonaws.com     api.ecr.{region}
//! abc.execute-api.eu-west-1.amazonaws.com  *.execute-api.{region}
//! search-x.eu-west-1.es.amazonaws.com      *.{region}.es
//! iam.amazonaws.com                        iam.amazonaws.com
//! ```
//!
//! A name that is in no table does not say its service: nothing is guessed.
//!
//! Sources: AWS's endpoint rule sets and service models ([`names`]), and its documentation ([`documented`]).

mod documented;
mod names;
mod shape;

use shape::{REGION, Shape};

/// The longest host name, in bytes.
///
/// Source: RFC 1035, section 2.3.4.
const MAX_HOST_LEN: usize = 253;

/// What a host name says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Endpoint {
    pub(crate) region: Result<String, Unsaid>,
    pub(crate) service: Result<String, Unsaid>,
}

/// Why a host name does not say the region or the service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unsaid {
    /// It is not an AWS endpoint.
    NotAws,
    /// It is an AWS endpoint of an unknown name, or of a name that leaves it open.
    Unclear,
    /// It is an AWS endpoint that these services share.
    OneOf(&'static [&'static str]),
}

impl Unsaid {
    /// The reason in words, where `what` is not said.
    pub(crate) fn of(self, what: &str) -> String {
        match self {
            Self::NotAws => "is not an AWS endpoint".to_owned(),
            Self::Unclear => format!("is an AWS endpoint, but its name does not say the {what}"),
            Self::OneOf(services) => {
                format!("is an AWS endpoint, but its name does not say the {what} ({})", services.join(" or "))
            }
        }
    }
}

impl Endpoint {
    /// Reads a host, with or without a port and user information.
    pub(crate) fn of(authority: &str) -> Self {
        let host = host_of(authority).to_ascii_lowercase();
        let valid = host.len() <= MAX_HOST_LEN && host.split('.').all(is_label);
        let read = if valid { Self::read(&Shape::of(&host)) } else { None };
        read.unwrap_or(Self { region: Err(Unsaid::NotAws), service: Err(Unsaid::NotAws) })
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
            [] => Err(Unsaid::Unclear),
            [service] => Ok((*service).to_owned()),
            several => Err(Unsaid::OneOf(several)),
        };
        Self { region: region.map(str::to_owned).ok_or(Unsaid::Unclear), service }
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

/// Whether a label can stand in a host name. Buckets may have underscores.
fn is_label(label: &str) -> bool {
    matches!(label.len(), 1..=63) && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests;
