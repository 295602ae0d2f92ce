//! What tells whether a file changed since it was read.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How old a change has to be, so that a later change surely has another time. File systems round times to up to two seconds.
const COARSEST_TIME: Duration = Duration::from_secs(2);

/// What changes when a file is written or replaced.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    /// The device, the number of the file, and the time at which either changed.
    node: Option<[i128; 4]>,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok(), node: node(metadata) }
    }

    /// The stamp of the file at `path`, if it can be reached.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().as_ref().map(Self::of)
    }

    /// Whether a change after `now` would show in the times.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        let age = self.modified.and_then(|modified| now.duration_since(modified).ok());
        age.is_some_and(|age| age > COARSEST_TIME)
    }
}

#[cfg(unix)]
fn node(metadata: &Metadata) -> Option<[i128; 4]> {
    use std::os::unix::fs::MetadataExt;
    Some([metadata.dev().into(), metadata.ino().into(), metadata.ctime().into(), metadata.ctime_nsec().into()])
}

#[cfg(not(unix))]
const fn node(_: &Metadata) -> Option<[i128; 4]> {
    None
}
