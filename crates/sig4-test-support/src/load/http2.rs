//! The same client over HTTP/2 and TLS, with several requests at a time on each connection.

use super::client::Tally;
use super::requests::Prepared;
use crate::http2::certified::Certified;
use crate::http2::client::Client;
use bytes::Bytes;
use http_body_util::Full;
use std::net::SocketAddr;
use std::sync::Arc;

/// Sends `requests` of the prepared requests, distributed over `streams` streams of each connection.
pub async fn run(
    certified: &Certified,
    address: SocketAddr,
    prepared: &Arc<[Prepared]>,
    requests: usize,
    (connections, streams): (usize, usize),
) -> Tally {
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let client = Client::connect(certified, address).await;
        for _ in 0..streams {
            let (n, all) = (tasks.len(), connections * streams);
            let share = requests / all + usize::from(n < requests % all);
            // Each stream begins elsewhere, so that they do not send the same requests in step.
            tasks.push(tokio::spawn(stream(client.clone(), Arc::clone(prepared), n * 61, share)));
        }
    }
    let mut sum = Tally::default();
    for task in tasks {
        sum += task.await.expect("it does not panic");
    }
    sum
}

async fn stream(mut client: Client, prepared: Arc<[Prepared]>, first: usize, share: usize) -> Tally {
    let mut tally = Tally::default();
    for n in 0..share {
        let Prepared { request, good, .. } = &prepared[(first + n) % prepared.len()];
        let request = request.clone().map(|body| Full::new(Bytes::from(body)));
        let response = client.send(request).await.expect("it is answered");
        tally.count(response.status().as_u16(), *good);
    }
    tally
}
