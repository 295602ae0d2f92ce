//! Over HTTP/2 and TLS.

mod flood;
mod hostile;

use crate::{CONNECTIONS, MAX_PEAK_KIB, api, peak};
use sig4_test_support::http2::certified::Certified;
use sig4_test_support::load::client::Tally;
use sig4_test_support::load::http2::run;
use sig4_test_support::load::requests::Prepared;
use sig4_test_support::load::{process, requests};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Connections, and streams of each at a time: as many requests at a time as over HTTP/1.1.
const SPREAD: (usize, usize) = (4, CONNECTIONS / 4);

/// Signed requests, one in ten of them forged, with an access log that explains.
pub async fn forged(requests: usize) {
    let certified = Certified::new();
    let api = api::start(Some(&certified)).await;
    let prepared: Arc<[Prepared]> = requests::one_in_ten_forged().into();
    let (begun, cpu, mut sum) = (Instant::now(), process::cpu(), Tally::default());
    println!("requests  accepted  refused  wrong  rss_kib");
    for _ in 0..10 {
        sum += run(&certified, api.addr(), &prepared, requests / 10, SPREAD).await;
        let Tally { accepted, refused, wrong } = sum;
        println!("{:>8}  {accepted:>8}  {refused:>7}  {wrong:>5}  {:>7}", sum.total(), process::resident_kib());
    }
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), (process::cpu() - cpu).as_secs_f64());
    let total = u32::try_from(sum.total()).map_or(f64::INFINITY, f64::from);
    println!("{:.0} requests a second, {:.1} us of CPU a request, client included", total / seconds, cpu * 1e6 / total);
    assert_eq!(sum.wrong, 0, "an answer was wrong");
    api.shutdown().await;
}

/// Good requests while slow and broken connections are held open.
pub async fn broken(held: usize) {
    let certified = Certified::new();
    let api = api::start(Some(&certified)).await;
    let connections = hostile::hold(&certified, api.addr(), held).await;
    let prepared: Arc<[Prepared]> = requests::good().into();
    let tally = run(&certified, api.addr(), &prepared, held * 10, SPREAD).await;
    println!(
        "{held} slow or broken connections held: {} good requests answered, {} refused; {} KiB",
        tally.accepted,
        tally.refused,
        process::resident_kib()
    );
    assert_eq!((tally.accepted, tally.wrong), (held * 10, 0), "a good request was kept out");
    drop(connections);
    api.shutdown().await;
}

/// The responses to oversized requests and from failing integrations.
pub async fn statuses(count: usize) {
    let certified = Certified::new();
    let api = api::start(Some(&certified)).await;
    for case in hostile::CASES {
        let count = count.min(100);
        let ends: Vec<_> = (0..count)
            .map(|_| (certified.clone(), api.addr()))
            .map(|(certified, addr)| tokio::spawn(async move { hostile::outcome(&certified, addr, case).await }))
            .collect();
        for end in ends {
            let outcome = end.await.expect("it does not panic");
            assert!(case.outcomes.contains(&outcome), "{}: {outcome:?}", case.name);
        }
        println!("{}: {count} of {count} ended with one of {:?}", case.name, case.outcomes);
    }
    api.shutdown().await;
}

/// Shuts servers down during requests.
pub async fn shutdowns(rounds: usize) {
    let (mut accepted, mut answered) = (0, 0);
    for _ in 0..rounds {
        let certified = Certified::new();
        let (api, entered) = api::counting(Some(&certified)).await;
        let clients: Vec<_> =
            (0..16).map(|_| tokio::spawn(hostile::until_refused(certified.clone(), api.addr()))).collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        api.shutdown().await;
        for client in clients {
            answered += client.await.expect("it does not panic");
        }
        accepted += entered.load(Ordering::SeqCst);
    }
    println!("{rounds} shutdowns under load: {accepted} requests accepted, {answered} answered");
    assert_eq!(accepted, answered, "a request that was accepted was lost");
}

/// Connections that ask for a hundred long responses each, and read none.
pub async fn unread(connections: usize) {
    let certified = Certified::new();
    let api = api::start(Some(&certified)).await;
    peak::forget();
    let held = hostile::unread(&certified, api.addr(), connections).await;
    let peak = peak::kib();
    println!("{connections} connections that read none of {held} responses of 5 MiB: at most {peak} KiB");
    assert!(peak < MAX_PEAK_KIB, "the responses took more memory than they may");
    api.shutdown().await;
}

/// The number of streams, each with a body of the maximum length, at the same time.
pub async fn bodies(streams: usize) {
    let certified = Certified::new();
    let api = api::patient(Some(&certified)).await;
    for flood in flood::all() {
        peak::forget();
        let heard = flood::send(&certified, api.addr(), &flood, streams).await;
        let peak = peak::kib();
        println!("{streams} streams with bodies of 10 MiB {}: {heard:?}, at most {peak} KiB", flood.name);
        assert!(heard.keys().all(|status| flood.statuses.contains(status)), "an answer was wrong");
        assert!(peak < MAX_PEAK_KIB, "the bodies took more memory than they may");
    }
    api.shutdown().await;
}
