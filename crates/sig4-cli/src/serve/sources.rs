//! What the server reads at its start and again later: files, which are remembered to be watched, and answers that are asked for
//! once.

use super::watched::{self, Changes, Seen, Watched};
use crate::demo::Seed;
use crate::failure::Failure;
use std::cell::{OnceCell, RefCell};
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
        self.earlier.borrow_mut().append(&mut self.files.borrow_mut());
    }

    /// Ends it: everything was read, and other files no longer count.
    pub(crate) fn complete(&self) {
        self.earlier.take();
    }

    /// Reads a file and remembers it.
    pub(crate) fn read(&self, path: &Path) -> io::Result<String> {
        self.files.borrow_mut().entry(path.to_owned()).or_insert_with(|| watched::seen(path));
        fs::read_to_string(path)
    }

    /// Follows the changes of the files since they were read. If the last reading failed, those of the one before count too.
    pub(crate) fn follow(&self) -> Changes {
        let mut files = self.earlier.borrow().clone();
        files.extend(self.files.borrow().iter().map(|(path, seen)| (path.clone(), *seen)));
        let state = watched::state_of(files.iter().filter_map(|(path, seen)| Some((path.clone(), (*seen)?))).collect());
        Watched::new(files.into_keys().collect()).follow_from(state)
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
