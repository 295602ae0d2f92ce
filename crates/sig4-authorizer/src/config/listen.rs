//! `[listen]`: where proxies and operators connect, and how the authorizer stops listening.

use super::time_span::TimeSpan;
use core::net::SocketAddr;
use core::time::Duration;
use serde::Deserialize;
use std::path::PathBuf;

/// The address without another: the loopback address, because proxies send what clients signed.
const DEFAULT_ADDRESS: &str = "127.0.0.1:9191";
/// How long the authorizer reports that it is not ready before it stops listening.
const DEFAULT_DRAIN_DELAY: Duration = Duration::from_secs(5);
/// How long checks in flight may take after the listener is closed.
const DEFAULT_DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// The time between looks at the certificate and its key.
const DEFAULT_TLS_INTERVAL: Duration = Duration::from_secs(60);

/// `[listen]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Listen {
    /// The address for proxies.
    pub(crate) address: String,
    /// The address for probes and metrics. Without it the server has neither.
    pub(crate) admin: Option<String>,
    /// The certificate chain in PEM. With it, proxies use TLS.
    pub(crate) certificate: Option<PathBuf>,
    /// The key of the certificate in PEM.
    pub(crate) private_key: Option<PathBuf>,
    /// The certificates that issue the certificates of proxies. With it, a proxy without such a certificate is refused.
    pub(crate) client_ca: Option<PathBuf>,
    interval: TimeSpan,
    drain_delay: TimeSpan,
    drain_timeout: TimeSpan,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: DEFAULT_ADDRESS.to_owned(),
            admin: None,
            certificate: None,
            private_key: None,
            client_ca: None,
            interval: TimeSpan(DEFAULT_TLS_INTERVAL),
            drain_delay: TimeSpan(DEFAULT_DRAIN_DELAY),
            drain_timeout: TimeSpan(DEFAULT_DRAIN_TIMEOUT),
        }
    }
}

impl Listen {
    /// Without TLS at an address.
    pub(crate) fn at(address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::default() }
    }

    /// The time between looks at the files of TLS.
    pub(crate) const fn interval(&self) -> Duration {
        self.interval.0
    }

    /// How long the authorizer reports that it is not ready before it stops listening.
    pub(crate) const fn drain_delay(&self) -> Duration {
        self.drain_delay.0
    }

    /// How long checks in flight may take after that.
    pub(crate) const fn drain_timeout(&self) -> Duration {
        self.drain_timeout.0
    }

    /// What is wrong with an address, or with the combination of keys.
    pub(super) fn problem(&self) -> Option<String> {
        self.problem_of_addresses().or_else(|| self.problem_of_files().map(str::to_owned))
    }

    fn problem_of_addresses(&self) -> Option<String> {
        let named = [("address", Some(&self.address)), ("admin", self.admin.as_ref())];
        for (name, address) in named.into_iter().filter_map(|(name, address)| Some((name, address?))) {
            if port(address).is_none() {
                return Some(format!(
                    "[listen] `{name}` is `{address}`, expected a host and a port, such as `127.0.0.1:9191`"
                ));
            }
        }
        let is_one = self.admin.as_ref() == Some(&self.address) && port(&self.address) != Some(0);
        is_one.then(|| "[listen] `address` and `admin` are the same".to_owned())
    }

    const fn problem_of_files(&self) -> Option<&'static str> {
        match (&self.certificate, &self.private_key, &self.client_ca) {
            (Some(_), None, _) => Some("[listen] has `certificate` without `private_key`"),
            (None, Some(_), _) => Some("[listen] has `private_key` without `certificate`"),
            (None, None, Some(_)) => Some("[listen] has `client_ca` without `certificate` and `private_key`"),
            _ if self.interval.0.is_zero() => Some("[listen] `interval` is zero"),
            _ => None,
        }
    }
}

/// The port of an address: a name or an address of IP, with a port. 0 lets the system choose one.
fn port(address: &str) -> Option<u16> {
    let (host, port) = address.rsplit_once(':')?;
    let is_address = address.parse::<SocketAddr>().is_ok();
    let is_name = !host.is_empty() && !host.contains([':', '/', '[', ']', '@', ' ']);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|_| is_port && (is_address || is_name))
}
