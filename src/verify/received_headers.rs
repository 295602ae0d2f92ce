//! One pass over the headers of a received request.

use super::options::VerifyOptions;
use crate::algorithm::Accepted;
use crate::auth::params::{AuthParams, signed_twice};
use crate::auth::{DuplicatePolicy, HeaderParams, QueryParams, header};
use crate::canonical::headers::CanonicalHeaders;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::request::{MAX_HEADERS, RequestView};

/// The most headers of a received request: as many as can be signed, and those that carry the signature: host, authorization, date,
/// token and hash.
pub(crate) const MAX_RECEIVED: usize = MAX_HEADERS + 5;

/// The headers of a received request, and those that verification reads. If a name comes twice, the first counts.
pub(crate) struct ReceivedHeaders<'a> {
    /// Every header but the host and the signature's own.
    pub(crate) all: CanonicalHeaders<'a>,
    authorization: SingleHeader<'a>,
    pub(crate) host: SingleHeader<'a>,
    date: SingleHeader<'a>,
    http_date: SingleHeader<'a>,
    token: SingleHeader<'a>,
    s3_token: SingleHeader<'a>,
    pub(crate) content_sha256: SingleHeader<'a>,
    count: usize,
}

/// A header that must not come twice.
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
    #[inline]
    pub(crate) fn collect(request: &RequestView<'a>) -> Self {
        let mut received = Self {
            all: CanonicalHeaders::with_room_for(request.headers.len_hint()),
            authorization: SingleHeader::default(),
            host: SingleHeader::default(),
            date: SingleHeader::default(),
            http_date: SingleHeader::default(),
            token: SingleHeader::default(),
            s3_token: SingleHeader::default(),
            content_sha256: SingleHeader::default(),
            count: 0,
        };
        request.headers.visit(&mut |header, value| received.take(header, value, request.checked));
        received
    }

    /// Refuses too many headers, and a header that verification reads and that comes twice.
    #[inline]
    pub(crate) fn check_number(&self, duplicates: DuplicatePolicy) -> Result<(), Error> {
        if self.count > MAX_RECEIVED {
            let detail = format!("there are {}, more than {MAX_RECEIVED}", self.count);
            return Err(Error::new(ErrorKind::TooManyHeaders, detail));
        }
        if self.host.again {
            return Err(Error::new(ErrorKind::InvalidHost, "there is more than one `host` header"));
        }
        match self.twice() {
            Some(name) if duplicates == DuplicatePolicy::Refuse => {
                let detail = format!("there is more than one `{name}` header");
                Err(Error::new(ErrorKind::AmbiguousAuthentication, detail).of_header(name))
            }
            _ => Ok(()),
        }
    }

    /// Takes a header; whether its name is known to be in lower case saves looking (row `verify-30-20`).
    #[inline]
    fn take(&mut self, header: &'a str, value: &'a [u8], lower: bool) {
        self.count += 1;
        let is = |name: &str| if lower { header == name } else { header.eq_ignore_ascii_case(name) };
        if is(name::HOST) {
            return self.host.take(value);
        }
        if is(name::AUTHORIZATION) {
            return self.authorization.take(value);
        }
        match self.count {
            ..=MAX_RECEIVED if lower => self.all.push_lower(header, value),
            ..=MAX_RECEIVED => self.all.push(header, value),
            _ => {}
        }
        match header.len() {
            4 if is(name::HTTP_DATE) => self.http_date.take(value),
            10 if is(name::DATE_HEADER) => self.date.take(value),
            20 if is(name::TOKEN_HEADER) => self.token.take(value),
            20 if is(name::CONTENT_SHA256_HEADER) => self.content_sha256.take(value),
            21 if is(name::S3_TOKEN_HEADER) => self.s3_token.take(value),
            _ => {}
        }
    }

    /// A header that verification reads and that comes twice.
    fn twice(&self) -> Option<&'static str> {
        let deciding = [
            (self.authorization, name::AUTHORIZATION),
            (self.date, name::DATE_HEADER),
            (self.http_date, name::HTTP_DATE),
            (self.token, name::TOKEN_HEADER),
            (self.s3_token, name::S3_TOKEN_HEADER),
            (self.content_sha256, name::CONTENT_SHA256_HEADER),
        ];
        deciding.iter().find(|(once, _)| once.again).map(|(_, name)| *name)
    }

    /// Refuses a header-signed request without the headers that `options` requires: the payload's hash, and for S3 the time. S3 checks
    /// both before the rest of the `Authorization` header, and has its own words for them.
    pub(crate) fn check_stated(&self, query: &QueryParams<'a>, options: &VerifyOptions) -> Result<(), Error> {
        let (hash, date) = (self.content_sha256.value, self.date.value.or(self.http_date.value));
        let no_hash = options.content_sha256_required && hash.is_none();
        let no_date = options.dialect.is_s3() && date.is_none();
        if !(no_hash || no_date)
            || query.algorithm.is_some()
            || !self.authorization.value.is_some_and(|value| header::is_accepted(value, options.algorithms))
        {
            return Ok(());
        }
        if no_hash {
            let detail = "Missing required header for this request: x-amz-content-sha256";
            return Err(Error::new(ErrorKind::MissingContentSha256, detail));
        }
        Err(Error::new(ErrorKind::MalformedDate, "there is no `x-amz-date` header and no `date` header"))
    }

    /// The parameters of the request's only signature. Only the S3 family has a second kind of session token.
    #[inline]
    pub(crate) fn auth_params(
        &self,
        query: &QueryParams<'a>,
        duplicates: DuplicatePolicy,
        is_s3: bool,
        accepted: Accepted,
    ) -> Result<AuthParams<'a>, Error> {
        let also_in_query =
            query.algorithm.is_some() || (query.credential.is_some() && duplicates == DuplicatePolicy::Refuse);
        let params = match (self.authorization.value, also_in_query) {
            (Some(_), true) => return Err(signed_twice()),
            (Some(value), false) => {
                let date = self.date.value.or(self.http_date.value);
                AuthParams::from_header(
                    &HeaderParams::parse_accepted(value, duplicates, accepted)?,
                    date,
                    self.token.value,
                )
            }
            (None, _) if !is_s3 && query.s3_token.is_some() => {
                let query = QueryParams { s3_token: None, ..*query };
                AuthParams::from_query_accepted(&query, self.token.value, duplicates, accepted)
            }
            (None, _) => AuthParams::from_query_accepted(query, self.token.value, duplicates, accepted),
        };
        match self.s3_token.value {
            Some(token) if is_s3 => params?.with_s3_session_token(token),
            _ => params,
        }
    }
}
