//! A file of keys, which is the user's alone.

use crate::failure::Failure;
use std::fs;
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes a file that only its owner can read, and then puts it in its place: a reader finds the old text or the new, and never a part.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::from(format!("cannot write {}: {error}", path.display()));
    // The rename would put a file in place of a device, which all programs of the machine may use.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(format!("cannot write {}: it is not a regular file", path.display()).into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // A temporary file has the mode 0600.
    let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
