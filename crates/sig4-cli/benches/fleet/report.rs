//! The summary of a run.

use crate::fleet::Fleet;
use crate::ledger::{Entry, Summary};
use crate::plan::Plan;
use crate::steps::Events;
use crate::upstream::Arrivals;

/// The memory of a replica may grow by this, in KiB: pages that the allocator keeps.
const GROWTH_KIB: u64 = 8 * 1024;

/// Prints the summary, and says whether all went well.
pub fn report(fleet: &Fleet, summary: Summary, events: &Events, arrivals: &Arrivals, requests: usize) -> bool {
    let counts: Vec<_> = summary.counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    println!("requests: {}", counts.join(", "));
    for (plan, statuses) in &summary.refusals {
        println!("  {plan}: {statuses:?}");
    }
    println!("good requests that failed on a replica that was killed under them: {}", statuses(&summary.in_flight));
    println!("statistics of Envoy:\n{}", fleet.envoy_stats());
    let faults = faults(&summary, events, arrivals, requests);
    for fault in &faults {
        println!("VIOLATION: {fault}");
    }
    if !faults.is_empty() {
        println!("{}", fleet.printed());
    }
    println!("{}", if faults.is_empty() { "all is well" } else { "FAILED" });
    faults.is_empty()
}

fn faults(summary: &Summary, events: &Events, arrivals: &Arrivals, requests: usize) -> Vec<String> {
    let mut faults: Vec<_> = arrivals.faults().into_iter().collect();
    faults.extend(arrived(arrivals, requests));
    if !summary.passed.is_empty() {
        faults.push(format!("forged or replayed requests were let through: {}", shown(&summary.passed)));
    }
    if !summary.failed.is_empty() {
        faults.push(format!("good requests were refused: {} {}", statuses(&summary.failed), shown(&summary.failed)));
    }
    if !events.drained {
        faults.push("the replica that was stopped did not drain".to_owned());
    }
    let (first, last) = (events.memory.first().copied(), events.memory.last().copied());
    if last > first.map(|kib| kib + GROWTH_KIB) {
        faults.push(format!("the memory of a replica grew: {:?} KiB", events.memory));
    }
    faults
}

/// Requests that reached the service and must not have, or more often than once.
fn arrived(arrivals: &Arrivals, requests: usize) -> Vec<String> {
    let wrong = (0..requests).filter(|n| {
        let most = if matches!(Plan::of(*n), Plan::Forged(_) | Plan::Replay) { 0 } else { 1 };
        arrivals.count(*n) > most
    });
    wrong.map(|n| format!("request {n}, {:?}, reached the service {} times", Plan::of(n), arrivals.count(n))).collect()
}

/// The number of entries, by status.
fn statuses(entries: &[Entry]) -> String {
    let mut counts = std::collections::BTreeMap::<_, usize>::new();
    for entry in entries {
        *counts.entry(entry.answer.status.map_or(0, |status| status.as_u16())).or_default() += 1;
    }
    format!("{} {counts:?}", entries.len())
}

/// The first entries.
fn shown(entries: &[Entry]) -> String {
    let first = entries.iter().take(5);
    first.map(|entry| format!("{} {:?} {:?}", entry.n, entry.plan, entry.answer.status)).collect::<Vec<_>>().join(", ")
}
