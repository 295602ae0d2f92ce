#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4::scope::Scope;
use sig4::{Region, Service};
use sig4_fuzz::round_trip;

fuzz_target!(|text: &str| {
    round_trip(text, Scope::parse);
    round_trip(text, Region::parse);
    round_trip(text, Service::parse);
});
