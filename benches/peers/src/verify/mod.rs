//! Verifiers on the same signed requests.

mod forged;
pub(crate) mod matrix;
mod received;
#[cfg(feature = "s3s")]
mod s3s_sigv4;
mod scratchstack;
mod sig4;

use crate::case::{Case, Request};
use crate::floor;
use crate::measure::{Entry, Group};
use std::hint::black_box;

/// A crate that verifies, or a way of using it.
#[derive(Clone, Copy, Debug)]
struct Verifier {
    /// The crate.
    name: &'static str,
    /// The crate's version.
    version: &'static str,
    /// What a reader of the table has to know.
    note: &'static str,
    /// Why it cannot verify the case, if it cannot.
    unable: fn(&Case) -> Option<&'static str>,
    /// Prepares for a service what a caller keeps between requests.
    prepare: fn(&'static str) -> Box<dyn Verify>,
}

/// A verifier prepared for a service.
trait Verify {
    /// Verifies a request as it came; an error says why it is refused.
    fn verify(&self, request: Request) -> Result<(), String>;
}

/// The verifiers, in the order of the table.
const VERIFIERS: &[Verifier] = &[
    sig4::VERIFIER,
    scratchstack::VERIFIER,
    #[cfg(feature = "s3s")]
    s3s_sigv4::VERIFIER,
];

/// For each case everything that can verify it, then the floor and the bare request.
pub(crate) fn groups() -> Vec<Group> {
    Case::all_to_verify().iter().map(group_of).collect()
}

/// The group of one case.
fn group_of(case: &Case) -> Group {
    let able = VERIFIERS.iter().filter(|verifier| (verifier.unable)(case).is_none());
    let mut entries: Vec<_> = able.map(|verifier| verifier.entry(case)).collect();
    entries.extend([floor::FLOOR, floor::CLONE].into_iter().filter_map(|peer| Entry::of_signing(peer, case)));
    Group { name: case.name, request: received::signed(case), entries, fewer: 1 }
}

impl Verifier {
    /// The verifier on the case, to be measured.
    fn entry(&self, case: &Case) -> Entry {
        let verify = (self.prepare)(case.service);
        Entry::new(self.name, self.version, self.note, move |request| {
            black_box(verify.verify(request)).expect("a request that was accepted before");
        })
    }
}

/// Holds every verifier to accept every case and to refuse it with another signature, or else to be unable.
pub(crate) fn check_all() -> Result<(), String> {
    println!("Verification of what sig4 signed:");
    for verifier in VERIFIERS {
        for case in Case::all_to_verify() {
            let verdict = check(verifier, &case).map_err(|e| format!("{} on {}: {e}", verifier.name, case.name))?;
            println!("  {:<20} {:<10} {verdict}", verifier.name, case.name);
        }
    }
    println!();
    Ok(())
}

/// What the verifier makes of the case; an error if it is not what it should.
fn check(verifier: &Verifier, case: &Case) -> Result<String, String> {
    let verify = (verifier.prepare)(case.service);
    let request = received::signed(case);
    if verify.verify(received::with_another_signature(&request)).is_ok() {
        return Err("it accepts a wrong signature".to_owned());
    }
    match ((verifier.unable)(case), verify.verify(request)) {
        (None, Ok(())) => Ok("accepts it, and refuses it with one digit of the signature changed".to_owned()),
        (None, Err(error)) => Err(format!("it should accept what sig4 signed, but: {error}")),
        (Some(reason), Err(_)) => Ok(format!("cannot verify it: {reason}")),
        (Some(_), Ok(())) => Err("it was thought unable to verify it".to_owned()),
    }
}
