//! The headers that an allowed request is passed on with.

use super::refused::Refused;
use super::verdict::Allowed;
use crate::error::{Error, ErrorKind};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use sig4::auth::SignatureLocation;
use sig4::name;
use sig4::tower::ExpectedBody;
use sig4_iam::tower::AuthorizedCaller;
use std::borrow::Cow;

/// The default prefix of the headers.
const PREFIX: &str = "x-sig4-";

/// The most bytes of the prefix.
const MAX_PREFIX_LEN: usize = 64;

/// Headers that no prefix may cover: a proxy or a signature needs them.
const KEPT: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "te",
    "traceparent",
    "tracestate",
    "transfer-encoding",
    "x-amz-date",
    "x-envoy-original-path",
    "x-forwarded-for",
    "x-request-id",
];

/// The parameters of a presigned URL.
const SIGNATURE_PARAMETERS: [&str; 9] = [
    name::query::ALGORITHM,
    name::query::CREDENTIAL,
    name::query::DATE,
    name::query::EXPIRES,
    name::query::REGION_SET,
    name::query::SIGNATURE,
    name::query::SIGNED_HEADERS,
    name::query::TOKEN,
    name::query::S3_TOKEN,
];

/// The headers that tell the upstream who called, and what else it gets of the signature.
///
/// | header, with the default prefix | value |
/// |---|---|
/// | `x-sig4-principal-arn` | the ARN of the principal |
/// | `x-sig4-access-key-id` | the access key id |
/// | `x-sig4-account` | the twelve digits of the principal's account |
/// | `x-sig4-session-name` | the name of a role's session; users have none |
/// | `x-sig4-body-sha256` | the [`ExpectedBody`]: `verified` if the authorizer saw the whole body, the SHA-256 that the body must have if it did not, `unsigned` if the signature does not cover it or the request is exempt |
///
/// Headers of the client under the prefix do not get to the upstream, in any case and with `_` in place of `-`.
///
/// ```
/// use sig4_authorizer::UpstreamHeaders;
///
/// let headers = UpstreamHeaders::new("x-caller-")?.with_signature_removed(true);
/// assert_eq!(headers.body_sha256(), "x-caller-body-sha256");
/// assert!(headers.prefix() == "x-caller-" && headers.names().all(|name| name.as_str().starts_with("x-caller-")));
/// assert!(UpstreamHeaders::new("x-").is_err());
/// # Ok::<(), sig4_authorizer::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct UpstreamHeaders {
    prefix: String,
    principal_arn: HeaderName,
    access_key_id: HeaderName,
    account: HeaderName,
    session_name: HeaderName,
    body_sha256: HeaderName,
    removes_signature: bool,
}

impl Default for UpstreamHeaders {
    fn default() -> Self {
        Self {
            prefix: PREFIX.to_owned(),
            principal_arn: HeaderName::from_static("x-sig4-principal-arn"),
            access_key_id: HeaderName::from_static("x-sig4-access-key-id"),
            account: HeaderName::from_static("x-sig4-account"),
            session_name: HeaderName::from_static("x-sig4-session-name"),
            body_sha256: sig4::tower::BODY_SHA256_HEADER,
            removes_signature: false,
        }
    }
}

impl UpstreamHeaders {
    /// Headers under a prefix of lower-case letters, digits and `-`, which ends with a `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the prefix is not one, has more than 64 bytes, or covers a header that proxies, clients or
    /// signatures need, such as `x-` or `x-amz-`.
    pub fn new(prefix: &str) -> Result<Self, Error> {
        let invalid = |why: &str| Error::new(ErrorKind::InvalidConfig, format!("the prefix `{prefix}` {why}"));
        let is_plain = prefix.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !is_plain || !prefix.ends_with('-') || prefix.starts_with('-') || prefix.len() > MAX_PREFIX_LEN {
            return Err(invalid("is not 1 to 64 lower-case letters, digits and `-` with a `-` at the end"));
        }
        let covers = KEPT.iter().any(|kept| kept.starts_with(prefix)) || name::AMZ_PREFIX.starts_with(prefix);
        if covers || prefix.starts_with(name::AMZ_PREFIX) {
            return Err(invalid("covers headers that proxies or signatures need"));
        }
        let of = |rest: &str| HeaderName::try_from(format!("{prefix}{rest}")).map_err(|_| invalid("is too long"));
        Ok(Self {
            prefix: prefix.to_owned(),
            principal_arn: of("principal-arn")?,
            access_key_id: of("access-key-id")?,
            account: of("account")?,
            session_name: of("session-name")?,
            body_sha256: of("body-sha256")?,
            removes_signature: false,
        })
    }

    /// Sets whether the upstream gets the request without its signature: without `authorization`, session token and the parameters of
    /// a presigned URL. The default is `false`.
    #[must_use]
    pub const fn with_signature_removed(mut self, removed: bool) -> Self {
        self.removes_signature = removed;
        self
    }

    /// The prefix.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name of the header with the [`ExpectedBody`].
    #[must_use]
    pub const fn body_sha256(&self) -> &HeaderName {
        &self.body_sha256
    }

    /// The names of all headers that are set, for a proxy that lists them.
    pub fn names(&self) -> impl Iterator<Item = &HeaderName> {
        [&self.principal_arn, &self.access_key_id, &self.account, &self.session_name, &self.body_sha256].into_iter()
    }

    /// Whether a client's header (case-insensitive) is one under the prefix. Some servers read `_` as `-`.
    pub(super) fn covers(&self, name: &str) -> bool {
        let start = name.as_bytes().get(..self.prefix.len());
        let is_same = |(own, of_client): (u8, &u8)| match of_client {
            b'_' => own == b'-',
            byte => byte.to_ascii_lowercase() == own,
        };
        start.is_some_and(|start| self.prefix.bytes().zip(start).all(is_same))
    }

    /// Refuses a request with a header under the prefix, for a proxy that cannot remove it.
    pub(super) fn check_none(&self, parts: &Parts) -> Result<(), Refused> {
        match parts.headers.keys().find(|name| self.covers(name.as_str())) {
            Some(name) => Err(Refused::identity_header(name.as_str())),
            None => Ok(()),
        }
    }

    /// The changes to a request: of an authorized caller, or of nobody if it is exempt.
    pub(super) fn changes(
        &self,
        parts: &Parts,
        caller: Option<&AuthorizedCaller>,
        body: ExpectedBody,
    ) -> Result<Allowed, Refused> {
        let mut set_headers = vec![(self.body_sha256.clone(), value(&self.body_sha256, &body.to_string())?)];
        if let Some(caller) = caller {
            let principal = caller.principal();
            let facts = [
                (&self.principal_arn, Some(principal.arn())),
                (&self.access_key_id, Some(caller.access_key_id())),
                (&self.account, Some(principal.account())),
                (&self.session_name, principal.session()),
            ];
            for (name, fact) in facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))) {
                set_headers.push((name.clone(), value(name, fact)?));
            }
        }
        let is_set = |name: &str| set_headers.iter().any(|(set, _)| set == name);
        let own = self.names().map(HeaderName::as_str);
        let sent = parts.headers.keys().map(HeaderName::as_str).filter(|name| self.covers(name));
        let mut remove_headers: Vec<String> = own.chain(sent).filter(|name| !is_set(name)).map(str::to_owned).collect();
        let mut remove_query = Vec::new();
        if let Some(caller) = caller.filter(|_| self.removes_signature) {
            let signature = [name::AUTHORIZATION, name::TOKEN_HEADER, name::S3_TOKEN_HEADER];
            remove_headers.extend(signature.map(str::to_owned));
            if caller.signature_location() == SignatureLocation::Query {
                remove_query = signature_parameters(parts.uri.query().unwrap_or_default());
            }
        }
        remove_headers.sort_unstable();
        remove_headers.dedup();
        Ok(Allowed { set_headers, remove_headers, remove_query })
    }
}

fn value(name: &HeaderName, text: &str) -> Result<HeaderValue, Refused> {
    HeaderValue::try_from(text).map_err(|_| Refused::unwritable(name.as_str()))
}

/// The parameters of a signature, as the query spells them.
fn signature_parameters(query: &str) -> Vec<String> {
    let names = query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    let is_of_signature = |name: &&str| {
        let decoded: Cow<'_, [u8]> = percent_decode_str(name).into();
        SIGNATURE_PARAMETERS.iter().any(|parameter| parameter.as_bytes().eq_ignore_ascii_case(&decoded))
    };
    names.filter(is_of_signature).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, UpstreamHeaders, signature_parameters};

    #[test]
    fn the_default_is_what_its_prefix_makes() {
        let (default, made) = (UpstreamHeaders::default(), UpstreamHeaders::new(PREFIX).unwrap());
        assert!(default.names().eq(made.names()));
        assert_eq!(default.prefix(), made.prefix());
    }

    #[test]
    fn every_spelling_under_the_prefix_is_covered() {
        let headers = UpstreamHeaders::default();
        for name in
            ["x-sig4-account", "X-Sig4-Account", "x_sig4_account", "X-SIG4_new", "x-sig4-", "x_sig4-principal_arn"]
        {
            assert!(headers.covers(name), "{name}");
        }
        for name in ["x-sig4", "x-sig5-account", "sig4-account", "xx-sig4-account", "x-amz-date", ""] {
            assert!(!headers.covers(name), "{name}");
        }
    }

    #[test]
    fn a_prefix_covers_nothing_that_is_needed() {
        let long = format!("{}-", "a".repeat(64));
        for prefix in [
            "",
            "-",
            "x-",
            "x",
            "x-amz-",
            "x-amz-me-",
            "content-",
            "x-forwarded-",
            "X-Me-",
            "x_me-",
            "x-me",
            "x me-",
            &long,
        ] {
            assert!(UpstreamHeaders::new(prefix).is_err(), "{prefix}");
        }
        for prefix in ["x-me-", "caller-", "x-sig4-2-"] {
            assert!(UpstreamHeaders::new(prefix).is_ok(), "{prefix}");
        }
    }

    #[test]
    fn the_parameters_of_a_signature_are_found_as_they_are_spelled() {
        let query = "a=1&X-Amz-Signature=5d&x%2Damz-date=2&X-Amz-Other=3&X-Amz-Credential&b";
        assert_eq!(signature_parameters(query), ["X-Amz-Signature", "x%2Damz-date", "X-Amz-Credential"]);
        assert!(signature_parameters("").is_empty());
    }
}
