#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::Verifier;
use sig4_fuzz::Case;
use std::sync::LazyLock;

static VERIFIERS: LazyLock<[Verifier; 2]> = LazyLock::new(|| {
    [Verifier::new("us-east-1", "s3").unwrap(), Verifier::new("us-east-1", "service").unwrap().with_aws_compat()]
});

// A request that sig4 signed, sent unchanged: the verifier gives the same result for a body in pieces, and an unknown key never
// verifies.
fuzz_target!(|case: Case| {
    let signed = case.signer.sign_view(&case.view(), &case.payload(), &case.credentials, case.now);
    let mut headers = case.headers.clone();
    if let Ok(signed) = &signed {
        for (name, value) in signed.headers() {
            headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            headers.push((name.to_owned(), value.into_bytes()));
        }
    }
    let view = case.view_with(&headers);
    for verifier in VERIFIERS.iter() {
        let verify = || {
            let claim = verifier.claim_view(&view)?;
            claim.verify(&case.credentials, &case.body, case.now).map(|caller| caller.access_key_id().to_owned())
        };
        let stream = || {
            let mut body = verifier.claim_view(&view)?.stream(&case.credentials, case.now)?;
            case.body.chunks(3).for_each(|piece| body.update(piece));
            body.finish().map(|caller| caller.access_key_id().to_owned())
        };
        let (whole, pieces) = (verify(), stream());
        assert_eq!(whole.as_ref().map_err(sig4::Error::kind), pieces.as_ref().map_err(sig4::Error::kind));
        if let Ok(claim) = verifier.claim_view(&view) {
            assert!(claim.verify(None::<&sig4::Credentials>, &case.body, case.now).is_err());
        }
        if let Err(error) = whole {
            assert!(error.rejection().is_some() && !error.to_string().contains("hush"));
        }
    }
});
