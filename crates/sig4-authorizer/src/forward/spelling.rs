//! Headers that some services read, in a spelling that the configurations of proxies do not remove.
//!
//! Interfaces such as CGI and WSGI read `_` in the name of a header like `-`. A proxy that cannot remove headers by a pattern passes
//! `X_Original_URL` on, though it removes `X-Original-URL`.

use http::HeaderMap;

/// What services may take for the method, the path, the host or the address of the request.
const READ_BY_SERVICES: [&str; 7] = [
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-uri",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];

/// The beginning of more such names.
const FORWARDED: &str = "x-forwarded-";

/// Whether a header has such a name, with a `_`.
pub(super) fn has_other_spelling(headers: &HeaderMap) -> bool {
    headers.keys().filter(|name| name.as_str().contains('_')).any(|name| {
        let name = name.as_str().replace('_', "-");
        name.starts_with(FORWARDED) || READ_BY_SERVICES.contains(&&*name)
    })
}

#[cfg(test)]
mod tests {
    use super::has_other_spelling;
    use http::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn other_spellings_are_found() {
        for (name, found) in [
            ("X_Original_URL", true),
            ("x-original_url", true),
            ("X_Forwarded_For", true),
            ("x_forwarded-new", true),
            ("X_HTTP_Method_Override", true),
            ("x-original-url", false),
            ("x-forwarded-for", false),
            ("x_original", false),
            ("my_header", false),
        ] {
            let name = HeaderName::try_from(name).unwrap();
            let headers = HeaderMap::from_iter([(name.clone(), HeaderValue::from_static("1"))]);
            assert_eq!(has_other_spelling(&headers), found, "{name}");
        }
    }
}
