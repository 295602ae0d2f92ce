//! The packed cases are those of the suites and the corpus. `cargo run -p sig4-conformance --example pack_cases` writes them.

use flate2::read::GzDecoder;
use serde_json::Value;
use sig4_test_support::packed_cases::{lines, packed_file};
use std::fs::{self, File};
use std::io::Read;

#[test]
fn the_packed_cases_are_those_of_the_suites_and_the_corpus() {
    let lines = lines();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let mut packed = String::new();
    GzDecoder::new(File::open(packed_file()).unwrap()).read_to_string(&mut packed).unwrap();
    let (mut packed_lines, mut expected_lines) = (packed.lines(), text.lines());
    for (packed, expected) in packed_lines.by_ref().zip(expected_lines.by_ref()) {
        assert!(packed == expected, "packed {packed}\nexpected {expected}");
    }
    assert_eq!((packed_lines.next(), expected_lines.next()), (None, None));
    let suite = sig4_conformance::Suite::all();
    assert_eq!(suite.cases().len(), lines.len(), "every line is read");
    for (case, line) in suite.cases().iter().zip(&lines) {
        let written: Value = serde_json::from_str(&case.to_json()).unwrap();
        // A stream of events has no request, and a line of a case has fields that only its kind has.
        for (field, value) in line.as_object().unwrap().iter().filter(|(field, _)| *field != "expected") {
            assert_eq!(written[field], *value, "{}: {field}", case.id());
        }
    }
}

#[test]
fn the_packed_cases_stay_small() {
    let size = fs::metadata(packed_file()).unwrap().len();
    assert!(size < 700_000, "{size} bytes");
}
