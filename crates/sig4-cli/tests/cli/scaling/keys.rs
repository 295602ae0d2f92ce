//! A key of another caller costs the same, however many keys are kept.

use sig4::time::Day;
use sig4::{Credentials, Signer};
use sig4_test_support::counted::{self, WORK};
use std::hint::black_box;

/// Valgrind counts while this runs.
#[inline(never)]
fn sig4_scaling_keeps(signer: &Signer, callers: &[Credentials], day: Day) {
    for caller in callers {
        drop(black_box(signer.signing_key(caller, day)));
    }
}

/// Keeps the keys of `n` callers.
pub fn work(n: usize) {
    let callers: Vec<_> = (0..n).map(|n| Credentials::new(format!("AKID{n:05}"), "secret").unwrap()).collect();
    let signer = Signer::new("us-east-1", "service").unwrap().with_cached_keys(n);
    sig4_scaling_keeps(&signer, &callers, Day::parse("20150830").expect("it is a day"));
    assert_eq!(signer.cached_keys(), n);
}

#[test]
fn keeping_keys_is_linear() {
    counted::assert_grows("EncodeSet:Keys", WORK, 100, 14.0);
}
