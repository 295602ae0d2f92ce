//! Every client in every case, against the embedded HTTP API.

use crate::api::Api;
use crate::case::{self, At, Case, Through};
use crate::client::Client;
use crate::found::{self, CLIENTS};
use crate::page::{ORIGIN, Page};
use crate::table::Report;
use crate::tamper;
use crate::trial::{Logged, Target, Trial};
use sig4_gateway::Integration;
use std::net::SocketAddr;
use std::thread;
use tokio::runtime::Runtime;

/// The API of one case, and where the case sends its request to.
struct Place {
    api: Api,
    address: SocketAddr,
}

impl Place {
    async fn open(through: Through, origin: &str) -> Self {
        let ahead = if let Through::Clock(seconds) = through { seconds } else { 0 };
        let api = Api::serve(Integration::echo(), ahead, origin).await;
        let address = match through {
            Through::Clock(_) => api.address(),
            Through::Proxy(tamper) => tamper::proxy(api.address(), tamper).await,
        };
        Self { api, address }
    }
}

impl Target for Place {
    fn url(&self, case: &Case) -> String {
        format!("http://{}{}", self.address, case.job.url)
    }

    fn log(&self) -> Vec<Logged> {
        self.api.log()
    }

    fn preflight_status(&self, _: bool) -> u16 {
        204
    }
}

type Cells = Vec<Result<String, String>>;

/// What other clients than the page do at the root alone: they call it, and are refused; what is done to a request on its way is
/// the same there as below.
fn is_run(client: &dyn Client, case: &Case) -> bool {
    client.is_browser() || case.at == At::Below || case.is_direct()
}

/// Each case at an API of its own, for an API explains only so many refusals at once.
fn run(client: &mut dyn Client, cases: &[Case], origin: &str, runtime: &Runtime) -> Cells {
    let cell = |case: &Case| {
        if !is_run(client, case) {
            return Ok("-".to_owned());
        }
        let place = runtime.block_on(Place::open(case.through, origin));
        let cell = Trial { client, target: &place, origin }.run(case);
        runtime.block_on(place.api.shut_down());
        cell
    };
    cases.iter().map(cell).collect()
}

#[test]
fn every_client_gets_in_where_it_should_and_nowhere_else() {
    let runtime = Runtime::new().unwrap();
    let cases = case::all();
    let mut report = Report::new(&cases);
    thread::scope(|scope| {
        let page = scope.spawn(|| {
            let mut page = Page::open()?;
            let origin = page.origin.clone();
            Ok((page.name(), run(&mut page, &cases, &origin, &runtime)))
        });
        for mut client in found::all(CLIENTS) {
            report.add(client.name(), run(&mut *client, &cases, ORIGIN, &runtime));
        }
        if let Some((name, cells)) = found::or_skip(page.join().unwrap()) {
            report.add(name, cells);
        }
    });
    report.finish(CLIENTS.len() + 1);
}
