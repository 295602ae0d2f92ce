//! The reply of an integration.

pub(crate) mod format;
pub(crate) mod inference;
pub(crate) mod remapped;
pub(crate) mod v1;

use crate::error::{Error, ErrorKind};
use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{Response, StatusCode};
use std::fmt;

/// The content type of text without one, byte for byte.
///
/// Source: aws/aws-lambda-dotnet, snapshots such as `V2_SetsCorrectStatusCode`, recorded from the service.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The header with the id of a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The most headers of a reply, including cookies: ten times as many as any client reads by default, and far below the 24,576
/// names at which a header map is full. It also bounds the time that a reply takes.
const MAX_HEADERS: usize = 1_024;

/// Hop-by-hop headers, which are not forwarded.
///
/// Source: RFC 9110 section 7.6.1.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    CONTENT_LENGTH,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Whether a header is hop-by-hop by its name.
pub(crate) fn is_hop_by_hop(name: &HeaderName) -> bool {
    HOP_BY_HOP.contains(name)
}

/// Returns the headers that `Connection` names. Invalid names are skipped.
pub(crate) fn named_by_connection(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> {
    let values = headers.get_all(CONNECTION).iter();
    let options = values.flat_map(|value| value.as_bytes().split(|b| *b == b','));
    options.filter_map(|option| HeaderName::from_bytes(option.trim_ascii()).ok())
}

/// Removes hop-by-hop headers, including those that `Connection` names.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = named_by_connection(headers).collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// A reply of an integration: a status, headers, cookies and a body.
///
/// Text, a status, an `http::Response` and a `Result` of these convert to it. The error of a `Result` is a failure of the
/// integration: the client gets 500 without details, and the access log gets the error's text.
///
/// ```
/// use sig4_gateway::Reply;
///
/// let reply = Reply::json(r#"{"id":7}"#).with_status(201).with_header("location", "/pets/7").with_cookie("a=b");
/// assert_eq!(reply.status(), 201);
/// assert_eq!(reply.header("content-type"), Some("application/json"));
/// assert_eq!(Reply::from(Err::<&str, _>("no database")).status(), 500);
/// ```
#[derive(Clone)]
pub struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Why the integration failed.
    pub(crate) failure: Option<String>,
}

impl Reply {
    /// An empty reply with status 200.
    #[must_use]
    pub fn new() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new(), failure: None }
    }

    /// A reply in JSON. The JSON is not checked.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        let mut reply = Self { body: body.into(), ..Self::new() };
        reply.headers.insert(CONTENT_TYPE, JSON);
        reply
    }

    /// A reply in plain text.
    #[must_use]
    pub fn text(body: impl Into<String>) -> Self {
        let mut reply = Self { body: Bytes::from(body.into()), ..Self::new() };
        reply.headers.insert(CONTENT_TYPE, TEXT);
        reply
    }

    /// A failure of the integration. The client gets 500, the access log gets `why`.
    #[must_use]
    pub fn failure(why: impl Into<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, failure: Some(why.into()), ..Self::new() }
    }

    /// Sets the status, 200 to 599. Any other status is a failure.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        match final_status(status.into()) {
            Some(status) => self.status = status,
            None => self.failed(format!("{status} is not the status of a response")),
        }
        self
    }

    /// Adds a header. A header that HTTP cannot carry is a failure, and so is one beyond 1,024, including cookies.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) if name == CONTENT_TYPE => drop(self.headers.insert(name, value)),
            (Ok(name), Ok(value)) => {
                if let Err(error) = self.append(name, value) {
                    self.failed(error.to_string());
                }
            }
            _ => self.failed(unsendable(name).to_string()),
        }
        self
    }

    /// Adds a cookie: the value of a `set-cookie` header.
    #[must_use]
    pub fn with_cookie(self, cookie: &str) -> Self {
        self.with_header(SET_COOKIE.as_str(), cookie)
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The first value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The values of a header.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.headers.get_all(name).into_iter().map(HeaderValue::as_bytes)
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Adds a header, if there is room for it.
    fn append(&mut self, name: HeaderName, value: HeaderValue) -> Result<(), Error> {
        let has_room = self.headers.len() < MAX_HEADERS;
        match has_room.then(|| self.headers.try_append(name, value)) {
            Some(Ok(_)) => Ok(()),
            _ => Err(too_many()),
        }
    }

    fn failed(&mut self, why: String) {
        self.status = StatusCode::INTERNAL_SERVER_ERROR;
        self.failure.get_or_insert(why);
    }

    /// Makes the response to the client, or returns the failure.
    pub(crate) fn into_response(mut self) -> Result<Response<Bytes>, String> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        // The headers of an `http::Response` and of an upstream were not counted yet.
        if self.headers.len() > MAX_HEADERS {
            return Err(too_many().to_string());
        }
        remove_hop_by_hop(&mut self.headers);
        self.headers.remove(REQUEST_ID);
        if !self.body.is_empty() {
            self.headers.entry(CONTENT_TYPE).or_insert(TEXT);
        }
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        Ok(response)
    }
}

/// Returns a status that can end a request.
fn final_status(status: u64) -> Option<StatusCode> {
    let status = u16::try_from(status).ok().filter(|status| (200..=599).contains(status))?;
    StatusCode::from_u16(status).ok()
}

fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidReply, detail)
}

/// Reports a header that HTTP cannot carry. Its value is left out, because it may be a secret.
#[cold]
fn unsendable(name: &str) -> Error {
    /// How much of a name is shown.
    const SHOWN: usize = 64;
    let shown: String = name.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    invalid(format!(
        "HTTP cannot carry the header `{shown}`: its name is not a token, or its value is not a single line of text"
    ))
}

#[cold]
fn too_many() -> Error {
    invalid(format!("the response has more than {MAX_HEADERS} headers"))
}

impl Default for Reply {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Reply");
        shown.field("status", &self.status).field("body", &format_args!("{} bytes", self.body.len()));
        shown.field("failure", &self.failure).finish_non_exhaustive()
    }
}

impl<T: Into<Self>, E: fmt::Display> From<Result<T, E>> for Reply {
    fn from(result: Result<T, E>) -> Self {
        match result {
            Ok(reply) => reply.into(),
            Err(error) => Self::failure(error.to_string()),
        }
    }
}

impl<B: Into<Bytes>> From<Response<B>> for Reply {
    fn from(response: Response<B>) -> Self {
        let (head, body) = response.into_parts();
        let reply = Self { headers: head.headers, body: body.into(), ..Self::new() };
        reply.with_status(head.status.as_u16())
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<StatusCode> for Reply {
    fn from(status: StatusCode) -> Self {
        Self::new().with_status(status.as_u16())
    }
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self::new().with_status(204)
    }
}
