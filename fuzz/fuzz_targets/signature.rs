#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::signature::Signature;
use sig4_fuzz::round_trip;

fuzz_target!(|text: &str| {
    round_trip(text, Signature::parse);
});
