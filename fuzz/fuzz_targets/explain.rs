#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::explain::{AwsResponse, Explainer, MAX_CANDIDATES, Report};
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};
use sig4_fuzz::Case;
use std::sync::LazyLock;

const SECRET: &str = "wJalrXUtnFEMI7K7MDENGbPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLEtoken";

static VERIFIERS: LazyLock<[Verifier; 2]> = LazyLock::new(|| {
    [Verifier::new("us-east-1", "s3").unwrap(), Verifier::new("us-east-1", "service").unwrap().with_aws_compat()]
});

/// A report in all its forms holds neither the secret nor the token.
fn check(report: &Report) {
    assert!(report.candidates() <= MAX_CANDIDATES);
    let said = format!("{report}{}{}{report:?}", report.to_ansi(), report.to_json());
    assert!(!said.contains(SECRET) && !said.contains(TOKEN), "{said}");
}

/// What is wrong is said if and only if the verifier refuses the request.
fn explain(case: &Case, view: &RequestView<'_>, text: &str) {
    for verifier in VERIFIERS.iter() {
        let claim = verifier.claim_view(view);
        let accepted = claim.and_then(|claim| claim.verify(&case.credentials, &case.body, case.now).map(drop)).is_ok();
        let explainer = Explainer::new(verifier, &case.credentials)
            .with_client_canonical_request(text)
            .with_original_body(text.as_bytes())
            .with_hosts([text]);
        let report = explainer.report(view, &case.body, case.now);
        assert_eq!(report.nothing_wrong(), accepted, "{report}");
        assert!(accepted || !report.findings().is_empty());
        check(&report);
    }
}

// What a signer with other settings signs is explained, however it arrives; and so is whatever a service answers.
fuzz_target!(|input: (Case, String, bool)| {
    let (mut case, text, presigned) = input;
    case.credentials =
        Credentials::new(case.credentials.access_key_id(), SECRET).unwrap().with_session_token(TOKEN).unwrap();
    let payload = case.payload();
    let mut headers = case.headers.clone();
    let mut url = None;
    if presigned {
        let signed = case.signer.presign_view(&case.view(), &payload, &case.credentials, case.expires, case.now);
        url = signed.ok().map(|signed| signed.url());
    } else if let Ok(signed) = case.signer.sign_view(&case.view(), &payload, &case.credentials, case.now) {
        for (name, value) in signed.headers() {
            headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            headers.push((name.to_owned(), value.into_bytes()));
        }
    }
    let target = url.as_deref().and_then(|url| url.splitn(4, '/').nth(3)).and_then(|target| target.split_once('?'));
    let path = target.map(|(path, _)| format!("/{path}"));
    let view = match (&path, target) {
        (Some(path), Some((_, query))) => RequestView::new(&case.method, path, Some(query), &headers),
        _ => case.view_with(&headers),
    };
    explain(&case, &view, &text);

    let canonical = Timestamp::new(case.now).map_or_else(
        |_| String::new(),
        |timestamp| {
            let (view, hash) = (case.view(), ContentSha256::of(&payload));
            let canonical = case.signer.canonical_request(&view, &hash, &case.credentials, &timestamp);
            canonical.map(|canonical| canonical.to_string()).unwrap_or_default()
        },
    );
    let answer = format!("<Message>a</Message><CanonicalRequest>{canonical}</CanonicalRequest>");
    for (answer, client) in [(&text, Some(&canonical)), (&answer, Some(&text)), (&answer, None), (&text, None)] {
        if let Some(report) = AwsResponse::parse(answer).map(|answer| answer.report(client.map(String::as_str))) {
            assert!(!report.nothing_wrong());
            check(&report);
        }
    }
});
