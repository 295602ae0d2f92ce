//! Over HTTP/1.1.

mod flood;
mod hostile;

use crate::{CONNECTIONS, MAX_PEAK_KIB, api, peak};
use sig4_test_support::load::client::{Tally, run};
use sig4_test_support::load::requests::Prepared;
use sig4_test_support::load::{process, requests};
use std::sync::Arc;
use std::time::Instant;

/// The number of connections, each with a body of the maximum length, at the same time.
pub async fn bodies(connections: usize) {
    let api = api::patient(None).await;
    for flood in flood::all() {
        peak::forget();
        let heard = flood::send(api.addr(), &flood, connections).await;
        let peak = peak::kib();
        println!("{connections} connections with bodies of 10 MiB {}: {heard:?}, at most {peak} KiB", flood.name);
        assert!(heard.keys().all(|status| flood.statuses.contains(status)), "an answer was wrong");
        assert!(peak < MAX_PEAK_KIB, "the bodies took more memory than they may");
    }
    api.shutdown().await;
}

/// Signed requests, one in ten of them forged, with an access log that explains.
pub async fn forged(requests: usize) {
    let api = api::start(None).await;
    let prepared: Arc<[Prepared]> = requests::one_in_ten_forged().into();
    let (begun, cpu, mut sum) = (Instant::now(), process::cpu(), Tally::default());
    println!("requests  accepted  refused  wrong  rss_kib");
    for _ in 0..10 {
        sum += run(api.addr(), &prepared, requests / 10, CONNECTIONS).await;
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
    let api = api::start(None).await;
    let connections = hostile::hold(api.addr(), held).await;
    let prepared: Arc<[Prepared]> = requests::good().into();
    let tally = run(api.addr(), &prepared, held * 10, CONNECTIONS).await;
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
    let api = api::start(None).await;
    for case in hostile::CASES {
        let mut answered = 0;
        for _ in 0..count.min(100) {
            let status = hostile::status(api.addr(), case).await;
            assert_eq!(status, Some(case.status), "{}", case.name);
            answered += 1;
        }
        println!("{}: {answered} of {answered} answered with {}", case.name, case.status);
    }
    api.shutdown().await;
}

/// Shuts servers down during requests.
pub async fn shutdowns(rounds: usize) {
    let (mut accepted, mut answered) = (0, 0);
    for _ in 0..rounds {
        let (api, entered) = api::counting(None).await;
        let clients: Vec<_> = (0..64).map(|_| tokio::spawn(hostile::until_refused(api.addr()))).collect();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        api.shutdown().await;
        for client in clients {
            answered += client.await.expect("it does not panic");
        }
        accepted += entered.load(std::sync::atomic::Ordering::SeqCst);
    }
    println!("{rounds} shutdowns under load: {accepted} requests accepted, {answered} answered");
    assert_eq!(accepted, answered, "a request that was accepted was lost");
}
