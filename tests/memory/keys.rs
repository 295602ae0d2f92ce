//! How many bytes a cached signing key takes.

use sig4::time::Day;
use sig4::{Credentials, Signer};
use sig4_test_support::allocations::bytes_kept_by;

/// The bytes a key of a full cache, all of which the given number of threads use.
fn bytes_a_key(keys: usize, threads: usize) -> isize {
    let callers: Vec<_> =
        (0..keys).map(|n| Credentials::new(format!("AKID{n}"), "secret").expect("it is valid")).collect();
    let signer = Signer::new("us-east-1", "execute-api").expect("it is valid").with_cached_keys(keys);
    let day = Day::parse("20150830").expect("it is a day");
    let use_all = || {
        for caller in &callers {
            drop(signer.signing_key(caller, day));
        }
    };
    let on_a_thread = || std::thread::scope(|scope| scope.spawn(|| bytes_kept_by(use_all)).join().expect("it ends"));
    let bytes: isize = (0..threads).map(|_| on_a_thread()).sum();
    assert_eq!(signer.cached_keys(), keys);
    bytes / isize::try_from(keys).expect("they are few")
}

/// The tables are fullest and emptiest just before and just after they double. As many threads as there are stripes.
#[test]
fn a_key_takes_600_bytes_at_most() {
    for keys in [112, 113, 448, 449, 1024] {
        let [by_one, by_all] = [1, 16].map(|threads| bytes_a_key(keys, threads));
        println!("{keys} keys: {by_one} bytes each, used by one thread, and {by_all}, used by sixteen");
        assert!(by_one <= 300 && by_all <= 600, "{keys} keys: {by_one} and {by_all} bytes each");
        assert!(by_one >= 144, "nothing was counted: {by_one}");
    }
}
