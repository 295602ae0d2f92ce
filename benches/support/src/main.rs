//! Prints how many instructions an operation of each row takes: `instructions [ROW…]`. With a row named, it prints the
//! functions that take most, too.
#![allow(clippy::expect_used, reason = "a benchmark that cannot go on fails")]

use sig4_bench_support::{count, row};

fn main() {
    count::work_if_worker();
    let wanted: Vec<_> = std::env::args().skip(1).collect();
    let profiles = std::env::current_exe().expect("this program has a path").with_file_name("callgrind");
    std::fs::create_dir_all(&profiles).expect("the target folder can be written");
    for row in row::counted() {
        if !wanted.is_empty() && !wanted.iter().any(|name| name == row.name) {
            continue;
        }
        let profile = profiles.join(row.name);
        let mut functions: Vec<_> = count::instructions(row.name, &profile).into_iter().collect();
        println!("{:<14} {:>7.0}", row.name, functions.iter().map(|function| function.1).sum::<f64>());
        if !wanted.is_empty() {
            functions.sort_by(|a, b| b.1.total_cmp(&a.1));
            for (name, count) in functions.iter().take(40) {
                println!("    {count:>7.0} {name}");
            }
            println!("    by source line: callgrind_annotate {}", profile.display());
        }
    }
}
