//! Files that are read up to a limit, and what tells whether they changed since.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};
use zeroize::{Zeroize, Zeroizing};

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
    fn of(metadata: &Metadata) -> Self {
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

/// Reads a text of at most `max_len` bytes, which may be a secret. A pipe, a socket or a device is refused without being opened, because
/// opening it may wait without end.
pub(super) fn read(path: &Path, max_len: usize) -> io::Result<(Zeroizing<String>, Stamp)> {
    check_kind(&fs::metadata(path)?)?;
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    check_kind(&metadata)?;
    let len = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if len > max_len {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {max_len} bytes")));
    }
    Ok((text(&mut file, len)?, Stamp::of(&metadata)))
}

fn check_kind(metadata: &Metadata) -> io::Result<()> {
    match metadata.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

/// Reads a text of this length. The buffer has its final size at once, so that no copy of a secret is left behind.
fn text(file: &mut File, len: usize) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(len.saturating_add(1)));
    file.take(u64::try_from(len).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).map_err(|error| {
        error.into_bytes().zeroize();
        io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")
    })
}
