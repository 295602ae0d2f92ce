//! Clients that all send a body of the maximum length at the same time, a hundred on each connection.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sig4::{Credentials, Signer};
use sig4_test_support::http2::certified::Certified;
use sig4_test_support::http2::client::Client;
use sig4_test_support::load::requests::{credentials, signed_at};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The length of a body: API Gateway's limit.
const LEN: usize = 10 * 1024 * 1024;
static BODY: [u8; LEN] = [b'b'; LEN];
/// As many streams as a client may have at a time.
const STREAMS: usize = 100;

/// The head that all clients send, and the possible statuses; 0 is a stream that was reset while they wrote.
pub struct Flood {
    pub name: &'static str,
    request: Request<()>,
    pub statuses: &'static [u16],
}

/// Clients without a signature, clients with a foreign access key, and clients of an open route.
pub fn all() -> [Flood; 3] {
    let post = |path: &str| Request::post(format!("https://localhost{path}")).body(()).expect("it is one");
    [
        Flood { name: "without a signature", request: post("/orders/1"), statuses: &[403, 0] },
        Flood { name: "with a forged signature", request: forged(), statuses: &[403, 503, 0] },
        Flood { name: "to an open route", request: post("/open"), statuses: &[200, 503, 0] },
    ]
}

/// The number of statuses received by `count` streams, each with a body.
pub async fn send(certified: &Certified, addr: SocketAddr, flood: &Flood, count: usize) -> BTreeMap<u16, usize> {
    let mut clients = Vec::new();
    for _ in 0..count.div_ceil(STREAMS) {
        clients.push(Client::connect(certified, addr).await);
    }
    let streams: Vec<_> = (0..count)
        .map(|n| {
            let (mut client, request) = (clients[n / STREAMS].clone(), flood.request.clone());
            let request = request.map(|()| Full::new(Bytes::from_static(&BODY)));
            tokio::spawn(async move { client.send(request).await.map_or(0, |response| response.status().as_u16()) })
        })
        .collect();
    let mut heard = BTreeMap::new();
    for stream in streams {
        *heard.entry(stream.await.expect("it does not panic")).or_default() += 1;
    }
    heard
}

/// The head of a request with a known access key and a signature that was made with another secret.
fn forged() -> Request<()> {
    let by = Credentials::new(credentials().access_key_id(), "a guess").expect("they are valid");
    let mut request = Request::post("https://localhost/orders/1").body("").expect("it is one");
    let signer = Signer::new("us-east-1", "execute-api").expect("they are valid");
    signer.sign(&mut request, &by, signed_at()).expect("it can be signed");
    request.map(|_| ())
}
