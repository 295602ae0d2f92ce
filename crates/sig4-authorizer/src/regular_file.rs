//! Regular files that are read up to a limit.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use zeroize::{Zeroize, Zeroizing};

/// Reads a text of at most `max_len` bytes, as [`read_bytes`] does.
pub(crate) fn read_text(path: &Path, max_len: usize) -> io::Result<(Zeroizing<String>, Metadata)> {
    let (mut bytes, metadata) = read_bytes(path, max_len)?;
    let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|error| {
        error.into_bytes().zeroize();
        io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")
    })?;
    Ok((Zeroizing::new(text), metadata))
}

/// Reads a file of at most `max_len` bytes, which may be a secret. A pipe, a socket or a device is refused without being opened, because
/// opening it may wait without end.
pub(crate) fn read_bytes(path: &Path, max_len: usize) -> io::Result<(Zeroizing<Vec<u8>>, Metadata)> {
    check_kind(&fs::metadata(path)?)?;
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    check_kind(&metadata)?;
    let len = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if len > max_len {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {max_len} bytes")));
    }
    Ok((bytes(&mut file, len)?, metadata))
}

fn check_kind(metadata: &Metadata) -> io::Result<()> {
    match metadata.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

/// Reads so many bytes. The buffer has its final size at once, so that no copy of a secret is left behind.
fn bytes(file: &mut File, len: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(len.saturating_add(1)));
    file.take(u64::try_from(len).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
