//! What an operation may cost: instructions, as an optimised build takes them, and allocations.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use sig4_bench_support::gate::gates;
use sig4_bench_support::{row, stream_rows};
use sig4_test_support::allocations;
use sig4_test_support::need::Need;
use std::path::Path;
use std::process::Command;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// The build takes half a minute if it is missing. Benchmarks use the same build, and it needs few crates.
#[test]
fn no_operation_takes_more_instructions_than_its_gate() {
    if !Need::Valgrind.runs("no instructions were counted") {
        return;
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--profile", "bench", "-p", env!("CARGO_PKG_NAME"), "--bin", "instructions", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .expect("cargo starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let counted = Command::new(target.join("release/instructions")).arg("--gates").output().expect("it starts");
    let (said, errors) = (String::from_utf8_lossy(&counted.stdout), String::from_utf8_lossy(&counted.stderr));
    println!("{said}");
    assert!(counted.status.success(), "{said}{errors}");
}

#[test]
fn no_operation_allocates_more_often_than_its_gate() {
    // Without optimisation, the crates of the curve allocate more often.
    for gate in gates().filter(|gate| !gate.row.ends_with("-v4a")) {
        let operation = row::named(gate.row).sig4;
        let mut count = 0;
        operation(1, &mut |work| work());
        operation(1, &mut |work| count = allocations::during(work).0);
        assert!((gate.allocations.min(1)..=gate.allocations).contains(&count), "{} allocates {count} times", gate.row);
    }
}

/// Encoding and decoding a chunk, by the encoder, by the decoder, and by the bodies of `http-body`.
#[test]
fn no_chunk_allocates() {
    for (name, make) in stream_rows::ROWS {
        let operation = make().sig4;
        let during = |chunks| {
            let mut count = 0;
            operation(chunks, &mut |work| count = allocations::during(work).0);
            count
        };
        // The lines before some forty chunks share an allocation.
        let most = if name.starts_with("encoded-") { 2 } else { 0 };
        assert!(during(64) <= most, "{name} allocates {} times for 64 chunks", during(64));
    }
}
