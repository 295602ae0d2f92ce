//! The clients that can be had on this machine.

use crate::client::{self, Client};
use crate::curl::Curl;
use crate::install::Need;
use crate::service::Service;
use std::thread;

/// A client, or what it needs.
pub type Found = Result<Box<dyn Client + Send>, Need>;

/// Every client but the page, of which there is one at a time.
pub const CLIENTS: &[fn() -> Found] = &[Curl::find, client::go, client::node, client::botocore, Service::find];

/// Those of them that are there, or can be installed; the installations go side by side.
pub fn all(clients: &[fn() -> Found]) -> Vec<Box<dyn Client + Send>> {
    let found = thread::scope(|scope| {
        let finding: Vec<_> = clients.iter().map(|find| scope.spawn(find)).collect();
        finding.into_iter().map(|found| found.join().unwrap()).collect::<Vec<_>>()
    });
    found.into_iter().filter_map(or_skip).collect()
}

/// Skips what is not there.
pub fn or_skip<C>(found: Result<C, Need>) -> Option<C> {
    found.map_err(|need| need.skip("it is not there, and cannot be installed")).ok()
}
