//! Keys that are not cached: what a miss costs above deriving the key.

use crate::operation::{Meter, Named, Operation, Row};
use http::Request;
use http::request::Parts;
use sig4::time::Day;
use sig4::{Credentials, Signer, Timestamp, Verifier};
use std::hint::black_box;

/// The rows, with the number of kept keys. The limit of each is the same without a cache. What a miss costs, and what
/// deriving costs, is what they take more than `key-hit` and `verify-hit`.
pub const ROWS: [Named; 12] = [
    ("key-hit", || key(ask_for(1024, |_| 0))),
    ("key-change", || key(change())),
    ("key-miss-16", || key(miss(16))),
    ("key-miss-1024", || key(miss(1024))),
    ("key-miss-9000", || key(miss(9000))),
    ("key-late-16", || key(late(16))),
    ("key-late-1024", || key(late(1024))),
    ("key-late-9000", || key(late(9000))),
    ("verify-hit", || verified(verify(1024, 0, |_| 0))),
    ("verify-miss-16", || verified(verify(16, 16, |n| n))),
    ("verify-miss-1024", || verified(verify(1024, 1024, |n| n))),
    ("verify-miss-9000", || verified(verify(9000, 9000, |n| n))),
];

fn key(sig4: Operation) -> Row {
    Row { floor: None, limit: Some(ask_for(0, |n| n)), sig4 }
}

fn verified(sig4: Operation) -> Row {
    Row { floor: None, limit: Some(verify(0, 0, |n| n)), sig4 }
}

/// Credentials of `n` callers.
pub fn callers(name: &str, n: usize) -> Vec<Credentials> {
    let caller = |n| Credentials::new(format!("{name}{n:05}"), format!("secret {n}")).expect("they are valid");
    (0..n).map(caller).collect()
}

/// A signer with room for `capacity` keys.
pub fn signer(capacity: usize) -> Signer {
    Signer::new("us-east-1", "execute-api").expect("it is valid").with_cached_keys(capacity)
}

/// Asks for the key of each caller.
pub fn ask(signer: &Signer, callers: &[Credentials], day: Day) {
    for caller in callers {
        drop(black_box(signer.signing_key(black_box(caller), day)));
    }
}

/// A day of August 2015.
pub fn day(number: usize) -> Day {
    Day::parse(&format!("201508{number:02}")).expect("it is a day")
}

/// Keys of one day, with room for `capacity`. `caller` is the number of the caller who asks.
fn ask_for(capacity: usize, caller: fn(usize) -> usize) -> Operation {
    Box::new(move |n, meter| {
        let (signer, all, today) = (signer(capacity), callers("NEW", n), day(20));
        let asking: Vec<_> = (0..n).map(|n| all[caller(n)].clone()).collect();
        ask(&signer, &asking[..1], today);
        meter(&mut || ask(&signer, &asking, today));
    })
}

/// New callers, when all keys are of today.
fn miss(capacity: usize) -> Operation {
    Box::new(move |n, meter| {
        let signer = signer(capacity);
        ask(&signer, &callers("OLD", capacity), day(20));
        let (new, today) = (callers("NEW", n), day(20));
        meter(&mut || ask(&signer, &new, today));
        assert_eq!(signer.cached_keys(), capacity);
    })
}

/// New callers of yesterday and today in turn. There is room for the key of yesterday, and the next of today drops it.
fn late(kept: usize) -> Operation {
    Box::new(move |n, meter| {
        let signer = signer(kept + n);
        ask(&signer, &callers("OLD", kept), day(20));
        let new = callers("NEW", n);
        let days = [day(19), day(20)];
        meter(&mut || {
            for (caller, day) in new.chunks(1).zip(days.iter().cycle()) {
                ask(&signer, caller, *day);
            }
        });
        assert_eq!(signer.cached_keys(), kept + n / 2);
    })
}

/// New callers of yesterday, all of whom there is room for, and one of today, whose key drops theirs.
fn change() -> Operation {
    Box::new(|n, meter| {
        let (signer, new, days) = (signer(n), callers("NEW", n), [day(19), day(20)]);
        let (last, others) = new.split_last().expect("there are some");
        meter(&mut || {
            ask(&signer, others, days[0]);
            ask(&signer, std::slice::from_ref(last), days[1]);
        });
        assert_eq!(signer.cached_keys(), 1);
    })
}

/// Verifies requests of ten days in turn; a verifier keeps the keys of nine. `caller` is the number of the caller of a request.
fn verify(capacity: usize, old: usize, caller: fn(usize) -> usize) -> Operation {
    Box::new(move |n, meter: &mut Meter<'_>| {
        let verifier = Verifier::new("us-east-1", "execute-api").expect("it is valid").with_cached_keys(capacity);
        let old = callers("OLD", old);
        old.iter().enumerate().for_each(|(n, old)| verify_one(&verifier, old, &received(old, n)));
        let new = callers("NEW", n);
        let received: Vec<_> = (0..n).map(caller).map(|n| (&new[n], received(&new[n], n))).collect();
        if let Some((first, request)) = received.first() {
            verify_one(&verifier, first, request);
        }
        meter(&mut || received.iter().for_each(|(caller, request)| verify_one(&verifier, caller, request)));
    })
}

fn verify_one(verifier: &Verifier, caller: &Credentials, (request, at): &(Parts, Timestamp)) {
    let claim = verifier.claim(black_box(request)).expect("it is signed");
    drop(black_box(claim.verify(caller, "", at.to_datetime()).expect("it verifies")));
}

fn received(caller: &Credentials, n: usize) -> (Parts, Timestamp) {
    let at = Timestamp::parse(&format!("201508{:02}T123600Z", 10 + n * 7 % 10)).expect("it is a time");
    let mut request = Request::get("https://example.com/").body("").expect("it is a request");
    signer(0).sign(&mut request, caller, at).expect("it signs");
    (request.into_parts().0, at)
}
