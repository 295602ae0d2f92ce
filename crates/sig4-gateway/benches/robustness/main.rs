//! The HTTP API under load, with slow, broken and oversized clients, with integrations that die or hang, and during a shutdown:
//! over HTTP/1.1, and over HTTP/2 and TLS.
//!
//! `cargo bench -p sig4-gateway --bench robustness` prints one line for each, and fails if an answer is wrong or a request
//! that was accepted is lost. `-- --load 1000000` sends as many signed requests, one in ten of them forged, half of them over each.
//! `-- --http1` and `-- --http2` leave the other out.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a bench may fail by panicking"
)]

mod api;
mod http1;
mod http2;
mod peak;

/// The number of requests that are sent at a time.
const CONNECTIONS: usize = 16;

/// The most memory of the process, clients included, while all send the longest body that there is.
const MAX_PEAK_KIB: u64 = 400_000_000 / 1024;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|arg| arg == name);
    let load = arguments.iter().position(|arg| arg == "--load").and_then(|at| arguments.get(at + 1));
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let measures = has("--bench") && !has("--test");
    let default = if measures { 100_000 } else { 500 };
    let requests = load.map_or(default, |count| count.parse().expect("--load takes a number"));
    // Less load is also fewer connections that are held, and fewer shutdowns.
    let (held, rounds) =
        if measures { ((requests / 100).clamp(20, 1_000), (requests / 5_000).clamp(2, 20)) } else { (20, 1) };
    let (is_http1, is_http2) = (!has("--http2") || has("--http1"), !has("--http1") || has("--http2"));
    let requests = if is_http1 && is_http2 { requests / 2 } else { requests };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    // Bodies come last, because the allocator keeps their memory, which would distort the other figures.
    let bodies = if measures { 200 } else { 20 };
    runtime.block_on(async {
        if is_http1 {
            println!("HTTP/1.1");
            http1::forged(requests).await;
            http1::broken(held).await;
            http1::statuses(held).await;
            http1::shutdowns(rounds).await;
        }
        if is_http2 {
            println!("HTTP/2 over TLS");
            http2::forged(requests).await;
            http2::broken(held).await;
            http2::statuses(held).await;
            http2::shutdowns(rounds).await;
            http2::unread(if measures { 5 } else { 1 }).await;
        }
        if is_http1 {
            http1::bodies(bodies).await;
        }
        if is_http2 {
            http2::bodies(bodies).await;
        }
    });
}
