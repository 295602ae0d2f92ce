//! A shutdown while streams are open.

use crate::h2::Attacked;
use crate::support::LONG;
use sig4_gateway::Timeouts;
use sig4_test_support::http2::fields::request;
use sig4_test_support::http2::frames;
use sig4_test_support::http2::peer::Outcome;
use std::time::{Duration, Instant};

/// Streams whose body or response never ends hold a shutdown for no longer than the limits of time; one that ends is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_streams_do_not_hold_a_shutdown() {
    let attacked =
        Attacked::with(Timeouts::new().with_body(Duration::from_secs(2)).with_write(Duration::from_secs(2))).await;
    let mut idle = attacked.peer().await;
    let mut unread = attacked.peer_with(&[(frames::INITIAL_WINDOW_SIZE, 0)]).await;
    let mut open = attacked.peer().await;
    let (get, post) = (request("GET", "/large", &[]), request("POST", "/open", &[("content-length", "4")]));
    unread.send(&frames::headers(1, &get, true)).await.unwrap();
    let heads: Vec<u8> = [1, 3].into_iter().flat_map(|stream| frames::headers(stream, &post, false)).collect();
    open.send(&heads).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    let Attacked { server, .. } = attacked;
    let shutdown = tokio::spawn(server.shutdown());
    tokio::time::sleep(Duration::from_millis(300)).await;
    // A request that was begun before is answered, and a new one is not.
    let more = [frames::data(1, b"body", true), frames::headers(5, &request("GET", "/open", &[]), true)].concat();
    open.send(&more).await.unwrap();
    assert_eq!(open.outcome(1).await, Outcome::Status(200));
    assert_eq!(tokio::time::timeout(LONG, idle.end()).await, Ok(Some(0)), "an idle connection is told to go");
    tokio::time::timeout(LONG, shutdown).await.expect("nothing holds the server").unwrap();
    assert!(begun.elapsed() < Duration::from_secs(15), "it took {:?}", begun.elapsed());
}
