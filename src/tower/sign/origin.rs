//! The origins that signed requests may go to.
//!
//! Sources: RFC 6454 section 4 for the definition of an origin; for the domains that AWS's customers share, `partitions.json` of AWS's SDKs, the
//! Public Suffix List, and the default host names in the documentation of Amplify, App Runner, CloudFront (China), Cognito, IAM Identity
//! Center and Lightsail.

use crate::endpoint::Partition;
use crate::scope::Region;
use crate::tower::error::{Error, ErrorKind};
use core::net::Ipv6Addr;
use http::header::HOST;
use http::request::Parts;
use http::uri::{Authority, Uri};
use std::fmt;
use std::str::FromStr;

/// An origin that signed requests may go to: a scheme, a host, and a port.
///
/// A host that begins with `*.` is a pattern: it matches every host below the domain, but not the domain itself. All of these
/// hosts are trusted with signed requests: if a host redirects to a second host of the pattern,
/// [`SignLayer`](crate::tower::SignLayer) signs the request for the second host. Use patterns for domains of your own only, such
/// as `https://*.api.example.com`.
///
/// AWS's domains belong to all of its customers. A redirect from one API below `execute-api.us-east-1.amazonaws.com` to a
/// stranger's API gives that stranger a valid signature, and what the request carries. The same holds for buckets below
/// `s3.us-east-1.amazonaws.com`, for function URLs below `lambda-url.us-east-1.on.aws`, for App Runner,
/// Elastic Beanstalk and CloudFront. Name each host instead: [`Origin::execute_api`] does this for an API.
/// [`FromStr`] refuses a pattern at, above or below such a domain, and one of a single label, such as `https://*.com`;
/// [`Origin::parse_dangerous_pattern`] accepts it. Other domains that strangers share, such as `co.uk`, are not known to it.
///
/// A path-style endpoint such as `https://s3.us-east-1.amazonaws.com` is a single origin, and the buckets of all customers are
/// its paths. A redirect within it is signed.
///
/// ```
/// use sig4::tower::ErrorKind;
/// use sig4::tower::Origin;
///
/// let origin: Origin = "https://abc.execute-api.us-east-1.amazonaws.com".parse()?;
/// assert_eq!(origin.to_string(), "https://abc.execute-api.us-east-1.amazonaws.com:443");
/// assert_eq!(origin, Origin::execute_api("abc", "us-east-1")?);
/// for text in ["abc.example/prod", "https://*.execute-api.us-east-1.amazonaws.com", "https://*.com"] {
///     assert_eq!(text.parse::<Origin>().unwrap_err().kind(), ErrorKind::InvalidOrigin);
/// }
/// # Ok::<(), sig4::tower::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    scheme: String,
    /// In lower case. The host of a pattern is kept without its `*`, so that it begins with a dot.
    host: String,
    below: bool,
    port: u16,
}

/// The domains below which all customers of AWS can have hosts.
const SHARED: [&str; 19] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "amazoncognito.com",
    "amazonlightsail.com",
    "amplifyapp.com",
    "aws",
    "awsapprunner.com",
    "awsapps.com",
    "awsglobalaccelerator.com",
    "cloudfront.cn",
    "cloudfront.net",
    "elasticbeanstalk.com",
    "ic.gov",
    "sgov.gov",
    "scloud",
    "adc-e.uk",
];

impl Origin {
    /// The origin of one API of API Gateway: `https://API-ID.execute-api.REGION.amazonaws.com`, with the domain of the
    /// region's partition.
    ///
    /// ```
    /// use sig4::tower::Origin;
    ///
    /// let origin = Origin::execute_api("a1b2c3d4e5", "cn-north-1")?;
    /// assert_eq!(origin.to_string(), "https://a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn:443");
    /// assert!(Origin::execute_api("*", "us-east-1").is_err());
    /// # Ok::<(), sig4::tower::Error>(())
    /// ```
    ///
    /// Source: "Invoke REST APIs in API Gateway", the format of a default endpoint.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOrigin`] if the id does not consist of 1 to 63 lower-case letters and digits, or the region of
    /// lower-case letters, digits and `-`.
    pub fn execute_api(api_id: &str, region: &str) -> Result<Self, Error> {
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if api_id.is_empty() || api_id.len() > 63 || !is_word(api_id) {
            return Err(invalid("an API's id is made of 1 to 63 lower-case letters and digits"));
        }
        let invalid_region = |error| Error::of(ErrorKind::InvalidOrigin, error);
        Region::parse(region).map_err(invalid_region)?;
        if !region.split('-').all(|part| !part.is_empty() && is_word(part)) {
            let detail = "a host name takes lower-case letters, digits and `-` of a region";
            return Err(invalid_region(crate::error::Error::new(crate::error::ErrorKind::InvalidRegion, detail)));
        }
        let domain = Partition::of_region(region).domain();
        format!("https://{api_id}.execute-api.{region}.{domain}").parse()
    }

    /// Reads an origin, and accepts every pattern, even for a domain below which strangers have hosts.
    ///
    /// The owner of a host below the pattern can obtain signed requests, by a redirect or by a URL that the program takes from
    /// others. Their signatures are valid for the service that answers there.
    ///
    /// ```
    /// use sig4::tower::Origin;
    ///
    /// let pattern = "https://*.s3.us-east-1.amazonaws.com"; // the buckets of all customers
    /// assert!(pattern.parse::<Origin>().is_err());
    /// assert_eq!(Origin::parse_dangerous_pattern(pattern)?.to_string(), "https://*.s3.us-east-1.amazonaws.com:443");
    /// # Ok::<(), sig4::tower::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOrigin`] if the text is not an origin.
    pub fn parse_dangerous_pattern(text: &str) -> Result<Self, Error> {
        let uri = Uri::try_from(text).map_err(|_| invalid("it is not a URI"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(invalid("expected a scheme and a host, as in https://example.com"));
        };
        if uri.path() != "/" || uri.query().is_some() || text.ends_with('/') || authority.as_str().contains('@') {
            return Err(invalid("expected nothing but a scheme, a host and a port"));
        }
        let scheme = scheme.to_ascii_lowercase();
        let port =
            port_of(authority, &scheme).ok_or_else(|| invalid("the scheme has no port, or the port is invalid"))?;
        let host = authority.host().to_ascii_lowercase();
        let (host, below) = match host.strip_prefix('*') {
            Some(rest) if rest.starts_with('.') => (rest.to_owned(), true),
            _ => (host, false),
        };
        if host.contains('*') || host.trim_matches('.').is_empty() {
            return Err(invalid("a host may begin with `*.` and hold no other `*`"));
        }
        if host.contains(['[', ']']) && !is_ipv6(&host) {
            return Err(invalid("brackets enclose an IPv6 address"));
        }
        Ok(Self { scheme, host, below, port })
    }

    /// Whether strangers have hosts below the pattern.
    fn is_shared(&self) -> bool {
        let domain = self.host.trim_matches('.');
        let is_below = |below: &str, above: &str| below.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'));
        let meets = |shared: &str| domain == shared || is_below(domain, shared) || is_below(shared, domain);
        let is_top = !domain.contains('.') && domain != "localhost";
        self.below && (is_top || SHARED.into_iter().any(meets))
    }

    /// Whether an authority belongs to this origin. Without a scheme, only host and port are compared.
    fn has(&self, scheme: Option<&str>, authority: &Authority) -> bool {
        scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case(&self.scheme))
            && self.has_host(authority.host())
            && port_of(authority, &self.scheme) == Some(self.port)
    }

    fn has_host(&self, host: &str) -> bool {
        if !self.below {
            return host.eq_ignore_ascii_case(&self.host);
        }
        let Some((label, rest)) = host.len().checked_sub(self.host.len()).and_then(|at| host.split_at_checked(at))
        else {
            return false;
        };
        !label.is_empty() && !label.split('.').any(str::is_empty) && rest.eq_ignore_ascii_case(&self.host)
    }
}

/// Whether a request goes to one of `origins`.
///
/// The URI decides where the connection goes. The `Host` header selects a site there, so a `Host` header has to name one of the
/// origins as well. A request without an authority in its URI uses the connection that it is sent on, and needs a `Host` header.
pub(super) fn includes(origins: &[Origin], parts: &Parts) -> bool {
    let scheme = parts.uri.scheme_str();
    let is_one = |authority: &Authority| origins.iter().any(|origin| origin.has(scheme, authority));
    let mut hosts = parts.headers.get_all(HOST).iter();
    let named = match (hosts.next(), hosts.next()) {
        (None, _) => None,
        (Some(host), None) => Some(Authority::try_from(host.as_bytes()).is_ok_and(|host| is_one(&host))),
        (Some(_), Some(_)) => Some(false),
    };
    match (scheme, parts.uri.authority()) {
        (Some(_), Some(authority)) => is_one(authority) && named != Some(false),
        (None, None) => named == Some(true),
        _ => false,
    }
}

/// The port of an authority, or else the default of the scheme. `None` if there is neither, or the port is invalid.
pub(super) fn port_of(authority: &Authority, scheme: &str) -> Option<u16> {
    let is_absent = || authority.as_str().ends_with(authority.host()) || authority.as_str().ends_with(':');
    let default = match scheme {
        "https" | "wss" => Some(443),
        "http" | "ws" => Some(80),
        _ => None,
    };
    authority.port_u16().or_else(|| default.filter(|_| is_absent()))
}

/// Whether a host is an IPv6 address in brackets. Source: RFC 3986 section 3.2.2, `IP-literal`.
fn is_ipv6(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

#[cold]
fn invalid(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOrigin, detail)
}

impl FromStr for Origin {
    type Err = Error;

    /// Reads `scheme://host` or `scheme://host:port`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let origin = Self::parse_dangerous_pattern(text)?;
        if origin.is_shared() {
            return Err(invalid("strangers have hosts below that domain; name the host itself"));
        }
        Ok(origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.below { "*" } else { "" };
        write!(f, "{}://{star}{}:{}", self.scheme, self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Partition, includes};
    use http::Request;

    fn goes(origin: &str, uri: &str, host: Option<&str>) -> bool {
        let mut request = Request::get(uri);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        includes(&[origin.parse().unwrap()], &request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn scheme_host_and_port_are_the_origin() {
        for (origin, uri, same) in [
            ("https://a.example", "https://a.example/x?y", true),
            ("https://a.example", "https://A.Example:443/", true),
            ("https://a.example:443", "https://a.example/", true),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000/", true),
            ("http://[::1]:3000", "http://[::1]:3000/", true),
            ("http://[::1]", "http://[::1]/", true),
            ("http://[::1]:3000", "http://[0:0:0:0:0:0:0:1]:3000/", false),
            ("https://a.example", "http://a.example/", false),
            ("https://a.example", "http://a.example:443/", false),
            ("https://a.example", "https://a.example:8443/", false),
            ("https://a.example", "https://a.example:99999/", false),
            ("https://a.example", "https://a.example./", false),
            ("https://a.example", "https://a.example.evil/", false),
            ("https://a.example", "https://evil.example/", false),
            ("https://a.example", "https://a.example@evil.example/", false),
            ("https://a.example", "https://a.example:443@evil.example/", false),
            ("https://*.a.example", "https://b.a.example/", true),
            ("https://*.a.example", "https://B.A.example/", true),
            ("https://*.a.example", "https://c.b.a.example/", true),
            ("https://*.a.example", "https://a.example/", false),
            ("https://*.a.example", "https://ba.example/", false),
            ("https://*.a.example", "https://.a.example/", false),
            ("https://*.a.example", "https://..a.example/", false),
            ("https://*.a.example", "https://b..a.example/", false),
        ] {
            assert_eq!(goes(origin, uri, None), same, "{uri} of {origin}");
        }
    }

    #[test]
    fn a_request_without_an_authority_goes_where_its_host_header_says() {
        assert!(goes("https://a.example", "/", Some("a.example")));
        assert!(goes("http://a.example:8080", "/", Some("a.example:8080")));
        assert!(!goes("https://a.example", "/", Some("b.example")) && !goes("https://a.example", "/", None));
        assert!(!goes("https://a.example", "https://b.example/", Some("a.example")), "the URI decides");
    }

    #[test]
    fn a_host_header_has_to_name_an_origin_beside_the_uri() {
        assert!(goes("https://a.example", "https://a.example/", Some("A.example:443")));
        for other in ["b.example", "a.example:8443", "a.example.", "", "a.example, b.example"] {
            assert!(!goes("https://a.example", "https://a.example/", Some(other)), "{other}");
        }
        let origins = ["https://vpce.example".parse().unwrap(), "https://api.example".parse().unwrap()];
        let request = Request::get("https://vpce.example/").header("host", "api.example");
        assert!(includes(&origins, &request.body(()).unwrap().into_parts().0), "both are named");
        let twice = Request::get("https://vpce.example/").header("host", "api.example").header("host", "api.example");
        assert!(!includes(&origins, &twice.body(()).unwrap().into_parts().0));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "a.example",
            "//a.example",
            "https://",
            "https://a.example/",
            "https://a.example/x",
            "https://a.example?x",
            "https://u@a.example",
            "https://a.example:99999",
            "https://*",
            "https://*.",
            "https://a.*.example",
            "https://*a.example",
            "ftp://a.example",
            "http://0[:]:",
            "http://[::1].example",
            "http://[v1.a]",
            "https://*.[::1]",
        ] {
            assert!(Origin::parse_dangerous_pattern(text).is_err() && text.parse::<Origin>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_pattern_that_takes_in_strangers_is_asked_for_by_name() {
        for text in [
            "https://*.com",
            "https://*.example",
            "https://*.example.",
            "https://*.amazonaws.com",
            "https://*.AmazonAWS.com",
            "https://*.amazonaws.com.",
            "https://*.execute-api.us-east-1.amazonaws.com",
            "https://*.s3.us-east-1.amazonaws.com",
            "https://*.bucket.s3.us-east-1.amazonaws.com",
            "https://*.amazonaws.com.cn",
            "https://*.com.cn",
            "https://*.on.aws",
            "https://*.api.aws",
            "https://*.lambda-url.us-east-1.on.aws",
            "https://*.c2s.ic.gov",
            "https://*.cloudfront.net",
            "https://*.cloudfront.cn",
            "https://*.us-east-1.awsapprunner.com",
            "https://*.us-east-1.elasticbeanstalk.com",
            "https://*.main.d1.amplifyapp.com",
            "https://*.auth.us-east-1.amazoncognito.com",
            "https://*.awsglobalaccelerator.com",
            "https://*.us-east-1.cs.amazonlightsail.com",
            "https://*.awsapps.com",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
            assert!(Origin::parse_dangerous_pattern(text).is_ok(), "{text}");
        }
        for text in [
            "https://*.api.example.com",
            "https://*.example.com",
            "https://*.notamazonaws.com",
            "http://*.localhost:4566",
            "https://abc.execute-api.us-east-1.amazonaws.com",
            "https://s3.amazonaws.com",
        ] {
            assert!(text.parse::<Origin>().is_ok(), "{text}");
        }
    }

    #[test]
    fn the_domains_of_every_partition_are_shared() {
        for domain in Partition::all().flat_map(|partition| partition.domains()) {
            assert!(format!("https://*.{domain}").parse::<Origin>().is_err(), "{domain}");
        }
    }

    #[test]
    fn an_api_is_named_by_its_id_and_its_region() {
        for (id, region) in [
            ("", "us-east-1"),
            ("*", "us-east-1"),
            ("a.b", "us-east-1"),
            ("A", "us-east-1"),
            ("a", ""),
            ("a", "x.y"),
            ("a", "-"),
        ] {
            assert!(Origin::execute_api(id, region).is_err(), "{id:?} {region:?}");
        }
        assert!(Origin::execute_api(&"a".repeat(64), "us-east-1").is_err());
    }
}
