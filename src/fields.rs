//! One pass over a request's headers: which are signed, and what an earlier signature left.

use crate::algorithm::FAMILY;
use crate::canonical::headers::CanonicalHeaders;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::{MAX_HEADERS, RequestView, is_host};
use crate::settings::Settings;

/// What the pass finds besides the headers to sign.
pub(crate) struct Fields<'a> {
    host: Option<&'a [u8]>,
    hosts: usize,
    count: usize,
    /// The first `x-amz-security-token`.
    pub(crate) token: Option<&'a [u8]>,
    other_token: bool,
    /// The first `x-amz-content-sha256`.
    pub(crate) content_sha256: Option<&'a [u8]>,
    /// Whether `authorization` holds a signature: signing replaces what came with it.
    pub(crate) signed_before: bool,
}

impl<'a> Fields<'a> {
    /// Adds the host and every header of `request` that is to be signed to `headers`, but for those that signing adds.
    #[inline]
    pub(crate) fn collect(
        request: &RequestView<'a>,
        settings: &'a Settings,
        credentials: &Credentials,
        headers: &mut CanonicalHeaders<'a>,
    ) -> Result<Self, Error> {
        request.check()?;
        let mut fields = Self {
            host: None,
            hosts: 0,
            count: 0,
            token: None,
            other_token: false,
            content_sha256: None,
            signed_before: false,
        };
        let own_token = credentials.session_token().map(str::as_bytes);
        request.headers.visit(&mut |header, value| {
            fields.count += 1;
            if fields.count <= MAX_HEADERS
                && !fields.takes(header, value, own_token)
                && settings.selection.signs(header)
            {
                headers.push(header, value);
            }
        });
        fields.check()?;
        headers.push(name::HOST, fields.host(request, settings)?);
        if let (None, Some(token), false) = (own_token, fields.token, fields.signed_before) {
            // The caller's own, not an earlier signing's.
            headers.push(name::TOKEN_HEADER, token);
        }
        Ok(fields)
    }

    /// Whether the header is one that signing replaces, or the host.
    #[inline]
    fn takes(&mut self, header: &str, value: &'a [u8], own_token: Option<&[u8]>) -> bool {
        if is_host(header) {
            self.hosts += 1;
            self.host = Some(value);
        } else if header.eq_ignore_ascii_case(name::AUTHORIZATION) {
            self.signed_before |= value.starts_with(FAMILY.as_bytes());
        } else if header.eq_ignore_ascii_case(name::TOKEN_HEADER) {
            self.other_token |= own_token.is_some_and(|own| own != value);
            self.token.get_or_insert(value);
        } else if header.eq_ignore_ascii_case(name::CONTENT_SHA256_HEADER) {
            self.content_sha256.get_or_insert(value);
        } else {
            return header.eq_ignore_ascii_case(name::DATE_HEADER);
        }
        true
    }

    fn check(&self) -> Result<(), Error> {
        if self.count > MAX_HEADERS {
            let detail = format!("there are {}, more than {MAX_HEADERS}", self.count);
            return Err(Error::new(ErrorKind::TooManyHeaders, detail));
        }
        if self.hosts > 1 {
            return Err(Error::new(ErrorKind::InvalidHost, "there is more than one `host` header"));
        }
        if self.other_token && !self.signed_before {
            return Err(conflicting_token());
        }
        Ok(())
    }

    #[inline]
    fn host(&self, request: &RequestView<'a>, settings: &'a Settings) -> Result<&'a [u8], Error> {
        let host = match (&settings.signed_host, self.host) {
            (Some(signed), _) => signed.as_bytes(),
            (None, Some(header)) => header,
            (None, None) => request.host_of_authority().unwrap_or_default().as_bytes(),
        };
        if host.iter().all(|b| b.is_ascii_whitespace()) {
            let detail = "the request has neither a `host` header nor a URI with an authority";
            return Err(Error::new(ErrorKind::MissingHost, detail));
        }
        if host.iter().any(|b| b.is_ascii_control() && *b != b'\t') {
            return Err(Error::new(ErrorKind::InvalidHost, "it holds a control character"));
        }
        Ok(host)
    }
}

/// The error for a request that carries another token than the credentials'.
#[cold]
pub(crate) fn conflicting_token() -> Error {
    let detail = "the request carries another one than the credentials'; remove it before signing";
    Error::new(ErrorKind::ConflictingToken, detail)
}
