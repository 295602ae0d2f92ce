//! No report shows the secret or the session token, wherever a client has put them.

use sig4::explain::Explainer;
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2Vj/EXAMPLE+TOKEN/of/a/session==";

/// Every byte that is not unreserved, encoded.
fn encoded(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

/// The report of a request with these parts, in every form.
fn told(authorization: &str, date: &str, path: &str, query: &str) -> String {
    let headers: Vec<(String, Vec<u8>)> = [("host", "h"), ("x-amz-date", date), ("authorization", authorization)]
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .into();
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET).unwrap().with_session_token(TOKEN).unwrap();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap().with_aws_compat();
    let view = RequestView::new("GET", path, Some(query), &headers);
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let client = format!("GET\n{path}\n{query}\nhost:h\n{SECRET}:{TOKEN}\n\nhost\n{}", encoded(SECRET));
    let explainer = Explainer::new(&verifier, &credentials);
    let alone = explainer.report(&view, b"", now);
    let compared = explainer.with_client_canonical_request(&client).report(&view, b"", now);
    assert!(!alone.nothing_wrong());
    [alone, compared].map(|report| format!("{report}\n{report:?}\n{}", report.to_json())).concat()
}

#[test]
fn a_secret_in_the_wrong_place_is_shown_nowhere_and_neither_is_a_part_of_it() {
    const DATE: &str = "20150830T123600Z";
    let signature = "0123456789abcdef".repeat(4);
    let authorization = |credential: &str, listed: &str| {
        format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={listed}, Signature={signature}")
    };
    let right = authorization("AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request", "host;x-amz-date");
    for secret in [SECRET, TOKEN] {
        let scoped = |region: &str| format!("AKIDEXAMPLE/20150830/{region}/execute-api/aws4_request");
        let (once, plain) = (encoded(secret), secret.replace('/', "x"));
        let twice = encoded(&once);
        for (what, told) in [
            (
                "key id",
                told(
                    &authorization(&format!("{secret}/20150830/us-east-1/execute-api/aws4_request"), "host"),
                    DATE,
                    "/",
                    "",
                ),
            ),
            ("whole credential", told(&authorization(secret, "host"), DATE, "/", "")),
            ("region", told(&authorization(&scoped(secret), "host"), DATE, "/", "")),
            ("listed", told(&authorization(&scoped("us-east-1"), &format!("host;{secret};x-amz-date")), DATE, "/", "")),
            ("date", told(&right, secret, "/", "")),
            ("no equals sign", told(&format!("AWS4-HMAC-SHA256 {secret}, Signature={signature}"), DATE, "/", "")),
            ("algorithm", told(secret, DATE, "/", "")),
            ("query", told(&right, DATE, "/", &format!("X-Amz-Securty-Token={once}"))),
            ("query, encoded twice", told(&right, DATE, "/", &format!("X-Amz-Securty-Token={twice}"))),
            ("path", told(&right, DATE, &format!("/{plain}/{secret}/{once}"), "")),
        ] {
            let told = told.to_ascii_lowercase();
            for form in [secret, &once, &twice].map(str::to_ascii_lowercase) {
                let pieces = form.as_bytes().windows(12).map(|piece| str::from_utf8(piece).unwrap());
                let shown: Vec<_> = pieces.filter(|piece| told.contains(piece)).collect();
                assert!(shown.is_empty(), "{what}: {shown:?}\n{told}");
            }
        }
    }
}
