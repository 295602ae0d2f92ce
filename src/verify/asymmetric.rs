//! The parts of a claim and of a verifier that only Signature Version 4a has: the set of regions, and a scope without one.

use crate::algorithm::Algorithm;
use crate::auth::header::shown;
use crate::auth::{AuthParams, QueryParams, SignatureLocation};
use crate::canonical::headers::CanonicalHeaders;
use crate::error::{Error, ErrorKind};
use crate::key::cache::KeyCache;
use crate::key::scoped::ScopedKeys;
use crate::name;
use crate::region_set::RegionSet;
use crate::scope::{Scope, TERMINATOR};
use crate::time::Day;

/// What a verifier needs for Signature Version 4a.
#[derive(Clone, Debug)]
pub(crate) struct Asymmetric {
    pub(crate) keys: ScopedKeys,
    /// The regions for one of which a request has to be signed.
    pub(crate) regions: RegionSet,
}

impl Asymmetric {
    /// For the region and service of the keys of Signature Version 4.
    pub(super) fn new(keys: &ScopedKeys, cache: KeyCache) -> Self {
        let scope = keys.scope(Day::FIRST);
        Self { regions: scope.own_region().into(), keys: ScopedKeys::new(scope.without_its_region(), cache) }
    }
}

/// The region set of a claim of Signature Version 4a. It has to be there once, and signed.
pub(super) fn region_set(
    params: &AuthParams<'_>,
    parameters: &QueryParams<'_>,
    signed: &CanonicalHeaders<'_>,
) -> Result<Option<RegionSet>, Error> {
    if params.algorithm == Algorithm::HmacSha256 {
        return Ok(None);
    }
    let mut headers = signed.values(name::REGION_SET_HEADER);
    let (header, again) = (headers.next(), headers.next());
    let set = match (params.location, header, params.region_set.as_deref()) {
        _ if again.is_some() => return Err(twice()),
        (SignatureLocation::Header, Some(_), _) if parameters.region_set.is_some() => return Err(twice()),
        (SignatureLocation::Query, Some(_), Some(_)) => return Err(twice()),
        (SignatureLocation::Header, Some(set), _) => set,
        (SignatureLocation::Query, _, Some(set)) => set.as_bytes(),
        (SignatureLocation::Header, None, _) | (SignatureLocation::Query, _, None) => {
            return Err(missing(params.location));
        }
    };
    RegionSet::parse_received(set).map(Some)
}

/// Refuses a claim for other regions than the verifier's.
pub(super) fn check_regions(claimed: &RegionSet, own: &RegionSet) -> Result<(), Error> {
    if claimed.intersects(own) {
        return Ok(());
    }
    let detail = format!("The request is signed for {}, and not for {own}.", shown(claimed.as_str()));
    Err(Error::new(ErrorKind::ScopeMismatch, detail))
}

/// The error for a credential with another scope than `expected`.
#[cold]
pub(super) fn scope_mismatch(credential: &str, expected: &Scope) -> Error {
    let parts: Vec<&str> = credential.splitn(5, '/').collect();
    let [_id, day, service, terminator] = *parts else {
        let got = shown(credential);
        let detail = format!("Credential must be of the form keyid/date/service/{TERMINATOR}, got '{got}'");
        return Error::new(ErrorKind::MalformedCredential, detail);
    };
    let detail = if service != expected.service() {
        format!("Credential should be scoped to correct service: '{}'.", expected.service())
    } else if terminator != TERMINATOR {
        format!("Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{}'.", shown(terminator))
    } else {
        let (day, expected) = (shown(day), expected.day());
        format!("Date in Credential scope does not match the date of the request: '{day}' != '{expected}'.")
    };
    Error::new(ErrorKind::ScopeMismatch, detail)
}

#[cold]
fn twice() -> Error {
    Error::new(ErrorKind::AmbiguousAuthentication, "there is more than one 'X-Amz-Region-Set'")
        .of_header(name::REGION_SET_HEADER)
}

#[cold]
fn missing(location: SignatureLocation) -> Error {
    let detail = match location {
        SignatureLocation::Header => "SigV4a requires a signed 'X-Amz-Region-Set' header.",
        SignatureLocation::Query => "AWS query-string parameters of SigV4a must include 'X-Amz-Region-Set'.",
    };
    Error::new(ErrorKind::IncompleteSignature, detail)
}
