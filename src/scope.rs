//! The credential scope: the day, region and service of a signing key.
//!
//! ```text
//! scope = day "/" region "/" service "/" "aws4_request"
//! ```
//!
//! The scope of Signature Version 4a has no region:
//!
//! ```text
//! scope = day "/" service "/" "aws4_request"
//! ```
//!
//! Source: "Elements of an AWS API request signature", credential scope.

use crate::algorithm::Algorithm;
use crate::bytes::from_text::from_text;
use crate::bytes::inline::InlineText;
use crate::bytes::percent::{self, EncodeSet};
use crate::bytes::write::Write;
use crate::endpoint::{Endpoint, Partition};
use crate::error::{Error, ErrorKind};
use crate::pasted;
use crate::time::Day;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The longest region or service name that is accepted, in bytes. The longest of AWS's own has 26.
pub const MAX_NAME_LEN: usize = 64;

/// The end of every scope, and the last input of the key derivation.
pub(crate) const TERMINATOR: &str = "aws4_request";

/// The longest scope without its day, in bytes.
const MAX_REST_LEN: usize = 1 + MAX_NAME_LEN + 1 + MAX_NAME_LEN + 1 + TERMINATOR.len();

/// The longest scope in bytes.
pub(crate) const MAX_SCOPE_LEN: usize = 8 + MAX_REST_LEN;

/// An AWS region's name: 1 to 64 visible ASCII characters without `/`, `,` and `=`.
///
/// ```
/// assert_eq!(sig4::Region::parse("eu-central-1")?.as_str(), "eu-central-1");
/// assert!(sig4::Region::parse("eu/central").is_err());
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Region(Box<str>);

impl Region {
    /// Reads a region's name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] if `name` is not a valid region. Also if it is an availability zone, such as `us-east-1a`, or a host
    /// of AWS, or if white space or quotation marks surround it. Other names are accepted, such as the `auto` of other services.
    pub fn parse(name: &str) -> Result<Self, Error> {
        check_region(name)?;
        Ok(Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A service's signing name, such as `execute-api` or `s3`: 1 to 64 visible ASCII characters without `/`, `,` and `=`.
///
/// ```
/// assert_eq!(sig4::Service::parse("execute-api")?.as_str(), "execute-api");
/// assert!(sig4::Service::parse("").is_err());
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Service(Box<str>);

impl Service {
    /// Reads a service's name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidService`] if `name` is not a valid service. Also if it is a region, such as `us-east-1`, or a host of AWS, or
    /// if white space or quotation marks surround it. Other names are accepted, such as those of services of your own.
    ///
    /// ```
    /// let swapped = sig4::Signer::new("execute-api", "us-east-1").unwrap_err();
    /// let words = "`us-east-1` is a region: check that region and service are not swapped";
    /// assert_eq!(swapped.to_string(), format!("invalid service: {words}"));
    /// ```
    pub fn parse(name: &str) -> Result<Self, Error> {
        check_service(name)?;
        Ok(Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The credential scope: a day, a region and a service; in Signature Version 4a, a day and a service.
///
/// ```
/// let scope = sig4::scope::Scope::parse("20150830/us-east-1/iam/aws4_request")?;
/// assert_eq!(scope.region(), "us-east-1");
/// assert_eq!(scope.to_string(), "20150830/us-east-1/iam/aws4_request");
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Scope {
    day: Day,
    /// `/region/service/aws4_request`.
    rest: InlineText<MAX_REST_LEN>,
    /// Zero if the scope has no region.
    region_len: usize,
    /// Whether region and service consist of characters that percent-encoding keeps.
    unreserved: bool,
}

impl Scope {
    /// The scope of `region` and `service` on `day`.
    #[must_use]
    pub fn new(day: Day, region: &Region, service: &Service) -> Self {
        Self::of_names(day, &region.0, &service.0)
    }

    /// The scope of `service` on `day` in Signature Version 4a.
    ///
    /// ```
    /// use sig4::algorithm::Algorithm;
    /// use sig4::scope::Scope;
    ///
    /// let scope = Scope::without_region("20150830".parse()?, &"s3".parse()?);
    /// assert_eq!((scope.to_string().as_str(), scope.algorithm()), ("20150830/s3/aws4_request", Algorithm::EcdsaP256Sha256));
    /// assert_eq!((Scope::parse("20150830/s3/aws4_request")?, scope.region()), (scope, ""));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[cfg(feature = "sigv4a")]
    #[must_use]
    pub fn without_region(day: Day, service: &Service) -> Self {
        Self::of_service(day, &service.0)
    }

    /// The same scope in Signature Version 4a.
    #[cfg(feature = "sigv4a")]
    pub(crate) fn without_its_region(&self) -> Self {
        Self::of_service(self.day, self.service())
    }

    /// The region as a value of its own.
    #[cfg(feature = "sigv4a")]
    pub(crate) fn own_region(&self) -> Region {
        Region(self.region().into())
    }

    #[cfg(feature = "sigv4a")]
    fn of_service(day: Day, service: &str) -> Self {
        let mut rest = InlineText::new();
        for part in ["/", service, "/", TERMINATOR] {
            rest.push(part.as_bytes());
        }
        Self { day, rest, region_len: 0, unreserved: is_unreserved(service) }
    }

    /// Reads `YYYYMMDD/region/service/aws4_request`, and with the feature `sigv4a` also `YYYYMMDD/service/aws4_request`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidScope`] for any other form, or the kind of the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, Error> {
        #[cfg(feature = "sigv4a")]
        if let [day, service, TERMINATOR] = *text.splitn(4, '/').collect::<Vec<_>>() {
            check_service(service)?;
            return Ok(Self::of_service(Day::parse(day)?, service));
        }
        let mut parts = text.split('/');
        let (Some(day), Some(region), Some(service), Some(TERMINATOR), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let detail = "expected YYYYMMDD/region/service/aws4_request";
            return Err(Error::new(ErrorKind::InvalidScope, detail));
        };
        check_region(region)?;
        check_service(service)?;
        Ok(Self::of_names(Day::parse(day)?, region, service))
    }

    fn of_names(day: Day, region: &str, service: &str) -> Self {
        let mut rest = InlineText::new();
        for part in ["/", region, "/", service, "/", TERMINATOR] {
            rest.push(part.as_bytes());
        }
        let unreserved = is_unreserved(region) && is_unreserved(service);
        Self { day, rest, region_len: region.len(), unreserved }
    }

    /// The scope of the same region and service on another day.
    #[inline]
    pub(crate) const fn on(&self, day: Day) -> Self {
        Self { day, ..*self }
    }

    /// The day.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.day
    }

    /// The algorithm of the signatures that have this scope: [`Algorithm::EcdsaP256Sha256`] for a scope without a region.
    #[must_use]
    #[inline]
    pub const fn algorithm(&self) -> Algorithm {
        if self.region_len == 0 { Algorithm::EcdsaP256Sha256 } else { Algorithm::HmacSha256 }
    }

    /// The region's name. It is empty in Signature Version 4a: the regions of a signature are then in
    /// [`x-amz-region-set`](crate::name::REGION_SET_HEADER).
    #[must_use]
    pub fn region(&self) -> &str {
        let (region, _) = self.names().split_at(self.region_len);
        region
    }

    /// The service's name.
    #[must_use]
    pub fn service(&self) -> &str {
        let names = self.names();
        if self.region_len == 0 { names } else { names.split_at(self.region_len + 1).1 }
    }

    /// `region/service`, or `service`.
    fn names(&self) -> &str {
        let (names, _) = self.rest.as_str().split_at(self.rest.len() - 1 - TERMINATOR.len());
        names.split_at(1).1
    }

    /// How many bytes [`write`](Self::write) writes.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        8 + self.rest.len()
    }

    #[inline]
    pub(crate) fn write(&self, sink: &mut impl Write) {
        sink.put(self.day.as_bytes());
        sink.put(self.rest.as_bytes());
    }

    /// Writes the scope percent-encoded. Almost every name consists of unreserved characters (row `presign`).
    #[inline]
    pub(crate) fn write_encoded(&self, sink: &mut Vec<u8>) {
        sink.put(self.day.as_bytes());
        let (region, rest) = self.rest.as_bytes().split_at(1 + self.region_len);
        let (service, _) = rest.split_at(rest.len() - 1 - TERMINATOR.len());
        for name in [region, service].map(|name| name.split_at(1).1) {
            sink.put(b"%2F");
            if self.unreserved { sink.put(name) } else { percent::encode(name, EncodeSet::Unreserved, sink) }
        }
        sink.put(b"%2F");
        sink.put(TERMINATOR.as_bytes());
    }

    /// Whether `text` is this scope.
    #[inline]
    pub(crate) fn is_written(&self, text: &str) -> bool {
        text.as_bytes()
            .split_at_checked(8)
            .is_some_and(|(day, rest)| day == self.day.as_bytes() && rest == self.rest.as_bytes())
    }
}

impl PartialEq for Scope {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.day == other.day && self.rest.as_bytes() == other.rest.as_bytes()
    }
}

impl Eq for Scope {}

impl Hash for Scope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.day.hash(state);
        self.rest.as_bytes().hash(state);
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.day, self.rest.as_str())
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({self})")
    }
}

from_text!(Error: Region, Scope, Service);

/// Whether percent-encoding keeps the name.
fn is_unreserved(name: &str) -> bool {
    name.bytes().all(|b| EncodeSet::Unreserved.keeps(b))
}

/// Refuses a region that is certainly not a region.
pub(crate) fn check_region(name: &str) -> Result<(), Error> {
    let invalid = |detail: String| Err(Error::new(ErrorKind::InvalidRegion, detail));
    if let Some(detail) = pasted::surroundings(name) {
        return invalid(detail.to_owned());
    }
    check_name(name, MAX_NAME_LEN, ErrorKind::InvalidRegion)?;
    if let Some(region) = Partition::region_of_zone(name) {
        return invalid(format!("`{name}` is an availability zone: give its region, `{region}`"));
    }
    if let Some(endpoint) = Endpoint::of_aws_host(name) {
        let example = endpoint.region().unwrap_or("us-east-1").to_owned();
        return invalid(format!("`{name}` is a host: give a region, such as `{example}`"));
    }
    Ok(())
}

/// Refuses a service that is certainly not a service.
fn check_service(name: &str) -> Result<(), Error> {
    let invalid = |detail: String| Err(Error::new(ErrorKind::InvalidService, detail));
    if let Some(detail) = pasted::surroundings(name) {
        return invalid(detail.to_owned());
    }
    check_name(name, MAX_NAME_LEN, ErrorKind::InvalidService)?;
    if Partition::is_region(&name.to_ascii_lowercase()) || Partition::region_of_zone(name).is_some() {
        return invalid(format!("`{name}` is a region: check that region and service are not swapped"));
    }
    if let Some(endpoint) = Endpoint::of_aws_host(name) {
        let example = endpoint.service().unwrap_or("execute-api");
        return invalid(format!("`{name}` is a host: give the service's signing name, such as `{example}`"));
    }
    if let Some(known) = S3_FAMILY.iter().find(|known| name != **known && known.eq_ignore_ascii_case(name)) {
        return invalid(format!("write `{known}` in lower case"));
    }
    Ok(())
}

/// The services that follow the rules of S3.
pub(crate) const S3_FAMILY: [&str; 4] = ["s3", "s3express", "s3-outposts", "s3-object-lambda"];

/// Checks a part of the `Credential` field: it may hold no separator of that field, of the `Authorization` header or of
/// the canonical request.
pub(crate) fn check_name(name: &str, max_len: usize, kind: ErrorKind) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::new(kind, "it is empty"));
    }
    if name.len() > max_len {
        return Err(Error::new(kind, format!("it is longer than {max_len} bytes")));
    }
    let fits = |b: u8| b.is_ascii_graphic() && !matches!(b, b'/' | b',' | b'=');
    if !name.bytes().all(fits) {
        let example = match kind {
            ErrorKind::InvalidRegion => "; a region is such as `us-east-1`",
            ErrorKind::InvalidService => "; a service is such as `execute-api` or `s3`",
            _ => "",
        };
        let detail = format!("it holds a character other than visible ASCII without '/', ',' and '='{example}");
        return Err(Error::new(kind, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MAX_NAME_LEN, Region, Scope, Service};
    use crate::time::Day;

    #[test]
    fn the_longest_names_fit() {
        let name = "x".repeat(MAX_NAME_LEN);
        let (region, service) = (Region::parse(&name).unwrap(), Service::parse(&name).unwrap());
        let scope = Scope::new(Day::parse("20150830").unwrap(), &region, &service);
        assert_eq!(scope.to_string(), format!("20150830/{name}/{name}/aws4_request"));
        assert_eq!(scope.len(), scope.to_string().len());
        assert_eq!((scope.region(), scope.service()), (name.as_str(), name.as_str()));
        assert!(Region::parse(&format!("{name}x")).is_err());
    }

    #[test]
    fn separators_blanks_and_controls_are_refused() {
        for bad in ["", " ", "a b", "a/b", "a,b", "a=b", "a\nb", "a\u{7f}", "é"] {
            assert!(Region::parse(bad).is_err(), "{bad:?}");
            assert!(Service::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn other_forms_are_no_scope() {
        for bad in [
            "",
            "20150830",
            "20150830/r/s",
            "20150830/r/s/aws4_request/",
            "20150830/r/s/AWS4_REQUEST",
            "20150830//s/aws4_request",
            "20150830/r//aws4_request",
            "2015083/r/s/aws4_request",
            "20150830/r/s/aws4_request ",
        ] {
            assert!(Scope::parse(bad).is_err(), "{bad}");
        }
    }
}
