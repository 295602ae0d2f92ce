//! The clients of the article over TLS, with HTTP/2 where they speak it: an HTTP API and a REST API, as the CDK writes them and
//! `sig4 serve --tls` serves them.

use crate::case::{self, Case, Expected};
use crate::client::{self, Client};
use crate::curl::Curl;
use crate::found;
use crate::install::Need;
use crate::job::{Answer, Job, PROTOCOL};
use crate::page::{ORIGIN, Page};
use crate::rest_stack;
use crate::stack::{self, Served};
use crate::table::Report;
use crate::trial::{Logged, Target, Trial};
use std::thread;

/// A REST API that is served. Its stage is part of every path.
struct Rest(Served);

impl Target for Rest {
    fn url(&self, case: &Case) -> String {
        format!("{}/prod{}", self.0.url, case.job.url)
    }

    fn log(&self) -> Vec<Logged> {
        self.0.log()
    }

    fn preflight_status(&self, _: bool) -> u16 {
        204
    }

    fn is_rest(&self) -> bool {
        true
    }
}

/// A client whose answers have to come over HTTP/2, if it speaks that.
struct Versioned<'c>(&'c mut dyn Client);

impl Client for Versioned<'_> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn call(&mut self, job: &Job) -> Result<Answer, String> {
        let answer = self.0.call(job)?;
        let expected = match self.name() {
            "curl" => Some("HTTP/2"),
            "Go" => Some("HTTP/2.0"),
            "React page" => Some("h2"),
            // The others speak HTTP/1.1, and do not say so.
            _ => None,
        };
        if answer.header(PROTOCOL) == expected { Ok(answer) } else { Err(format!("not {expected:?}: {answer:?}")) }
    }

    fn expected(&self, case: &Case) -> Expected {
        self.0.expected(case)
    }

    fn is_browser(&self) -> bool {
        self.0.is_browser()
    }
}

type Serve<'s> = &'s (dyn Fn() -> Box<dyn Target> + Sync);
type Cells = Vec<Result<String, String>>;

/// A client at each API. Every client has servers of its own, for a server explains only so many refusals at once.
fn run(client: &mut dyn Client, cases: &[Case], apis: &[Serve<'_>]) -> Vec<Cells> {
    let mut client = Versioned(client);
    let mut at = |serve: &Serve<'_>| {
        let api = serve();
        let mut trial = Trial { client: &mut client, target: &*api, origin: ORIGIN };
        cases.iter().map(|case| trial.run(case)).collect()
    };
    apis.iter().map(&mut at).collect()
}

#[test]
fn every_client_gets_in_over_tls_and_speaks_http_2_where_it_can() {
    let Some(stack) = found::or_skip(stack::synthesised()) else { return };
    let Some(rest_stack) = found::or_skip(rest_stack::synthesised()) else { return };
    let http = || -> Box<dyn Target> { Box::new(Served::start(&stack, &["--tls"])) };
    let rest = || -> Box<dyn Target> { Box::new(Rest(Served::start(&rest_stack, &["--stack", "All", "--tls"]))) };
    let cases = case::over_tls();
    let apis: [Serve<'_>; 2] = [&http, &rest];
    let mut reports = apis.map(|_| Report::new(&cases));
    let mut add = |client, of_apis: Vec<Cells>| {
        reports.iter_mut().zip(of_apis).for_each(|(report, cells)| report.add(client, cells));
    };
    let clients = [Curl::find, client::go, client::node, client::botocore];
    thread::scope(|scope| {
        let page = scope.spawn(|| {
            let mut page = Page::open_trusting()?;
            // The APIs allow one origin.
            let cells = (page.origin == ORIGIN).then(|| run(&mut page, &cases, &apis)).ok_or(Need::Port5173)?;
            Ok((page.name(), cells))
        });
        for mut client in found::all(&clients) {
            add(client.name(), run(&mut *client, &cases, &apis));
        }
        if let Some((name, cells)) = found::or_skip(page.join().unwrap()) {
            add(name, cells);
        }
    });
    for report in reports {
        report.finish(clients.len() + 1);
    }
}
