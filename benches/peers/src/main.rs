//! Times sig4 and other crates' AWS SigV4 signers on the same requests, in one interleaved run, and then verifiers.
//!
//! `cargo run --release` prints the tables; `cargo run --release -- --quick` only shows that everything runs.
//! `cargo run --release -- --conformance` holds the signers to sig4's suites instead, and
//! `cargo run --release -- --verify-matrix` shows which doubtful requests the verifiers accept.
//! s3s-sigv4 asks for Rust 1.96 and takes part with `--features s3s`; with 1.95 add `--ignore-rust-version`.

mod alloc;
mod aws_sign_v4;
mod aws_sigv4;
mod case;
mod check;
mod chunks;
mod conformance;
mod floor;
mod measure;
mod peer;
mod reqsign;
mod rusty_s3;
#[cfg(feature = "s3s")]
mod s3s_sigv4;
mod sig4;
mod table;
mod verify;
mod versions;

use case::Case;
use measure::{Effort, Entry, Group};
use peer::Peer;
use std::process::ExitCode;

/// Counts allocations.
#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// The peers, in the order of the table.
const PEERS: &[Peer] = &[
    sig4::PEER,
    aws_sigv4::PEER,
    reqsign::PEER,
    aws_sign_v4::PEER,
    rusty_s3::PEER,
    #[cfg(feature = "s3s")]
    s3s_sigv4::PEER,
    #[cfg(feature = "s3s")]
    s3s_sigv4::PEER_WITH_KEY,
];

/// Checks the signatures, measures, and prints the table.
fn main() -> ExitCode {
    let effort = match std::env::args().nth(1).as_deref() {
        None => Effort::FULL,
        Some("--quick") => Effort::QUICK,
        Some("--conformance") => {
            return match conformance::run() {
                true => ExitCode::SUCCESS,
                false => fail("the suites refuse a signature of aws-sigv4"),
            };
        }
        Some("--verify-matrix") => {
            verify::matrix::print();
            return ExitCode::SUCCESS;
        }
        Some(_) => return fail("usage: sig4-peers [--quick | --conformance | --verify-matrix]"),
    };
    let cases = Case::all();
    if let Err(error) = check_all(&cases).and_then(|()| chunks::check()).and_then(|()| verify::check_all()) {
        return fail(&error);
    }
    print_terms(effort);
    print_table("Signing", cases.iter().map(group_of).collect(), effort);
    print_table("Signing chunks", vec![chunks::group()], effort);
    print_table("Verification", verify::groups(), effort);
    ExitCode::SUCCESS
}

/// Measures the groups and prints their rows.
fn print_table(title: &str, mut groups: Vec<Group>, effort: Effort) {
    measure::measure(&mut groups, effort);
    println!("{title}:");
    table::head();
    groups.iter().for_each(table::rows);
}

/// Every peer that can sign the case, then the floor and the bare request.
fn group_of(case: &Case) -> Group {
    let peers = PEERS.iter().copied().chain([floor::FLOOR, floor::CLONE]);
    let entries = peers.filter_map(|peer| Entry::of_signing(peer, case)).collect();
    Group { name: case.name, request: case.request.clone(), entries, fewer: 1 }
}

/// Compares every peer's signature of every case with sig4's.
fn check_all(cases: &[Case]) -> Result<(), String> {
    println!("Signatures against sig4's:");
    for peer in PEERS {
        for case in cases {
            match (peer.prepare)(case) {
                Some(sign) => check::check(peer, case, sign.as_ref())?,
                None => println!("  {:<20} {:<10} cannot sign it", peer.name, case.name),
            }
        }
    }
    if cfg!(not(feature = "s3s")) {
        println!("  s3s-sigv4 is not in this build: see the feature `s3s`");
    }
    println!();
    Ok(())
}

/// Says what the figures are.
fn print_terms(effort: Effort) {
    println!(
        "Median of {} interleaved rounds of {} calls, fewer for a chunk. Every call gets a fresh clone of the request, and puts\n\
         the signature into it or verifies it; what the clone alone takes, by the same loop, is subtracted. Whatever a\n\
         peer's caller can keep between requests is prepared before.\n",
        effort.rounds, effort.iterations
    );
}

/// Prints an error.
fn fail(error: &str) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}
