//! HTTPS: the certificate of `sig4 serve`, given or made for this machine.

mod authority;
mod stored;

use super::sources::Sources;
use crate::development_authority::{self, AUTHORITY_FILE};
use crate::failure::Failure;
use crate::print;
use authority::Authority;
use clap::Args;
use sha2::{Digest, Sha256};
use sig4_gateway::TlsConfig;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Standard output in the place of a file.
const STDOUT: &str = "-";

/// The arguments of HTTPS.
#[derive(Args, Debug)]
pub(crate) struct TlsArgs {
    /// Serve HTTPS, with HTTP/2 and HTTP/1.1, with a certificate for `localhost`, the loopback addresses, and the names of --allow-host
    /// below `.localhost` and `.test`. Its authority is made once and kept in the cache folder; clients trust it with the file that
    /// the server names
    #[arg(long)]
    tls: bool,
    /// Serve HTTPS with this certificate in PEM, followed by those of its issuers
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls")]
    tls_cert: Option<PathBuf>,
    /// The private key of --tls-cert in PEM, without a passphrase
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Write the certificate of the authority of --tls to this file, or to standard output, and exit: for a browser or another
    /// program that is to trust it
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["tls_cert", "print_env", "examples"])]
    tls_export: Option<PathBuf>,
}

/// The authority of a server's certificate, for the clients that are to trust it.
#[derive(Debug)]
pub(crate) struct TrustedAuthority {
    /// The file with its certificate.
    pub(crate) path: PathBuf,
    /// The SHA-256 of the certificate, as browsers show it.
    pub(crate) fingerprint: String,
}

impl TlsArgs {
    /// Whether the server speaks HTTPS.
    pub(crate) const fn is_on(&self) -> bool {
        self.tls || self.tls_cert.is_some()
    }

    /// The scheme of the server.
    pub(crate) const fn scheme(&self) -> &'static str {
        if self.is_on() { "https" } else { "http" }
    }

    /// The certificate of a server at `address` with further `names`, if it speaks HTTPS. Files are read again each time, and the
    /// certificate of this machine is made anew.
    pub(crate) fn config(
        &self,
        address: IpAddr,
        names: &[String],
        sources: &Sources,
    ) -> Result<Option<TlsConfig>, Failure> {
        if let (Some(cert), Some(key)) = (&self.tls_cert, &self.tls_key) {
            return of_files(cert, key, sources).map(Some);
        }
        if !self.tls {
            return Ok(None);
        }
        let made = open()?.certify(address, names)?;
        Ok(Some(TlsConfig::from_pem(&made.chain, &made.key)?))
    }

    /// The authority of this machine, if the server's certificate is of it.
    pub(crate) fn authority(&self) -> Result<Option<TrustedAuthority>, Failure> {
        if !self.tls {
            return Ok(None);
        }
        let authority = open()?;
        let path = folder()?.join(AUTHORITY_FILE);
        Ok(Some(TrustedAuthority { path, fingerprint: fingerprint(authority.certificate()) }))
    }

    /// Where the authority of this machine is, or will be, if the server's certificate is of it.
    pub(crate) fn authority_file(&self) -> Result<Option<PathBuf>, Failure> {
        if self.tls { folder().map(|folder| Some(folder.join(AUTHORITY_FILE))) } else { Ok(None) }
    }

    /// Writes the authority of this machine, if that is asked for. Returns whether it was.
    pub(crate) fn export(&self) -> Result<bool, Failure> {
        let Some(file) = &self.tls_export else { return Ok(false) };
        let pem = open()?.pem().to_owned();
        if file == Path::new(STDOUT) {
            print::product(pem.as_bytes())?;
        } else {
            fs::write(file, pem).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
        Ok(true)
    }
}

fn of_files(cert: &Path, key: &Path, sources: &Sources) -> Result<TlsConfig, Failure> {
    let read = |file: &Path| sources.read(file).map_err(|error| format!("cannot read {}: {error}", file.display()));
    let (certificates, private_key) = (read(cert)?, Zeroizing::new(read(key)?));
    let config = TlsConfig::from_pem(&certificates, &private_key);
    config.map_err(|error| format!("{} and {}: {error}", cert.display(), key.display()).into())
}

fn open() -> Result<Authority, Failure> {
    stored::open(&folder()?)
}

fn folder() -> Result<PathBuf, Failure> {
    let unknown = "there is no folder for the authority of --tls: set HOME or XDG_CACHE_HOME to an absolute path, or give --tls-cert and --tls-key";
    development_authority::folder().ok_or_else(|| unknown.into())
}

/// The SHA-256 of a certificate: pairs of hexadecimal digits with colons between them.
fn fingerprint(certificate: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}
