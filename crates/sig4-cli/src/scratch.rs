//! Folders that are there as long as the program that made them, and what is left of them when it is killed.
//!
//! ```text
//! TMPDIR/sig4-32HEXDIG/       mode 0700 from the start
//!     lock                    locked by the program, as long as it lives
//!     code/                   the files
//! ```
//!
//! A program that is killed cannot remove its folders. The next one does: those that are the user's own, that nobody else can
//! enter, and whose lock nobody holds. The lock is the kernel's (`flock`), and goes with the process, however that ends. Whoever
//! makes a folder locks it before it is used, and begins anew if another one that cleans up was faster.

use crate::failure::Failure;
use fs4::FileExt;
use std::env;
use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const PREFIX: &str = "sig4-";
const LOCK: &str = "lock";
const CODE: &str = "code";
/// How many random bytes the name of a folder has.
const RANDOM_LEN: usize = 16;

/// How often it is tried to make a folder.
const ATTEMPTS: usize = 8;
/// How old a folder without a lock has to be until nobody is about to lock it any more.
const UNFINISHED: Duration = Duration::from_secs(3600);
/// How many entries of the folder of temporary files are looked at.
const MAX_ENTRIES: usize = 100_000;

/// A folder of temporary files, which is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: PathBuf,
    code: PathBuf,
    /// Held until the folder is gone.
    _lock: Option<File>,
}

impl Scratch {
    /// A new folder with one file in it.
    pub(crate) fn with_file(name: &str, text: &str) -> Result<Self, Failure> {
        let parent = env::temp_dir();
        let failed = |error: io::Error| format!("cannot write below {}: {error}", parent.display());
        for _ in 0..ATTEMPTS {
            if let Some(scratch) = Self::new(&parent).map_err(failed)? {
                scratch.put(name, text.as_bytes()).map_err(failed)?;
                return Ok(scratch);
            }
        }
        Err(format!("each new folder below {} was removed at once", parent.display()).into())
    }

    /// A new and locked folder; `None` if somebody who cleans up has removed it.
    fn new(parent: &Path) -> io::Result<Option<Self>> {
        let mut random = [0; RANDOM_LEN];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let folder = parent.join(format!("{PREFIX}{}", hex::encode(random)));
        // It fails where somebody else was there first.
        private().create(&folder)?;
        let mut scratch = Self { code: folder.join(CODE), folder, _lock: None };
        match scratch.lock() {
            Ok(()) => Ok(Some(scratch)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Locks the folder, and finds out whether it is there still.
    fn lock(&mut self) -> io::Result<()> {
        let lock = File::create_new(self.folder.join(LOCK))?;
        // Where there are no locks, nobody gets this one either, and what a killed server leaves stays.
        let _unlocked = FileExt::lock(&lock);
        self._lock = Some(lock);
        fs::symlink_metadata(self.folder.join(LOCK))?;
        private().create(&self.code)
    }

    /// Writes a file anew. What stands in its place is removed, and a link is not followed: a program that was given the
    /// folder may have put it there.
    pub(crate) fn put(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.code.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        File::create_new(path)?.write_all(content)
    }

    /// Where the file is.
    pub(crate) fn code(&self) -> &Path {
        &self.code
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _left = fs::remove_dir_all(&self.folder);
    }
}

/// Removes what servers of this user have left that were killed. What cannot be removed stays: it is in nobody's way.
pub(crate) fn remove_left() {
    let Ok(entries) = fs::read_dir(env::temp_dir()) else { return };
    for entry in entries.take(MAX_ENTRIES).flatten() {
        if entry.file_name().to_str().is_some_and(is_name) {
            let _stays = remove_if_left(&entry.path());
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    name.strip_prefix(PREFIX).is_some_and(|digits| digits.len() == 2 * RANDOM_LEN && digits.bytes().all(is_digit))
}

/// Nobody but this user can put anything into a private folder, a link in place of the lock least of all.
fn remove_if_left(folder: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(folder)?;
    if !metadata.is_dir() || !is_private(&metadata) {
        return Ok(());
    }
    match File::open(folder.join(LOCK)) {
        // The lock is held until all is removed.
        Ok(lock) if FileExt::try_lock(&lock).is_ok() => fs::remove_dir_all(folder),
        Err(error) if error.kind() == ErrorKind::NotFound && is_old(&metadata) => fs::remove_dir_all(folder),
        _ => Ok(()),
    }
}

fn is_old(metadata: &Metadata) -> bool {
    metadata.modified().is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > UNFINISHED))
}

/// Makes folders that their owner alone can enter.
#[cfg(unix)]
fn private() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// The folder of temporary files is the user's own here, and so is what lies in it.
#[cfg(not(unix))]
fn private() -> DirBuilder {
    DirBuilder::new()
}

/// Whether a folder is this user's, and nobody else can enter it.
#[cfg(unix)]
fn is_private(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &Metadata) -> bool {
    true
}
