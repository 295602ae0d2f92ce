//! The clients of the article at Envoy, with two replicas of `sig4 authorize` behind it.

mod certificate;
mod fleet;
mod guide;
mod through;
mod upstream;

use crate::callers::WRITER;
use crate::case::{self, At, Case, Through as Way};
use crate::client::{self, Client};
use crate::curl::Curl;
use crate::found::{self, Found};
use crate::install::{Need, folder};
use crate::job::Job;
use crate::page::{ORIGIN, Page};
use crate::table::Report;
use crate::tamper::{self, Tamper};
use crate::trial::{Logged, Target, Trial};
use fleet::Fleet;
use sig4_test_support::program::{Program, free_ports};
use std::fs;
use std::process::Command;
use std::thread;
use through::Through;
use tokio::runtime::Runtime;

/// The clients of the article, without the page, of which there is one at a time.
const CLIENTS: [fn() -> Found; 4] = [Curl::find, client::go, client::node, client::botocore];

/// Clients repeat a request within a second, whose signature is then the same.
const NO_REPLAY_STORE: &str = r#"store = "none""#;

/// An API of a fleet.
struct Api<'f> {
    fleet: &'f Fleet,
    /// The scheme, the authority and the stage.
    url: String,
    is_rest: bool,
}

impl Target for Api<'_> {
    fn url(&self, case: &Case) -> String {
        format!("{}{}", self.url, case.job.url)
    }

    fn log(&self) -> Vec<Logged> {
        self.fleet.log()
    }

    /// Envoy answers for the page's origin. The preflight of another one goes on to the authorizer, and is not signed.
    fn preflight_status(&self, allowed: bool) -> u16 {
        if allowed { 200 } else { 403 }
    }

    fn is_rest(&self) -> bool {
        self.is_rest
    }

    fn sees_decoded_paths(&self) -> bool {
        false
    }

    fn tells_every_origin(&self) -> bool {
        false
    }
}

type Cells = Vec<Result<String, String>>;

/// A client at an HTTP API and at a REST API, over TLS.
fn run(client: &mut dyn Client, cases: &[Case], fleet: &Fleet) -> [Cells; 2] {
    let mut client = Through { client, upstream: &fleet.upstream, over_http_2: true };
    let mut at = |stage: &str, is_rest| {
        let url = format!("https://localhost:{}{stage}", fleet.https_port);
        let api = Api { fleet, url, is_rest };
        let mut trial = Trial { client: &mut client, target: &api, origin: ORIGIN };
        cases.iter().map(|case| trial.run(case)).collect()
    };
    [at("", false), at("/prod", true)]
}

#[test]
fn every_client_gets_in_through_envoy_over_tls_and_the_upstream_knows_the_caller() {
    let runtime = Runtime::new().unwrap();
    let start = |name| runtime.block_on(Fleet::start(name, NO_REPLAY_STORE));
    let Some(fleet) = found::or_skip(start("tls")) else { return };
    let cases = case::over_tls();
    let mut reports = [(); 2].map(|()| Report::new(&cases));
    let mut add = |client, of_apis: [Cells; 2]| {
        reports.iter_mut().zip(of_apis).for_each(|(report, cells)| report.add(client, cells));
    };
    thread::scope(|scope| {
        let page = scope.spawn(|| {
            let mut page = Page::open_trusting()?;
            // Envoy's log is that of all clients, so the page has a fleet of its own.
            let fleet = start("page")?;
            let cells = (page.origin == ORIGIN).then(|| run(&mut page, &cases, &fleet)).ok_or(Need::Port5173)?;
            Ok((page.name(), cells))
        });
        for mut client in found::all(&CLIENTS) {
            add(client.name(), run(&mut *client, &cases, &fleet));
        }
        if let Some((name, cells)) = found::or_skip(page.join().unwrap()) {
            add(name, cells);
        }
    });
    for report in reports {
        report.finish(CLIENTS.len() + 1);
    }
}

#[test]
fn no_client_s_request_that_was_changed_on_its_way_passes_envoy() {
    let runtime = Runtime::new().unwrap();
    let Some(fleet) = found::or_skip(runtime.block_on(Fleet::start("changed", NO_REPLAY_STORE))) else { return };
    let cases = case::through_proxies();
    let mut report = Report::new(&cases);
    for mut client in found::all(&CLIENTS) {
        let mut client = Through { client: &mut *client, upstream: &fleet.upstream, over_http_2: false };
        let cell = |case: &Case| {
            let envoy = ([127, 0, 0, 1], fleet.http_port).into();
            let address = match case.through {
                Way::Clock(_) => envoy,
                Way::Proxy(tamper) => runtime.block_on(tamper::proxy(envoy, tamper)),
            };
            let api = Api { fleet: &fleet, url: format!("http://{address}"), is_rest: false };
            Trial { client: &mut client, target: &api, origin: ORIGIN }.run(case)
        };
        let cells = cases.iter().map(cell).collect();
        report.add(client.name(), cells);
    }
    report.finish(CLIENTS.len());
}

#[test]
fn a_client_s_request_that_is_sent_again_is_refused_by_the_other_replica() {
    if !Need::RedisServer.runs("no client's request was sent again") {
        return;
    }
    let runtime = Runtime::new().unwrap();
    let [port] = free_ports();
    let mut redis = Command::new(Need::RedisServer.name());
    redis.args(["--save", "", "--bind", "127.0.0.1", "--port", &port.to_string()]);
    let _redis = Program::start(&mut redis, &folder("clients-redis.txt"), &[port]);
    let url = folder("clients-redis.url");
    fs::write(&url, format!("redis://127.0.0.1:{port}/\n")).unwrap();
    let replay = format!("store = \"redis\"\nurl_file = {url:?}");
    let Some(fleet) = found::or_skip(runtime.block_on(Fleet::start("again", &replay))) else { return };
    for mut client in found::all(&CLIENTS) {
        let proxy = runtime.block_on(tamper::proxy(([127, 0, 0, 1], fleet.http_port).into(), Tamper::Again));
        for presigned in [false, true] {
            let (before, logged) = (fleet.upstream.count(), fleet.log().len());
            let job = match presigned {
                false => Job { url: format!("http://{proxy}/again"), ..case::post(At::Below) },
                true => Job { url: format!("http://{proxy}/again"), presigned, ..case::get(At::Below, WRITER) },
            };
            let answer = client.call(&job).unwrap();
            let passed = fleet.upstream.count() - before;
            assert_eq!((answer.status, passed), (403, 1), "{} {presigned}: {answer:?}", client.name());
            let log = fleet.wait_for(logged + 2);
            let causes: Vec<_> = log[logged..].iter().map(|logged| (logged.status, &*logged.cause)).collect();
            let is_right = matches!(causes[..], [(200, _), (403, cause)] if cause.starts_with("replayed signature"));
            assert!(is_right, "{} {presigned}: {causes:?}", client.name());
        }
    }
}
