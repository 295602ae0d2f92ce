//! Counts the instructions of an operation of each row: `instructions [ROW…]`. It fails if one is above its gate.
//!
//! With a row named, it prints the functions that take most, too. With `--gates`, it counts only rows with a gate, and
//! compares keys that are not cached with keys that are derived without a cache.

use sig4_bench_support::count::{self, Count, Whose};
use sig4_bench_support::gate::{GATES, Gate};
use sig4_bench_support::{keys, row};
use std::process::ExitCode;

fn main() -> ExitCode {
    count::work_if_worker();
    let named: Vec<_> = std::env::args().skip(1).collect();
    let only_gates = named.iter().any(|name| name == "--gates");
    let is_wanted = |name: &str, gate: Option<&Gate>| match &*named {
        [] => gate.is_some() || keys::ROWS.iter().any(|row| row.0 == name),
        _ if only_gates => gate.is_some(),
        _ => named.iter().any(|wanted| wanted == name),
    };
    let mut code = ExitCode::SUCCESS;
    println!("{:<16} {:>7} {:>7} {:>7} {:>7}", "name", "limit", "aim", "gate", "sig4");
    for (name, make) in row::ROWS.iter().chain(&keys::ROWS) {
        let gate = GATES.iter().find(|gate| gate.row == *name);
        if !is_wanted(name, gate) {
            continue;
        }
        let limit = make().limit.map(|_| Count::new(name, Whose::Limit));
        let sig4 = Count::new(name, Whose::Sig4);
        let of_limit = limit.as_ref().map_or_else(|| "-".to_owned(), |limit| format!("{:.0}", limit.total()));
        let [aim, most] = [gate.map(|gate| gate.aim), gate.map(|gate| gate.instructions)];
        let [shown_aim, shown_most] =
            [aim, most].map(|count| count.map_or_else(|| "-".to_owned(), |count| count.to_string()));
        println!("{name:<16} {of_limit:>7} {shown_aim:>7} {shown_most:>7} {:>7.0}", sig4.total());
        if most.is_some_and(|most| sig4.total() > f64::from(most)) {
            println!("{name} is above its gate");
            code = ExitCode::FAILURE;
        }
        if !named.is_empty() && !only_gates {
            for (whose, count) in [("limit", limit), ("sig4", Some(sig4))] {
                println!("  {whose}");
                count.into_iter().for_each(|count| count.print(40));
            }
        }
    }
    if only_gates && !keys::are_within_gate() {
        println!("a key that is not cached is above its gate");
        code = ExitCode::FAILURE;
    }
    code
}
