//! Printing what was measured.

use crate::measure::{Cost, Entry, Group};
use crate::{floor, sig4};

/// Prints the head of the table.
pub(crate) fn head() {
    println!(
        "{:<10} {:<20} {:>8} {:>9} {:>8} {:>12}  notes",
        "request", "peer", "version", "ns/call", "to sig4", "allocs/call"
    );
}

/// Prints a request's rows.
pub(crate) fn rows(Group { name, entries, .. }: &Group) {
    let clone = cost(entries, floor::CLONE.name);
    let ours = cost(entries, sig4::PEER.name).time - clone.time;
    for entry in entries {
        let mut cost = entry.cost();
        let mut ratio = "-".to_owned();
        if entry.name != floor::CLONE.name {
            cost.time -= clone.time;
            cost.allocations -= clone.allocations;
            ratio = format!("{:.2}", cost.time / ours);
        }
        println!(
            "{name:<10} {:<20} {:>8} {:>9.0} {ratio:>8} {:>12.0}  {}",
            entry.name, entry.version, cost.time, cost.allocations, entry.note
        );
    }
    println!();
}

/// The cost of the entry of this name.
fn cost(entries: &[Entry], name: &str) -> Cost {
    let entry = entries.iter().find(|entry| entry.name == name);
    entry.map_or(Cost { time: f64::NAN, allocations: f64::NAN }, Entry::cost)
}
