//! TLS to the proxies: a certificate that can be replaced while the server runs, and the certificates that proxies must have.

use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::regular_file;
use core::sync::atomic::{AtomicBool, Ordering};
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

/// The longest file of certificates, or of a key, in bytes.
const MAX_PEM_LEN: usize = 1_048_576;

/// The protocols that a proxy may choose by ALPN, the preferred one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The files of TLS.
#[derive(Clone, Debug)]
struct TlsFiles {
    certificate: PathBuf,
    private_key: PathBuf,
    client_ca: Option<PathBuf>,
}

/// The certificate of a server, which can be loaded again.
pub(super) struct ServerTls {
    files: TlsFiles,
    current: RwLock<TlsAcceptor>,
    failed: AtomicBool,
    /// What the files were like when they were last read.
    seen: Mutex<Vec<Option<FileState>>>,
}

/// What a file is like without reading it.
type FileState = (SystemTime, u64);

impl ServerTls {
    /// The TLS of a configuration; `None` if it has no certificate.
    pub(super) fn of(config: &Config) -> Result<Option<Self>, Error> {
        let listen = config.listen();
        let (Some(certificate), Some(private_key)) = (&listen.certificate, &listen.private_key) else {
            return Ok(None);
        };
        let files = TlsFiles {
            certificate: config.path(certificate),
            private_key: config.path(private_key),
            client_ca: listen.client_ca.as_deref().map(|path| config.path(path)),
        };
        // Looked at first: a file that changes while it is read is read again.
        let seen = Mutex::new(files.state());
        let current = RwLock::new(files.acceptor()?);
        Ok(Some(Self { files, current, failed: AtomicBool::new(false), seen }))
    }

    /// Loads the files again. If one of them is invalid, the earlier certificate stays.
    pub(super) fn reload(&self) -> Result<(), Error> {
        let acceptor = self.files.acceptor();
        self.failed.store(acceptor.is_err(), Ordering::Relaxed);
        let acceptor = acceptor?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = acceptor;
        Ok(())
    }

    /// Loads the files again if they changed since they were last read. Returns whether they did.
    pub(super) fn reload_if_changed(&self) -> Result<bool, Error> {
        let state = self.files.state();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == state {
            return Ok(false);
        }
        *seen = state;
        self.reload().map(|()| true)
    }

    /// Whether the last reload failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// The certificate for the next connection.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl TlsFiles {
    fn acceptor(&self) -> Result<TlsAcceptor, Error> {
        let key = self.key()?;
        let chain = certificates(&self.certificate)?;
        let provider = Arc::new(default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| invalid(&self.certificate, error))?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(path)?), provider).build();
                builder.with_client_cert_verifier(verifier.map_err(|error| invalid(path, error))?)
            }
        };
        let mut config = builder.with_single_cert(chain, key).map_err(|error| invalid(&self.certificate, error))?;
        config.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn state(&self) -> Vec<Option<FileState>> {
        let files = [Some(&self.certificate), Some(&self.private_key), self.client_ca.as_ref()];
        files.into_iter().flatten().map(|path| state_of(path)).collect()
    }

    /// The private key. No message has a part of it.
    fn key(&self) -> Result<PrivateKeyDer<'static>, Error> {
        let path = &self.private_key;
        let text = read(path)?;
        PrivateKeyDer::from_pem_slice(&text)
            .map_err(|_| invalid(path, "there is no private key in PEM without a passphrase"))
    }
}

fn state_of(path: &Path) -> Option<FileState> {
    let data = fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    regular_file::read_bytes(path, MAX_PEM_LEN).map(|(bytes, _)| bytes).map_err(|error| invalid(path, error))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let text = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Ok(_) => Err(invalid(path, "there is no `BEGIN CERTIFICATE`")),
        Err(error) => Err(invalid(path, error)),
    }
}

fn roots(path: &Path) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|error| invalid(path, error))?;
    }
    Ok(roots)
}

fn invalid(path: &Path, detail: impl fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidTls, format!("{}: {detail}", path.display()))
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerTls").field("files", &self.files).finish_non_exhaustive()
    }
}
