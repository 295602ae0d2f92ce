//! Presigned requests whose URL is, or is a part of, a token.

use super::issued::Token;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::payload::Payload;
use crate::request::{Headers, NO_HEADERS, RequestView};
use crate::scope::{Region, Service};
use crate::session_token::SessionTokenKind;
use crate::sign::{Presigned, Signer};
use crate::time::{Moment, Timestamp};

/// The default lifetime of most tokens, in seconds.
pub(super) const QUARTER_OF_AN_HOUR: u64 = 900;

/// A region of the caller's, and the signer of a service in it.
pub(super) fn signer<R>(region: R, service: &str) -> Result<(Region, Signer), Error>
where
    R: TryInto<Region, Error: Into<Error>>,
{
    let region = region.try_into().map_err(Into::into)?;
    let signer = Signer::for_service(&region, &Service::parse(service)?);
    Ok((region, signer))
}

/// Refuses a lifetime that is longer than the service accepts.
pub(super) fn at_most(expires: Expires, longest: u32, service: &str) -> Result<Expires, Error> {
    if expires.as_secs() > longest {
        let detail = format!("{expires} s are more than the {longest} s that a token of {service} lasts at most");
        return Err(Error::new(ErrorKind::InvalidExpires, detail));
    }
    Ok(expires)
}

/// Refuses credentials of an S3 session: no other service takes its token.
pub(super) fn check_session(credentials: &Credentials) -> Result<(), Error> {
    if credentials.session_token_kind() == Some(SessionTokenKind::S3Session) {
        let detail =
            "it is the token of an S3 session, which S3 alone takes: use the credentials that began the session";
        return Err(Error::new(ErrorKind::InvalidSessionToken, detail));
    }
    Ok(())
}

/// A request without a body that is presigned.
pub(super) struct TokenRequest<'a> {
    pub(super) method: &'static str,
    pub(super) scheme: &'static str,
    /// The host and the port, as the token has them.
    pub(super) authority: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    /// Headers that are signed, and that are sent with the token's request.
    pub(super) headers: &'a dyn Headers,
}

impl<'a> TokenRequest<'a> {
    /// A `GET` of the root of a host, over HTTPS.
    pub(super) const fn root(authority: &'a str, query: &'a str) -> Self {
        Self { method: "GET", scheme: "https", authority, path: "/", query: Some(query), headers: &NO_HEADERS }
    }

    /// Presigns the request.
    pub(super) fn presign(
        &self,
        signer: &Signer,
        credentials: &Credentials,
        expires: Expires,
        now: impl Moment,
    ) -> Result<TokenUrl<'a>, Error> {
        check_session(credentials)?;
        let view = RequestView::new(self.method, self.path, self.query, self.headers);
        let view = view.with_authority(self.scheme, self.authority);
        let signed_at = signer.timestamp(now.into_datetime()?)?;
        let presigned = signer.presign_view(&view, &Payload::Bytes(b""), credentials, expires, signed_at)?;
        Ok(TokenUrl { scheme: self.scheme, authority: self.authority, presigned, signed_at })
    }
}

/// A presigned request, with the authority as it was given: a URL drops the port 443, and the token of a database keeps it.
pub(super) struct TokenUrl<'a> {
    scheme: &'static str,
    authority: &'a str,
    presigned: Presigned,
    pub(super) signed_at: Timestamp,
}

impl TokenUrl<'_> {
    /// `host/path?query`, with `appended` after the signed parameters.
    pub(super) fn without_scheme(&self, appended: &str) -> String {
        [self.authority, self.presigned.target(), appended].concat()
    }

    /// `scheme://host/path?query`, with `appended` after the signed parameters.
    pub(super) fn with_scheme(&self, appended: &str) -> String {
        [self.scheme, "://", self.authority, self.presigned.target(), appended].concat()
    }

    /// The token of this text, which lasts for `lifetime`.
    pub(super) fn token(&self, text: String, credentials: &Credentials, lifetime: Expires) -> Result<Token, Error> {
        Token::new(text, credentials, lifetime, self.signed_at)
    }
}
