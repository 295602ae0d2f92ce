//! The most memory that the process has used, as Linux tells it.

use std::fs;

/// The most memory that was in use since [`forget`], in KiB.
pub fn kib() -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is told");
    line.trim().trim_end_matches(" kB").parse().expect("it is a number")
}

/// Begins to measure anew.
///
/// Source: proc_pid_clear_refs(5).
pub fn forget() {
    fs::write("/proc/self/clear_refs", "5").expect("it may be written");
}
