//! The authority of `sig4 serve --tls`, and what has each client trust it.

use crate::install::{Need, folder, succeeds};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Has `sig4 serve` keep its authority in a folder of the build.
pub fn in_cache(command: &mut Command) {
    command.env("XDG_CACHE_HOME", folder("clients-cache"));
}

/// The file of the authority, as the server names it at its start.
pub fn authority() -> &'static Path {
    static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
        let mut export = Command::new(env!("CARGO_BIN_EXE_sig4"));
        in_cache(export.args(["serve", "--tls-export", "-"]));
        let exported = export.output().unwrap();
        let file = folder("clients-cache").join("sig4/tls/authority.pem");
        assert_eq!(fs::read(&file).unwrap(), exported.stdout, "{exported:?}");
        file
    });
    &FILE
}

/// Has a program trust the authority, in the way of each: Go, Node, botocore. curl has `--cacert`.
pub fn trust(command: &mut Command) {
    for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE"] {
        command.env(name, authority());
    }
}

/// A home folder in which Chromium finds a database of NSS that trusts the authority for websites.
pub fn browser_home() -> Result<&'static Path, Need> {
    static HOME: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let home = folder("clients-home");
        let database = home.join(".pki/nssdb");
        // That of a run before may trust another authority.
        let _ = fs::remove_dir_all(&database);
        fs::create_dir_all(&database).unwrap();
        let certutil = |arguments: &[&str]| {
            let mut certutil = Command::new("certutil");
            certutil.arg("-d").arg(format!("sql:{}", database.display())).args(arguments);
            succeeds(&mut certutil)
        };
        let file = authority().to_str().unwrap();
        let trusts = certutil(&["-N", "--empty-password"]) && certutil(&["-A", "-n", "sig4", "-t", "C,,", "-i", file]);
        trusts.then_some(home)
    });
    HOME.as_deref().ok_or(Need::Certutil)
}
