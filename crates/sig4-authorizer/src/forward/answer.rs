//! The answer to a proxy.

use super::endpoint::Proxy;
use crate::check::verdict::{Allowed, Denied, Verdict};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};

/// The status of a refusal, for nginx.
const ANSWER_STATUS: HeaderName = HeaderName::from_static("x-sig4-answer-status");
/// The content type of a refusal, for nginx.
const ANSWER_TYPE: HeaderName = HeaderName::from_static("x-sig4-answer-type");
/// The body of a refusal, for nginx.
const ANSWER_BODY: HeaderName = HeaderName::from_static("x-sig4-answer-body");

/// The longest body of a refusal that is sent to nginx in a header. nginx reads the head of an answer into one buffer, which has
/// 4,096 bytes or more (`proxy_buffer_size`).
const MAX_ANSWER_BODY_BYTES: usize = 2048;

/// The answer for a verdict. `names` are those of all headers that the upstream may get.
pub(super) fn response<'n>(
    proxy: Proxy,
    verdict: Verdict,
    names: impl IntoIterator<Item = &'n HeaderName>,
) -> Response {
    match (verdict, proxy) {
        (Verdict::Allowed(allowed), Proxy::Caddy) => with_each(ok(allowed), names),
        (Verdict::Allowed(allowed), _) => ok(allowed),
        (Verdict::Denied(denied), Proxy::Nginx) => refused_by_nginx(denied),
        (Verdict::Denied(denied), _) => refused(denied),
    }
}

/// 200 with the headers for the upstream.
fn ok(allowed: Allowed) -> Response {
    let mut response = Response::new(Body::empty());
    response.headers_mut().extend(allowed.set_headers);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer with an empty value of each header that it lacks. Caddy 2.6 sets a header that the answer lacks to its own placeholder, as
/// text; other versions leave the client's.
fn with_each<'n>(mut response: Response, names: impl IntoIterator<Item = &'n HeaderName>) -> Response {
    for name in names {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(""));
    }
    response
}

/// The answer that the proxy passes on to the client.
fn refused(denied: Denied) -> Response {
    let (mut parts, body) = denied.response.into_parts();
    // Proxies let a request through after an answer of success, whatever the verdict.
    if parts.status.is_success() {
        parts.status = StatusCode::FORBIDDEN;
    }
    Response::from_parts(parts, Body::from(body))
}

/// An answer that nginx understands: 401 or 403, or 500 for a failure. nginx drops the body, so that headers carry it, and the status.
fn refused_by_nginx(denied: Denied) -> Response {
    let (status, body) = (denied.response.status(), denied.response.body().clone());
    let mut response = refused(denied);
    let headers = response.headers_mut();
    headers.insert(ANSWER_STATUS, status.as_u16().into());
    if let Some(content_type) = headers.get(CONTENT_TYPE).cloned() {
        headers.insert(ANSWER_TYPE, content_type);
    }
    if let Some(body) = one_line(&body) {
        headers.insert(ANSWER_BODY, body);
    }
    *response.status_mut() = match status {
        StatusCode::UNAUTHORIZED => StatusCode::UNAUTHORIZED,
        status if status.is_server_error() => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::FORBIDDEN,
    };
    response
}

/// A body as the value of a header, if it is short and one line.
fn one_line(body: &Bytes) -> Option<HeaderValue> {
    let fits = !body.is_empty() && body.len() <= MAX_ANSWER_BODY_BYTES;
    fits.then(|| HeaderValue::from_bytes(body).ok())?
}

#[cfg(test)]
mod tests {
    use super::{Proxy, Verdict, response};
    use crate::check::verdict::{Allowed, Denied};
    use bytes::Bytes;
    use http::{HeaderName, HeaderValue, Response};

    fn denied(status: u16, body: &'static str) -> Verdict {
        let response = Response::builder().status(status).header("content-type", "application/json");
        let response = response.header("x-amzn-errortype", "E").body(Bytes::from_static(body.as_bytes())).unwrap();
        Verdict::Denied(Denied { response, is_failure: status >= 500 })
    }

    #[test]
    fn nginx_gets_a_status_that_it_understands() {
        for (status, told) in [(400, 403), (401, 401), (403, 403), (413, 403), (429, 403), (500, 500), (503, 500)] {
            let answer = response(Proxy::Nginx, denied(status, "{}"), []);
            assert_eq!(answer.status().as_u16(), told);
            assert_eq!(answer.headers()["x-sig4-answer-status"], status.to_string());
            assert_eq!(answer.headers()["x-sig4-answer-body"], "{}");
            assert_eq!(answer.headers()["x-sig4-answer-type"], "application/json");
        }
    }

    #[test]
    fn a_body_that_is_no_header_is_left_out() {
        for body in ["", "a\nb", "a\r\nset-cookie: x"] {
            assert!(
                !response(Proxy::Nginx, denied(403, body), []).headers().contains_key("x-sig4-answer-body"),
                "{body:?}"
            );
        }
        let long: &'static str = "x".repeat(super::MAX_ANSWER_BODY_BYTES + 1).leak();
        assert!(!response(Proxy::Nginx, denied(403, long), []).headers().contains_key("x-sig4-answer-body"));
    }

    #[test]
    fn caddy_gets_each_header_because_it_sets_those_that_are_missing_to_text() {
        let mut allowed = Allowed::default();
        allowed.set_headers.push((HeaderName::from_static("x-account"), HeaderValue::from_static("1")));
        let names = [HeaderName::from_static("x-account"), HeaderName::from_static("x-session")];
        let answer = response(Proxy::Caddy, Verdict::Allowed(allowed), &names);
        assert_eq!(
            (&answer.headers()["x-account"], &answer.headers()["x-session"]),
            (&"1".parse().unwrap(), &"".parse().unwrap())
        );
    }

    #[test]
    fn a_refusal_is_never_a_success() {
        for proxy in [Proxy::Nginx, Proxy::Haproxy, Proxy::Traefik, Proxy::Caddy] {
            assert_eq!(response(proxy, denied(200, "{}"), []).status().as_u16(), 403, "{proxy:?}");
        }
        assert_eq!(response(Proxy::Caddy, denied(413, "{}"), []).status().as_u16(), 413);
    }
}
