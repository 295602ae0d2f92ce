//! Temporary folders of this process, and the removal of folders that killed processes left.
//!
//! ```text
//! TMPDIR/sig4-32ALPHANUMERIC/ mode 0700 from the start
//!     lock                    locked by the process while it runs
//!     code/                   the files
//! ```
//!
//! `tempfile` makes and removes the folder. A killed process cannot remove its folders, so the next one does: those that belong
//! to this user, that no other user can enter, and whose lock is free. The kernel releases the lock (`flock`) when the process
//! ends. A process locks a new folder before it uses it, and starts over if a cleanup removed the folder in between.

use crate::failure::Failure;
use fs4::FileExt;
use std::env;
use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::{Builder, TempDir};

const PREFIX: &str = "sig4-";
const LOCK: &str = "lock";
const CODE: &str = "code";
/// How many random letters and digits a folder's name has.
const RANDOM_LEN: usize = 32;

/// How many times making a folder is tried.
const ATTEMPTS: usize = 8;
/// A folder without a lock is removed once it is older than this. A younger one may be about to get its lock.
const UNFINISHED: Duration = Duration::from_secs(3600);
/// How many entries of the folder of temporary files are looked at.
const MAX_ENTRIES: usize = 100_000;

/// A folder of temporary files, which is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    /// Dropped, and so removed, before the lock is released.
    folder: TempDir,
    code: PathBuf,
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

    /// A new and locked folder; `None` if a cleanup removed it before it was locked.
    fn new(parent: &Path) -> io::Result<Option<Self>> {
        let mut builder = Builder::new();
        builder.prefix(PREFIX).rand_bytes(RANDOM_LEN);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(PRIVATE));
        let folder = builder.tempdir_in(parent)?;
        let mut scratch = Self { code: folder.path().join(CODE), folder, _lock: None };
        match scratch.lock() {
            Ok(()) => Ok(Some(scratch)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Locks the folder, and checks that it still exists.
    fn lock(&mut self) -> io::Result<()> {
        let path = self.folder.path().join(LOCK);
        let lock = File::create_new(&path)?;
        // A file system without locks never grants one, so a cleanup leaves the folder alone.
        let _unlocked = FileExt::lock(&lock);
        self._lock = Some(lock);
        fs::symlink_metadata(&path)?;
        create_private(&self.code)
    }

    /// Writes a file, and replaces one of the same name. A link is removed, not followed: a program that was given the folder
    /// may have made it.
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

/// Removes the folders that killed processes of this user left. A folder that cannot be removed stays.
pub(crate) fn remove_left() {
    let Ok(entries) = fs::read_dir(env::temp_dir()) else { return };
    for entry in entries.take(MAX_ENTRIES).flatten() {
        if entry.file_name().to_str().is_some_and(is_name) {
            let _stays = remove_if_left(&entry.path());
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_random =
        |random: &str| random.len() == RANDOM_LEN && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.strip_prefix(PREFIX).is_some_and(is_random)
}

/// Removes a private folder whose lock is free. No other user can write to a private folder, so its lock is no link.
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

/// Makes a folder that only its owner can enter.
fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, PRIVATE);
    builder.create(path)
}

/// The mode of a folder that only its owner can enter. Elsewhere than on Unix the folder of temporary files is the user's own.
#[cfg(unix)]
const PRIVATE: u32 = 0o700;

/// Whether a folder belongs to this user and no other user can enter it.
#[cfg(unix)]
fn is_private(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o777 & !PRIVATE == 0
}

#[cfg(not(unix))]
fn is_private(_: &Metadata) -> bool {
    true
}
