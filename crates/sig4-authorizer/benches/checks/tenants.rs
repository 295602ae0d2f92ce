//! What grows with tenants, policies and days: bytes, and the time of a check whose tenant was not asked for recently.

use crate::alone::check_request;
use crate::setting::{self, Known};
use crate::traffic::{Kind, signed};
use crate::{Size, number};
use sig4_authorizer::Verdict;
use sig4_iam::Directory;
use sig4_test_support::allocations;
use std::time::Instant;

/// Requests of a row, each of another tenant if there are as many.
const REQUESTS: usize = 20_000;

/// Prints the table.
pub fn measure(size: Size) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("it starts");
    println!("tenants  known by       statements  bytes each  built_s  ns a check, tenants in no order");
    for (tenants, known, statements) in [
        (10, Known::BySecret, 1),
        (1_000, Known::BySecret, 1),
        (100_000, Known::BySecret, 1),
        (1_000, Known::BySecret, 10),
        (1_000, Known::BySecret, 100),
        (10, Known::ByDayKeys(3), 1),
        (1_000, Known::ByDayKeys(3), 1),
        (100_000, Known::ByDayKeys(3), 1),
        (1_000, Known::ByDayKeys(9), 1),
        (100_000, Known::ByDayKeys(9), 1),
    ] {
        let tenants = tenants.min(size.pick(tenants, 20));
        let begun = Instant::now();
        let mut directory = Directory::new(setting::ACCOUNT);
        let bytes = allocations::bytes_kept_by(|| directory = setting::directory(tenants, known, statements));
        let built = begun.elapsed().as_secs_f64();
        let authorizer = setting::authorizer(directory);
        // A step that has no divisor in common with the number of tenants visits all of them.
        let requests = signed(Kind::Get, size.pick(REQUESTS, 20), |n| setting::credentials(n * 7_919 % tenants));
        let checks: Vec<_> = requests.iter().map(check_request).collect();
        let count = checks.len();
        let begun = Instant::now();
        runtime.block_on(async {
            for check in checks {
                let (verdict, _) = authorizer.check("bench", check).await;
                assert!(matches!(verdict, Verdict::Allowed(_)), "a good request was refused");
            }
        });
        let nanoseconds = begun.elapsed().as_secs_f64() * 1e9 / number(count);
        let each = bytes / isize::try_from(tenants).expect("it is small");
        let known = format!("{known:?}");
        println!("{tenants:>7}  {known:<13}  {statements:>10}  {each:>10}  {built:>7.2}  {nanoseconds:.0}");
    }
}
