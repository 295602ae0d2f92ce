//! What an answer is about.
//!
//! Sources: "Troubleshoot HTTP 403 errors from API Gateway"; "Gateway response types"; "Create routes for HTTP APIs" for 404;
//! "Troubleshooting issues with HTTP API Lambda integrations" for 500; "Error responses" of S3.

use super::exchange::Exchange;
use http::{Method, StatusCode};
use sig4::explain::{AwsResponse, Cause, Report, Verdict};

/// What an answer is about. The advice belongs to the topic.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Topic {
    /// The signature does not match.
    Signature,
    /// The time of signing is outside the window.
    Clock,
    /// The credential scope names another region, service or day.
    Scope,
    /// The access key id or the token is unknown.
    Key,
    /// The session is over.
    Session,
    /// The signature does not arrive as it was sent.
    Form,
    /// The caller is known, and a policy does not allow the call.
    Policy,
    /// A statement denies the call.
    ExplicitDeny,
    /// A REST API has no such method or path, or the signature was removed on the way.
    RestRoute,
    /// A REST API refuses for another reason than the signature: a missing API key, the host, a firewall.
    RestForbidden,
    /// An HTTP API, which answers every refusal alike.
    Bare,
    /// An HTTP API has no such stage or route.
    HttpRoute,
    /// A preflight that an authorizer refuses.
    Preflight,
    /// The route has another authorizer than IAM.
    Authorizer,
    /// There are too many requests.
    Throttle,
    /// The integration failed.
    Integration,
    /// `sig4 serve` does not support the authorizer or the integration.
    NotServed,
    /// The integration did not answer in time.
    Timeout,
    /// A refusal of an unknown form.
    Unknown,
}

impl Topic {
    /// The topic of an answer, and the report on its message if it has one.
    pub(super) fn of(exchange: &Exchange<'_>) -> Option<(Self, Option<Report>)> {
        let plain = |topic| Some((topic, None));
        let message = exchange.message();
        let message = message.as_deref().unwrap_or_default();
        match exchange.status {
            StatusCode::TOO_MANY_REQUESTS => plain(Self::Throttle),
            StatusCode::NOT_FOUND if exchange.is_execute_api() && message == "Not Found" => plain(Self::HttpRoute),
            StatusCode::NOT_IMPLEMENTED if exchange.is_local() => plain(Self::NotServed),
            status if status.is_server_error() && exchange.is_execute_api() => plain(match message {
                "Service Unavailable" | "Endpoint request timed out" => Self::Timeout,
                _ => Self::Integration,
            }),
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED if exchange.method == Method::OPTIONS.as_str() => {
                plain(Self::Preflight)
            }
            StatusCode::UNAUTHORIZED if exchange.is_execute_api() => plain(Self::Authorizer),
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
                Some(exchange.refusal().map_or((Self::Unknown, None), |refusal| Self::of_refusal(exchange, &refusal)))
            }
            // S3 and others answer 400 to some signatures; an application answers it to its own callers.
            StatusCode::BAD_REQUEST => {
                let found = exchange.refusal().map(|refusal| Self::of_refusal(exchange, &refusal));
                found.filter(|(topic, _)| *topic != Self::Unknown)
            }
            _ => None,
        }
    }

    fn of_refusal(exchange: &Exchange<'_>, refusal: &AwsResponse) -> (Self, Option<Report>) {
        let report = refusal.report(Some(exchange.canonical_request));
        let name = report.findings().first().and_then(|finding| finding.causes().first()).map(|cause| cause.name());
        let topic = match name {
            Some(name) if is_denial(name) && refusal.message().contains("explicit deny") => Self::ExplicitDeny,
            Some(name) => Self::of_cause(name, exchange),
            // S3 and others refuse a caller whose signature matched.
            None if refusal.code().is_some_and(|code| code.starts_with("AccessDenied")) => Self::Policy,
            None => Self::Unknown,
        };
        (topic, Some(report))
    }

    /// The topic of a cause of [`sig4::explain`].
    fn of_cause(name: &str, exchange: &Exchange<'_>) -> Self {
        match name {
            name if is_denial(name) => Self::Policy,
            "throttled" => Self::Throttle,
            "api-key-or-firewall" => Self::RestForbidden,
            "body-checksum-mismatch"
            | "bucket-in-other-region"
            | "head-without-body"
            | "header-required"
            | "service-not-enabled" => Self::Unknown,
            "expired" | "not-yet-current" => Self::Clock,
            "scope-region" | "scope-service" | "scope-terminator" | "scope-day" => Self::Scope,
            "access-key-unknown" | "token-wrong" => Self::Key,
            "token-expired" => Self::Session,
            "not-signed" if exchange.is_execute_api() => Self::RestRoute,
            "not-signed"
            | "signed-twice"
            | "header-not-signed"
            | "date-malformed"
            | "credential-malformed"
            | "algorithm-unsupported"
            | "sigv2"
            | "authorization-malformed"
            | "query-malformed" => Self::Form,
            "forbidden" if exchange.error_type().is_some() => Self::RestForbidden,
            "forbidden" if exchange.is_execute_api() => Self::Bare,
            "forbidden" => Self::Unknown,
            // Every other cause is a difference between the canonical requests.
            _ => Self::Signature,
        }
    }

    /// Whether the report on the message says more than the advice.
    pub(super) const fn is_explained_by_report(self) -> bool {
        !matches!(self, Self::RestRoute | Self::RestForbidden | Self::Bare | Self::Unknown)
    }
}

/// Whether a cause says that a policy denies the call.
fn is_denial(name: &str) -> bool {
    name == Cause::NOT_AUTHORIZED.name() || name == "access-denied" || name.starts_with("denied-by-")
}

/// Whether a report names a cause or a difference.
pub(super) fn says_something(report: &Report) -> bool {
    report.verdict() == Verdict::Explained || report.difference().is_some()
}

#[cfg(test)]
mod tests {
    use sig4::explain::Cause;

    #[test]
    fn the_names_of_causes_exist() {
        let source = include_str!("topic.rs");
        let (_, arms) = source.split_once("        match name {").unwrap();
        let (arms, _) = arms.split_once("_ => Self::Signature").unwrap();
        let names: Vec<&str> = arms.split('"').skip(1).step_by(2).collect();
        assert!(names.len() > 15, "{names:?}");
        for name in names {
            assert!(Cause::all().any(|cause| cause.name() == name), "{name}");
        }
    }
}
