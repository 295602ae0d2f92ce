//! The peak memory of the process, from Linux.

use std::fs;

/// The peak memory since [`forget`], in KiB.
pub fn kib() -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is told");
    line.trim().trim_end_matches(" kB").parse().expect("it is a number")
}

/// Resets the peak.
///
/// Source: proc_pid_clear_refs(5).
pub fn forget() {
    fs::write("/proc/self/clear_refs", "5").expect("it may be written");
}
