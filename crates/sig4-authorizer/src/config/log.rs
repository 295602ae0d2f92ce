//! `[log]`: where each decision is written.

use crate::observe::AccessLogTarget;
use serde::Deserialize;
use std::path::PathBuf;

/// Records that wait to be written. More are dropped and counted.
const DEFAULT_LOG_QUEUE: usize = 8192;
/// The longest queue that a configuration can ask for.
const MAX_LOG_QUEUE: usize = 1_048_576;

/// `[log]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    access_log: Option<PathBuf>,
    /// Records that wait to be written.
    pub(crate) queue: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self { access_log: None, queue: DEFAULT_LOG_QUEUE }
    }
}

impl Log {
    /// Where the access log is written. `None` if it is not.
    pub(crate) fn target(&self) -> Option<AccessLogTarget> {
        let path = self.access_log.as_ref()?;
        Some(if path.as_os_str() == "stdout" { AccessLogTarget::Stdout } else { AccessLogTarget::File(path.clone()) })
    }

    /// What is wrong with a value.
    pub(super) fn problem(&self) -> Option<String> {
        let is_valid = (1..=MAX_LOG_QUEUE).contains(&self.queue);
        (!is_valid).then(|| format!("[log] `queue` is {}, expected 1 to {MAX_LOG_QUEUE}", self.queue))
    }
}
