//! Secrets with characters that files, shells and texts treat as special: what is left of them is named, and not shown.

use sig4::explain::{Certainty, Explainer};
use sig4::request::RequestView;
use sig4::{Credentials, Signer, Timestamp, Verifier};

/// The causes that may explain a request that was signed with `used` in place of `own`.
fn causes(own: &str, used: &str) -> Vec<&'static str> {
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/orders").body("").unwrap();
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    signer.sign(&mut request, &Credentials::new("AKID", used).unwrap(), now).unwrap();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let (parts, _) = request.into_parts();
    let view = RequestView::from(&parts).with_authority("https", "abc.execute-api.us-east-1.amazonaws.com");
    let credentials = Credentials::new("AKID", own).unwrap();
    let report = Explainer::new(&verifier, &credentials).report(&view, b"", now);
    let finding = &report.findings()[0];
    assert_eq!(finding.certainty(), Certainty::Certain, "{own} {used}: {report}");
    let shown = format!("{report}{}{report:?}", report.to_json());
    assert!(!shown.contains(own) && !shown.contains(used), "{own} {used}: {shown}");
    finding.causes().iter().chain(finding.alternatives()).map(|cause| cause.name()).collect()
}

#[test]
fn what_files_shells_and_texts_leave_of_a_secret_is_named() {
    for (own, used, expected) in [
        ("kQ7$home/x9$1z", "kQ7/x9z", "secret-escaped"),
        ("kQ7$home/x9", "kQ7", "secret-truncated"),
        ("kQ7#x9/z", "kQ7", "secret-truncated"),
        ("kQ7 x9", "kQ7", "secret-truncated"),
        ("kQ7=x9/z", "x9/z", "secret-truncated"),
        ("kQ7/x9+z=", "kQ7/x9+z", "secret-truncated"),
        ("kQ7\\x9", "kQ7\\\\x9", "secret-escaped"),
        ("kQ7\\\\x9", "kQ7\\x9", "secret-escaped"),
        ("kQ7\\x9", "kQ7x9", "secret-escaped"),
        ("kQ7/x9+z", "kQ7%2Fx9%2Bz", "secret-percent-encoded"),
        ("kQ7/x9+z", "kQ7%252Fx9%252Bz", "secret-percent-encoded"),
        ("kQ7x9Zz1", "a1E3eDlaejE=", "secret-base64"),
        // printf %s kQ7x9Zz1 | base64 -d
        ("a1E3eDlaejE=", "kQ7x9Zz1", "secret-base64"),
    ] {
        let found = causes(own, used);
        assert!(found.contains(&expected), "{own} {used}: {expected} in {found:?}");
    }
}
