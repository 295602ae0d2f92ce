//! The signing-key cache: what it keeps, what it drops, and that nobody gets another's key.

use http::Request;
use sig4::key::DEFAULT_CACHED_KEYS;
use sig4::{Credentials, Signer, Timestamp};

/// The signature of one and the same request.
fn sign(signer: &Signer, credentials: &Credentials, at: &str) -> String {
    let mut request = Request::get("https://example.com/").body("").unwrap();
    let now = Timestamp::parse(at).unwrap().to_datetime();
    signer.sign(&mut request, credentials, now).unwrap().to_string()
}

const DAY_1: &str = "20150830T235959Z";
const DAY_2: &str = "20150831T000000Z";

fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
}

fn credentials(n: usize) -> Credentials {
    Credentials::new(format!("AKID{n}"), format!("secret {n}")).unwrap()
}

#[test]
fn a_second_signature_finds_the_key_and_clones_share_it() {
    let signer = signer();
    assert_eq!(signer.cached_keys(), 0);
    let first = sign(&signer, &credentials(1), DAY_1);
    assert_eq!(signer.cached_keys(), 1);
    assert_eq!(sign(&signer, &credentials(1), DAY_1), first);
    assert_eq!(sign(&signer.clone(), &credentials(1), DAY_1), first);
    sign(&signer.clone(), &credentials(2), DAY_1);
    assert_eq!(signer.cached_keys(), 2);
}

#[test]
fn keys_are_shared_by_threads() {
    let signer = signer();
    let first = sign(&signer, &credentials(1), DAY_1);
    for _ in 0..40 {
        let there = std::thread::scope(|scope| scope.spawn(|| sign(&signer, &credentials(1), DAY_1)).join().unwrap());
        assert_eq!(there, first);
    }
    assert_eq!(signer.cached_keys(), 1, "no thread derived the key anew");
}

#[test]
fn a_secret_rotated_under_the_same_access_key_id_does_not_meet_the_old_key() {
    let (cached, uncached) = (signer(), signer().with_cached_keys(0));
    let (old, new) = (Credentials::new("AKID", "old").unwrap(), Credentials::new("AKID", "new").unwrap());
    for credentials in [&old, &new, &old, &new] {
        assert_eq!(sign(&cached, credentials, DAY_1), sign(&uncached, credentials, DAY_1));
    }
    assert_ne!(sign(&cached, &old, DAY_1), sign(&cached, &new, DAY_1));
}

#[test]
fn region_and_service_have_keys_of_their_own() {
    let signatures: std::collections::BTreeSet<_> = [("us-east-1", "a"), ("us-east-1", "b"), ("us-east-2", "a")]
        .map(|(region, service)| sign(&Signer::new(region, service).unwrap(), &credentials(1), DAY_1))
        .into();
    assert_eq!(signatures.len(), 3);
}

#[test]
fn yesterdays_keys_go_when_the_first_key_of_today_comes() {
    let signer = signer();
    (0..10).for_each(|n| drop(sign(&signer, &credentials(n), DAY_1)));
    assert_eq!(signer.cached_keys(), 10);
    let today = sign(&signer, &credentials(0), DAY_2);
    assert_eq!(signer.cached_keys(), 1);
    assert_eq!(today, sign(&self::signer().with_cached_keys(0), &credentials(0), DAY_2));
}

#[test]
fn a_late_request_of_yesterday_does_not_push_todays_keys_out() {
    let signer = signer();
    sign(&signer, &credentials(0), DAY_2);
    sign(&signer, &credentials(0), DAY_1);
    assert_eq!(signer.cached_keys(), 2);
    sign(&signer, &credentials(1), DAY_2);
    assert_eq!(signer.cached_keys(), 2, "and yesterday's goes with the next of today");
}

#[test]
fn there_are_never_more_keys_than_the_bound() {
    let signer = signer().with_cached_keys(3);
    for n in 0..10 {
        assert_eq!(sign(&signer, &credentials(n), DAY_1), sign(&self::signer(), &credentials(n), DAY_1));
        assert_eq!(signer.cached_keys(), (n + 1).min(3));
    }
    let by_default = self::signer();
    (0..DEFAULT_CACHED_KEYS + 5).for_each(|n| drop(sign(&by_default, &credentials(n), DAY_1)));
    assert_eq!((by_default.cached_keys(), DEFAULT_CACHED_KEYS), (1024, 1024));
}

#[test]
fn zero_keeps_none() {
    let signer = signer().with_cached_keys(0);
    assert_eq!(sign(&signer, &credentials(1), DAY_1), sign(&self::signer(), &credentials(1), DAY_1));
    assert_eq!(signer.cached_keys(), 0);
}

#[test]
fn threads_that_fill_and_read_one_cache_get_the_right_keys() {
    let (signer, uncached) = (signer().with_cached_keys(4), signer().with_cached_keys(0));
    let expected: Vec<_> = (0..8).map(|n| sign(&uncached, &credentials(n), DAY_1)).collect();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (signer, expected) = (&signer, &expected);
            scope.spawn(move || {
                for n in (0..400).map(|n| (n * 7 + thread) % 8) {
                    assert_eq!(sign(signer, &credentials(n), DAY_1), expected[n]);
                }
            });
        }
    });
    assert_eq!(signer.cached_keys(), 4);
}
