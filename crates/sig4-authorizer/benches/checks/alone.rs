//! Checks alone, without a connection, on one thread.

use crate::setting::{self, Known};
use crate::traffic::{Kind, Whole, signed};
use crate::{Size, median, number};
use sig4::Credentials;
use sig4::verify::SeenSignatures;
use sig4_authorizer::{Authorizer, CheckBody, CheckRequest, Verdict};
use sig4_test_support::allocations;
use std::time::Instant;

/// Requests of one round of a row.
const REQUESTS: usize = 2_000;

/// A row of the table.
struct Row {
    name: &'static str,
    authorizer: Authorizer,
    requests: Vec<Whole>,
    allowed: bool,
    /// Whether each round needs signatures that the store has not seen.
    remembers: bool,
    nanoseconds: Vec<f64>,
    allocations: u64,
}

impl Row {
    fn new(name: &'static str, authorizer: Authorizer, requests: Vec<Whole>, allowed: bool) -> Self {
        Self { name, authorizer, requests, allowed, remembers: false, nanoseconds: Vec::new(), allocations: 0 }
    }

    fn round(&mut self, runtime: &tokio::runtime::Runtime) {
        let authorizer = if self.remembers {
            self.authorizer.clone().with_replay_store(SeenSignatures::new(100_000))
        } else {
            self.authorizer.clone()
        };
        let checks: Vec<_> = self.requests.iter().map(check_request).collect();
        let begun = Instant::now();
        let (count, allowed) = allocations::during(|| runtime.block_on(run(&authorizer, checks)));
        self.nanoseconds.push(begun.elapsed().as_secs_f64() * 1e9 / number(self.requests.len()));
        self.allocations = count / u64::try_from(self.requests.len()).expect("it is small");
        assert_eq!(allowed, if self.allowed { self.requests.len() } else { 0 }, "{}", self.name);
    }
}

/// What an adapter makes of a request.
pub fn check_request(request: &Whole) -> CheckRequest {
    let (parts, body) = request.clone().into_parts();
    CheckRequest::new(parts, CheckBody::Whole(body))
}

/// How many are allowed.
async fn run(authorizer: &Authorizer, checks: Vec<CheckRequest>) -> usize {
    let mut allowed = 0;
    for check in checks {
        let (verdict, _) = authorizer.check("bench", check).await;
        allowed += usize::from(matches!(verdict, Verdict::Allowed(_)));
    }
    allowed
}

/// Prints the table.
pub fn measure(size: Size) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("it starts");
    let mut rows = rows(size.pick(REQUESTS, 50));
    for round in 0..size.pick(16, 1) {
        for row in &mut rows {
            row.round(&runtime);
        }
        if round == 0 && size == Size::Full {
            // The first round warms up.
            rows.iter_mut().for_each(|row| row.nanoseconds.clear());
        }
    }
    println!("one check alone                           ns  checks/s  allocations");
    for row in rows {
        let nanoseconds = median(row.nanoseconds);
        println!("{:<36}  {nanoseconds:>6.0}  {:>8.0}  {:>11}", row.name, 1e9 / nanoseconds, row.allocations);
    }
}

fn rows(requests: usize) -> Vec<Row> {
    let tenant = |n: usize| setting::credentials(n % 10);
    let of = |kind| signed(kind, requests, tenant);
    let forged =
        |credentials: Credentials| Credentials::new(credentials.access_key_id(), "a guess").expect("they are valid");
    let by = |known| setting::authorizer(setting::directory(10, known, 1));
    let policies = |statements| setting::authorizer(setting::directory(10, Known::BySecret, statements));
    let unknown = signed(Kind::Get, requests, |n| setting::credentials(1_000 + n % 10));
    let mut rows = vec![
        Row::new("GET", by(Known::BySecret), of(Kind::Get), true),
        Row::new("GET, day keys of 1 day", by(Known::ByDayKeys(1)), of(Kind::Get), true),
        Row::new("GET, day keys of 3 days", by(Known::ByDayKeys(3)), of(Kind::Get), true),
        Row::new("GET, day keys of 9 days", by(Known::ByDayKeys(9)), of(Kind::Get), true),
        Row::new("POST, 180 bytes", by(Known::BySecret), of(Kind::Post), true),
        Row::new("presigned URL", by(Known::BySecret), of(Kind::Url), true),
        Row::new("GET, signatures remembered in memory", by(Known::BySecret), of(Kind::Get), true),
        Row::new("GET, 10 statements", policies(10), of(Kind::Get), true),
        Row::new("GET, 100 statements", policies(100), of(Kind::Get), true),
        Row::new(
            "refused: wrong secret",
            by(Known::BySecret),
            signed(Kind::Get, requests, |n| forged(tenant(n))),
            false,
        ),
        Row::new("refused: unknown key", by(Known::BySecret), unknown, false),
    ];
    rows[6].remembers = true;
    rows
}
