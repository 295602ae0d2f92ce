//! Hints for a signature that no known mistake explains. Each is possible but not proven.

use crate::explain::headers::causes::HEADER_CHANGED;
use crate::explain::key::causes::SECRET_OF_OTHER_KEY;
use crate::explain::payload::causes::PAYLOAD_CHANGED;
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

/// The hints, the likeliest first.
pub(crate) fn hints(listed: &[&str], body_signed: bool) -> Vec<Finding> {
    let mut mistakes = Vec::new();
    let fragile: Vec<_> = listed.iter().map(|name| name.to_ascii_lowercase()).filter(|name| is_fragile(name)).collect();
    if !fragile.is_empty() {
        mistakes.push(HEADER_CHANGED.of(fragile.join(", ")));
    }
    mistakes.push(SECRET_OF_OTHER_KEY.into());
    if body_signed {
        mistakes.push(PAYLOAD_CHANGED.into());
    }
    mistakes.into_iter().map(|mistake| Finding::new(&[mistake], Certainty::Possible)).collect()
}

fn is_fragile(name: &str) -> bool {
    FRAGILE.contains(&name) || FRAGILE_FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::hints;

    #[test]
    fn headers_that_proxies_change_come_first_and_nothing_is_sure() {
        let found = hints(&["host", "Via", "x-forwarded-for", "x-amz-date"], true);
        let names: Vec<_> = found.iter().map(|f| (f.name(), f.certainty().as_str())).collect();
        let expected = ["header-changed", "secret-of-other-key", "payload-changed"].map(|name| (name, "possible"));
        assert_eq!(names, expected);
        assert_eq!(found[0].detail(), Some("via, x-forwarded-for"));
        assert_eq!(hints(&["host"], false).len(), 1);
    }
}
