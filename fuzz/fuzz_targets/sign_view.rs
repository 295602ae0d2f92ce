#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4_fuzz::Case;

fuzz_target!(|case: Case| {
    let sign = || case.signer.sign_view(&case.view(), &case.payload(), &case.credentials, case.now);
    let Ok(signed) = sign() else { return };
    let headers: Vec<_> = signed.headers().collect();
    let (name, authorization) = headers.last().unwrap();
    assert_eq!(*name, "authorization");
    assert!(authorization.bytes().all(|b| b == b' ' || b.is_ascii_graphic()));
    let names = authorization.split(", ").nth(1).unwrap().strip_prefix("SignedHeaders=").unwrap();
    assert!(names.split(';').collect::<Vec<_>>().is_sorted_by(|a, b| a < b), "sorted, each once");
    assert!(!signed.target().is_some_and(|target| target.contains('+')));
    let again = sign().unwrap();
    assert!(again.headers().eq(headers) && again.target() == signed.target());
});
