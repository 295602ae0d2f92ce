#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::Verifier;
use sig4::auth::SignatureLocation;
use sig4::request::RequestView;
use std::sync::LazyLock;

static VERIFIERS: LazyLock<[[Verifier; 2]; 2]> = LazyLock::new(|| {
    ["execute-api", "s3"].map(|service| {
        let strict = Verifier::new("us-east-1", service).unwrap();
        [strict.clone(), strict.with_aws_compat()]
    })
});

// Any query: it is read or refused, and what is read stands there once unless told otherwise.
fuzz_target!(|data: (bool, bool, String)| {
    let (as_aws, s3, query) = data;
    let headers: [(&str, &[u8]); 1] = [("host", b"example.com")];
    let verifier = &VERIFIERS[usize::from(s3)][usize::from(as_aws)];
    let Ok(claim) = verifier.claim_view(&RequestView::new("GET", "/", Some(&query), &headers)) else { return };
    assert_eq!(claim.signature_location(), SignatureLocation::Query);
    assert!(as_aws || query.to_ascii_lowercase().matches("x-amz-signature=").count() <= 1);
    let canonical = claim.canonical_request("").unwrap().to_string();
    assert!(!canonical.lines().nth(2).unwrap().contains("X-Amz-Signature="), "the signature is not signed");
    assert!(claim.verify(None::<&sig4::Credentials>, "", sig4_fuzz::moment()).is_err());
});
