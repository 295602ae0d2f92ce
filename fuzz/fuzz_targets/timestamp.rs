#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::Timestamp;
use sig4::time::Day;
use sig4_fuzz::round_trip;

fuzz_target!(|text: &str| {
    round_trip(text, Timestamp::parse);
    round_trip(text, Day::parse);
});
