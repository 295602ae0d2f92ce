//! The clients over TLS: with HTTP/2 where they speak it, and the certificate that the environment tells them to trust.

use crate::api::Api;
use crate::case::{self, At, Case};
use crate::client;
use crate::curl::Curl;
use crate::found;
use crate::install::folder;
use crate::job::Job;
use crate::page::ORIGIN;
use crate::table::Report;
use crate::trial::{Logged, Target, Trial};
use sig4_gateway::Integration;
use sig4_test_support::http2::certified::Certified;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;
use tokio::runtime::Runtime;

/// Where curl and the program of Go tell the protocol of a response, for the access log has that of API Gateway.
pub const PROTOCOL: &str = ":protocol";

/// The certificate of the servers, and its file.
static CERTIFIED: LazyLock<(Certified, PathBuf)> = LazyLock::new(|| {
    let (certified, file) = (Certified::new(), folder(&format!("clients-{}.pem", std::process::id())));
    fs::write(&file, &certified.certificate).unwrap();
    (certified, file)
});

pub fn certified() -> &'static Certified {
    &CERTIFIED.0
}

/// Has a client trust the certificate, in the way of each: Go and Python, Node, curl.
pub fn trust(command: &mut Command) {
    for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"] {
        command.env(name, &CERTIFIED.1);
    }
}

/// An API over TLS.
struct Secure(Api);

impl Target for Secure {
    fn url(&self, case: &Case) -> String {
        format!("https://{}{}", self.0.address(), case.job.url)
    }

    fn log(&self) -> Vec<Logged> {
        self.0.log()
    }

    fn preflight_status(&self) -> u16 {
        204
    }
}

#[test]
fn every_client_gets_in_over_tls_and_speaks_http_2_where_it_can() {
    let runtime = Runtime::new().unwrap();
    let cases = case::direct();
    let mut report = Report::new(&cases);
    let clients = [Curl::find, client::go, client::node, client::botocore];
    for mut client in found::all(&clients) {
        // Each at an API of its own, for an API explains only so many refusals at once.
        let api = Secure(runtime.block_on(Api::serve_securely(Integration::echo(), ORIGIN)));
        let mut trial = Trial { client: &mut *client, target: &api, origin: ORIGIN };
        let cells = cases.iter().map(|case| trial.run(case)).collect();
        report.add(client.name(), cells);
        // The others speak HTTP/1.1.
        if matches!(client.name(), "curl" | "Go") {
            let job = Job { url: format!("https://{}/", api.0.address()), ..case::post(At::Root) };
            let answer = client.call(&job).unwrap();
            let protocol = answer.header(PROTOCOL).unwrap_or_default();
            assert!(protocol.starts_with("HTTP/2"), "{}: {answer:?}", client.name());
        }
        runtime.block_on(api.0.shut_down());
    }
    report.finish(clients.len());
}
