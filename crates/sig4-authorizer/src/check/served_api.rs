//! The check of one API's requests.

use super::api::Api;
use super::refused::Refused;
use super::request::{CheckBody, CheckRequest};
use super::stores::{Keys, Stores};
use super::upstream_headers::UpstreamHeaders;
use super::verdict::Allowed;
use bytes::Bytes;
use http::request::Parts;
use http_body_util::Full;
use sig4::name;
use sig4::payload::Streaming;
use sig4::tower::{Authenticator, Cause, DecodedPath, ExpectedBody, PathReading, VerifiedRequest, check_method};
use sig4_iam::Identity;
use sig4_iam::tower::{AuthorizedCaller, PolicyAuthorizer};
use time::OffsetDateTime;

/// What serves an API.
#[derive(Clone)]
pub(super) struct ServedApi {
    authenticator: Authenticator<Keys>,
    /// The policies for requests over TLS.
    over_tls: PolicyAuthorizer,
    /// The policies for other requests.
    plain: PolicyAuthorizer,
}

/// A request that the proxy passes on.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) changes: Allowed,
    /// `None` if the request is exempt.
    pub(super) caller: Option<AuthorizedCaller>,
}

impl ServedApi {
    pub(super) fn new(api: &Api, stores: &Stores) -> Self {
        Self {
            authenticator: stores.authenticator(&api.verifier),
            over_tls: api.policies.clone().with_secure_transport(true),
            plain: api.policies.clone().with_secure_transport(false),
        }
    }

    /// Decides about a request of the API.
    pub(super) async fn judge(
        &self,
        api: &Api,
        request: &CheckRequest,
        headers: &UpstreamHeaders,
        now: OffsetDateTime,
    ) -> Result<Passed, Refused> {
        let parts = &request.parts;
        check_method(&parts.method).map_err(Cause::BadRequest)?;
        let path = PathReading::Unambiguous.read(&api.verifier, parts.uri.path()).map_err(Cause::BadRequest)?;
        if !request.removes_headers {
            headers.check_none(parts)?;
        }
        if matches!(request.body, CheckBody::CutOff) {
            return Err(Refused::cut_off());
        }
        let (caller, body) = match api.exempts(parts) {
            true => (None, ExpectedBody::Unsigned),
            false => {
                let (caller, body) = self.authorize(api, request, &path, now).await?;
                (Some(caller), body)
            }
        };
        let changes = headers.changes(parts, caller.as_ref(), body)?;
        Ok(Passed { changes, caller })
    }

    /// Verifies the signature and asks the policies. Returns the caller, and the body that the request must have.
    async fn authorize(
        &self,
        api: &Api,
        request: &CheckRequest,
        path: &DecodedPath<'_>,
        now: OffsetDateTime,
    ) -> Result<(AuthorizedCaller, ExpectedBody), Refused> {
        let CheckRequest { parts, source_ip, .. } = request;
        let policies = if request.secure { &self.over_tls } else { &self.plain };
        let decision = |verified: &VerifiedRequest<'_, Identity>| policies.decide_from(verified, *source_ip);
        let body = match &request.body {
            CheckBody::CutOff => return Err(Refused::cut_off()),
            CheckBody::Unread if !api.checks_body => return Err(Refused::unchecked_body()),
            CheckBody::Unread => {
                return Ok(self.authenticator.authenticate_unread(parts, path, now, &decision).await?);
            }
            // It never verifies such a body, which the upstream gets in its chunks.
            _ if is_in_chunks(parts) => {
                self.authenticator.authenticate_unread(parts, path, now, &decision).await?;
                return Err(Refused::unchecked_body());
            }
            CheckBody::Absent => Bytes::new(),
            CheckBody::Whole(body) => body.clone(),
        };
        let (caller, _) = self.authenticator.authenticate(parts, path, Full::new(body), now, &decision).await?;
        let expected = match &request.body {
            CheckBody::Absent => ExpectedBody::empty(),
            _ if caller.signed_body() => ExpectedBody::Verified,
            _ => ExpectedBody::Unsigned,
        };
        Ok((caller, expected))
    }
}

/// Whether the request states that its body is signed in chunks, whatever features other crates of the program ask of `sig4`.
fn is_in_chunks(parts: &Parts) -> bool {
    let stated = parts.headers.get_all(name::CONTENT_SHA256_HEADER).iter();
    stated.filter_map(|value| value.to_str().ok()).any(|text| text.trim().parse::<Streaming>().is_ok())
}
