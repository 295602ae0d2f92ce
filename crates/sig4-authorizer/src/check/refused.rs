//! The refusal of a request, with its outcome.

use super::record::CheckOutcome;
use http::StatusCode;
use sig4::tower::{Cause, Denial, Refusal};
use sig4_iam::Identity;
use std::borrow::Cow;

/// A refused request: the outcome for the metrics, and the cause, from which log and answer follow.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) outcome: CheckOutcome,
    pub(super) refusal: Refusal<Identity>,
}

impl From<Refusal<Identity>> for Refused {
    fn from(refusal: Refusal<Identity>) -> Self {
        Self { outcome: CheckOutcome::Refused(refusal.cause().kind()), refusal }
    }
}

impl From<Cause> for Refused {
    fn from(cause: Cause) -> Self {
        Refusal::from(cause).into()
    }
}

impl Refused {
    fn new(outcome: CheckOutcome, denial: Denial) -> Self {
        Self { outcome, refusal: Cause::Denied(denial).into() }
    }

    /// The proxy's description of the request contradicts itself, or leaves two readings.
    pub(super) fn inconsistent(why: &'static str) -> Self {
        Self::new(CheckOutcome::Inconsistent, bad_request(why))
    }

    /// No API has this host. The client learns no more than from a wrong signature.
    pub(super) fn unknown_host(host: Option<&str>) -> Self {
        let why = match host {
            Some(host) => format!("no API has the host `{host}`"),
            None => "the request has no host, and every API has hosts".to_owned(),
        };
        Self::new(CheckOutcome::UnknownApi, Denial::new(why).with_code("ForbiddenException"))
    }

    /// The host is not one of the API that the proxy named.
    pub(super) fn other_host(api: &str, host: Option<&str>) -> Self {
        let host = host.unwrap_or_default();
        let why = format!("the host `{host}` is not one of the API `{api}`, which the proxy named");
        Self::new(CheckOutcome::UnknownApi, Denial::new(why).with_code("ForbiddenException"))
    }

    /// The proxy's configuration names an API that does not exist.
    pub(super) fn unknown_name(name: &str) -> Self {
        Self::new(CheckOutcome::UnknownApi, failure(format!("the proxy named the API `{name}`, which does not exist")))
    }

    /// The proxy sent the beginning of a longer body.
    pub(super) fn cut_off() -> Self {
        let denial = Denial::new("the proxy cut the body off: it is longer than the proxy sends")
            .with_status(StatusCode::PAYLOAD_TOO_LARGE)
            .with_code("RequestTooLargeException")
            .with_message("Request Too Long");
        Self::new(CheckOutcome::CutOffBody, denial)
    }

    /// The proxy sent no body, and nobody would check it.
    pub(super) fn unchecked_body() -> Self {
        let why = "the proxy does not send the body, and the API does not say that its upstream checks bodies";
        Self::new(CheckOutcome::UncheckedBody, Denial::new(why).with_code("ForbiddenException"))
    }

    /// The client sent a header that only the authorizer may set.
    pub(super) fn identity_header(name: &str) -> Self {
        let why = format!("the client sent the header `{name}`, which the proxy cannot remove");
        Self::new(CheckOutcome::IdentityHeader, bad_request(why))
    }

    /// A name of the caller cannot be written into a header.
    pub(super) fn unwritable(header: &str) -> Self {
        let why = format!("the value of `{header}` has characters that a header cannot have");
        Self::new(CheckOutcome::UnwritableHeader, failure(why))
    }
}

fn bad_request(why: impl Into<Cow<'static, str>>) -> Denial {
    Denial::new(why.into())
        .with_status(StatusCode::BAD_REQUEST)
        .with_code("BadRequestException")
        .with_message("Bad Request")
}

fn failure(why: String) -> Denial {
    Denial::new(why)
        .with_status(StatusCode::INTERNAL_SERVER_ERROR)
        .with_code("InternalServerErrorException")
        .with_message("Internal server error")
}
