//! `sig4 token` beside other makers of tokens: botocore, awscli, awscrt, hvac, and AWS's generators for MSK and Bedrock, on the same parts
//! and at the same time, in every partition. For Redshift, the AWS CLI and `sig4` ask the same server.

use crate::install::{self, Need};
use std::process::Command;

/// The script compares as many at least, so that a region or a maker that drops out is seen.
const AT_LEAST: usize = 850;

#[test]
fn tokens_are_those_of_other_makers() {
    let Some(python) = install::token_makers() else {
        return Need::TokenMakers.skip("the comparison of `sig4 token` with other makers of tokens");
    };
    let script = install::sources("tokens").join("compare.py");
    let output = Command::new(python).arg(script).arg(env!("CARGO_BIN_EXE_sig4")).output().unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{errors}");
    let last = said.lines().last().unwrap();
    let compared: usize = last.split(' ').next().unwrap().parse().unwrap();
    assert!(compared >= AT_LEAST && last.ends_with("tokens compared, 0 differ"), "{last}");
}
