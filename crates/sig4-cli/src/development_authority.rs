//! The folder with the certificate authority of `sig4 serve --tls`, which `sig4 call` trusts for hosts of this machine.
//!
//! ```text
//! $XDG_CACHE_HOME/sig4/tls/ or ~/.cache/sig4/tls/, on Windows %LOCALAPPDATA%\sig4\tls\
//!     authority.pem  the certificate of the authority
//! ```
//!
//! Source: XDG Base Directory Specification, 0.8: an empty or relative path counts as none.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::env;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The name of the file with the authority's certificate.
pub(crate) const AUTHORITY_FILE: &str = "authority.pem";

/// The longest file with an authority, in bytes.
const MAX_AUTHORITY_LEN: u64 = 64 * 1024;

/// The folder; `None` if the environment names no home folder.
pub(crate) fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = match cfg!(windows) {
        true => absolute("LOCALAPPDATA"),
        false => absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache"))),
    };
    cache.map(|cache| cache.join("sig4").join("tls"))
}

/// The certificates of the authority; empty without an authority. An error if other users could have written them.
pub(crate) fn certificates() -> Result<Vec<CertificateDer<'static>>, String> {
    let Some(folder) = folder() else { return Ok(Vec::new()) };
    certificates_in(&folder)
}

fn certificates_in(folder: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let file = folder.join(AUTHORITY_FILE);
    let failed = |error: io::Error| format!("cannot read {}: {error}", file.display());
    let opened = match File::open(&file) {
        Ok(opened) => opened,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let foreign = foreign_folder(folder).map_err(failed)?;
    // The opened file is asked, not its name.
    let of_file = opened.metadata().map_err(failed)?;
    if let Some(path) = foreign.or_else(|| (!of_file.is_file() || !is_own(&of_file)).then_some(&*file)) {
        return Err(format!(
            "{} is not trusted, because other users may have written it: remove it, and start `sig4 serve --tls` again",
            path.display()
        ));
    }
    let mut pem = Vec::new();
    opened.take(MAX_AUTHORITY_LEN).read_to_end(&mut pem).map_err(failed)?;
    let read: Result<_, _> = CertificateDer::pem_slice_iter(&pem).collect();
    read.map_err(|error| format!("{} is not PEM: {error}", file.display()))
}

/// The folder, or the one above it, if other users may have written it. Who can write to a folder can replace the folders in it. The
/// folders themselves are asked, not those that links lead to.
pub(crate) fn foreign_folder(folder: &Path) -> io::Result<Option<&Path>> {
    for path in [Some(folder), folder.parent()].into_iter().flatten() {
        let metadata = path.symlink_metadata()?;
        if !metadata.is_dir() || !is_own(&metadata) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Whether a file or a folder belongs to this user and no other user can write to it.
#[cfg(unix)]
pub(crate) fn is_own(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
}

/// Elsewhere than on Unix the cache folder is the user's own.
#[cfg(not(unix))]
pub(crate) fn is_own(_: &Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::{AUTHORITY_FILE, certificates_in};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn an_authority_that_other_users_can_write_is_not_trusted() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("tls");
        assert_eq!(certificates_in(&folder), Ok(Vec::new()), "no authority");
        fs::create_dir(&folder).unwrap();
        assert_eq!(certificates_in(&folder), Ok(Vec::new()), "the folder is empty");
        let file = folder.join(AUTHORITY_FILE);
        let key = rcgen::KeyPair::generate().unwrap();
        fs::write(&file, rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap().pem()).unwrap();
        let set = |path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        for (of_folder, of_file, expected) in [
            (0o700, 0o600, Ok(1)),
            (0o755, 0o644, Ok(1)),
            (0o777, 0o644, Err("tls is not trusted")),
            (0o720, 0o644, Err("tls is not trusted")),
            (0o700, 0o666, Err("authority.pem is not trusted")),
            (0o700, 0o620, Err("authority.pem is not trusted")),
        ] {
            set(&folder, of_folder);
            set(&file, of_file);
            match (certificates_in(&folder), expected) {
                (Ok(found), Ok(count)) => assert_eq!(found.len(), count),
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (found, _) => panic!("{of_folder:o} {of_file:o}: {found:?}"),
            }
        }
        set(&folder, 0o700);
        set(&file, 0o600);
        let above = scratch.path().to_owned();
        set(&above, 0o777);
        assert!(certificates_in(&folder).unwrap_err().contains("is not trusted"), "others can replace the folder");
        set(&above, 0o700);
        let link = scratch.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert!(certificates_in(&link).unwrap_err().contains("link is not trusted"));
    }
}
