//! What a server says about itself: its process, its role, and whether it can forget keys.

use super::error::{ReplayError, ReplayErrorKind};
use super::marker::{Inherits, Run};
use redis::aio::MultiplexedConnection;

/// The policy of a server that forgets no key before its time.
const NO_EVICTION: &str = "noeviction";

/// The settings that say when the log is written, and their values if it is written before each answer.
const LOG_PATTERN: &str = "*appendfsync*";
const LOG_SETTINGS: [(&str, &str); 2] = [("appendfsync", "always"), ("no-appendfsync-on-rewrite", "no")];

/// The answer to `INFO`, and settings where they may be read, each with its value.
#[derive(Debug)]
pub(super) struct ServerFacts {
    info: String,
    settings: Vec<(String, String)>,
}

impl ServerFacts {
    pub(super) async fn ask(connection: &mut MultiplexedConnection) -> Result<Self, ReplayError> {
        let info = redis::cmd("INFO").query_async(connection).await?;
        // A service in a cloud has no `CONFIG`, and a user may lack the right.
        let settings = redis::cmd("CONFIG").arg("GET").arg(LOG_PATTERN).query_async(connection).await;
        Ok(Self { info, settings: settings.unwrap_or_default() })
    }

    fn fact(&self, name: &str) -> Option<&str> {
        self.info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }

    /// The process, if it can be used. `vouched`: the operator says that no restart and no failover loses data.
    pub(super) fn run(&self, vouched: bool) -> Result<Run, ReplayError> {
        let fact = |name| self.fact(name).unwrap_or_default();
        let unsuitable = |detail: String| Err(ReplayError::new(ReplayErrorKind::Unsuitable, detail));
        if fact("loading") == "1" {
            return Err(ReplayError::new(ReplayErrorKind::Unreachable, "the server is loading its data"));
        }
        if fact("role") != "master" {
            return Err(ReplayError::new(ReplayErrorKind::Unreachable, "the server is a replica"));
        }
        if fact("maxmemory_policy") != NO_EVICTION {
            let policy = fact("maxmemory_policy");
            return unsuitable(format!("its maxmemory-policy is `{policy}` and has to be `{NO_EVICTION}`"));
        }
        let id = fact("run_id");
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return unsuitable("it does not tell its run_id".to_owned());
        }
        // The data of a server that was a replica, or that loaded the file of one, may lack the end.
        let (keeps, is_alone) = (self.keeps(), fact("second_repl_offset") == "-1");
        let inherits = match (vouched, keeps && is_alone) {
            (true, _) => Inherits::All,
            (false, true) => Inherits::Kept,
            (false, false) => Inherits::Nothing,
        };
        Ok(Run { id: id.to_owned(), keeps, inherits })
    }

    /// Whether there is no memory left for another signature. Buffers of replicas and of the log do not count.
    pub(super) fn is_full(&self) -> bool {
        let number = |name| self.fact(name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        let used = number("used_memory").saturating_sub(number("mem_not_counted_for_evict"));
        let most = number("maxmemory");
        most > 0 && used > most
    }

    /// Whether each change is on the disk before the answer, and no replica has a copy that may lag and take over.
    fn keeps(&self) -> bool {
        let is_set = |(name, value): (&str, &str)| self.settings.iter().any(|(of, is)| of == name && is == value);
        self.fact("aof_enabled") == Some("1")
            && self.fact("connected_slaves") == Some("0")
            && LOG_SETTINGS.into_iter().all(is_set)
    }
}

#[cfg(test)]
mod tests {
    use super::{Inherits, ReplayErrorKind, ServerFacts};

    const INFO: &str = "# Server\r\nrun_id:ab12\r\nloading:0\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n\
        aof_enabled:1\r\nconnected_slaves:0\r\nsecond_repl_offset:-1\r\n";

    fn facts(from: &str, to: &str, fsync: &str, on_rewrite: &str) -> ServerFacts {
        assert!(INFO.contains(from));
        let settings = [("appendfsync", fsync), ("no-appendfsync-on-rewrite", on_rewrite)];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        ServerFacts { info: INFO.replace(from, to), settings }
    }

    fn inherits(from: &str, to: &str) -> Inherits {
        facts(from, to, "always", "no").run(false).unwrap().inherits
    }

    #[test]
    fn a_restart_keeps_data_only_if_each_change_is_on_disk_and_no_replication_was_involved() {
        assert_eq!(inherits("", ""), Inherits::Kept);
        assert_eq!(inherits("aof_enabled:1", "aof_enabled:0"), Inherits::Nothing);
        assert_eq!(inherits("second_repl_offset:-1", "second_repl_offset:120"), Inherits::Nothing);
        assert_eq!(inherits("connected_slaves:0", "connected_slaves:1"), Inherits::Nothing);
        for (fsync, on_rewrite) in [("everysec", "no"), ("no", "no"), ("always", "yes"), ("", "")] {
            let run = facts("", "", fsync, on_rewrite).run(false).unwrap();
            assert_eq!((run.inherits, run.keeps), (Inherits::Nothing, false), "{fsync} {on_rewrite}");
        }
        let unknown = ServerFacts { info: INFO.to_owned(), settings: Vec::new() };
        assert!(!unknown.run(false).unwrap().keeps);
        assert_eq!(unknown.run(true).unwrap().inherits, Inherits::All);
    }

    #[test]
    fn a_server_is_full_above_its_limit_without_its_buffers() {
        let full = |text: &str| facts("loading:0", text, "always", "no").is_full();
        assert!(full("used_memory:101\r\nmaxmemory:100\r\nmem_not_counted_for_evict:0"));
        assert!(!full("used_memory:101\r\nmaxmemory:100\r\nmem_not_counted_for_evict:1"));
        assert!(!full("used_memory:100\r\nmaxmemory:100"));
        assert!(!full("used_memory:100\r\nmaxmemory:0"));
        assert!(!full("used_memory_peak:900\r\nmaxmemory_human:1"));
    }

    #[test]
    fn a_server_that_can_forget_or_cannot_write_is_refused() {
        let kind = |from, to| facts(from, to, "always", "no").run(true).unwrap_err().kind();
        assert_eq!(kind("noeviction", "volatile-lru"), ReplayErrorKind::Unsuitable);
        assert_eq!(kind("maxmemory_policy", "other"), ReplayErrorKind::Unsuitable);
        assert_eq!(kind("run_id:ab12", "run_id:"), ReplayErrorKind::Unsuitable);
        assert_eq!(kind("role:master", "role:slave"), ReplayErrorKind::Unreachable);
        assert_eq!(kind("loading:0", "loading:1"), ReplayErrorKind::Unreachable);
    }
}
