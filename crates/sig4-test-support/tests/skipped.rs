//! Lists the tests that this `cargo test` skipped. Cargo runs packages and targets by name, so this target runs after all others.

use sig4_test_support::need::{Required, Run, summary};
use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    println!("\n{}", summary(&Run::of_parent().take_skipped()));
    match Required::from_environment() {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
