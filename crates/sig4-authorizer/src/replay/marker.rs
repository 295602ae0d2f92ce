//! The marker of a bucket: since when the bucket has every signature that was used.
//!
//! A marker is the text `SINCE RUN KEPT`:
//!
//! - `SINCE`: milliseconds of the Unix epoch, by the server's clock. Every signature that was used since then is in the bucket, until it
//!   ends. 0: the store was new, and has all.
//! - `RUN`: the `run_id` of the server's process. A process that starts, and a replica that becomes the master, have a different one.
//! - `KEPT`: 1 if that process wrote every change to its disk before it answered, all the time.
//!
//! A missing marker, or the marker of another process, means that signatures may be lost: the marker then begins anew, by the server's
//! clock at that moment, and signatures that were valid earlier are refused. Two cases keep the beginning: the process before and this one
//! write each change to disk before they answer and the data never came from another server, or the operator vouches for it.

use super::bucket::Bucket;
use redis::Cmd;
use time::OffsetDateTime;

/// Renews markers in one step. KEYS: the markers. ARGV: the process, whether it keeps changes, whether the process before counts (0: no;
/// 1: if it kept changes; 2: yes), whether the store is new.
const RENEW: &str = r"
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.ceil(time[2] / 1000))
local begun, latest = 0, 0
for _, key in ipairs(KEYS) do
  local held = redis.call('GET', key)
  local since, run, kept = string.match(held or '', '^(%d+) (%w+) ([01])$')
  if not since then
    since = (ARGV[4] == '1' and not held) and '0' or now
    begun = begun + 1
  elseif run ~= ARGV[1] and not (ARGV[3] == '2' or (ARGV[3] == '1' and kept == '1')) then
    since = now
    begun = begun + 1
  end
  latest = math.max(latest, tonumber(since))
  local keeps = (run == ARGV[1] and kept == '0') and '0' or ARGV[2]
  local value = since .. ' ' .. ARGV[1] .. ' ' .. keeps
  if value ~= held then redis.call('SET', key, value) end
end
return {begun, latest}";

/// A process of a server, as the markers name it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Run {
    pub(super) id: String,
    /// Whether it writes every change to disk before it answers.
    pub(super) keeps: bool,
    pub(super) inherits: Inherits,
}

/// Whether a process has the data of the process before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Inherits {
    /// It may lack some.
    Nothing,
    /// It has all if the process before wrote each change to disk.
    Kept,
    /// It has all, as the operator says.
    All,
}

impl Run {
    /// The command that renews the markers of `buckets`. It answers how many of them begin now, and the latest beginning of all.
    pub(super) fn renew(&self, prefix: &str, buckets: &[Bucket], is_new: bool) -> Cmd {
        let inherits = match self.inherits {
            Inherits::Nothing => 0,
            Inherits::Kept => 1,
            Inherits::All => 2,
        };
        let mut command = redis::cmd("EVAL");
        command.arg(RENEW).arg(buckets.len());
        for bucket in buckets {
            command.arg(bucket.marker_key(prefix));
        }
        command.arg(&self.id).arg(u8::from(self.keeps)).arg(inherits).arg(u8::from(is_new));
        command
    }

    /// Since when a bucket with this marker has all signatures. `None` if the marker is not of this process.
    pub(super) fn since(&self, marker: Option<&str>) -> Option<OffsetDateTime> {
        let mut words = marker?.split(' ');
        let (since, run, kept) = (words.next()?, words.next()?, words.next()?);
        let is_this = run == self.id && (kept == "0" || self.keeps);
        let millis: i128 = since.parse().ok().filter(|_| is_this)?;
        OffsetDateTime::from_unix_timestamp_nanos(millis.checked_mul(1_000_000)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Inherits, Run};
    use time::OffsetDateTime;

    #[test]
    fn only_a_marker_of_the_same_process_counts() {
        let run = Run { id: "ab12".to_owned(), keeps: true, inherits: Inherits::Nothing };
        let since = |marker| run.since(Some(marker)).map(OffsetDateTime::unix_timestamp);
        assert_eq!(since("5000 ab12 1"), Some(5));
        assert_eq!(since("0 ab12 0"), Some(0));
        for other in ["5000 ab13 1", "5000 ab12", "x ab12 1", "", "99999999999999999999 ab12 1"] {
            assert_eq!(since(other), None, "{other}");
        }
        assert_eq!(run.since(None), None);
        let loose = Run { keeps: false, ..run };
        assert_eq!(loose.since(Some("5000 ab12 1")), None, "the marker promises what the process does not do any more");
    }
}
