#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::Timestamp;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4_fuzz::Case;

fuzz_target!(|case: Case| {
    let Ok(time) = Timestamp::new(case.now) else { return };
    let payload = ContentSha256::of(&case.payload());
    let canonical = |view: RequestView<'_>| {
        Some(case.signer.canonical_request(&view, &payload, &case.credentials, &time).ok()?.to_string())
    };
    let Some(once) = canonical(case.view()) else { return };
    let lines: Vec<_> = once.split('\n').collect();
    let path = if case.keeps_path { lines[1] } else { &case.path };
    assert_eq!(canonical(case.view_of(path, Some(lines[2]))).unwrap(), once);
});
