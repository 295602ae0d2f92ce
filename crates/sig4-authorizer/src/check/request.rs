//! A request that a proxy asks about.

use bytes::Bytes;
use core::net::IpAddr;
use http::request::Parts;

/// A request that a proxy asks about, as the client sent it.
///
/// The adapters of the proxies make it. It is the same for all of them.
///
/// ```
/// use sig4_authorizer::{CheckBody, CheckRequest};
///
/// let (parts, body) = http::Request::post("https://pets.example/pets").body("{}")?.into_parts();
/// let mut request = CheckRequest::new(parts, CheckBody::Whole(body.into()));
/// request.source_ip = Some("192.0.2.1".parse()?);
/// assert!(request.removes_headers && !request.secure);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct CheckRequest {
    /// The head: the method, the target, and every header as the client sent it. The `Host` is among the headers, or the authority is in
    /// the URI.
    pub parts: Parts,
    /// What the proxy sent of the body.
    pub body: CheckBody,
    /// The address of the client, as the proxy knows it.
    pub source_ip: Option<IpAddr>,
    /// Whether the client used TLS. Policies see it as `aws:SecureTransport`.
    pub secure: bool,
    /// The name of the API that the proxy's configuration names for its route. Without it, the API is selected by host.
    pub api: Option<String>,
    /// Whether the proxy can remove headers of the client before it passes the request on.
    pub removes_headers: bool,
    /// The reason why the proxy's description is not that of one request: two parts of it contradict each other, or one is missing.
    /// Such a request is refused, and the record has the reason.
    pub fault: Option<&'static str>,
}

/// What a proxy sent of a body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CheckBody {
    /// The whole body.
    Whole(Bytes),
    /// The beginning of a longer body. It is never verified.
    CutOff,
    /// It is certain that the request has no body.
    Absent,
    /// The proxy sends no bodies, and the request may have one.
    Unread,
}

impl CheckRequest {
    /// A request of a client at an unknown address over plain HTTP.
    #[must_use]
    pub const fn new(parts: Parts, body: CheckBody) -> Self {
        Self { parts, body, source_ip: None, secure: false, api: None, removes_headers: true, fault: None }
    }
}
