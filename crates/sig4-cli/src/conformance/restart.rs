//! A signer that is restarted after it failed to answer, up to a limit.

use super::driver::Driver;
use crate::failure::Failure;
use sig4_conformance::{SignerAnswer, SigningCase, Subject};
use std::time::Duration;

/// How many times a signer is restarted.
const RESTARTS: u32 = 10;

/// A driven signer.
#[derive(Debug)]
pub(super) struct Restarted<'a> {
    command: &'a [String],
    timeout: Duration,
    driver: Option<Driver>,
    left: u32,
}

impl<'a> Restarted<'a> {
    /// Starts the signer.
    pub(super) fn new(command: &'a [String], timeout: Duration) -> Result<Self, Failure> {
        Ok(Self { command, timeout, driver: Some(Driver::start(command, timeout)?), left: RESTARTS })
    }

    fn ask(&mut self, case: &SigningCase) -> Result<SignerAnswer, Failure> {
        let driver = match &mut self.driver {
            Some(driver) => driver,
            None if self.left == 0 => return Err(format!("given up after {RESTARTS} restarts").into()),
            empty => {
                self.left -= 1;
                empty.insert(Driver::start(self.command, self.timeout)?)
            }
        };
        driver.ask(case)
    }
}

impl Subject for Restarted<'_> {
    fn sign(&mut self, case: &SigningCase) -> SignerAnswer {
        self.ask(case).unwrap_or_else(|failure| {
            self.driver = None;
            SignerAnswer::failed(failure.to_string())
        })
    }
}
