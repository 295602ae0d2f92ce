//! A request that a verifier refuses before it computes a signature: the search goes on, and the report names both.

use crate::wrong::{Wrong, wrong};
use sig4::explain::Certainty;

/// The names of the findings, all of which have to be certain.
fn named(case: &Wrong) -> Vec<String> {
    let report = case.explained(0);
    assert!(report.findings().iter().all(|finding| finding.certainty() == Certainty::Certain), "{report}");
    report.findings().iter().map(|finding| finding.name().to_owned()).collect()
}

fn gateway(path: &'static str, query: &'static str, canonical: &str) -> Wrong {
    wrong("execute-api", path, query, canonical)
}

#[test]
fn a_malformed_path_or_query_does_not_hide_the_rest() {
    for (case, shown, proven) in [
        (
            gateway("/a%20b", "x=100%&b=1", "GET\n/a%20b\nb=1&x=100%25\n{h}\n{e}"),
            "query-malformed",
            "path-encoded-once",
        ),
        (
            gateway("/a", "x=100%&b=1", "GET\n/a\nx=100%&b=1\n{h}\n{e}"),
            "query-malformed",
            "query-unsorted+query-not-encoded",
        ),
        (
            gateway("/a%20b", "x=%zz&b=1", "GET\n/a%20b\nx=%25zz&b=1\n{h}\n{e}"),
            "query-malformed",
            "path-encoded-once+query-unsorted",
        ),
        (gateway("/../a%20b", "", "GET\n/a%20b\n\n{h}\n{e}"), "path-malformed", "path-encoded-once"),
        (gateway("/100%", "b=2&a=1", "GET\n/100%25\nb=2&a=1\n{h}\n{e}"), "path-malformed", "query-unsorted"),
    ] {
        assert_eq!(named(&case), [shown, proven], "{}?{}", case.path, case.query);
    }
}

#[test]
fn a_malformed_query_that_was_signed_rightly_is_the_only_mistake() {
    let case = gateway("/a", "x=100%&b=1", "GET\n/a\nb=1&x=100%25\n{h}\n{e}");
    let report = case.explained(0);
    assert_eq!(named(&case), ["query-malformed"]);
    assert!(report.to_string().contains("the signature is right otherwise"), "{report}");
}

#[test]
fn a_time_that_was_sent_twice_leaves_room_for_other_mistakes() {
    let twice = |canonical| gateway("/a%20b", "b=2&a=1", canonical).header("x-amz-date", "20150830T123600Z");
    for (canonical, proven) in [
        ("GET\n/a%20b\nb=2&a=1\n{h}\n{e}", "path-encoded-once+query-unsorted"),
        ("GET\n/a%2520b\nb=2&a=1\n{h}\n{e}", "query-unsorted"),
        ("GET\n/a%20b\nb=2&a=1\n{h}\nUNSIGNED-PAYLOAD", "path-encoded-once+query-unsorted+payload-unsigned"),
    ] {
        let names = named(&twice(canonical));
        assert_eq!(names.first().map(String::as_str), Some("date-twice"));
        let rest = names.get(1).map(|name| name.replace("+header-first-value-only", ""));
        assert_eq!(rest.as_deref(), Some(proven), "{canonical}");
    }
}

#[test]
fn a_list_with_an_empty_or_a_repeated_name_does_not_hide_the_rest() {
    let headers = "host:h.example\nx-amz-date:20150830T123600Z\n";
    for (list, shown) in [("host;x-amz-date;", "header-names-empty"), ("host;host;x-amz-date", "header-names-repeated")]
    {
        let mut case = gateway("/a%20b", "b=2&a=1", "");
        case.listed = list;
        case.canonical = format!("GET\n/a%20b\nb=2&a=1\n{headers}\n{list}\n{}", crate::wrong::EMPTY);
        let names = named(&case);
        assert!(names.iter().any(|name| name.contains(shown)), "{names:?}");
        assert!(names.iter().any(|name| name.contains("path-encoded-once+query-unsorted")), "{list}: {names:?}");
    }
}

#[test]
fn the_head_of_a_request_in_chunks_is_searched() {
    let mut case =
        gateway("/a%20b", "b=2&a=1", "").header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    case.listed = "host;x-amz-content-sha256;x-amz-date";
    case.canonical = format!(
        "GET\n/a%20b\nb=2&a=1\nhost:h.example\nx-amz-content-sha256:{0}\nx-amz-date:20150830T123600Z\n\n{1}\n{0}",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", case.listed
    );
    let names = named(&case);
    assert!(names.contains(&"path-encoded-once+query-unsorted".to_owned()), "{names:?}");
}
