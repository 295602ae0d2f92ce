//! The signer against AWS's suites.

use chrono::DateTime;
use foreign_signer::{Signing, sign};
use http::header::{HOST, HeaderValue};
use sig4_conformance::{CaseKind, Ledger, SignerAnswer, SigningCase, Suite};

fn answer(case: &SigningCase) -> SignerAnswer {
    if !case.has_service_settings() {
        return SignerAnswer::unsupported("it has no settings for path and token");
    }
    if case.credentials().session_token().is_some() {
        return SignerAnswer::unsupported("it knows no session tokens");
    }
    let Some(mut request) = case.http_request() else {
        return SignerAnswer::unsupported("the types of the http crate cannot hold it");
    };
    let now = DateTime::from_timestamp(case.timestamp().to_datetime().unix_timestamp(), 0).unwrap();
    request.headers_mut().entry(HOST).or_insert(HeaderValue::from_str(case.host()).unwrap());
    let signing = Signing {
        access_key_id: case.credentials().access_key_id(),
        secret_access_key: case.secret_access_key(),
        region: case.region(),
        service: case.service(),
    };
    match sign(&mut request, &case.url(), &signing, now) {
        Ok(()) => SignerAnswer::request(&request),
        Err(error) => SignerAnswer::failed(error.to_string()),
    }
}

#[test]
fn it_passes_the_cases_of_a_plain_request_and_its_faults_have_names() {
    let report = Suite::all().of_kind(CaseKind::Header).run(&mut answer, &Ledger::empty());
    println!("{report}");
    assert!(report.count("pass") > 100, "{report}");
    assert!(!report.is_as_expected(), "it does not sign all that AWS's signers sign");
    // It writes the path as it stands on the wire, where every service but S3 encodes it once more.
    assert!(report.causes().contains_key("path-encoded-once"), "{report}");
}
