//! The answer to Envoy.

use crate::check::record::CheckRecord;
use crate::check::verdict::{Allowed, Denied, Verdict};
use envoy_types::pb::envoy::config::core::v3::header_value_option::HeaderAppendAction;
use envoy_types::pb::envoy::config::core::v3::{HeaderValue, HeaderValueOption};
use envoy_types::pb::envoy::service::auth::v3::check_response::HttpResponse;
use envoy_types::pb::envoy::service::auth::v3::{CheckResponse, DeniedHttpResponse, OkHttpResponse};
use envoy_types::pb::envoy::r#type::v3::HttpStatus;
use envoy_types::pb::google::rpc::Status;
use tonic::Code;

/// The answer for a verdict.
pub(super) fn response(verdict: Verdict, _record: &CheckRecord) -> CheckResponse {
    let (code, response) = match verdict {
        Verdict::Allowed(allowed) => (Code::Ok, HttpResponse::OkResponse(ok(allowed))),
        Verdict::Denied(denied) => (Code::PermissionDenied, HttpResponse::DeniedResponse(refused(denied))),
    };
    CheckResponse {
        status: Some(Status { code: code.into(), ..Status::default() }),
        http_response: Some(response),
        ..CheckResponse::default()
    }
}

fn ok(allowed: Allowed) -> OkHttpResponse {
    let headers = allowed.set_headers.iter().map(|(name, value)| header(name, value)).collect();
    OkHttpResponse {
        headers,
        headers_to_remove: allowed.remove_headers,
        query_parameters_to_remove: allowed.remove_query,
        ..OkHttpResponse::default()
    }
}

fn refused(denied: Denied) -> DeniedHttpResponse {
    let (parts, body) = denied.response.into_parts();
    DeniedHttpResponse {
        status: Some(HttpStatus { code: parts.status.as_u16().into() }),
        headers: parts.headers.iter().map(|(name, value)| header(name, value)).collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn header(name: &http::HeaderName, value: &http::HeaderValue) -> HeaderValueOption {
    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
    HeaderValueOption {
        header: Some(HeaderValue { key: name.as_str().to_owned(), value, ..HeaderValue::default() }),
        append_action: HeaderAppendAction::OverwriteIfExistsOrAdd.into(),
        ..HeaderValueOption::default()
    }
}
