//! aws4fetch sends a request again that was answered with a 5xx or 429, up to ten times unless it is told otherwise.

use crate::api::Api;
use crate::case::{At, post};
use crate::client::{self, Client};
use crate::found;
use crate::job::Job;
use crate::page::ORIGIN;
use sig4_gateway::Integration;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// The function fails twice: the client asks three times, and every try is let in.
pub fn asks_again(client: &mut dyn Client, api: &Api) {
    let before = api.log().len();
    let job = Job { url: format!("http://{}/flaky", api.address()), ..post(At::Root) };
    let answer = client.call(&job).unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "at last"), "{}", client.name());
    let posts = || -> Vec<_> {
        let log = api.log().split_off(before);
        log.iter().filter(|logged| logged.method == "POST").map(|logged| logged.status).collect()
    };
    // A request is logged after its answer is sent.
    let patience = Instant::now() + Duration::from_secs(10);
    while posts().len() < 3 && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(posts(), [500, 500, 200], "{}", client.name());
}

#[test]
fn aws4fetch_asks_again_until_the_function_answers() {
    let Some(mut client) = found::or_skip(client::node()) else { return };
    let runtime = Runtime::new().unwrap();
    let api = runtime.block_on(Api::serve(Integration::echo(), 0, ORIGIN));
    asks_again(&mut *client, &api);
    runtime.block_on(api.shut_down());
}
