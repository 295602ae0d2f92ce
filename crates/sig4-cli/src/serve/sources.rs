//! What the server reads at its start and again later: files, which are remembered to be watched, and answers that are asked for
//! once.

use super::watched::{self, Changes, Seen, Watched};
use crate::demo::Seed;
use crate::failure::Failure;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What has been read.
#[derive(Default)]
pub(crate) struct Sources {
    /// The files, each as it was before it was read. Missing files have no state.
    files: RefCell<BTreeMap<PathBuf, Option<Seen>>>,
    /// The files of what is served, while it is being loaded again.
    earlier: RefCell<BTreeMap<PathBuf, Option<Seen>>>,
    /// The texts of pipes, which can be read once, such as those of `<(…)` in a shell.
    piped: RefCell<BTreeMap<PathBuf, Zeroizing<String>>>,
    /// Whether everything was read once.
    is_complete: Cell<bool>,
    /// The text of standard input, which can be read once.
    stdin: OnceCell<Zeroizing<String>>,
    /// The secrets that were typed, by access key id.
    typed: RefCell<BTreeMap<String, Zeroizing<String>>>,
    /// What the secrets of the demo users are derived from, so that they stay, and the given text for it.
    seed: OnceCell<(Seed, Option<Zeroizing<String>>)>,
}

impl Sources {
    /// Begins to read everything again.
    pub(crate) fn begin(&self) {
        let mut earlier = self.earlier.borrow_mut();
        earlier.append(&mut self.files.borrow_mut());
        // A file that is not read, because a file before it is wrong, is not a change for ever.
        earlier.iter_mut().for_each(|(path, seen)| *seen = watched::seen(path));
    }

    /// Ends it: everything was read, and other files no longer count.
    pub(crate) fn complete(&self) {
        self.earlier.take();
        self.is_complete.set(true);
    }

    /// Reads a file and remembers it. A pipe is read at the start only: its text is kept, and a later one is not waited for.
    pub(crate) fn read(&self, path: &Path) -> io::Result<String> {
        self.files.borrow_mut().entry(path.to_owned()).or_insert_with(|| watched::seen(path));
        if !fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
            return text(fs::read(path)?);
        }
        if let Some(text) = self.piped.borrow().get(path) {
            return Ok(text.as_str().to_owned());
        }
        if self.is_complete.get() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe or a device now, and no file"));
        }
        let text = text(fs::read(path)?)?;
        self.piped.borrow_mut().insert(path.to_owned(), text.clone().into());
        Ok(text)
    }

    /// Follows the changes of the files since they were read. If the last reading failed, those of the one before count too.
    pub(crate) fn follow(&self) -> Changes {
        let mut files = self.earlier.borrow().clone();
        files.extend(self.files.borrow().iter().map(|(path, seen)| (path.clone(), *seen)));
        let state = watched::state_of(files.iter().filter_map(|(path, seen)| Some((path.clone(), (*seen)?))).collect());
        Watched::files(files.into_keys().collect()).follow_from(state)
    }

    /// The text of standard input, from `read` the first time.
    pub(crate) fn stdin(
        &self,
        read: impl FnOnce() -> Result<Zeroizing<String>, Failure>,
    ) -> Result<&Zeroizing<String>, Failure> {
        if let Some(text) = self.stdin.get() {
            return Ok(text);
        }
        let text = read()?;
        Ok(self.stdin.get_or_init(|| text))
    }

    /// The secret of an access key, from `ask` the first time.
    pub(crate) fn typed(
        &self,
        access_key_id: &str,
        ask: impl FnOnce() -> Result<Zeroizing<String>, Failure>,
    ) -> Result<Zeroizing<String>, Failure> {
        if let Some(secret) = self.typed.borrow().get(access_key_id) {
            return Ok(secret.clone());
        }
        let secret = ask()?;
        self.typed.borrow_mut().insert(access_key_id.to_owned(), secret.clone());
        Ok(secret)
    }

    /// The seed of the demo users' secrets and its text if it was given, from `given` the first time.
    pub(crate) fn seed(
        &self,
        given: impl FnOnce() -> Result<Option<Zeroizing<String>>, Failure>,
    ) -> Result<(&Seed, Option<&Zeroizing<String>>), Failure> {
        let (seed, text) = match self.seed.get() {
            Some(seed) => seed,
            None => {
                let text = given()?;
                let seed = Seed::new(text.as_ref().map(|text| text.as_str()))?;
                self.seed.get_or_init(|| (seed, text))
            }
        };
        Ok((seed, text.as_ref()))
    }
}

/// The text of a file. The error names a line, and does not repeat what is there.
fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + valid.filter(|byte| **byte == b'\n').count();
        io::Error::new(io::ErrorKind::InvalidData, format!("line {line} is not UTF-8"))
    })
}
