//! What a server says about itself: its process, its role, and whether it can forget keys.

use super::error::{ReplayError, ReplayErrorKind};
use super::marker::{Inherits, Run};
use redis::aio::MultiplexedConnection;

/// The policy of a server that forgets no key before its time.
const NO_EVICTION: &str = "noeviction";

/// The answer to `INFO`, and the setting `appendfsync` where it may be read.
#[derive(Debug)]
pub(super) struct ServerFacts {
    info: String,
    fsync: Option<String>,
}

impl ServerFacts {
    pub(super) async fn ask(connection: &mut MultiplexedConnection) -> Result<Self, ReplayError> {
        let info = redis::cmd("INFO").query_async(connection).await?;
        // A service in a cloud has no `CONFIG`, and a user may lack the right.
        let fsync: Result<Vec<String>, _> =
            redis::cmd("CONFIG").arg("GET").arg("appendfsync").query_async(connection).await;
        Ok(Self { info, fsync: fsync.ok().and_then(|pair| pair.into_iter().nth(1)) })
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
        let keeps = fact("aof_enabled") == "1" && self.fsync.as_deref() == Some("always");
        // The data of a server that was a replica, or that loaded the file of one, may lack the end.
        let is_alone = fact("second_repl_offset") == "-1";
        let inherits = match (vouched, keeps && is_alone) {
            (true, _) => Inherits::All,
            (false, true) => Inherits::Kept,
            (false, false) => Inherits::Nothing,
        };
        Ok(Run { id: id.to_owned(), keeps, inherits })
    }
}

#[cfg(test)]
mod tests {
    use super::{Inherits, ReplayErrorKind, ServerFacts};

    const INFO: &str = "# Server\r\nrun_id:ab12\r\nloading:0\r\nrole:master\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\nsecond_repl_offset:-1\r\n";

    fn facts(from: &str, to: &str, fsync: Option<&str>) -> ServerFacts {
        assert!(INFO.contains(from));
        ServerFacts { info: INFO.replace(from, to), fsync: fsync.map(str::to_owned) }
    }

    fn inherits(from: &str, to: &str, fsync: Option<&str>) -> Inherits {
        facts(from, to, fsync).run(false).unwrap().inherits
    }

    #[test]
    fn a_restart_keeps_data_only_if_each_change_is_on_disk_and_no_replication_was_involved() {
        assert_eq!(inherits("", "", Some("always")), Inherits::Kept);
        assert_eq!(inherits("", "", Some("everysec")), Inherits::Nothing);
        assert_eq!(inherits("", "", None), Inherits::Nothing);
        assert_eq!(inherits("aof_enabled:1", "aof_enabled:0", Some("always")), Inherits::Nothing);
        assert_eq!(inherits("offset:-1", "offset:120", Some("always")), Inherits::Nothing);
        assert_eq!(facts("", "", None).run(true).unwrap().inherits, Inherits::All);
    }

    #[test]
    fn a_server_that_can_forget_or_cannot_write_is_refused() {
        let kind = |from, to| facts(from, to, None).run(true).unwrap_err().kind();
        assert_eq!(kind("noeviction", "volatile-lru"), ReplayErrorKind::Unsuitable);
        assert_eq!(kind("maxmemory_policy", "other"), ReplayErrorKind::Unsuitable);
        assert_eq!(kind("run_id:ab12", "run_id:"), ReplayErrorKind::Unsuitable);
        assert_eq!(kind("role:master", "role:slave"), ReplayErrorKind::Unreachable);
        assert_eq!(kind("loading:0", "loading:1"), ReplayErrorKind::Unreachable);
    }
}
