//! The certificate of a server that speaks TLS.

use std::fmt;
use std::sync::Arc;

/// The certificate and the key of a server that speaks TLS. `Debug` does not show the key.
#[derive(Clone)]
pub struct TlsConfig(pub(crate) Arc<rustls::ServerConfig>);

impl fmt::Debug for TlsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConfig").finish_non_exhaustive()
    }
}
