//! The files of a function, watched for changes.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, Metadata};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// How often the files are checked. A change counts once two checks in a row find the same state.
const LOOK: Duration = Duration::from_millis(200);

/// How many files are watched, and how deep in nested folders.
const MAX_FILES: usize = 1000;
const MAX_DEPTH: usize = 8;

/// A folder that is not watched: installed packages are many and do not change between calls.
const INSTALLED: &str = "node_modules";

/// The folder of a function's code, or the program that runs it.
#[derive(Clone, Debug)]
pub(crate) struct WatchedCode(PathBuf);

impl WatchedCode {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The size and the time of each file, in one number. Files that cannot be read count as missing.
    pub(crate) fn state(&self) -> u64 {
        let mut files = Vec::new();
        add(&self.0, MAX_DEPTH, &mut files);
        files.sort();
        let mut hasher = DefaultHasher::new();
        files.hash(&mut hasher);
        hasher.finish()
    }

    /// Waits until the files differ from `before` and no longer change.
    pub(crate) async fn changed(&self, before: u64) {
        let mut last = before;
        loop {
            sleep(LOOK).await;
            let code = self.clone();
            // A failed check is repeated.
            let Ok(now) = spawn_blocking(move || code.state()).await else { continue };
            if now != before && now == last {
                return;
            }
            last = now;
        }
    }
}

/// A file's size and time of change.
type Seen = (u64, Option<std::time::SystemTime>);

fn add(path: &Path, depth: usize, files: &mut Vec<(PathBuf, Seen)>) {
    // Links to files are followed. Links to folders are not, because they may form a circle.
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_file() && files.len() < MAX_FILES {
        files.push((path.to_owned(), seen(&metadata)));
    }
    let (true, Some(depth)) = (metadata.is_dir(), depth.checked_sub(1)) else { return };
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if files.len() >= MAX_FILES {
            return;
        }
        let is_linked_folder = entry.file_type().is_ok_and(|kind| kind.is_symlink()) && entry.path().is_dir();
        if entry.file_name() != INSTALLED && !is_linked_folder {
            add(&entry.path(), depth, files);
        }
    }
}

fn seen(metadata: &Metadata) -> Seen {
    (metadata.len(), metadata.modified().ok())
}

#[cfg(test)]
mod tests {
    use super::WatchedCode;
    use std::fs;

    #[test]
    fn a_file_that_is_added_changed_or_gone_is_seen_and_what_is_installed_is_not() {
        let folder = std::env::temp_dir().join(format!("sig4-code-{}", std::process::id()));
        fs::create_dir_all(folder.join("lib/node_modules")).unwrap();
        let code = WatchedCode::new(folder.clone());
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
