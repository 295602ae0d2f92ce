//! A record of the signed request in its extensions, to compare with the request that is sent.

use crate::auth::DuplicatePolicy;
use crate::auth::HeaderParams;
use crate::bytes::trim_all;
use crate::bytes::write::Write;
use crate::crypto::sha256::{self, Sha256};
use crate::name;
use crate::request::RequestView;
use http::header::{HOST, HeaderName};
use http::request::Parts;
use http::uri::Uri;
use http::{HeaderMap, Method};

/// The signed parts of a request. Header values are kept as digests: they may be secrets.
#[derive(Clone)]
pub(super) struct SignedRecord {
    method: Method,
    uri: Uri,
    host: Option<Digest>,
    headers: Vec<(HeaderName, Digest)>,
    body: Option<BodyRecord>,
    http1_host: bool,
}

/// A body that was read.
#[derive(Clone, Copy)]
pub(super) struct BodyRecord {
    pub(super) len: usize,
    digest: Digest,
}

type Digest = [u8; 32];

impl SignedRecord {
    /// Records a request that was just signed.
    pub(super) fn new(parts: &Parts, body: Option<BodyRecord>, http1_host: bool) -> Self {
        let names = watched(&parts.headers);
        Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            host: host(parts),
            headers: names.into_iter().map(|name| (name.clone(), digest_of(&parts.headers, &name))).collect(),
            body,
            http1_host,
        }
    }

    pub(super) const fn body(&self) -> Option<BodyRecord> {
        self.body
    }

    /// Whether a `Host` header that differs from the authority of the URI was allowed.
    pub(super) const fn http1_host(&self) -> bool {
        self.http1_host
    }

    /// Whether a header of this name must not change.
    pub(super) fn watches(&self, header: &str) -> bool {
        self.headers.iter().any(|(name, _)| name == header)
    }

    /// The differences in the head of a request, a few words each. No value is shown.
    pub(super) fn differences(&self, parts: &Parts) -> Vec<String> {
        let mut differences = Vec::new();
        let mut note = |differs: bool, what: &str| {
            if differs {
                differences.push(format!("{what} was changed"));
            }
        };
        note(self.method != parts.method, "the method");
        note(self.uri.path() != parts.uri.path(), "the path");
        note(self.uri.query() != parts.uri.query(), "the query");
        note(both_differ(self.uri.scheme_str(), parts.uri.scheme_str()), "the scheme");
        note(self.host != host(parts), "the host");
        for (name, digest) in &self.headers {
            match parts.headers.contains_key(name) {
                false => differences.push(format!("the header `{name}` was removed")),
                true if digest_of(&parts.headers, name) != *digest => {
                    differences.push(format!("the header `{name}` was changed"));
                }
                true => {}
            }
        }
        let added = parts.headers.keys().filter(|name| is_amz(name) && !self.watches(name.as_str()));
        differences.extend(added.map(|name| format!("the header `{name}` was added")));
        differences
    }
}

impl BodyRecord {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self { len: bytes.len(), digest: sha256::digest(bytes) }
    }

    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        self.len == bytes.len() && self.digest == sha256::digest(bytes)
    }
}

/// The headers that must not change: signed headers, the signature, and all `x-amz-*`. The host is compared separately,
/// because it may come from the URI.
fn watched(headers: &HeaderMap) -> Vec<HeaderName> {
    let authorization = headers.get(name::AUTHORIZATION);
    let parameters =
        authorization.and_then(|value| HeaderParams::parse(value.as_bytes(), DuplicatePolicy::Refuse).ok());
    let signed = parameters.and_then(|parameters| parameters.signed_headers).unwrap_or_default();
    let is_signed = |name: &HeaderName| signed.split(';').any(|signed| name == signed);
    let is_watched = |name: &&HeaderName| is_signed(name) || *name == name::AUTHORIZATION || is_amz(name);
    headers.keys().filter(is_watched).filter(|name| **name != HOST).cloned().collect()
}

fn is_amz(name: &HeaderName) -> bool {
    name.as_str().starts_with(name::AMZ_PREFIX)
}

/// The digest of a header's values in their canonical form.
fn digest_of(headers: &HeaderMap, name: &HeaderName) -> Digest {
    let mut digest = Sha256::default();
    for value in headers.get_all(name) {
        trim_all::put(value.as_bytes(), &mut digest);
        digest.put(b",");
    }
    digest.finish()
}

/// The digest of the host on the wire: from the header, and over HTTP/2 from the URI, which then names the same host.
fn host(parts: &Parts) -> Option<Digest> {
    if parts.headers.contains_key(HOST) {
        return Some(digest_of(&parts.headers, &HOST));
    }
    let authority = RequestView::from(parts).host_of_authority()?;
    let mut digest = Sha256::default();
    trim_all::put(authority.as_bytes(), &mut digest);
    digest.put(b",");
    Some(digest.finish())
}

/// Whether both are present and differ.
fn both_differ(a: Option<&str>, b: Option<&str>) -> bool {
    a.zip(b).is_some_and(|(a, b)| !a.eq_ignore_ascii_case(b))
}
