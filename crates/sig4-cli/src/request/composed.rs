//! A request that is not signed yet.

use crate::body::Body;
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::outgoing::check_framing;
use crate::url::Url;
use http::header::HOST;

/// Whether a body brings its content type along.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ContentType {
    /// The request is sent: a body without a content type gets one.
    ByBody,
    /// The request is not sent from here: it has the given headers alone. A presigned URL signs all headers that it gets, and is
    /// valid only with them.
    AsGiven,
}

/// A request from the command line.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<GivenHeader>,
    pub(crate) body: Body,
}

impl Composed {
    /// The parts of the URL. Refuses what clients would send in another spelling than the signed one.
    pub(crate) fn checked_url(&self) -> Result<Url<'_>, Failure> {
        let url = Url::split(&self.url)?;
        url.check_spelling()?;
        check_framing(&self.headers, self.body.bytes())?;
        Ok(url)
    }

    /// The host that the request is for: the `Host` header, else that of the URL.
    pub(crate) fn host<'a>(&'a self, url: &Url<'a>) -> &'a str {
        self.headers.iter().find(|header| header.is(HOST.as_str())).map_or(url.authority, |header| &header.value)
    }

    /// The headers as pairs of name and value.
    pub(crate) fn wire_headers(&self) -> Vec<(String, Vec<u8>)> {
        self.headers.iter().map(|header| (header.name.clone(), header.value.clone().into_bytes())).collect()
    }
}
