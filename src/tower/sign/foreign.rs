//! The headers that a request to a foreign origin loses.
//!
//! The sender of a redirect chooses its URL, the query included. The URL therefore never decides which headers stay.

use crate::name;
use crate::tower::error::{Error, ErrorKind};
use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, PROXY_AUTHORIZATION, REFERER, WWW_AUTHENTICATE};
use http::request::Parts;

/// The prefixes of headers that may carry keys or tokens:
///
/// - headers of AWS's services, such as S3's keys (`x-amz-server-side-encryption-customer-key`) and session tokens
///   (`x-amz-s3session-token`);
/// - headers that a load balancer adds for a logged-in user (`x-amzn-oidc-accesstoken`, `x-amzn-oidc-data`);
/// - headers of the instance metadata service and of the Lambda extension for secrets, which carry the session token.
///
/// Sources: "Common request headers" of Amazon S3; "CreateSession"; "Authenticate users using an Application Load Balancer";
/// "Use the Instance Metadata Service"; "Use Secrets Manager secrets in Lambda functions".
const PREFIXES: [&str; 3] = [name::AMZ_PREFIX, "x-amzn-", "x-aws-"];

/// Credentials of other kinds. Browsers, curl and reqwest also remove the first five when a redirect leads to a different
/// origin. `x-api-key` is API Gateway's. A `Referer` may hold a presigned URL.
///
/// Sources: Fetch Standard, "HTTP-redirect fetch"; curl's manual, `--location-trusted`; reqwest's redirects.
const OTHERS: [HeaderName; 7] = [
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    WWW_AUTHENTICATE,
    COOKIE,
    HeaderName::from_static("cookie2"),
    HeaderName::from_static("x-api-key"),
    REFERER,
];

/// The number of characters of a foreign host that an error shows.
const MAX_SHOWN: usize = 100;

/// Removes every header that may carry credentials, for every URI.
pub(super) fn strip(parts: &mut Parts) {
    let is_credential = |name: &HeaderName| {
        OTHERS.contains(name) || PREFIXES.into_iter().any(|prefix| name.as_str().starts_with(prefix))
    };
    let may_tell = |(name, value): &(&HeaderName, &HeaderValue)| is_credential(name) || value.is_sensitive();
    let names: Vec<_> = parts.headers.iter().filter(may_tell).map(|(name, _)| name.clone()).collect();
    for name in names {
        parts.headers.remove(name);
    }
}

/// The error for a request to a foreign origin.
#[cold]
pub(super) fn refused(parts: &Parts) -> Error {
    let scheme = parts.uri.scheme_str().unwrap_or("no scheme");
    let host: String = parts.uri.host().unwrap_or("no host").chars().take(MAX_SHOWN).collect();
    let port = parts.uri.port_u16().map_or_else(String::new, |port| format!(":{port}"));
    let detail = format!(
        "{scheme}://{host}{port}, or the origin of its Host header, is not an origin that requests are signed for"
    );
    Error::new(ErrorKind::ForeignOrigin, detail)
}

#[cfg(test)]
mod tests {
    use super::strip;
    use http::{HeaderValue, Request};

    #[test]
    fn keys_and_tokens_always_go() {
        for query in ["", "?X-Amz-Signature=x&X-Amz-SignedHeaders=host%3Bx-amz-security-token"] {
            let mut request = Request::get(format!("https://evil.example/{query}")).header("accept", "*/*");
            for name in [
                "authorization",
                "Proxy-Authorization",
                "cookie",
                "cookie2",
                "www-authenticate",
                "x-api-key",
                "referer",
                "X-Amz-Date",
                "x-amz-security-token",
                "x-amz-s3session-token",
                "x-amz-server-side-encryption-customer-key",
                "x-amz-copy-source-server-side-encryption-customer-key",
                "x-amz-meta-note",
                "x-amzn-oidc-accesstoken",
                "x-amzn-oidc-data",
                "x-aws-ec2-metadata-token",
                "x-aws-parameters-secrets-token",
            ] {
                request = request.header(name, "hush");
            }
            let mut secret = HeaderValue::from_static("hush");
            secret.set_sensitive(true);
            let request = request.header("x-mine", "plain").header("x-mine", secret);
            let mut parts = request.body(()).unwrap().into_parts().0;
            strip(&mut parts);
            assert_eq!(parts.headers.keys().collect::<Vec<_>>(), ["accept"], "{query}");
        }
    }
}
