//! Hints for a signature that no known mistake explains. Each is possible but not proven.

use crate::explain::headers::causes::{HEADER_CHANGED, HOST_OF_PROXY};
use crate::explain::key::causes::SECRET_OF_OTHER_KEY;
use crate::explain::path::causes::PATH_CHANGED;
use crate::explain::payload::causes::PAYLOAD_CHANGED;
use crate::explain::query::causes::QUERY_CHANGED;
use crate::explain::report::finding::{Certainty, Finding};

/// Headers that proxies, content delivery networks and HTTP stacks are known to change.
///
/// Sources: FantasticFiasco/aws-signature-version-4#1231, boto/botocore#3643, mhart/aws4fetch#39 and #77,
/// rustfs/rustfs#438, dragonflyoss/client#1821.
const FRAGILE: &[&str] = &[
    "accept",
    "accept-encoding",
    "baggage",
    "cache-control",
    "cdn-loop",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "if-none-match",
    "keep-alive",
    "pragma",
    "range",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-amzn-trace-id",
    "x-real-ip",
];
const FRAGILE_FAMILIES: &[&str] = &["cf-", "proxy-", "sec-", "x-forwarded-"];

/// The hints, the likeliest first: the secret, then what a proxy may change.
pub(crate) fn hints(listed: &[&str], body_signed: bool, query_signed: bool) -> Vec<Finding> {
    let mut mistakes = vec![SECRET_OF_OTHER_KEY.into()];
    let fragile: Vec<_> = listed.iter().map(|name| name.to_ascii_lowercase()).filter(|name| is_fragile(name)).collect();
    if !fragile.is_empty() {
        mistakes.push(HEADER_CHANGED.of(fragile.join(", ")));
    }
    if body_signed {
        mistakes.push(PAYLOAD_CHANGED.into());
    }
    mistakes.extend([HOST_OF_PROXY.into(), PATH_CHANGED.into()]);
    if query_signed {
        mistakes.push(QUERY_CHANGED.into());
    }
    mistakes.into_iter().map(|mistake| Finding::new(&[mistake], Certainty::Possible)).collect()
}

fn is_fragile(name: &str) -> bool {
    FRAGILE.contains(&name) || FRAGILE_FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::{Finding, hints};

    #[test]
    fn the_secret_comes_first_and_nothing_is_sure() {
        let found = hints(&["host", "Via", "x-forwarded-for", "x-amz-date"], true, true);
        let names: Vec<_> = found.iter().map(|f| (f.name(), f.certainty().as_str())).collect();
        let expected = [
            "secret-of-other-key",
            "header-changed",
            "payload-changed",
            "host-of-proxy",
            "path-changed",
            "query-changed",
        ];
        let expected = expected.map(|name| (name, "possible"));
        assert_eq!(names, expected);
        assert_eq!(found[1].detail(), Some("via, x-forwarded-for"));
        let few = hints(&["host"], false, false);
        assert_eq!(
            few.iter().map(Finding::name).collect::<Vec<_>>(),
            ["secret-of-other-key", "host-of-proxy", "path-changed"]
        );
    }
}
