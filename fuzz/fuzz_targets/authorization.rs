#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::Verifier;
use sig4::request::RequestView;
use std::sync::LazyLock;

static VERIFIERS: LazyLock<[Verifier; 2]> = LazyLock::new(|| {
    let strict = Verifier::new("us-east-1", "execute-api").unwrap();
    [strict.clone(), strict.with_aws_compat()]
});

// Any `Authorization` header: it is read or refused, and what is read is what it says.
fuzz_target!(|data: (bool, Vec<u8>)| {
    let (as_aws, value) = data;
    let headers: [(&str, &[u8]); 3] =
        [("host", b"example.com"), ("x-amz-date", b"20150830T123600Z"), ("authorization", &value)];
    let verifier = &VERIFIERS[usize::from(as_aws)];
    let Ok(claim) = verifier.claim_view(&RequestView::new("GET", "/", None, &headers)) else { return };
    let text = std::str::from_utf8(&value).expect("what is read is text");
    assert!(text.trim_start_matches([' ', '\t']).starts_with("AWS4-HMAC-SHA256 "));
    assert!(text.contains(&format!("Credential={}", claim.access_key_id())));
    let lower = text.to_ascii_lowercase();
    assert!(lower.contains("host") && lower.contains("signature="));
    assert!(as_aws || text.matches("Credential=").count() >= 1 && lower.contains("x-amz-date"));
    let caller = claim.verify(None::<&sig4::Credentials>, "", sig4_fuzz::moment());
    assert!(caller.is_err());
});
