//! Files that are watched for changes.
//!
//! Files are looked at again and again. That works on every system, on network drives and on folders that a container or a
//! virtual machine shares, where notifications of the system do not arrive, and it sees the replacement of a file by another.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, Metadata};
use std::future::pending;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;

/// How often the files are checked. A change counts once two checks in a row find the same state.
const LOOK: Duration = Duration::from_millis(200);

/// How many files are watched, and how deep in nested folders.
const MAX_FILES: usize = 1000;
const MAX_DEPTH: usize = 8;

/// Folders that are not watched: installed packages are many and do not change between calls, and Python writes what it has
/// compiled beside the code.
const NOT_WATCHED: [&str; 3] = ["node_modules", ".venv", "__pycache__"];

/// Files, and perhaps folders with all that is in them.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    paths: Vec<PathBuf>,
    /// How deep folders are looked into.
    depth: usize,
}

impl Watched {
    /// Files, and folders with all that is in them.
    pub(crate) const fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths, depth: MAX_DEPTH }
    }

    /// Files alone. A folder in the place of one counts as missing.
    pub(crate) const fn files(paths: Vec<PathBuf>) -> Self {
        Self { paths, depth: 0 }
    }

    /// Whether every path is there.
    pub(crate) fn is_there(&self) -> bool {
        self.paths.iter().all(|path| path.exists())
    }

    /// The size and the time of each file, in one number. Files that cannot be read count as missing.
    pub(crate) fn state(&self) -> u64 {
        let mut files = Vec::new();
        self.paths.iter().for_each(|path| add(path, self.depth, &mut files));
        state_of(files)
    }

    /// Follows the changes since now.
    pub(crate) fn follow(self) -> Changes {
        let before = self.state();
        self.follow_from(before)
    }

    /// Follows the changes since the state `before`.
    pub(crate) fn follow_from(self, before: u64) -> Changes {
        let (changed, changes) = watch::channel(());
        let mut task = JoinSet::new();
        task.spawn(async move {
            let (mut accepted, mut last) = (before, before);
            loop {
                sleep(LOOK).await;
                let files = self.clone();
                // A failed check is repeated.
                let Ok(now) = spawn_blocking(move || files.state()).await else { continue };
                if now != accepted && now == last {
                    accepted = now;
                    changed.send_replace(());
                }
                last = now;
            }
        });
        Changes { changes, _task: task }
    }
}

/// The changes of files.
#[derive(Debug)]
pub(crate) struct Changes {
    changes: watch::Receiver<()>,
    /// Ends with the value.
    _task: JoinSet<()>,
}

impl Changes {
    /// Waits until the files have changed and no longer change. Without files, it waits forever.
    pub(crate) async fn next_of(changes: Option<&mut Self>) {
        if let Some(changes) = changes
            && changes.changes.changed().await.is_ok()
        {
            return;
        }
        pending().await
    }
}

/// A file's size and time of change.
pub(crate) type Seen = (u64, Option<std::time::SystemTime>);

/// The state of a file, if it is there.
pub(crate) fn seen(path: &Path) -> Option<Seen> {
    fs::metadata(path).ok().filter(Metadata::is_file).map(|metadata| of_metadata(&metadata))
}

/// The state of several files.
pub(crate) fn state_of(mut files: Vec<(PathBuf, Seen)>) -> u64 {
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}

fn add(path: &Path, depth: usize, files: &mut Vec<(PathBuf, Seen)>) {
    // Links to files are followed. Links to folders are not, because they may form a circle.
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_file() && files.len() < MAX_FILES {
        files.push((path.to_owned(), of_metadata(&metadata)));
    }
    let (true, Some(depth)) = (metadata.is_dir(), depth.checked_sub(1)) else { return };
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if files.len() >= MAX_FILES {
            return;
        }
        let is_linked_folder = entry.file_type().is_ok_and(|kind| kind.is_symlink()) && entry.path().is_dir();
        let is_left_out = NOT_WATCHED.iter().any(|name| entry.file_name() == *name);
        if !is_left_out && !is_linked_folder {
            add(&entry.path(), depth, files);
        }
    }
}

fn of_metadata(metadata: &Metadata) -> Seen {
    (metadata.len(), metadata.modified().ok())
}

#[cfg(test)]
mod tests {
    use super::Watched;
    use std::fs;

    #[test]
    fn a_file_that_is_added_changed_or_gone_is_seen_and_what_is_installed_is_not() {
        let folder = std::env::temp_dir().join(format!("sig4-code-{}", std::process::id()));
        fs::create_dir_all(folder.join("lib/node_modules")).unwrap();
        let code = Watched::new(vec![folder.clone()]);
        let empty = code.state();
        fs::write(folder.join("lib/a.js"), "a").unwrap();
        let added = code.state();
        fs::write(folder.join("lib/node_modules/b.js"), "b").unwrap();
        assert_eq!(code.state(), added);
        fs::write(folder.join("lib/a.js"), "ab").unwrap();
        let changed = code.state();
        fs::remove_file(folder.join("lib/a.js")).unwrap();
        let gone = code.state();
        fs::remove_dir_all(&folder).unwrap();
        assert!(empty != added && added != changed && gone == empty);
    }
}
