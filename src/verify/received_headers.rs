//! One pass over a received request: where its signature stands, and what it says.

use super::options::VerifyOptions;
use crate::algorithm::Named;
use crate::auth::params::{AuthParams, DuplicatePolicy, SignatureLocation};
use crate::auth::{header, query};
use crate::bytes::percent;
use crate::canonical::headers::CanonicalHeaders;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::{MAX_HEADERS, RequestView, is_host};
use std::borrow::Cow;

/// As many headers as can be signed, and those that carry the signature: host, authorization, date, token and hash.
pub(crate) const MAX_RECEIVED: usize = MAX_HEADERS + 5;

/// The headers that verification reads, whether they are signed or not, and all of them. Of a name that comes twice it is
/// the first.
pub(crate) struct ReceivedHeaders<'a> {
    /// Every header but the host.
    pub(crate) all: CanonicalHeaders<'a>,
    authorization: SingleHeader<'a>,
    pub(crate) host: SingleHeader<'a>,
    date: SingleHeader<'a>,
    http_date: SingleHeader<'a>,
    token: SingleHeader<'a>,
    pub(crate) content_sha256: SingleHeader<'a>,
    count: usize,
}

/// A header that should come once.
#[derive(Clone, Copy, Default)]
pub(crate) struct SingleHeader<'a> {
    pub(crate) value: Option<&'a [u8]>,
    again: bool,
}

impl<'a> SingleHeader<'a> {
    fn take(&mut self, value: &'a [u8]) {
        self.again = self.value.is_some();
        self.value.get_or_insert(value);
    }
}

impl<'a> ReceivedHeaders<'a> {
    #[inline(always)]
    pub(crate) fn collect(request: &RequestView<'a>, duplicates: DuplicatePolicy) -> Result<Self, Error> {
        let mut received = Self {
            all: CanonicalHeaders::with_room_for(request.headers.len_hint()),
            authorization: SingleHeader::default(),
            host: SingleHeader::default(),
            date: SingleHeader::default(),
            http_date: SingleHeader::default(),
            token: SingleHeader::default(),
            content_sha256: SingleHeader::default(),
            count: 0,
        };
        request.headers.visit(&mut |header, value| received.take(header, value));
        if received.count > MAX_RECEIVED {
            let detail = format!("there are {}, more than {MAX_RECEIVED}", received.count);
            return Err(Error::new(ErrorKind::TooManyHeaders, detail));
        }
        if received.host.again {
            return Err(Error::new(ErrorKind::InvalidHost, "there is more than one `host` header"));
        }
        match received.twice() {
            Some(name) if duplicates == DuplicatePolicy::Refuse => {
                let detail = format!("there is more than one `{name}` header");
                Err(Error::new(ErrorKind::AmbiguousAuthentication, detail).of_header(name))
            }
            _ => Ok(received),
        }
    }

    #[inline(always)]
    fn take(&mut self, header: &'a str, value: &'a [u8]) {
        self.count += 1;
        if is_host(header) {
            return self.host.take(value);
        }
        if self.count <= MAX_RECEIVED {
            self.all.push(header, value);
        }
        let is = |name: &str| header.eq_ignore_ascii_case(name);
        match header.len() {
            4 if is(name::HTTP_DATE) => self.http_date.take(value),
            10 if is(name::DATE_HEADER) => self.date.take(value),
            13 if is(name::AUTHORIZATION) => self.authorization.take(value),
            20 if is(name::TOKEN_HEADER) => self.token.take(value),
            20 if is(name::CONTENT_SHA256_HEADER) => self.content_sha256.take(value),
            _ => {}
        }
    }

    /// A header that decides about the signature and comes twice.
    fn twice(&self) -> Option<&'static str> {
        let deciding = [
            (self.authorization, name::AUTHORIZATION),
            (self.date, name::DATE_HEADER),
            (self.http_date, name::HTTP_DATE),
            (self.token, name::TOKEN_HEADER),
            (self.content_sha256, name::CONTENT_SHA256_HEADER),
        ];
        deciding.iter().find(|(once, _)| once.again).map(|(_, name)| *name)
    }

    /// Refuses a header-signed request without what `options` requires one to state: its payload's hash, and for S3 the time in
    /// S3's own words. S3 looks at both before it looks at the rest of the `Authorization` header.
    pub(crate) fn check_stated(&self, query: &query::Parameters<'a>, options: &VerifyOptions) -> Result<(), Error> {
        let (hash, date) = (self.content_sha256.value, self.date.value.or(self.http_date.value));
        let no_hash = options.content_sha256_required && hash.is_none();
        let no_date = options.dialect.is_s3() && date.is_none();
        if !(no_hash || no_date)
            || query.algorithm.is_some()
            || !self.authorization.value.is_some_and(header::is_supported)
        {
            return Ok(());
        }
        if no_hash {
            let detail = "Missing required header for this request: x-amz-content-sha256";
            return Err(Error::new(ErrorKind::MissingContentSha256, detail));
        }
        Err(Error::new(ErrorKind::MalformedDate, "there is no `x-amz-date` header and no `date` header"))
    }

    /// The claims of the one signature that the request carries.
    #[inline(always)]
    pub(crate) fn auth_params(
        &self,
        query: &query::Parameters<'a>,
        duplicates: DuplicatePolicy,
    ) -> Result<AuthParams<'a>, Error> {
        let also_in_query =
            query.algorithm.is_some() || (query.credential.is_some() && duplicates == DuplicatePolicy::Refuse);
        match (self.authorization.value, also_in_query) {
            (Some(_), true) => Err(signed_twice()),
            (Some(value), false) => self.in_header(&header::Parameters::parse(value, duplicates)?),
            (None, _) => in_query(query, self.token.value, duplicates),
        }
    }

    #[inline(always)]
    fn in_header(&self, found: &header::Parameters<'a>) -> Result<AuthParams<'a>, Error> {
        let date = self.date.value.or(self.http_date.value).map(<[u8]>::trim_ascii);
        match (found.credential, found.signature, found.signed_headers, date) {
            (Some(credential), Some(signature), Some(signed_headers), Some(date)) => Ok(AuthParams {
                location: SignatureLocation::Header,
                credential: credential.into(),
                signed_headers: signed_headers.into(),
                signature: signature.into(),
                date: str::from_utf8(date).map_or_else(|_| String::from_utf8_lossy(date), Cow::Borrowed),
                expires: None,
                token: self.token.value.map(|token| Cow::Borrowed(token.trim_ascii())),
            }),
            (credential, signature, signed_headers, date) => Err(header::missing(
                credential.is_none(),
                signature.is_none(),
                signed_headers.is_none(),
                date.is_none(),
            )),
        }
    }
}

fn in_query<'a>(
    found: &query::Parameters<'a>,
    header_token: Option<&'a [u8]>,
    duplicates: DuplicatePolicy,
) -> Result<AuthParams<'a>, Error> {
    match found.algorithm.map(|raw| Named::of(&percent::decode(raw))) {
        Some(Named::Supported(_)) => {}
        Some(Named::Asymmetric) => {
            let detail = "the URL is presigned with SigV4a, which is not verified";
            return Err(Error::new(ErrorKind::AsymmetricSignature, detail));
        }
        Some(Named::Other) | None => return Err(missing_authentication()),
    }
    if found.token.is_some() && header_token.is_some() && duplicates == DuplicatePolicy::Refuse {
        return Err(signed_twice());
    }
    match (found.credential, found.signature, found.signed_headers, found.date) {
        (Some(credential), Some(signature), Some(signed_headers), Some(date)) => Ok(AuthParams {
            location: SignatureLocation::Query,
            credential: text(credential)?,
            signed_headers: text(signed_headers)?,
            signature: text(signature)?,
            date: text(date)?,
            expires: found.expires.map(text).transpose()?,
            token: found
                .token
                .map(percent::decode)
                .or_else(|| header_token.map(|token| Cow::Borrowed(token.trim_ascii()))),
        }),
        (credential, signature, signed_headers, date) => {
            Err(query::missing(credential.is_none(), signature.is_none(), signed_headers.is_none(), date.is_none()))
        }
    }
}

/// A parameter's value, decoded. What is not UTF-8 is refused, so that no two values become one.
fn text(raw: &[u8]) -> Result<Cow<'_, str>, Error> {
    let not_text = || Error::new(ErrorKind::IncompleteSignature, "a query parameter of the signature is not UTF-8");
    match percent::decode(raw) {
        Cow::Borrowed(text) => str::from_utf8(text).map(Cow::Borrowed).map_err(|_| not_text()),
        Cow::Owned(text) => String::from_utf8(text).map(Cow::Owned).map_err(|_| not_text()),
    }
}

#[cold]
fn missing_authentication() -> Error {
    Error::new(ErrorKind::MissingAuthentication, "Request is missing Authentication Token")
}

#[cold]
fn signed_twice() -> Error {
    Error::new(
        ErrorKind::AmbiguousAuthentication,
        "Only one auth mechanism allowed: the request is signed in its headers and in its query",
    )
}
