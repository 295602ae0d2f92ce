//! The resource usage of the process, from Linux.

use std::fs;
use std::time::Duration;

/// CPU time of all threads, in user and kernel mode, in steps of 10 ms.
///
/// Source: proc_pid_stat(5), utime and stime; a tick is 10 ms wherever Linux runs on hardware of today.
pub fn cpu() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").expect("this is Linux");
    let fields: Vec<_> = text.rsplit_once(')').map_or(&*text, |(_, rest)| rest).split_whitespace().collect();
    let ticks: u64 = [fields[11], fields[12]].iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Memory that is in use, in KiB.
pub fn resident_kib() -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is told");
    line.trim().trim_end_matches(" kB").parse().expect("it is a number")
}
