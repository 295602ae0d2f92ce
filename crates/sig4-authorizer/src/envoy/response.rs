//! The answer to Envoy.
//!
//! A failure of the authorizer is a denial too, not gRPC's error or `error_response`: with these, Envoy's `failure_mode_allow` would decide.

use super::metadata::metadata;
use crate::check::record::CheckRecord;
use crate::check::verdict::{Allowed, Denied, Verdict};
use envoy_types::pb::envoy::config::core::v3::header_value_option::HeaderAppendAction;
use envoy_types::pb::envoy::config::core::v3::{HeaderValue, HeaderValueOption};
use envoy_types::pb::envoy::service::auth::v3::check_response::HttpResponse;
use envoy_types::pb::envoy::service::auth::v3::{CheckResponse, DeniedHttpResponse, OkHttpResponse};
use envoy_types::pb::envoy::r#type::v3::HttpStatus;
use envoy_types::pb::google::rpc::Status;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, StatusCode};
use tonic::Code;

/// Headers of a client that upstreams take for another method or another path than the one that was decided about.
const OVERRIDES: [&str; 7] = [
    "x-envoy-original-path",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-uri",
    "x-original-url",
    "x-rewrite-url",
];

/// Headers that Envoy writes itself.
const OF_ENVOY: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

/// The answer for a verdict.
pub(super) fn response(verdict: Verdict, record: &CheckRecord) -> CheckResponse {
    let (code, response) = match verdict {
        Verdict::Allowed(allowed) => (Code::Ok, HttpResponse::OkResponse(ok(allowed))),
        Verdict::Denied(denied) => (code_of(&denied), HttpResponse::DeniedResponse(refused(denied))),
    };
    CheckResponse {
        status: Some(Status { code: code.into(), ..Status::default() }),
        http_response: Some(response),
        dynamic_metadata: Some(metadata(record)),
    }
}

/// The code of a denial. It is never `Ok`, with which Envoy passes the request on.
fn code_of(denied: &Denied) -> Code {
    match denied.response.status() {
        _ if denied.is_failure => Code::Internal,
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        _ => Code::PermissionDenied,
    }
}

/// Envoy removes headers after it has set headers, so a header that is set is not among those that are removed.
fn ok(allowed: Allowed) -> OkHttpResponse {
    let is_set = |name: &str| allowed.set_headers.iter().any(|(set, _)| name.eq_ignore_ascii_case(set.as_str()));
    let mut removed = allowed.remove_headers;
    removed.extend(OVERRIDES.map(str::to_owned));
    removed.retain(|name| !is_set(name));
    OkHttpResponse {
        headers: allowed.set_headers.iter().map(|(name, value)| header(name, value)).collect(),
        headers_to_remove: removed,
        query_parameters_to_remove: allowed.remove_query,
        ..OkHttpResponse::default()
    }
}

fn refused(denied: Denied) -> DeniedHttpResponse {
    let (parts, body) = denied.response.into_parts();
    let headers = parts.headers.iter().filter(|(name, _)| !OF_ENVOY.contains(name));
    DeniedHttpResponse {
        status: Some(HttpStatus { code: parts.status.as_u16().into() }),
        headers: headers.map(|(name, value)| header(name, value)).collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn header(name: &HeaderName, value: &http::HeaderValue) -> HeaderValueOption {
    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
    HeaderValueOption {
        header: Some(HeaderValue { key: name.as_str().to_owned(), value, ..HeaderValue::default() }),
        append_action: HeaderAppendAction::OverwriteIfExistsOrAdd.into(),
        ..HeaderValueOption::default()
    }
}
