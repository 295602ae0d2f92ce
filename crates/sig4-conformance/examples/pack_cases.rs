//! Packs the cases of AWS's suites and of the corpus into `src/cases.jsonl.gz`.

use flate2::Compression;
use flate2::write::GzEncoder;
use sig4_test_support::packed_cases::{lines, packed_file};
use std::error::Error;
use std::fs::File;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let lines = lines();
    let mut packed = GzEncoder::new(File::create(packed_file())?, Compression::best());
    for line in &lines {
        writeln!(packed, "{line}")?;
    }
    packed.finish()?;
    println!("{} cases", lines.len());
    Ok(())
}
