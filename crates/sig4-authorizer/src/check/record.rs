//! The record of one decision, for logs, metrics and the proxy's metadata.

use core::net::IpAddr;
use http::StatusCode;
use sig4::tower::RefusalKind;
use std::fmt;
use std::time::Duration;

/// The record of one decision.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckRecord {
    /// The id of the decision, a UUID. A denied client finds it in `x-amzn-RequestId`.
    pub request_id: String,
    /// The proxy that asked: `envoy`, `nginx`, …
    pub proxy: &'static str,
    /// The name of the API, if one was found.
    pub api: Option<String>,
    /// The address of the client, as the proxy knows it.
    pub source_ip: Option<IpAddr>,
    /// The method.
    pub method: String,
    /// The path as the proxy routes it, without the query.
    pub path: String,
    /// The outcome, whose names are finite.
    pub outcome: CheckOutcome,
    /// The status of the answer; 200 for an allowed request.
    pub status: StatusCode,
    /// The error code that REST APIs answer a denied request with, such as `InvalidSignatureException`.
    pub code: Option<String>,
    /// The true cause of a denial, in one line.
    pub cause: Option<String>,
    /// The access key id whose secret made the signature: that of an allowed request, and of one that the policies deny.
    pub access_key_id: Option<String>,
    /// The access key id that any other request claims. It proves nothing.
    pub claimed_access_key_id: Option<String>,
    /// The ARN of the principal of [`access_key_id`](Self::access_key_id).
    pub principal: Option<String>,
    /// The trace id of `traceparent`.
    pub trace_id: Option<String>,
    /// The span id of `traceparent`.
    pub span_id: Option<String>,
    /// How long the decision took.
    pub elapsed: Duration,
}

/// The outcome of a check.
///
/// ```
/// use sig4::tower::RefusalKind;
/// use sig4_authorizer::CheckOutcome;
///
/// assert_eq!(CheckOutcome::Refused(RefusalKind::Denied).as_str(), "denied");
/// assert!(CheckOutcome::Exempt.is_allowed());
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CheckOutcome {
    /// The signature matched, and the policies allow the request.
    Allowed,
    /// The request needs no signature: a preflight request, or a public path of the API.
    Exempt,
    /// The request is refused for a reason that a service without a proxy has too.
    Refused(RefusalKind),
    /// The proxy's description of the request contradicts itself.
    Inconsistent,
    /// No API has the request's host, or the name that the proxy gave.
    UnknownApi,
    /// The proxy sent the beginning of a body.
    CutOffBody,
    /// The proxy sent no body, and the server behind it does not check bodies.
    UncheckedBody,
    /// The request has a header of the authorizer, which the proxy cannot remove.
    IdentityHeader,
    /// A header for the upstream cannot be written.
    UnwritableHeader,
}

impl CheckOutcome {
    /// The name in lower case, such as `allowed` or `unknown API`. The set of names is finite and does not depend on requests, so a
    /// name may be a label of a metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Exempt => "exempt",
            Self::Refused(kind) => kind.as_str(),
            Self::Inconsistent => "inconsistent request",
            Self::UnknownApi => "unknown API",
            Self::CutOffBody => "cut-off body",
            Self::UncheckedBody => "unchecked body",
            Self::IdentityHeader => "identity header",
            Self::UnwritableHeader => "unwritable header",
        }
    }

    /// Whether the proxy passes the request on.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed | Self::Exempt)
    }
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Sees the record of every decision: the metrics, the access log.
pub trait Observe: Send + Sync {
    /// Is called once for each decision. It must be quick, because the proxy waits.
    fn observe(&self, record: &CheckRecord);
}
