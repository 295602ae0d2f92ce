#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::Timestamp;
use sig4::payload::ContentSha256;
use sig4_fuzz::Case;

fuzz_target!(|case: Case| {
    let Case { signer, credentials, expires, now, .. } = &case;
    let Ok(url) = signer.presign_view(&case.view(), &case.payload(), credentials, *expires, *now) else { return };
    let (path, query) = url.target().split_once('?').unwrap();
    assert!(!query.contains('+'));
    let (time, payload) = (Timestamp::new(*now).unwrap(), ContentSha256::of(&case.payload()));
    let canonical = |view| signer.presigned_canonical_request(&view, &payload, credentials, *expires, time);
    let (once, again) = (canonical(case.view()).unwrap(), canonical(case.view_of(path, Some(query))).unwrap());
    assert_eq!(once.to_string(), again.to_string());
});
