//! The authority in the user's cache folder.
//!
//! ```text
//! authority.pem  mode 0600  the certificate
//! authority.key  mode 0600  a line `until = SECONDS` with the end of the certificate, and the key
//! lock           locked while the files are read or made
//! ```
//!
//! No other user can write to the folder. A folder or a file that another user could have written is refused, and not replaced: the
//! other user could be watching it.

use super::authority::{AUTHORITY_TIME, Authority, CLOCK_SKEW, RENEWED_BEFORE};
use crate::development_authority::{AUTHORITY_FILE, foreign_folder, is_own};
use crate::failure::Failure;
use crate::print::note;
use fs4::FileExt;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use time::OffsetDateTime;
use zeroize::Zeroizing;

const KEY_FILE: &str = "authority.key";
const LOCK_FILE: &str = "lock";
/// The beginning of the line with the end of the certificate.
const UNTIL: &str = "until = ";
/// What to do if the folder cannot be used.
const ELSEWHERE: &str = "set XDG_CACHE_HOME to a folder that this user can write to, or give --tls-cert and --tls-key";
/// The longest file that is read, in bytes.
const MAX_FILE_LEN: u64 = 64 * 1024;

/// Reads the authority in `folder`, or makes one there.
pub(super) fn open(folder: &Path) -> Result<Authority, Failure> {
    let failed = |error: io::Error| format!("the authority of --tls in {}: {error}; {ELSEWHERE}", folder.display());
    create_folder(folder).map_err(failed)?;
    if let Some(foreign) = foreign_folder(folder).map_err(failed)? {
        return Err(not_own(foreign));
    }
    // It is unlocked when it is dropped. A file system without locks never grants one.
    let lock =
        OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE)).map_err(failed)?;
    let _unlocked = FileExt::lock(&lock);
    let now = OffsetDateTime::now_utc();
    let (pem, key) = (read(&folder.join(AUTHORITY_FILE))?, read(&folder.join(KEY_FILE))?);
    let had_one = pem.is_some();
    if let (Some(pem), Some(key)) = (pem, key)
        && until(&key).is_some_and(|until| is_valid(until, now.unix_timestamp()))
        && let Some(authority) = Authority::read(&pem, &key)
    {
        return Ok(authority);
    }
    let authority = Authority::make(now)?;
    if had_one {
        note(
            "the authority of --tls was not valid now, was about to end, or its files were damaged: a new one was made, which clients are \
             to trust instead",
        );
    }
    let until = now.unix_timestamp() + AUTHORITY_TIME.whole_seconds();
    let key = Zeroizing::new(format!("{UNTIL}{until}\n{}", *authority.key_pem()));
    put(folder, KEY_FILE, &key).map_err(failed)?;
    put(folder, AUTHORITY_FILE, authority.pem()).map_err(failed)?;
    Ok(authority)
}

/// Whether a certificate with this end is valid now, and for a while. One that was made while the clock was early is not valid yet.
fn is_valid(until: i64, now: i64) -> bool {
    let begin = until.saturating_sub((AUTHORITY_TIME + CLOCK_SKEW).whole_seconds());
    begin <= now && now.saturating_add(RENEWED_BEFORE.whole_seconds()) < until
}

/// The end of the certificate, in seconds of Unix time.
fn until(key: &str) -> Option<i64> {
    key.lines().next()?.strip_prefix(UNTIL)?.parse().ok()
}

/// Reads a file that no other user could have written; `None` if it does not exist or is not text.
fn read(path: &Path) -> Result<Option<Zeroizing<String>>, Failure> {
    let failed = |error: io::Error| format!("cannot read {}: {error}", path.display());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error).into()),
    };
    // The opened file is asked, not its name.
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() || !is_own(&metadata) {
        return Err(not_own(path));
    }
    let mut text = Zeroizing::new(Vec::new());
    file.take(MAX_FILE_LEN).read_to_end(&mut text).map_err(failed)?;
    Ok(str::from_utf8(&text).ok().map(|text| Zeroizing::new(text.to_owned())))
}

fn not_own(path: &Path) -> Failure {
    format!(
        "{} is not used, because other users may have written it: remove it, and clients are to trust the authority that is made \
         then",
        path.display()
    )
    .into()
}

/// Makes the folder, which only this user can enter.
fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a file that only this user can read, or replaces it, in one step.
fn put(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    // The modes of temporary files are 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map(|_| ()).map_err(|error| error.error)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{KEY_FILE, open, until};
    use crate::development_authority::AUTHORITY_FILE;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn an_authority_is_made_once_and_for_its_user_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("sig4/tls");
        let first = open(&folder).unwrap();
        assert_eq!(open(&folder).unwrap().certificate(), first.certificate(), "it is kept");
        assert_eq!(mode(&folder), 0o700);
        for name in [AUTHORITY_FILE, KEY_FILE] {
            assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
        }
        assert!(!fs::read_to_string(folder.join(AUTHORITY_FILE)).unwrap().contains("PRIVATE"));
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 3, "{names:?}");
    }

    #[test]
    fn an_authority_that_ends_or_is_damaged_is_made_anew() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = &scratch.path().join("tls");
        let mut before = open(folder).unwrap();
        let key = folder.join(KEY_FILE);
        let soon = (time::OffsetDateTime::now_utc() + super::RENEWED_BEFORE).unix_timestamp() - 60;
        let ending = |text: String| text.replace(&until(&text).unwrap().to_string(), &soon.to_string());
        // It was made two days from now.
        let late = (time::OffsetDateTime::now_utc() + super::AUTHORITY_TIME + time::Duration::days(2)).unix_timestamp();
        let early = |text: String| text.replace(&until(&text).unwrap().to_string(), &late.to_string());
        let damages: [&dyn Fn(); 5] = [
            &|| fs::write(&key, ending(fs::read_to_string(&key).unwrap())).unwrap(),
            &|| fs::write(&key, early(fs::read_to_string(&key).unwrap())).unwrap(),
            &|| fs::write(&key, "").unwrap(),
            &|| fs::remove_file(&key).unwrap(),
            &|| fs::write(folder.join(AUTHORITY_FILE), "text").unwrap(),
        ];
        for (n, damage) in damages.into_iter().enumerate() {
            damage();
            let after = open(folder).unwrap();
            assert_ne!(after.certificate(), before.certificate(), "{n}");
            before = after;
        }
    }

    #[test]
    fn files_that_other_users_can_write_are_refused() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("tls");
        open(&folder).unwrap();
        for path in [scratch.path().to_owned(), folder.clone(), folder.join(KEY_FILE), folder.join(AUTHORITY_FILE)] {
            let right = mode(&path);
            fs::set_permissions(&path, Permissions::from_mode(right | 0o022)).unwrap();
            let text = open(&folder).err().expect("it is refused").to_string();
            assert!(text.contains(&format!("{} is not used", path.display())), "{text}");
            fs::set_permissions(&path, Permissions::from_mode(right)).unwrap();
        }
        let file = scratch.path().join("file");
        fs::write(&file, "").unwrap();
        let text = open(&file.join("sig4/tls")).err().unwrap().to_string();
        assert!(text.contains("set XDG_CACHE_HOME to a folder"), "{text}");
        let link = scratch.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert!(open(&link).is_err(), "a link leads elsewhere");
    }
}
