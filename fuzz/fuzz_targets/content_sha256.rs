#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::payload::ContentSha256;
use sig4_fuzz::round_trip;

fuzz_target!(|text: &str| {
    round_trip(text, ContentSha256::parse);
});
