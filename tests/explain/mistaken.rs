//! Whole explanations of requests that a wrong signer made.

use crate::wrong::{EMPTY, SECRET, Wrong, wrong};
use sig4::explain::{Cause, Certainty, Explainer, MAX_CANDIDATES, MAX_HASHED_BYTES, Report, Verdict};
use sig4::request::RequestView;
use sig4::settings::PathEncoding;
use sig4::{Credentials, Expires, Payload, Signer, Timestamp, Verifier};
use time::Duration;

/// The names of the other causes of the first finding.
fn others(report: &Report) -> Vec<&'static str> {
    report.findings()[0].alternatives().iter().map(|cause| cause.name()).collect()
}

fn first(report: &Report) -> (&str, Certainty) {
    report.findings().first().map_or(("", Certainty::Possible), |f| (f.name(), f.certainty()))
}

#[test]
fn a_request_that_verifies_has_nothing_wrong() {
    let report = wrong("execute-api", "/a%20b", "b=2&a=1", "GET\n/a%2520b\na=1&b=2\n{h}\n{e}").explained(0);
    assert_eq!((report.verdict(), report.findings().len(), report.nothing_wrong()), (Verdict::NothingWrong, 0, true));
    assert!(report.canonical_request().unwrap().starts_with("GET\n/a%2520b\na=1&b=2\n"));
}

#[test]
fn single_mistakes_are_named_and_the_difference_is_found() {
    for (case, name, line) in [
        (wrong("execute-api", "/a%20b", "", "GET\n/a%20b\n\n{h}\n{e}"), "path-encoded-once", 2),
        (wrong("execute-api", "/a", "b=2&a=1", "GET\n/a\nb=2&a=1\n{h}\n{e}"), "query-unsorted", 3),
        (wrong("execute-api", "/a", "", "get\n/a\n\n{h}\n{e}"), "method-not-upper-cased", 1),
        (wrong("s3", "/a%20b", "", "GET\n/a%2520b\n\n{h}\n{e}"), "path-encoded-twice", 2),
        (
            wrong(
                "execute-api",
                "/",
                "",
                "GET\n/\n\nhost:h.example:443\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{e}",
            ),
            "host-with-port",
            4,
        ),
        (
            wrong(
                "execute-api",
                "/",
                "",
                "GET\n/\n\nhost:localhost\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{e}",
            ),
            "host-of-proxy",
            4,
        ),
        (
            Wrong { body: "x", method: "POST", ..wrong("execute-api", "/", "", "POST\n/\n\n{h}\n{e}") },
            "payload-empty",
            8,
        ),
        (
            Wrong { body: "x", method: "POST", ..wrong("execute-api", "/", "", "POST\n/\n\n{h}\nUNSIGNED-PAYLOAD") },
            "payload-unsigned",
            8,
        ),
        (
            wrong(
                "execute-api",
                "/",
                "",
                "GET\n/\n\nx-amz-date:20150830T123600Z\nhost:h.example\n\nhost;x-amz-date\n{e}",
            ),
            "headers-missorted",
            4,
        ),
        (
            wrong(
                "execute-api",
                "/",
                "",
                "GET\n/\n\nHost:h.example\nX-Amz-Date:20150830T123600Z\n\nhost;x-amz-date\n{e}",
            ),
            "header-names-not-lowered",
            4,
        ),
        (wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}\n"), "canonical-request-trailing-newline", 8),
    ] {
        let report = case.explained(0);
        assert_eq!(first(&report), (name, Certainty::Certain), "{report}");
        assert_eq!(report.verdict(), Verdict::Explained);
        assert_eq!(report.difference().map(|d| d.line()), Some(line), "{report}");
        assert!(report.candidates() <= MAX_CANDIDATES);
    }
}

#[test]
fn wrong_keys_and_strings_to_sign_are_named() {
    let right = || wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}");
    let secret = |secret: String| Wrong { secret, ..right() };
    let steps = |steps| Wrong { steps, ..right() };
    for (case, name) in [
        (secret(format!("{SECRET}\n")), "secret-trailing-newline"),
        (secret(SECRET.replace('/', "%2F").replace('+', "%2B")), "secret-percent-encoded"),
        (secret(format!("\"{SECRET}\"")), "secret-quoted"),
        (steps(["20150830", "eu-west-1", "execute-api", "aws4_request"]), "key-region"),
        (steps(["20150830", "us-east-1", "apigateway", "aws4_request"]), "key-service"),
        (steps(["20150829", "us-east-1", "execute-api", "aws4_request"]), "key-day"),
        (steps(["20150830", "execute-api", "us-east-1", "aws4_request"]), "key-parts-swapped"),
        (Wrong { date: "20150830T123601Z", ..right() }, "date-other-than-signed"),
        (
            Wrong { date: "20150830T110000Z", ..right() }.header("date", "Sun, 30 Aug 2015 11:00:00 GMT"),
            "date-header-used",
        ),
        (Wrong { canonical: String::new(), ..right() }.header("date", "x"), "secret-of-other-key"),
    ] {
        let report = case.explained(0);
        assert_eq!(first(&report).0, name, "{report}");
        assert_eq!(report.verdict() == Verdict::Unexplained, name == "secret-of-other-key");
        assert!(report.difference().is_none(), "the canonical request is right");
        assert!(!report.to_json().contains(SECRET) && !report.to_string().contains(SECRET));
    }
}

#[test]
fn pairs_are_named_in_the_order_of_the_request() {
    for (case, name) in [
        (
            wrong("execute-api", "/a%20b", "b=2&a=1", "GET\n/a%20b\nb=2&a=1\n{h}\n{e}"),
            "path-encoded-once+query-unsorted",
        ),
        (wrong("execute-api", "/a//b%20c", "", "GET\n/a//b%20c\n\n{h}\n{e}"), "path-encoded-once+path-not-normalized"),
        (
            Wrong { secret: format!("{SECRET}\n"), ..wrong("execute-api", "/a%20b", "", "GET\n/a%20b\n\n{h}\n{e}") },
            "path-encoded-once+secret-trailing-newline",
        ),
        (
            wrong("execute-api", "/a%20b", "c&b=/&a=1&", "GET\n/a%20b\nc&b=/&a=1&\n{h}\n{e}"),
            "path-encoded-once+query-verbatim",
        ),
    ] {
        let report = case.explained(0);
        assert_eq!(first(&report), (name, Certainty::Certain), "{report}");
    }
}

#[test]
fn time_and_scope_are_told_first_and_what_else_is_wrong_after_them() {
    let right = || wrong("execute-api", "/a%20b", "", "GET\n/a%2520b\n\n{h}\n{e}");
    let late = right().explained(17 * 60 + 5);
    assert_eq!((first(&late).0, late.findings().len()), ("expired", 1));
    assert!(late.findings()[0].detail().unwrap().contains("17 min 5 s behind"), "{late}");
    assert!(late.findings()[0].summary().ends_with("the signature is right otherwise"));
    assert!(late.signed_canonical_request().is_some(), "the signature proves it");
    assert_eq!(late.signed_canonical_request(), late.canonical_request());
    assert_eq!(first(&right().explained(-7200)).0, "not-yet-current");
    let twice = wrong("execute-api", "/a%20b", "", "GET\n/a%20b\n\n{h}\n{e}").explained(3600);
    assert_eq!(twice.findings().iter().map(|f| f.name()).collect::<Vec<_>>(), ["expired", "path-encoded-once"]);
    let other = |region: &'static str, service: &'static str| {
        let scope = format!("20150830/{region}/{service}/aws4_request");
        Wrong { signed_scope: scope.clone(), scope, steps: ["20150830", region, service, "aws4_request"], ..right() }
    };
    for (region, service, name) in [
        ("eu-west-1", "execute-api", "scope-region"),
        ("us-east-1", "s3", "scope-service"),
        ("eu-west-1", "s3", "scope-region+scope-service"),
    ] {
        let report = other(region, service).explained(0);
        assert_eq!((first(&report), report.findings().len()), ((name, Certainty::Certain), 1), "{report}");
        assert!(report.findings()[0].summary().ends_with("the signature is right otherwise"), "{report}");
        assert_eq!(report.signed_canonical_request(), report.canonical_request(), "{report}");
    }
}

#[test]
fn the_search_is_bounded_whatever_the_request() {
    let query: &'static str = (0..400).map(|n| format!("k{n}=%2f+~")).collect::<Vec<_>>().join("&").leak();
    let path: &'static str = "/%2f+a//../~%7e".repeat(200).leak();
    let mut case = Wrong { body: "{\"a\": [1]}", ..wrong("execute-api", path, query, "nothing") };
    let names: Vec<String> = (0..60).map(|n| format!("x-h{n:02}")).collect();
    for name in &names {
        case = case.header(name.clone().leak(), "a  b, c\t d,e");
        case = case.header(name.clone().leak(), "z");
    }
    case.listed = format!("host;x-amz-date;{}", names.join(";")).leak();
    let report = case.explained(0);
    assert_eq!(report.verdict(), Verdict::Unexplained);
    assert!(report.candidates() <= MAX_CANDIDATES, "{}", report.candidates());
    const { assert!(MAX_CANDIDATES <= 65_536 && MAX_HASHED_BYTES <= 16 << 20) };
}

#[test]
fn the_clients_own_canonical_request_tells_more_than_two_mistakes() {
    let canonical =
        "get\n/a%20b\nb=2&a=1\nhost:h.example\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD";
    let case = wrong("execute-api", "/a%20b", "b=2&a=1", canonical);
    assert_eq!(case.explained(0).verdict(), Verdict::Unexplained, "four mistakes are too many to search for");
    let report = case.explained_with(0, &|explainer| explainer.with_client_canonical_request(canonical));
    let name = "method-not-upper-cased+path-encoded-once+query-unsorted+payload-unsigned";
    assert_eq!(first(&report), (name, Certainty::Certain), "{report}");
    assert_eq!(report.difference().map(|d| d.line()), Some(1));
}

#[test]
fn the_signature_shows_only_to_who_asks() {
    let case = wrong("execute-api", "/a%20b", "", "GET\n/a%20b\n\n{h}\n{e}");
    assert_eq!(case.explained(0).signature(), None);
    let shown = case.explained_with(0, &|explainer| explainer.with_signature_shown(true));
    let right = wrong("execute-api", "/a%20b", "", "GET\n/a%2520b\n\n{h}\n{e}").signature();
    assert_eq!(shown.signature(), Some(right.as_str()));
    assert!(!case.explained(0).to_json().contains(&right));
}

#[test]
fn headers_tokens_and_bodies_have_their_causes() {
    let lines = |extra: &str, names: &str| {
        format!("GET\n/\n\nhost:h.example\nx-a:{extra}\nx-amz-date:20150830T123600Z\n\n{names}\n{EMPTY}")
    };
    let with = |values: &[&str], signed: &str| {
        let canonical = lines(signed, "host;x-a;x-amz-date");
        let case = Wrong { listed: "host;x-a;x-amz-date", ..wrong("execute-api", "/", "", &canonical) };
        values.iter().fold(case, |case, value| case.header("x-a", value))
    };
    let curl = Wrong { listed: "host;x-a;x-a;x-amz-date", ..with(&["1", "2"], "1\nx-a:2") };
    let curl = Wrong { canonical: lines("1\nx-a:2", "host;x-a;x-a;x-amz-date"), ..curl };
    for (case, name) in [
        (with(&["a  b"], "a  b"), "header-whitespace-kept"),
        (with(&["a\tb"], "a\tb"), "header-tab-kept"),
        (with(&["a\u{a0}b"], "a b"), "header-nbsp-folded"),
        (with(&["1", "2"], "1, 2"), "header-values-comma-space"),
        (with(&["1", "2"], "1"), "header-first-value-only"),
        (with(&["1", "2"], "2"), "header-last-value-only"),
        (with(&["1", "2"], "1\nx-a:2"), "header-values-as-lines"),
        (with(&["2", "1"], "1,2"), "header-values-sorted"),
        (with(&["1, 10.0.0.1"], "1"), "header-changed"),
        (curl, "header-names-repeated"),
        (Wrong { listed: "host;x-amz-date;via", ..with(&[], "") }, "header-missing"),
        (wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}").header("x-amz-meta-a", "1"), "header-not-signed"),
        (wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}").header("x-amz-security-token", "t"), "token-not-signed"),
        (wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}").header("x-amz-date", "20150830T123600Z"), "date-twice"),
        (
            Wrong { listed: "host;;x-amz-date", ..wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}") },
            "header-names-empty",
        ),
        (
            Wrong {
                body: "{\"a\": 1}",
                method: "POST",
                ..wrong(
                    "execute-api",
                    "/",
                    "",
                    "POST\n/\n\n{h}\n015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
                )
            },
            "payload-reserialized",
        ),
    ] {
        let report = case.explained(0);
        assert_eq!(first(&report), (name, Certainty::Certain), "{report}");
    }
    let proxied = with(&["1, 10.0.0.1"], "1").explained(0);
    assert_eq!(proxied.findings()[0].detail(), Some("x-a"));
}

#[test]
fn a_stated_hash_of_another_body_is_named() {
    let canonical = format!(
        "PUT\n/k\n\nhost:h.example\nx-amz-content-sha256:{EMPTY}\nx-amz-date:20150830T123600Z\n\nhost;x-amz-content-sha256;x-amz-date\n{EMPTY}"
    );
    let case = Wrong {
        method: "PUT",
        body: "data",
        listed: "host;x-amz-content-sha256;x-amz-date",
        ..wrong("s3", "/k", "", &canonical)
    };
    assert_eq!(first(&case.header("x-amz-content-sha256", EMPTY).explained(0)).0, "payload-empty");
}

#[test]
fn requests_without_a_signature_that_can_be_read_are_told_apart() {
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let credentials = Credentials::new("AKID", SECRET).unwrap();
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let name = |query: Option<&str>, headers: &[(&str, &[u8])]| {
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
        let view = RequestView::new("GET", "/", query, &headers);
        let report = Explainer::new(&verifier, &credentials).report(&view, b"", now);
        assert_eq!(report.verdict(), Verdict::Explained, "{report}");
        report.findings()[0].name().to_owned()
    };
    let host: (&str, &[u8]) = ("host", b"h.example");
    let sent: (&str, &[u8]) = ("x-amz-date", b"20150830T123600Z");
    let good: &[u8] = b"AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00";
    for (authorization, expected) in [
        (&b""[..], "algorithm-unsupported"),
        (b"Bearer abc", "algorithm-unsupported"),
        (b"AWS4-ECDSA-P256-SHA256 Credential=AKID", "sigv4a"),
        (b"AWS4-HMAC-SHA256 Credential=AKID", "authorization-malformed"),
        (b"AWS4-HMAC-SHA256 Credential=AKID/Mon, 23 /us-east-1/s3/aws4_request, Signature=0", "date-header-used"),
        (b"AWS4-HMAC-SHA256 Credential=AKID/x, SignedHeaders=host;x-amz-date, Signature=0", "credential-malformed"),
    ] {
        assert_eq!(name(None, &[host, sent, ("authorization", authorization)]), expected);
    }
    assert_eq!(name(None, &[host, sent]), "not-signed");
    assert_eq!(name(None, &[host, host, sent, ("authorization", good)]), "host-ambiguous");
    assert_eq!(name(Some("a=%"), &[host, sent, ("authorization", good)]), "query-malformed");
    assert_eq!(name(Some("X-Amz-Algorithm=a"), &[host, sent, ("authorization", good)]), "signed-twice");
    assert_eq!(
        name(None, &[host, ("date", b"Sun, 30 Aug 2015 12:36:00 GMT"), ("authorization", good)]),
        "date-header-used"
    );
    let date_signed = &[
        b"AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/execute-api/aws4_request, ".as_slice(),
        b"SignedHeaders=host;x-amz-date, Signature=00",
    ]
    .concat();
    assert_eq!(name(None, &[host, ("x-amz-date", b"yesterday"), ("authorization", date_signed)]), "date-malformed");
}

const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLE/token+with=signs";

/// A request of temporary credentials, that carries `sent` as its token.
fn temporary(sent: Option<&str>) -> Report {
    let credentials = Credentials::new("ASIA", SECRET).unwrap().with_session_token(TOKEN).unwrap();
    let signing = sent.map_or_else(
        || Credentials::new("ASIA", SECRET).unwrap(),
        |t| Credentials::new("ASIA", SECRET).unwrap().with_session_token(t).unwrap(),
    );
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let headers = vec![("host".to_owned(), b"h.example".to_vec())];
    let view = RequestView::new("GET", "/", None, &headers);
    let signed =
        Signer::new("us-east-1", "execute-api").unwrap().sign_view(&view, &Payload::Bytes(b""), &signing, now).unwrap();
    let mut headers = headers.clone();
    headers.extend(signed.headers().map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())));
    let view = RequestView::new("GET", "/", None, &headers);
    Explainer::new(&Verifier::new("us-east-1", "execute-api").unwrap(), &credentials).report(&view, b"", now)
}

#[test]
fn tokens_that_are_not_the_credentials_own_are_told_apart_and_never_shown() {
    for (sent, name) in [
        (None, "token-missing"),
        (Some("undefined"), "token-undefined"),
        (Some("IQoJb3JpZ2luX2VjEXAMPLE%2Ftoken%2Bwith%3Dsigns"), "token-percent-encoded"),
        (Some("someOtherTokenEXAMPLE"), "token-wrong"),
    ] {
        let report = temporary(sent);
        assert_eq!((first(&report), report.findings().len()), ((name, Certainty::Certain), 1), "{report}");
        let shown = format!("{report} {report:?} {} {}", report.to_json(), report.to_ansi());
        assert!(!shown.contains(TOKEN) && !shown.contains("someOtherToken") && !shown.contains(SECRET), "{shown}");
    }
    assert!(temporary(Some(TOKEN)).nothing_wrong());
}

#[test]
fn presigned_urls_are_explained_as_well() {
    let credentials = Credentials::new("AKID", SECRET).unwrap();
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let headers = vec![("host".to_owned(), b"b.s3.amazonaws.com".to_vec())];
    let view =
        RequestView::new("GET", "/a//k", Some("b=2&a=1"), &headers).with_authority("https", "b.s3.amazonaws.com");
    let report = |client: &Signer, payload: &Payload<'_>, late: i64| {
        let expires = Expires::from_secs(60).unwrap();
        let url = client.presign_view(&view, payload, &credentials, expires, now).unwrap().url();
        let (path, query) = url.strip_prefix("https://b.s3.amazonaws.com").unwrap().split_once('?').unwrap();
        let received = RequestView::new("GET", path, Some(query), &headers);
        Explainer::new(&Verifier::new("us-east-1", "s3").unwrap(), &credentials).report(
            &received,
            b"",
            now + Duration::seconds(late),
        )
    };
    let signer = || Signer::new("us-east-1", "s3").unwrap();
    assert!(report(&signer(), &Payload::Unsigned, 60).nothing_wrong());
    let late = report(&signer(), &Payload::Unsigned, 90);
    assert_eq!(first(&late).0, "expired");
    assert!(late.findings()[0].detail().unwrap().ends_with("received 30 s too late"), "{late}");
    let merged =
        report(&signer().with_path_encoding(PathEncoding::Verbatim).with_normalized_path(true), &Payload::Unsigned, 0);
    assert_eq!((first(&merged).0, others(&merged)), ("path-slashes-merged", vec!["path-normalized"]));
}

#[test]
fn an_empty_list_of_signed_headers_is_one_mistake_and_not_two() {
    let case = Wrong { listed: "", ..wrong("execute-api", "/", "", "GET\n/\n\n\n\n{e}") };
    let report = case.explained(0);
    let names: Vec<_> = report.findings().iter().map(|finding| finding.name()).collect();
    assert_eq!(names, ["header-not-signed"], "the host, as AWS says as well: {report}");
}

#[test]
fn hosts_and_bodies_that_the_caller_knows_are_tried() {
    let canonical = "POST\n/\n\nhost:api.example\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    let case = Wrong { method: "POST", body: "y", ..wrong("execute-api", "/", "", canonical) };
    assert_eq!(case.explained(0).verdict(), Verdict::Unexplained);
    let report = case.explained_with(0, &|e| e.with_hosts(["api.example"]).with_original_body(b"x"));
    assert_eq!(first(&report), ("host-of-proxy+payload-reserialized", Certainty::Certain), "{report}");
}

#[test]
fn a_report_is_json_without_control_characters_and_colours_stand_only_where_asked() {
    let report = wrong("execute-api", "/a%20b", "", "GET\n/a%20b\n\n{h}\n{e}").explained(0);
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["verdict"], "explained");
    assert_eq!(json["findings"][0]["name"], "path-encoded-once");
    assert_eq!(json["difference"]["line"], 2);
    assert_eq!(json["signature"], serde_json::Value::Null);
    assert!(!report.to_string().contains('\u{1b}') && report.to_ansi().contains('\u{1b}'));
    assert_eq!(Cause::all().filter(|cause| cause.name() == "path-encoded-once").count(), 1);
}

/// curl 8.14 decodes an encoded plus sign and takes it for a space, curl/curl#20543.
#[test]
fn an_encoded_plus_that_was_signed_as_a_space_is_named() {
    for (query, signed) in [("a=b%2Bc", "a=b%20c"), ("a=b%2Bc+d", "a=b%20c%20d"), ("a=b%2bc", "a=b%20c")] {
        for service in ["execute-api", "s3"] {
            let report = wrong(service, "/", query, &format!("GET\n/\n{signed}\n{{h}}\n{{e}}")).explained(0);
            assert_eq!(first(&report), ("query-plus-as-space", Certainty::Certain), "{query}: {report}");
        }
    }
}

#[test]
fn a_key_or_time_that_two_causes_give_names_both() {
    let case = Wrong { date: "20150830T123601Z", ..wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}") };
    let report = case.header("date", "Sun, 30 Aug 2015 12:36:01 GMT").explained(0);
    let finding = &report.findings()[0];
    assert_eq!((finding.name(), others(&report)), ("date-header-used", vec!["date-other-than-signed"]), "{report}");
}
