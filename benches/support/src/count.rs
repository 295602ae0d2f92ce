//! Instructions outside the compression function of SHA-256, counted by valgrind in a worker: this program, started again.
//!
//! Valgrind's processor has no SHA extensions, so the compression function would be most of every count.

use crate::operation::Operation;
use crate::row;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The environment variable that makes this program a worker: a name of a row and of a [`Whose`].
const CASE: &str = "SIG4_COUNTED_CASE";

/// Whose instructions are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of sig4.
    Sig4,
    /// Those of the code that is written for the row.
    Limit,
}

/// The operations that are counted together, after as many that are not.
const TIMES: usize = 100;

/// The row to count, if this process is a worker.
pub fn case_of_worker() -> Option<(String, Whose)> {
    let case = std::env::var(CASE).ok()?;
    let (name, whose) = case.rsplit_once(' ').expect("two names");
    Some((name.to_owned(), if whose == "Limit" { Whose::Limit } else { Whose::Sig4 }))
}

/// The instructions of the compression function for a block, without SHA extensions.
const INSTRUCTIONS_OF_A_BLOCK: f64 = 2_752.0;

/// How long a block takes with SHA extensions, about 43 ns, in instructions of the other functions.
const TIME_OF_A_BLOCK: f64 = 390.0;

/// Has glibc copy in a loop of vectors at every length. From some kilobytes on it takes an instruction that repeats itself for as many bytes, of
/// which valgrind counts each.
const COPIES: &str = "glibc.cpu.x86_rep_movsb_threshold=1073741824:glibc.cpu.x86_rep_stosb_threshold=1073741824";

/// Counts a row and ends the process, if this process is a worker.
pub fn work_if_worker() {
    let Some((name, whose)) = case_of_worker() else { return };
    let row = row::named(&name);
    count(&if whose == Whose::Limit { row.limit.expect("the row has a limit") } else { row.sig4 });
    std::process::exit(0);
}

/// Has valgrind count an operation.
pub fn count(operation: &Operation) {
    operation(TIMES, &mut |work| work());
    operation(TIMES, &mut |work| sig4_counted(work));
}

/// Valgrind counts while this function runs.
#[inline(never)]
fn sig4_counted(work: &mut dyn FnMut()) {
    work();
    std::hint::black_box(());
}

/// The instructions of one operation, by function.
pub struct Count {
    /// What each function takes itself, without those that it calls.
    by_function: HashMap<String, f64>,
    /// The blocks that the compression function takes.
    blocks: f64,
    /// Valgrind's profile of a hundred operations.
    profile: PathBuf,
}

impl Count {
    /// Has valgrind count in this program, started again.
    pub fn new(row: &str, whose: Whose) -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let folder = program.with_file_name("callgrind");
        fs::create_dir_all(&folder).expect("the target folder can be written");
        let profile = folder.join(format!("{}-{whose:?}", row.replace(' ', "-")));
        let done = Command::new("valgrind")
            .args(["--tool=callgrind", "--toggle-collect=*sig4_counted*", "--compress-strings=no", "--compress-pos=no"])
            .arg(format!("--callgrind-out-file={}", profile.display()))
            .arg(&program)
            .env("GLIBC_TUNABLES", COPIES)
            .env(CASE, format!("{row} {whose:?}"))
            .output()
            .expect("valgrind starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let mut by_function = by_function(&fs::read_to_string(&profile).expect("valgrind wrote it"));
        let compression: f64 =
            by_function.extract_if(|name, _| name.contains("sha2::sha256::")).map(|(_, count)| count).sum();
        Self { by_function, blocks: (compression / INSTRUCTIONS_OF_A_BLOCK).round(), profile }
    }

    /// How many times as long this takes as `limit`, estimated where a processor has SHA extensions.
    pub fn times(&self, limit: &Self) -> f64 {
        let time = |count: &Self| count.total() + count.blocks * TIME_OF_A_BLOCK;
        time(self) / time(limit)
    }

    /// The sum.
    pub fn total(&self) -> f64 {
        self.by_function.values().sum()
    }

    /// Prints the functions that take most, and where the profile is.
    pub fn print(self, most: usize) {
        let mut functions: Vec<_> = self.by_function.into_iter().collect();
        functions.sort_by(|a, b| b.1.total_cmp(&a.1));
        functions.iter().take(most).for_each(|(name, count)| println!("    {count:>7.0} {name}"));
        println!("    by source line: callgrind_annotate {}", self.profile.display());
    }
}

/// What the functions of a profile take themselves.
fn by_function(profile: &str) -> HashMap<String, f64> {
    let mut all = HashMap::new();
    let mut function = "";
    let mut lines = profile.lines().skip_while(|line| !line.starts_with("events:"));
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = name;
        } else if line.starts_with("calls=") {
            // The next line is what the called function takes.
            lines.next();
        } else if line.starts_with(|c: char| c.is_ascii_digit()) {
            let (_, cost) = line.split_once(' ').expect("a line number and a cost");
            *all.entry(function.to_owned()).or_default() += cost.parse::<f64>().expect("it is a number") / TIMES as f64;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::by_function;

    #[test]
    fn what_a_function_calls_does_not_count() {
        let profile = "fl=a.rs\nfn=before\n1 9\nevents: Ir\n\nfl=a.rs\nfn=a\n1 300\nfi=b.rs\n2 400\ncfn=b\ncalls=2 7\n2 5000\n\n\
                       fn=b\n4 5000\ntotals: 5700\n";
        let counts = by_function(profile);
        assert_eq!((counts.len(), counts["a"], counts["b"]), (2, 7.0, 50.0));
    }
}
