//! A file of keys, which is the user's alone.

use crate::failure::Failure;
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes a file that only its owner can read, and then puts it in its place: a reader finds the old text or the new, and never a part.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::from(format!("cannot write {}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // A temporary file has the mode 0600.
    let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
