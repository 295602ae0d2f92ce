//! One pass over a request's headers: it collects those to sign, and those of an earlier signature.

use super::existing_signature::conflicting_token;
use crate::auth;
use crate::bytes::word;
use crate::canonical::headers::CanonicalHeaders;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::{MAX_HEADERS, RequestView, is_host};
use crate::session_token::{SessionToken, SessionTokenKind};
use crate::settings::Settings;

/// The findings of the pass, besides the headers to sign.
#[derive(Default)]
pub(crate) struct SigningHeaders<'a> {
    host: Option<&'a [u8]>,
    /// The host of the URI, if that is signed.
    host_to_send: Option<&'a str>,
    hosts: usize,
    count: usize,
    /// The first session token, and the kind that its header says.
    pub(crate) token: Option<&'a [u8]>,
    token_kind: SessionTokenKind,
    tokens: usize,
    other_token: bool,
    two_kinds: bool,
    /// The first `x-amz-content-sha256`.
    pub(crate) content_sha256: Option<&'a [u8]>,
    contents: usize,
    /// The `authorization` of an earlier signing, which this signing replaces.
    existing_signature: Option<&'a [u8]>,
    /// Whether signing replaces `x-amz-region-set`.
    pub(crate) replaces_region_set: bool,
}

impl<'a> SigningHeaders<'a> {
    /// Adds the host and every header of `request` to sign to `headers`, except those that signing adds.
    #[inline]
    pub(crate) fn collect(
        &mut self,
        request: &RequestView<'a>,
        settings: &'a Settings,
        credentials: &Credentials,
        headers: &mut CanonicalHeaders<'a>,
    ) -> Result<(), Error> {
        request.check()?;
        request.check_method()?;
        request.headers.visit(&mut |header, value| {
            if self.takes(header, value, credentials) {
                return;
            }
            self.count += 1;
            if self.count <= MAX_HEADERS && settings.selection.signs(header) {
                if request.checked {
                    headers.push_lower(header, value);
                } else {
                    headers.push(header, value);
                }
            }
        });
        self.check(credentials)?;
        let host = self.host(request, settings)?;
        if self.host_to_send.is_some() {
            headers.push_own(name::HOST, host);
        } else {
            headers.push_lower(name::HOST, host);
        }
        if let Some(token) = self.callers_token(credentials) {
            headers.push_lower(self.token_kind.header(), token);
        }
        Ok(())
    }

    /// Whether the header is the host, or a header that signing replaces.
    #[inline]
    fn takes(&mut self, header: &str, value: &'a [u8], credentials: &Credentials) -> bool {
        let is = |name: &str| header.eq_ignore_ascii_case(name);
        match header.len() {
            4 if is_host(header) => {
                self.hosts += 1;
                self.host = Some(value);
            }
            10 => return is(name::DATE_HEADER),
            13 if is(name::AUTHORIZATION) => {
                if auth::header::is_signature(value) {
                    self.existing_signature = Some(value);
                }
            }
            16 if self.replaces_region_set => return is(name::REGION_SET_HEADER),
            20 if is(name::TOKEN_HEADER) => self.take_token(SessionTokenKind::Security, value, credentials),
            21 if is(name::S3_TOKEN_HEADER) => self.take_token(SessionTokenKind::S3Session, value, credentials),
            20 if is(name::CONTENT_SHA256_HEADER) => {
                self.contents += 1;
                self.content_sha256.get_or_insert(value);
            }
            _ => return false,
        }
        true
    }

    #[cold]
    fn take_token(&mut self, kind: SessionTokenKind, value: &'a [u8], credentials: &Credentials) {
        let is_own = |own: &SessionToken| own.kind() == kind && own.as_str().as_bytes() == value;
        self.tokens += 1;
        self.other_token |= credentials.own_session_token().is_some_and(|own| !is_own(own));
        self.two_kinds |= self.token.is_some() && self.token_kind != kind;
        if self.token.is_none() {
            (self.token, self.token_kind) = (Some(value), kind);
        }
    }

    /// The token, if the caller put it there, and not an earlier signing with other credentials.
    pub(crate) fn callers_token(&self, credentials: &Credentials) -> Option<&'a [u8]> {
        self.token.filter(|_| credentials.session_token().is_none() && self.stale_token(credentials).is_none())
    }

    /// The kind of the token of an earlier signature that the request carries, if the token of these credentials does not replace it.
    pub(crate) fn stale_token(&self, credentials: &Credentials) -> Option<SessionTokenKind> {
        self.token?;
        let by_another = |signature| !auth::header::is_of(signature, credentials.access_key_id());
        let is_stale = match credentials.session_token_kind() {
            Some(own) => own != self.token_kind,
            None => self.existing_signature.is_some_and(by_another),
        };
        is_stale.then_some(self.token_kind)
    }

    /// The `x-amz-content-sha256` that the caller put there, if any.
    pub(crate) fn stated_payload(&self) -> Result<Option<&'a [u8]>, Error> {
        if self.contents > 1 {
            let detail = "there is more than one `x-amz-content-sha256` header";
            return Err(Error::new(ErrorKind::InvalidPayload, detail));
        }
        // With an earlier signature, signing put it there.
        Ok(self.content_sha256.filter(|_| self.existing_signature.is_none()))
    }

    #[inline]
    fn check(&self, credentials: &Credentials) -> Result<(), Error> {
        if self.count > MAX_HEADERS {
            return Err(too_many(self.count));
        }
        if self.hosts > 1 {
            return invalid_host("there is more than one `host` header");
        }
        let ambiguous = self.tokens > 1 && (self.two_kinds || self.callers_token(credentials).is_some());
        if ambiguous || (self.other_token && self.existing_signature.is_none()) {
            return Err(conflicting_token());
        }
        Ok(())
    }

    #[inline]
    fn host(&mut self, request: &RequestView<'a>, settings: &'a Settings) -> Result<&'a [u8], Error> {
        let host = match settings.signed_host.as_ref().map(String::as_bytes).or(self.host) {
            Some(given) => given,
            None => {
                let host = request.host_to_send()?;
                self.host_to_send = Some(host);
                host.as_bytes()
            }
        };
        if host.iter().all(|b| b.is_ascii_whitespace()) {
            let detail = match self.host {
                Some(_) => "the `host` header is empty",
                None => "the request has neither a `host` header nor a URI with an authority",
            };
            return Err(Error::new(ErrorKind::MissingHost, detail));
        }
        let is_checked = self.host_to_send.is_some();
        if !is_checked && host.trim_ascii().iter().any(|b| !is_of_host(*b)) {
            return invalid_host("it holds a control character, a space, or one of '/', '?', '#', '@' and '\\'");
        }
        Ok(host)
    }

    /// The host that is signed, after [`collect`](Self::collect).
    pub(crate) fn signed_host<'s>(&'s self, settings: &'s Settings) -> &'s [u8] {
        let given = settings.signed_host.as_ref().map(String::as_bytes).or(self.host);
        given.or_else(|| self.host_to_send.map(str::as_bytes)).unwrap_or_default()
    }

    /// The authority of a presigned URL, without user information and the scheme's default port. Refuses an authority that clients send in
    /// different spellings. Upper case is refused too, because any client may open the URL.
    #[inline]
    pub(crate) fn authority_to_open(&self, request: &RequestView<'a>) -> Result<&'a str, Error> {
        let authority = match self.host_to_send {
            Some(host) => host,
            None => self.authority_of(request)?,
        };
        if word::any(authority.as_bytes(), b'a', word::upper_case) {
            return invalid_host("write the host of a presigned URL in lower case, as browsers send it");
        }
        Ok(authority)
    }

    /// The authority of the URI, or else the `host` header.
    fn authority_of(&self, request: &RequestView<'a>) -> Result<&'a str, Error> {
        if request.authority.is_some_and(|authority| !authority.is_empty()) {
            return request.host_to_send();
        }
        let Ok(host) = str::from_utf8(self.host.unwrap_or_default().trim_ascii()) else {
            return invalid_host("it is not UTF-8, so it cannot open a URL");
        };
        let scheme = request.scheme.or(Some("https"));
        let authority = RequestView { authority: Some(host), scheme, ..*request }.host_to_send()?;
        if authority.len() != host.len() {
            let detail = "write the `host` header without user information and without the scheme's own port";
            return invalid_host(detail);
        }
        Ok(authority)
    }
}

#[cold]
fn too_many(headers: usize) -> Error {
    Error::new(ErrorKind::TooManyHeaders, format!("there are {headers}, more than {MAX_HEADERS}"))
}

#[cold]
fn invalid_host<T>(detail: &'static str) -> Result<T, Error> {
    Err(Error::new(ErrorKind::InvalidHost, detail))
}

/// Whether a host and port may have the byte: it does not end either of them early.
const fn is_of_host(byte: u8) -> bool {
    !(byte.is_ascii_control() || matches!(byte, b' ' | b'/' | b'?' | b'#' | b'@' | b'\\'))
}
