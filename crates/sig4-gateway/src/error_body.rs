//! The bodies of the gateway's own responses.
//!
//! Source: "Create routes for HTTP APIs" for 404, "Troubleshooting issues with HTTP API Lambda integrations" for 500, and
//! observed for 403, 413, 414, 431 and 503. HTTP APIs give no other details.

use http::StatusCode;

/// Returns the body for a status: a JSON object with the member `message`.
pub(crate) fn body(status: StatusCode) -> String {
    format!("{{\"message\":\"{}\"}}", message(status))
}

/// Returns the body with a further member `cause`, which no API Gateway gives.
pub(crate) fn verbose_body(status: StatusCode, cause: &str) -> String {
    serde_json::json!({ "cause": cause, "message": message(status) }).to_string()
}

/// Returns the message for a status.
pub(crate) fn message(status: StatusCode) -> &'static str {
    match status.as_u16() {
        413 => "Request Entity Too Large",
        414 => "Request URI too long",
        500 => "Internal Server Error",
        _ => status.canonical_reason().unwrap_or("Unknown"),
    }
}

/// Returns API Gateway's response type for a status, as access logs have it.
pub(crate) const fn response_type(status: StatusCode) -> &'static str {
    match status.as_u16() {
        403 => "ACCESS_DENIED",
        404 => "ROUTE_NOT_FOUND",
        413 => "REQUEST_TOO_LARGE",
        400..=499 => "BAD_REQUEST",
        503 => "INTEGRATION_TIMEOUT",
        _ => "INTEGRATION_FAILURE",
    }
}

#[cfg(test)]
mod tests {
    use super::body;
    use http::StatusCode;

    #[test]
    fn the_words() {
        for (status, expected) in [
            (StatusCode::BAD_REQUEST, "Bad Request"),
            (StatusCode::FORBIDDEN, "Forbidden"),
            (StatusCode::NOT_FOUND, "Not Found"),
            (StatusCode::REQUEST_TIMEOUT, "Request Timeout"),
            (StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
            (StatusCode::URI_TOO_LONG, "Request URI too long"),
            (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large"),
            (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
            (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        ] {
            assert_eq!(body(status), format!(r#"{{"message":"{expected}"}}"#));
        }
    }
}
