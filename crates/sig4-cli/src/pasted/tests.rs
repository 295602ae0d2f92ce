//! Any text is read or refused, and a text that is cut proves nothing about its body.

use super::{BodyState, Wanted, read};
use proptest::prelude::{any, prop, proptest};
use proptest::sample::Index;
use sig4::explain::Explainer;
use sig4::{Credentials, Timestamp, Verifier};

/// Outputs of tools. Each has the same right request, which `tests/subjects/pasted/make.py` made.
const TEXTS: [&[u8]; 10] = [
    include_bytes!("../../tests/subjects/pasted/curl-v.txt"),
    include_bytes!("../../tests/subjects/pasted/curl-trace.txt"),
    include_bytes!("../../tests/subjects/pasted/curl-trace-ascii.txt"),
    include_bytes!("../../tests/subjects/pasted/wget-d.txt"),
    include_bytes!("../../tests/subjects/pasted/http-client.txt"),
    include_bytes!("../../tests/subjects/pasted/requests-headers.txt"),
    include_bytes!("../../tests/subjects/pasted/requests-toolbelt.txt"),
    include_bytes!("../../tests/subjects/pasted/requests-toolbelt-bytes.txt"),
    include_bytes!("../../tests/subjects/pasted/httpie-v.txt"),
    include_bytes!("../../tests/subjects/pasted/httpie-head.txt"),
];

/// Texts of the other forms, with no signature that could be right.
const OTHERS: [&str; 10] = [
    "curl 'https://h/a?b' \\\n -H $'x: \\u00e9\\x41' -d \"a\\\"b\" -H 'authorization: x' --json '{}' -G &",
    "curl ^\"https://h/?a=^%^20^&b^\" ^\n -H ^\"authorization: ^\\^\"x^\\^\"^\" ^\n --data-raw ^\"x\\\\^\"",
    "fetch(\"https://h/a\", {\"headers\": {\"authorization\": \"x\"}, \"body\": \"{}\", \"method\": \"POST\"});",
    ":authority: h\n:method: POST\n:path: /a\n:scheme: https\nauthorization: x\ncookie: a\ncookie: b\n",
    ":authority\nh\n:method\nPOST\n:path\n/a\nauthorization\nx\n",
    "{\"log\":{\"entries\":[{\"request\":{\"method\":\"POST\",\"url\":\"https://h/a?b\",\"headers\":[{\"name\":\"authorization\",\"value\":\"x\"}],\"postData\":{\"text\":\"YQ==\",\"encoding\":\"base64\"}},\"response\":{\"status\":403}}]}}",
    "{\"httpMethod\":\"POST\",\"path\":\"/a b\",\"multiValueHeaders\":{\"authorization\":[\"x\"]},\"body\":\"YQ==\",\"isBase64Encoded\":true}",
    "web | {\"request\":\"GET /a HTTP/1.1\",\"http_authorization\":\"SignedHeaders=host;x-a, x\",\"args\":\"a=b\",\"time\":\"1e3\"}\n{\"a\":1}",
    "<https://h/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=x&\n X-Amz-Signature=y>",
    "* h2h3 [:method: GET]\n* h2h3 [:path: /[a]]\n* h2h3 [authorization: x]\n> POST /a HTTP/2\n> Host: h\n> \n| a\n| b\n< HTTP/2 403\n",
];

fn texts() -> impl Iterator<Item = &'static [u8]> {
    TEXTS.into_iter().chain(OTHERS.into_iter().map(str::as_bytes))
}

/// What the report of a text says, if the text is read with a body.
fn report(text: &[u8]) -> Option<String> {
    let pasted = read(text, &Wanted::default()).ok().filter(|pasted| pasted.body == BodyState::Known)?;
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let now = super::own_time(&pasted.request).unwrap_or_else(|| Timestamp::parse("20150830T123600Z").unwrap());
    let explainer = Explainer::new(&verifier, &credentials);
    let report = explainer.report(&pasted.request.view(), &pasted.request.body, now.to_datetime());
    let certain = report.findings().iter().filter(|f| f.certainty() == sig4::explain::Certainty::Certain);
    Some(certain.map(|finding| finding.name().to_owned()).collect::<Vec<_>>().join(" "))
}

#[test]
fn a_text_that_is_cut_has_no_certain_cause_in_its_body() {
    for text in texts() {
        let step = (text.len() / 60).max(1);
        for end in (0..text.len()).step_by(step) {
            let certain = report(text.get(..end).unwrap()).unwrap_or_default();
            assert!(!certain.contains("payload"), "{certain}: {}", String::from_utf8_lossy(&text[..end]));
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,400}") {
        for text in [bytes.as_slice(), text.as_bytes()] {
            let _ = read(text, &Wanted::default());
            let _ = read(text, &Wanted { entry: Some(1), body: Some(b"") });
        }
    }

    #[test]
    fn damaged_texts_are_read_or_refused(
        which in any::<Index>(), at in any::<Index>(), length in 0_usize..40, new in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let all: Vec<_> = texts().collect();
        let text = *which.get(&all);
        let at = at.index(text.len());
        let end = (at + length).min(text.len());
        let damaged = [&text[..at], &new, &text[end..]].concat();
        let _ = read(&damaged, &Wanted::default());
        let _ = read(&text[at..], &Wanted::default());
    }

    #[test]
    fn joined_texts_are_read_or_refused(first in any::<Index>(), second in any::<Index>(), joint in "[\n\r \"'{}\\\\^$&|<>*]{0,4}") {
        let all: Vec<_> = texts().collect();
        let joined = [first.get(&all), joint.as_bytes(), second.get(&all)].concat();
        let _ = read(&joined, &Wanted { entry: Some(2), body: None });
    }
}
