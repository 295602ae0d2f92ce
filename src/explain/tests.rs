//! Whole explanations of requests that a wrong signer made.

use super::Explainer;
use super::finding::Certainty;
use super::report::{Report, Verdict};
use super::search::{MAX_CANDIDATES, MAX_HASHED_BYTES};
use crate::bytes::hex;
use crate::bytes::sink::Sink;
use crate::credentials::Credentials;
use crate::crypto::hmac::Key;
use crate::crypto::sha256;
use crate::request::RequestView;
use crate::time::Timestamp;
use crate::verify::Verifier;
use time::Duration;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A request, and what its client signed.
#[derive(Clone)]
struct Wrong {
    service: &'static str,
    method: &'static str,
    path: &'static str,
    query: &'static str,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
    listed: &'static str,
    /// The scope in the credential.
    scope: String,
    // What was signed.
    canonical: String,
    date: &'static str,
    signed_scope: String,
    steps: [&'static str; 4],
    secret: String,
}

/// A request to `service`, signed with this canonical request.
fn wrong(service: &'static str, path: &'static str, query: &'static str, canonical: &str) -> Wrong {
    let scope = format!("20150830/us-east-1/{service}/aws4_request");
    Wrong {
        service,
        method: "GET",
        path,
        query,
        headers: vec![("host", "h.example".into()), ("x-amz-date", "20150830T123600Z".into())],
        body: "",
        listed: "host;x-amz-date",
        canonical: canonical
            .replace("{h}", "host:h.example\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date")
            .replace("{e}", EMPTY),
        date: "20150830T123600Z",
        signed_scope: scope.clone(),
        scope,
        steps: ["20150830", "us-east-1", service, "aws4_request"],
        secret: SECRET.to_owned(),
    }
}

impl Wrong {
    fn signature(&self) -> String {
        let step = |key: Key, input: &&str| key.tag(|m| m.put(input.as_bytes())).into_key();
        let key = self.steps.iter().fold(Key::new(format!("AWS4{}", self.secret).as_bytes()), step);
        let digest = hex::encode(&sha256::digest(self.canonical.as_bytes()));
        let head = format!("AWS4-HMAC-SHA256\n{}\n{}\n", self.date, self.signed_scope);
        let tag = key.tag(|m| {
            m.put(head.as_bytes());
            m.put(&digest);
        });
        String::from_utf8(hex::encode(&tag.publish()).to_vec()).unwrap()
    }

    fn report_by(&self, verifier: &Verifier, with: impl Fn(Explainer<'_>) -> Report) -> Report {
        let _ = verifier;
        with(Explainer::new(verifier, &Credentials::new("AKID", SECRET)))
    }

    fn explained(&self, seconds: i64) -> Report {
        self.explained_with(seconds, &|explainer| explainer)
    }

    fn explained_with(&self, seconds: i64, with: &dyn for<'e> Fn(Explainer<'e>) -> Explainer<'e>) -> Report {
        let verifier = Verifier::new("us-east-1", self.service);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/{}, SignedHeaders={}, Signature={}",
            self.scope,
            self.listed,
            self.signature()
        );
        let mut headers: Vec<(String, Vec<u8>)> =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_bytes())).collect();
        headers.push(("authorization".to_owned(), authorization.into_bytes()));
        let query = Some(self.query).filter(|query| !query.is_empty());
        let view = RequestView::new(self.method, self.path, query, &headers);
        let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime() + Duration::seconds(seconds);
        self.report_by(&verifier, |explainer| with(explainer).report(&view, self.body.as_bytes(), now))
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
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
        (wrong("execute-api", "/", "", "GET\n/\n\n{h}\n{e}\n"), "canonical-request-trailing-newline", 9),
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
    const { assert!(MAX_CANDIDATES <= 20_000 && MAX_HASHED_BYTES <= 4 << 20) };
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
    let shown = case.explained_with(0, &|explainer| explainer.showing_signature());
    let right = wrong("execute-api", "/a%20b", "", "GET\n/a%2520b\n\n{h}\n{e}").signature();
    assert_eq!(shown.signature(), Some(right.as_str()));
    assert!(!case.explained(0).to_json().contains(&right));
}
