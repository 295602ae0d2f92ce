//! The head of a request in Envoy's attributes.
//!
//! Envoy sends the method, the path and the host twice: as attributes, and as pseudo headers among the headers. Without them among the
//! headers, Envoy is configured to leave out headers, and the authorizer would not see what the upstream gets.

use envoy_types::pb::envoy::service::auth::v3::attribute_context::HttpRequest;
use http::header::{CONNECTION, HOST, UPGRADE};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// The header by which Envoy says whether the body in the attributes is cut off. Envoy drops one that the client sent.
const PARTIAL_BODY: &str = "x-envoy-auth-partial-body";

/// The reason why attributes are not those of one request.
pub(super) type Fault = &'static str;

/// The head of a request.
#[derive(Debug)]
pub(super) struct Head {
    /// What the client sent.
    pub(super) parts: Parts,
    /// What Envoy says about the body.
    pub(super) partial: Option<Partial>,
}

/// Whether a body in the attributes is cut off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Partial {
    /// It is cut off.
    Yes,
    /// Envoy has not received more. That is the whole body, unless Envoy sends the beginnings of bodies.
    No,
}

impl Head {
    /// The head of a request, if its attributes agree.
    pub(super) fn read(http: &mut HttpRequest) -> Result<Self, Fault> {
        let mut pseudo = PseudoHeaders::default();
        let mut partial = None;
        let mut headers = HeaderMap::new();
        for (name, value) in fields(http)? {
            match name.as_str() {
                PARTIAL_BODY if partial.is_some() => return Err("Envoy's header about the body comes twice"),
                PARTIAL_BODY => partial = Some(Partial::read(&value)?),
                _ if pseudo.take(&name, &value, http)? => {}
                _ => append(&mut headers, name, value)?,
            }
        }
        pseudo.check()?;
        let method = Method::from_bytes(http.method.as_bytes()).map_err(|_| "the method is invalid")?;
        refuse_other_protocols(&method, &headers)?;
        headers.insert(HOST, HeaderValue::try_from(&*http.host).map_err(|_| "the host is invalid")?);
        let mut parts = bare(method, uri(&http.path)?);
        parts.headers = headers;
        Ok(Self { parts, partial })
    }

    /// What is legible of a head whose attributes do not agree, for the record.
    pub(super) fn legible(http: Option<&HttpRequest>) -> Parts {
        let method = http.and_then(|http| Method::from_bytes(http.method.as_bytes()).ok());
        let uri = http.and_then(|http| uri(&http.path).ok());
        bare(method.unwrap_or_default(), uri.unwrap_or_default())
    }
}

impl Partial {
    fn read(value: &[u8]) -> Result<Self, Fault> {
        match value {
            b"false" => Ok(Self::No),
            b"true" => Ok(Self::Yes),
            _ => Err("Envoy's header about the body is neither `true` nor `false`"),
        }
    }
}

/// The pseudo headers that were found.
#[derive(Default)]
struct PseudoHeaders {
    method: bool,
    path: bool,
    authority: bool,
}

impl PseudoHeaders {
    /// Whether the header is a pseudo header, or the host in a second place. It has to agree with the attribute.
    fn take(&mut self, name: &str, value: &[u8], http: &HttpRequest) -> Result<bool, Fault> {
        let (seen, attribute, contradiction) = match name {
            ":method" => (&mut self.method, &http.method, "the method and `:method` differ"),
            ":path" => (&mut self.path, &http.path, "the path and `:path` differ"),
            ":authority" => (&mut self.authority, &http.host, "the host and `:authority` differ"),
            "host" if value == http.host.as_bytes() => return Ok(true),
            "host" => return Err("the host and the header `host` differ"),
            ":scheme" => return Ok(true),
            _ if name.starts_with(':') => return Err("there is an unknown pseudo header"),
            _ => return Ok(false),
        };
        match std::mem::replace(seen, true) {
            true => Err("a pseudo header comes twice"),
            false if value != attribute.as_bytes() => Err(contradiction),
            false => Ok(true),
        }
    }

    /// Refuses attributes without one of them.
    fn check(&self) -> Result<(), Fault> {
        match self.method && self.path && self.authority {
            true => Ok(()),
            false => Err("Envoy sends not every header: remove `allowed_headers` and `disallowed_headers`"),
        }
    }
}

/// The headers with Envoy's own among them: each line by itself, or lines of the same name joined.
fn fields(http: &mut HttpRequest) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let lines = http.header_map.take().unwrap_or_default().headers;
    let joined = std::mem::take(&mut http.headers);
    match (lines.is_empty(), joined.is_empty()) {
        (false, true) => Ok(lines.into_iter().map(|line| (line.key, line.raw_value)).collect()),
        // Envoy puts a `!` into this map, and into the attribute, for a byte that is not UTF-8. Which byte that was is unknown.
        (true, false) if http.path.contains('!') => Err("the path may have been changed: set `encode_raw_headers`"),
        (true, false) => Ok(joined.into_iter().map(|(name, value)| (name, value.into_bytes())).collect()),
        (true, true) => Err("there are no headers"),
        (false, false) => Err("the headers come twice"),
    }
}

fn append(headers: &mut HeaderMap, name: String, value: Vec<u8>) -> Result<(), Fault> {
    let name = HeaderName::try_from(name).map_err(|_| "a header has an invalid name")?;
    let value = HeaderValue::try_from(value).map_err(|_| "a header has an invalid value")?;
    headers.try_append(name, value).map_err(|_| "there are too many headers").map(|_| ())
}

/// Refuses a request that goes on in another protocol. No signature covers what follows, and an upstream that does not change the protocol
/// could take it for further requests, which nothing has checked.
fn refuse_other_protocols(method: &Method, headers: &HeaderMap) -> Result<(), Fault> {
    let names_upgrade = |value: &HeaderValue| value.as_bytes().to_ascii_lowercase().windows(7).any(|w| w == b"upgrade");
    match () {
        () if method == Method::CONNECT => Err("the method is CONNECT, and no signature covers what follows"),
        () if headers.contains_key(UPGRADE) || headers.get_all(CONNECTION).iter().any(names_upgrade) => {
            Err("the request asks for another protocol, and no signature covers what follows")
        }
        () => Ok(()),
    }
}

/// The target. Parsing it must not lose anything, such as a fragment.
fn uri(path: &str) -> Result<Uri, Fault> {
    match PathAndQuery::try_from(path) {
        Ok(parsed) if parsed.as_str() == path => Ok(parsed.into()),
        _ => Err("the path is invalid"),
    }
}

fn bare(method: Method, uri: Uri) -> Parts {
    let mut parts = Request::new(()).into_parts().0;
    (parts.method, parts.uri) = (method, uri);
    parts
}
