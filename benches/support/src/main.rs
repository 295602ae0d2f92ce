//! Counts the instructions of an operation of each row: `instructions [ROW…]`. It fails if one is above its gate.
//!
//! With a row named, it prints the functions that take most, too. With `--gates`, it counts only rows with a gate, and
//! compares keys that are not cached with keys that are derived without a cache.

use sig4_bench_support::count::{self, Count, Whose};
use sig4_bench_support::gate::{self, GATES, Gate};
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
    println!("name               limit    sig4     aim    gate x_limit    gate");
    for (name, make) in row::all() {
        let gate = GATES.iter().find(|gate| gate.row == name);
        if !is_wanted(name, gate) {
            continue;
        }
        let limit = make().limit.map(|_| Count::new(name, Whose::Limit));
        let sig4 = Count::new(name, Whose::Sig4);
        let of_limit = limit.as_ref().map_or_else(|| "-".to_owned(), |limit| format!("{:.0}", limit.total()));
        print!("{name:<16} {of_limit:>7} {:>7.0}", sig4.total());
        if let (Some(gate), Some(limit)) = (gate, &limit) {
            let Gate { aim, instructions, times_limit, .. } = gate;
            let times = sig4.times(limit);
            print!(" {aim:>7} {instructions:>7} {times:>7.2} {times_limit:>7}");
            if sig4.total() > f64::from(*instructions) || times > *times_limit {
                print!("  ABOVE");
                code = ExitCode::FAILURE;
            }
        }
        println!();
        if !named.is_empty() && !only_gates {
            for (whose, count) in [("limit", limit), ("sig4", Some(sig4))] {
                println!("  {whose}");
                count.into_iter().for_each(|count| count.print(40));
            }
        }
    }
    if only_gates && !gate::misses_are_within_gate() {
        println!("a key that is not cached is above its gate");
        code = ExitCode::FAILURE;
    }
    code
}
