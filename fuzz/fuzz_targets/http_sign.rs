#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::sign::Presigned;
use sig4_fuzz::Case;

fuzz_target!(|case: Case| {
    let Some(given) = case.http() else { return };
    let Case { signer, credentials, expires, now, .. } = &case;
    let _ = signer.presign(&given, credentials, *expires, *now).map(Presigned::into_uri);
    let parts = |r: &http::Request<Vec<u8>>| (r.method().clone(), r.uri().clone(), r.headers().clone());
    let mut request = given.clone();
    let signed = signer.sign(&mut request, credentials, *now);
    if signed.is_err() {
        return assert_eq!(parts(&request), parts(&given));
    }
    let once = parts(&request);
    signer.sign(&mut request, credentials, *now).unwrap();
    assert_eq!(parts(&request), once);
});
