//! One state of all files.

use super::pinned::Pinned;
use super::source::KeySource;
use super::stamp::Stamp;
use crate::error::{Error, ErrorKind};
use crate::regular_file;
use sig4_iam::{DayKeys, Directory, MAX_DAY_KEYS_LEN, MAX_DIRECTORY_LEN, MAX_POLICY_BYTES};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use zeroize::Zeroizing;

/// How many policy files a users file may name.
pub(super) const MAX_POLICY_FILES: usize = 4096;

/// How often files that change while they are read are read again.
const MAX_ATTEMPTS: usize = 5;

/// One state of all files.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) directory: Directory,
    /// How many access key ids have day keys, and are not among the users.
    pub(super) unused_day_keys: usize,
    files: Files,
    read_at: SystemTime,
}

impl Snapshot {
    /// Reads all files, again if they change meanwhile.
    pub(super) fn read(source: &KeySource) -> Result<Self, Error> {
        let mut read = Self::read_once(source);
        for _ in 1..MAX_ATTEMPTS {
            match read {
                Ok(snapshot) => return snapshot.checked(source),
                Err(Unread::Invalid(error)) => return Err(error),
                Err(Unread::Changed) => read = Self::read_once(source),
            }
        }
        match read {
            Ok(snapshot) => snapshot.checked(source),
            Err(Unread::Invalid(error)) => Err(error),
            Err(Unread::Changed) => Err(invalid(source.users_path(), &"the files change all the time")),
        }
    }

    fn read_once(source: &KeySource) -> Result<Self, Unread> {
        let (files, read_at) = (RefCell::new(Files::default()), SystemTime::now());
        let read = read_all(source, &files);
        let files = files.into_inner();
        match read {
            // A mistake in files that were changed meanwhile may be no mistake.
            _ if !files.are_current() => Err(Unread::Changed),
            Ok((directory, unused_day_keys)) => Ok(Self { directory, unused_day_keys, files, read_at }),
            Err(error) => Err(Unread::Invalid(error)),
        }
    }

    fn checked(self, source: &KeySource) -> Result<Self, Error> {
        let is_empty = self.directory.identities().next().is_none();
        match is_empty && !source.may_be_empty() {
            true => Err(invalid(source.users_path(), &"there are no access keys")),
            false => Ok(self),
        }
    }

    /// Whether the files are surely as they were when they were read.
    pub(super) fn is_current(&self) -> bool {
        self.files.are_current() && self.files.stamps.values().all(|stamp| self.is_settled(stamp.as_ref()))
    }

    /// Whether the files are as they were for another snapshot, as far as their times, sizes and places show.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        self.files.stamps == other.files.stamps
    }

    fn is_settled(&self, stamp: Option<&Stamp>) -> bool {
        stamp.is_none_or(|stamp| stamp.is_settled(self.read_at))
    }
}

/// Why there is no snapshot.
enum Unread {
    Invalid(Error),
    /// A file changed while others were read.
    Changed,
}

/// The files that were read, and how each was.
#[derive(Debug, Default)]
struct Files {
    pinned: Pinned,
    /// By path, and `None` for a file that is not there.
    stamps: HashMap<PathBuf, Option<Stamp>>,
}

impl Files {
    fn read(&mut self, path: &Path, max_len: usize) -> io::Result<Zeroizing<String>> {
        let path = self.pinned.path(path)?;
        let read = regular_file::read_text(&path, max_len);
        let stamp = read.as_ref().map_or_else(|_| Stamp::at(&path), |(_, metadata)| Some(Stamp::of(metadata)));
        self.stamps.insert(path, stamp);
        read.map(|(text, _)| text)
    }

    fn are_current(&self) -> bool {
        self.pinned.is_current() && self.stamps.iter().all(|(path, stamp)| Stamp::at(path) == *stamp)
    }
}

/// The directory, and how many ids of the day keys are not in it.
fn read_all(source: &KeySource, files: &RefCell<Files>) -> Result<(Directory, usize), Error> {
    let users = source.users_path();
    let read = |path: &Path, max_len| files.borrow_mut().read(path, max_len);
    let day_keys = day_keys(source, &read)?;
    let text = read(users, MAX_DIRECTORY_LEN).map_err(|error| invalid(users, &error))?;
    let policies = PolicyFiles::new(users, &read);
    let policy = |name: &str| policies.text(name);
    let directory = match &day_keys {
        Some(day_keys) => Directory::from_json_with_day_keys(&text, policy, day_keys),
        None => Directory::from_json_and_files(&text, policy),
    };
    let directory = directory.map_err(|error| invalid(users, &error).with_source(error))?;
    let unused = |day_keys: &DayKeys| day_keys.access_key_ids().filter(|id| directory.find(id).is_none()).count();
    let unused = day_keys.as_ref().map_or(0, unused);
    Ok((directory, unused))
}

type Read<'r> = &'r dyn Fn(&Path, usize) -> io::Result<Zeroizing<String>>;

fn day_keys(source: &KeySource, read: Read<'_>) -> Result<Option<DayKeys>, Error> {
    let Some(path) = source.day_keys_path() else { return Ok(None) };
    let text = match read(path, MAX_DAY_KEYS_LEN) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && source.may_lack_day_keys() => return Ok(None),
        read => read.map_err(|error| invalid(path, &error))?,
    };
    DayKeys::parse(&text).map(Some).map_err(|error| invalid(path, &error).with_source(error))
}

/// The policy files of a users file. Each is read once.
struct PolicyFiles<'r> {
    folder: &'r Path,
    read: Read<'r>,
    texts: RefCell<HashMap<String, String>>,
}

impl<'r> PolicyFiles<'r> {
    fn new(users: &'r Path, read: Read<'r>) -> Self {
        Self { folder: users.parent().unwrap_or(users), read, texts: RefCell::default() }
    }

    fn text(&self, name: &str) -> io::Result<String> {
        let mut texts = self.texts.borrow_mut();
        if let Some(text) = texts.get(name) {
            return Ok(text.clone());
        }
        if texts.len() >= MAX_POLICY_FILES {
            return Err(io::Error::other(format!("there are more than {MAX_POLICY_FILES} policy files")));
        }
        let text = (self.read)(&self.folder.join(name), MAX_POLICY_BYTES)?;
        texts.insert(name.to_owned(), text.to_string());
        Ok(text.to_string())
    }
}

/// The error about a file. Errors of directories, day keys and the system show no secrets.
fn invalid(path: &Path, detail: &dyn fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidKeys, format!("{}: {detail}", path.display()))
}
