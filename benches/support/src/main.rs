//! Prints how many instructions an operation of each row takes: `instructions [ROW…]`. With a row named, it prints the
//! functions that take most, too.
#![allow(clippy::expect_used, reason = "a benchmark that cannot go on fails")]

use sig4_bench_support::count::{self, Whose};
use sig4_bench_support::{keys, row};

fn main() {
    count::work_if_worker();
    let wanted: Vec<_> = std::env::args().skip(1).collect();
    let profiles = std::env::current_exe().expect("this program has a path").with_file_name("callgrind");
    std::fs::create_dir_all(&profiles).expect("the target folder can be written");
    println!("{:<16} {:>7} {:>7}", "name", "limit", "sig4");
    for row in row::counted().into_iter().chain(keys::counted()) {
        if !wanted.is_empty() && !wanted.iter().any(|name| name == row.name) {
            continue;
        }
        let profile = |whose| profiles.join(format!("{}-{whose:?}", row.name));
        let [limit, sig4] =
            [Whose::Limit, Whose::Sig4].map(|whose| (whose, count::instructions(row.name, whose, &profile(whose))));
        println!("{:<16} {:>7.0} {:>7.0}", row.name, limit.1.values().sum::<f64>(), sig4.1.values().sum::<f64>());
        if !wanted.is_empty() {
            for (whose, functions) in [limit, sig4] {
                let mut functions: Vec<_> = functions.into_iter().collect();
                functions.sort_by(|a, b| b.1.total_cmp(&a.1));
                println!("  {whose:?}; by source line: callgrind_annotate {}", profile(whose).display());
                functions.iter().take(40).for_each(|(name, count)| println!("    {count:>7.0} {name}"));
            }
        }
    }
}
