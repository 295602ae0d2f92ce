//! Custom domain names, and the stage that a request to one of them reaches.
//!
//! Source: "Use API mappings to connect API stages to a custom domain name for REST APIs", "Map API stages to a custom domain name
//! for HTTP APIs". They document the characters of a base path and its 300 characters.
//!
//! Inferred: that no segment is empty or a dot segment, as AWS does not document how it would compare them; and that names of domains
//! are compared without their case and without the dot of the root. The pages limit the mappings with several levels of a domain; the limit here counts all mappings of
//! an API. For such a domain the pages also lead `/ordersandmore` to the base path `orders`, and do not say which path the API gets.
//! Here whole segments are compared.

use crate::error::{Error, ErrorKind};
use crate::stage::{self, Stage};

/// The maximum length of a base path, in bytes, which are its characters. Source: the pages above, restrictions.
const MAX_BASE_PATH_LEN: usize = 300;
/// The most mappings of an API. Inferred, see above.
const MAX_MAPPINGS: usize = 200;
/// The maximum length of a domain name, in bytes. Source: RFC 1035, section 2.3.4.
const MAX_DOMAIN_LEN: usize = 253;

/// The mapping of a custom domain name to a stage: requests to that host have no stage in their path, and may have a base path in
/// its place.
///
/// Clients sign the host and the path that they call, with the base path. The ARNs of policies and the keys of routes have neither.
///
/// ```
/// use sig4_gateway::{ApiDefinition, Auth, DomainMapping, Integration};
///
/// let mapping = DomainMapping::new("api.example.com").with_base_path("shop/v1").with_stage("prod");
/// let api = ApiDefinition::rest("us-east-1").with_stage("prod").with_domain(mapping);
/// // `https://api.example.com/shop/v1/pets` is `/pets` of the stage `prod`.
/// api.route_with("GET /pets", Auth::None, Integration::echo()).check()?;
///
/// let unknown = DomainMapping::new("api.example.com").with_stage("test");
/// assert!(ApiDefinition::rest("us-east-1").with_stage("prod").with_domain(unknown).check().is_err());
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DomainMapping {
    domain: String,
    base_path: String,
    stage: Option<String>,
}

impl DomainMapping {
    /// A mapping of a domain name, without a base path. A mapping of an HTTP API needs a [stage](Self::with_stage); without one, a
    /// client of a REST API names the stage in the path, behind the base path.
    #[must_use]
    pub fn new(domain: impl Into<String>) -> Self {
        Self { domain: domain.into(), base_path: String::new(), stage: None }
    }

    /// Sets the base path, without a slash at its beginning and end: `v1` or `shop/v1`, up to 300 letters, digits, slashes and
    /// `$-_.+!*'()`. Of several mappings of a domain, the longest base path that the request's path begins with counts. A request
    /// with no mapped base path is answered with 403.
    #[must_use]
    pub fn with_base_path(mut self, base_path: impl Into<String>) -> Self {
        self.base_path = base_path.into();
        self
    }

    /// Sets the stage, one of the API's.
    #[must_use]
    pub fn with_stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = Some(stage.into());
        self
    }

    /// The domain name.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The base path, empty by default.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The stage, if the mapping has one.
    #[must_use]
    pub fn stage(&self) -> Option<&str> {
        self.stage.as_deref()
    }

    /// The part of a path below the base path. It begins with a slash.
    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.base_path.is_empty() {
            return Some(path);
        }
        match path.strip_prefix('/')?.strip_prefix(self.base_path.as_str())? {
            "" => Some("/"),
            below => below.starts_with('/').then_some(below),
        }
    }

    fn check(&self, stages: &[Stage], needs_stage: bool) -> Result<(), Error> {
        let refuse = |detail: String| Err(Error::new(ErrorKind::InvalidApi, detail));
        let Self { domain, base_path, stage } = self;
        let is_label = |label: &str| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if domain.len() > MAX_DOMAIN_LEN || !domain.split('.').all(is_label) {
            return refuse("a custom domain name consists of letters, digits, hyphens and dots, up to 253".to_owned());
        }
        let is_segment = |segment: &str| {
            let letter = |b: u8| b.is_ascii_alphanumeric() || b"$-_.+!*'()".contains(&b);
            !matches!(segment, "" | "." | "..") && segment.bytes().all(letter)
        };
        let is_base_path = base_path.is_empty() || base_path.split('/').all(is_segment);
        if base_path.len() > MAX_BASE_PATH_LEN || !is_base_path {
            let detail =
                "letters, digits and `$-_.+!*'()` between single slashes, none at the beginning or the end, up to 300";
            return refuse(format!("the base path of the domain `{domain}`: {detail}"));
        }
        match stage {
            Some(stage) if !stages.iter().any(|own| own.name() == stage) => {
                refuse(format!("the domain `{domain}` is mapped to the stage `{stage}`, which the API does not have"))
            }
            None if needs_stage => refuse(format!("the mapping of the domain `{domain}` has no stage: set one")),
            _ => Ok(()),
        }
    }
}

/// Refuses mappings that API Gateway would not accept.
pub(crate) fn check(mappings: &[DomainMapping], stages: &[Stage], needs_stage: bool) -> Result<(), Error> {
    if mappings.len() > MAX_MAPPINGS {
        return Err(Error::new(ErrorKind::InvalidApi, format!("an API has up to {MAX_MAPPINGS} mappings of domains")));
    }
    for (n, mapping) in mappings.iter().enumerate() {
        mapping.check(stages, needs_stage)?;
        let same = |earlier: &DomainMapping| {
            earlier.domain.eq_ignore_ascii_case(&mapping.domain) && earlier.base_path == mapping.base_path
        };
        if mappings.iter().take(n).any(same) {
            let detail = format!("the domain `{}` has the base path `{}` twice", mapping.domain, mapping.base_path);
            return Err(Error::new(ErrorKind::InvalidApi, detail));
        }
    }
    Ok(())
}

/// Where a host and a path lead.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Mapped<'m, 'p> {
    /// The host is no custom domain: its paths begin with the stage.
    NoDomain,
    /// The domain has no mapping for the path.
    NoBasePath,
    /// The mapping and the path below its base path.
    Below(&'m DomainMapping, &'p str),
}

/// Finds the mapping with the longest base path for a host, which has no port, and a path.
pub(crate) fn select<'m, 'p>(mappings: &'m [DomainMapping], host: &str, path: &'p str) -> Mapped<'m, 'p> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let mut found = Mapped::NoDomain;
    for mapping in mappings.iter().filter(|mapping| mapping.domain.eq_ignore_ascii_case(host)) {
        let below = mapping.below(path);
        found = match (found, below) {
            (Mapped::Below(best, below), _) if best.base_path.len() >= mapping.base_path.len() => {
                Mapped::Below(best, below)
            }
            (_, Some(below)) => Mapped::Below(mapping, below),
            (Mapped::NoDomain, None) => Mapped::NoBasePath,
            (found, None) => found,
        };
    }
    found
}

/// The stage of a mapping for the path below its base path, the index of the stage, and the path below the stage.
pub(crate) fn stage_of<'s, 'p>(
    mapping: &DomainMapping,
    stages: &'s [Stage],
    below: &'p str,
) -> Option<(usize, &'s Stage, &'p str)> {
    match &mapping.stage {
        Some(name) => {
            let (n, stage) = stages.iter().enumerate().find(|(_, stage)| stage.name() == name)?;
            Some((n, stage, below))
        }
        None => stage::select(stages, below),
    }
}

#[cfg(test)]
mod tests {
    use super::{DomainMapping, Mapped, check, select};
    use crate::stage::Stage;

    #[test]
    fn the_longest_base_path_wins() {
        let mappings = [
            DomainMapping::new("a.example").with_base_path("orders").with_stage("one"),
            DomainMapping::new("A.example").with_base_path("orders/v2/items").with_stage("two"),
            DomainMapping::new("b.example").with_stage("one"),
            DomainMapping::new("b.example").with_base_path("v1").with_stage("two"),
        ];
        for (host, path, expected) in [
            ("a.example", "/orders", Some((0, "/"))),
            ("A.EXAMPLE", "/orders/", Some((0, "/"))),
            ("a.example", "/orders/v2/items", Some((1, "/"))),
            ("a.example", "/orders/v2/items/5", Some((1, "/5"))),
            ("a.example", "/orders/v2/itemsx", Some((0, "/v2/itemsx"))),
            ("b.example", "/v1//x", Some((3, "//x"))),
            ("b.example", "/v10", Some((2, "/v10"))),
            ("b.example", "/V1", Some((2, "/V1"))),
            ("b.example", "//v1", Some((2, "//v1"))),
            ("a.example", "/ordersx", None),
            ("a.example", "/", None),
        ] {
            let expected = expected.map_or(Mapped::NoBasePath, |(n, below)| Mapped::Below(&mappings[n], below));
            assert_eq!(select(&mappings, host, path), expected, "{host}{path}");
        }
        assert_eq!(select(&mappings, "c.example", "/orders"), Mapped::NoDomain);
        assert_eq!(select(&mappings, "x.a.example", "/orders"), Mapped::NoDomain);
    }

    #[test]
    fn mappings_that_api_gateway_would_not_accept() {
        let stages = [Stage::new("prod")];
        let valid = || DomainMapping::new("api.example.com").with_stage("prod");
        check(&[valid(), valid().with_base_path("a/b.c$")], &stages, true).unwrap();
        check(&[DomainMapping::new("api.example.com")], &stages, false).unwrap();
        for base_path in ["/a", "a/", "a//b", "a b", "..", "a/./b", "%61", &"a".repeat(301)] {
            assert!(check(&[valid().with_base_path(base_path)], &stages, true).is_err(), "{base_path}");
        }
        for domain in ["", "a..b", "a:80", "http://a", "*.example.com", "a/b"] {
            assert!(check(&[DomainMapping::new(domain).with_stage("prod")], &stages, true).is_err(), "{domain}");
        }
        assert!(check(&[valid(), valid()], &stages, true).is_err());
        assert!(check(&[valid().with_stage("test")], &stages, true).is_err());
        assert!(check(&[DomainMapping::new("api.example.com")], &stages, true).is_err());
        let many: Vec<_> = (0..201).map(|n| valid().with_base_path(n.to_string())).collect();
        assert!(check(&many, &stages, true).is_err() && check(&many[1..], &stages, true).is_ok());
    }
}
