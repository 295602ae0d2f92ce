//! The settings of a store on Valkey or Redis.

use super::quota::Quota;
use crate::error::{Error, ErrorKind};
use crate::regular_file;
use core::time::Duration;
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisResult, TlsCertificates};
use sig4::verify::DEFAULT_REPLAY_LIFETIME;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// The begin of every key, unless [`with_prefix`](RedisSettings::with_prefix) sets another.
pub const DEFAULT_PREFIX: &str = "sig4";

/// How long a request waits for the store in all: 2 s.
pub const DEFAULT_REPLAY_TIMEOUT: Duration = Duration::from_secs(2);

/// How long one question waits until it is asked again on a new connection: 500 ms.
pub const DEFAULT_COMMAND_TIMEOUT: Duration = Duration::from_millis(500);

/// How much the clocks of signers' verifiers and of the store may differ: 30 s.
pub const DEFAULT_CLOCK_DIFFERENCE: Duration = Duration::from_secs(30);

/// How many requests may wait for the store at a time: 4,096.
pub const DEFAULT_MAX_IN_FLIGHT: usize = 4_096;

/// The longest prefix of keys, in bytes.
const MAX_PREFIX_LEN: usize = 64;

/// The most servers that a store begins with.
const MAX_SERVERS: usize = 64;

/// The largest file with a password, in bytes.
const MAX_PASSWORD_LEN: usize = 4_096;

/// The begin of a certificate in PEM.
const PEM_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Where a store is, and how it is asked. `Debug` shows no user and no password.
///
/// ```
/// use core::time::Duration;
/// use sig4_authorizer::replay::RedisSettings;
///
/// let settings = RedisSettings::new("rediss://replay:secret@redis.example:6379/")?
///     .with_timeout(Duration::from_secs(1))
///     .with_key_quota(100_000, Duration::from_secs(300));
/// assert_eq!(settings.addresses().collect::<Vec<_>>(), ["redis.example:6379"]);
/// assert!(!format!("{settings:?}").contains("secret"));
/// assert!(RedisSettings::new("http://redis.example").is_err());
/// # Ok::<(), sig4_authorizer::Error>(())
/// ```
#[derive(Clone)]
pub struct RedisSettings {
    servers: Vec<ConnectionInfo>,
    certificates: Option<TlsCertificates>,
    password_file: Option<PathBuf>,
    pub(super) is_cluster: bool,
    pub(super) prefix: String,
    pub(super) timeout: Duration,
    pub(super) command_timeout: Duration,
    pub(super) clock_difference: Duration,
    pub(super) max_lifetime: Duration,
    pub(super) max_in_flight: usize,
    pub(super) quota: Option<Quota>,
    pub(super) fails_open: bool,
    pub(super) is_durable: bool,
}

impl RedisSettings {
    /// The settings of the store at `urls`: the text of a file, for example, with a URL in each line. Several URLs are servers of one
    /// cluster.
    ///
    /// A URL is `redis://USER:PASSWORD@HOST:PORT/DATABASE`, `rediss://…` for TLS, or `redis+unix:///PATH` for a socket. All but the host
    /// can be left out. `valkey` in place of `redis` means the same.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if there is no URL, or an invalid one, or more than 64. The message does not repeat it.
    pub fn new(urls: &str) -> Result<Self, Error> {
        let mut servers = Vec::new();
        for url in urls.split_whitespace() {
            servers.push(url.into_connection_info().map_err(|_| invalid("a URL of the replay store is invalid"))?);
        }
        if servers.is_empty() || servers.len() > MAX_SERVERS {
            return Err(invalid("the replay store needs one URL, or up to 64 of a cluster"));
        }
        Ok(Self {
            is_cluster: servers.len() > 1,
            servers,
            certificates: None,
            password_file: None,
            prefix: DEFAULT_PREFIX.to_owned(),
            timeout: DEFAULT_REPLAY_TIMEOUT,
            command_timeout: DEFAULT_COMMAND_TIMEOUT,
            clock_difference: DEFAULT_CLOCK_DIFFERENCE,
            max_lifetime: DEFAULT_REPLAY_LIFETIME,
            max_in_flight: DEFAULT_MAX_IN_FLIGHT,
            quota: None,
            fails_open: false,
            is_durable: false,
        })
    }

    /// Treats the server as a member of a cluster. Two or more URLs always do.
    #[must_use]
    pub fn with_cluster(self) -> Self {
        Self { is_cluster: true, ..self }
    }

    /// Sets the user. Without it, and without a user in the URL, the server's default user is meant.
    #[must_use]
    pub fn with_user(self, user: &str) -> Self {
        self.map_servers(|server| {
            let redis = server.redis_settings().clone().set_username(user);
            server.set_redis_settings(redis)
        })
    }

    /// Sets a file with the password. It is read for each new connection, so that a password can be replaced.
    #[must_use]
    pub fn with_password_file(self, path: impl Into<PathBuf>) -> Self {
        Self { password_file: Some(path.into()), ..self }
    }

    /// Sets the certificates, in PEM, of the authorities that sign the server's certificate. Without it the system's are trusted.
    #[must_use]
    pub fn with_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates_mut().root_cert = Some(pem.into());
        self
    }

    /// Sets the certificate and the key, in PEM, that a server is shown which asks for them.
    #[must_use]
    pub fn with_client_certificate(mut self, certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        let client = redis::ClientTlsConfig { client_cert: certificate.into(), client_key: key.into() };
        self.certificates_mut().client_tls = Some(client);
        self
    }

    /// Sets the begin of every key, `sig4` by default. Fleets with the same prefix and database share their signatures.
    ///
    /// ```
    /// use sig4_authorizer::replay::RedisSettings;
    ///
    /// let settings = RedisSettings::new("redis://127.0.0.1/")?;
    /// assert!(settings.clone().with_prefix("pets-eu").is_ok());
    /// assert!(settings.with_prefix("pets{1}").is_err(), "braces would name another slot of a cluster");
    /// # Ok::<(), sig4_authorizer::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if it is empty, longer than 64 bytes, or has a character beside letters, digits, `-`, `_` and `.`.
    pub fn with_prefix(self, prefix: &str) -> Result<Self, Error> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if prefix.is_empty() || prefix.len() > MAX_PREFIX_LEN || !prefix.bytes().all(is_plain) {
            return Err(invalid("the prefix of the replay store has 1 to 64 letters, digits, `-`, `_` or `.`"));
        }
        Ok(Self { prefix: prefix.to_owned(), ..self })
    }

    /// Sets how long a request waits for the store in all, 2 s by default. A restart of the server that takes less refuses no request.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets how long one question waits until it is asked again on a new connection, 500 ms by default.
    #[must_use]
    pub fn with_command_timeout(self, command_timeout: Duration) -> Self {
        Self { command_timeout, ..self }
    }

    /// Sets how much the clocks of the replicas and of the store may differ, 30 s by default. A signature is remembered for that much
    /// longer than it is valid.
    #[must_use]
    pub fn with_clock_difference(self, clock_difference: Duration) -> Self {
        Self { clock_difference, ..self }
    }

    /// Sets the longest remaining lifetime of a signature, 1 hour by default. A signature that is valid for longer is refused.
    #[must_use]
    pub fn with_max_lifetime(self, max_lifetime: Duration) -> Self {
        Self { max_lifetime, ..self }
    }

    /// Sets how many requests may wait for the store at a time, 4,096 by default. Further requests are refused at once.
    #[must_use]
    pub fn with_max_in_flight(self, max_in_flight: usize) -> Self {
        Self { max_in_flight, ..self }
    }

    /// Sets the most signatures of one access key in each `window`, without limit by default. A replayed signature does not count.
    /// Windows begin at multiples of their length, so that twice as many can come around the begin of one.
    #[must_use]
    pub fn with_key_quota(self, count: u64, window: Duration) -> Self {
        Self { quota: Some(Quota { count, window }), ..self }
    }

    /// Lets requests through if the store cannot answer, or lost its data. They can then be replays. By default they are refused.
    #[must_use]
    pub fn with_fail_open(self) -> Self {
        Self { fails_open: true, ..self }
    }

    /// Says that no restart and no failover of the servers loses a change, as a service with a replicated log promises. Without it, each
    /// of them counts as a loss, unless the server writes every change to its disk before it answers (`appendonly yes` and
    /// `appendfsync always`) and takes part in no replication.
    #[must_use]
    pub fn with_durable_servers(self) -> Self {
        Self { is_durable: true, ..self }
    }

    /// The host and port of each URL.
    pub fn addresses(&self) -> impl Iterator<Item = String> {
        self.servers.iter().map(|server| server.addr().to_string())
    }

    /// The addresses that the URLs name.
    pub(super) fn seeds(&self) -> impl Iterator<Item = &ConnectionAddr> {
        self.servers.iter().map(ConnectionInfo::addr)
    }

    /// A client of the server at an address, which may be none of the URLs': a member of the cluster.
    pub(super) fn client(&self, address: &ConnectionAddr) -> RedisResult<Client> {
        let same = self.servers.iter().find(|server| server.addr() == address);
        let Some(template) = same.or_else(|| self.servers.first()) else {
            return Err((redis::ErrorKind::InvalidClientConfig, "no server").into());
        };
        let mut redis = template.redis_settings().clone();
        if let Some(password) = self.password()? {
            redis = redis.set_password(password);
        }
        let info = template.clone().set_addr(address.clone()).set_redis_settings(redis);
        match (&self.certificates, address) {
            (Some(certificates), ConnectionAddr::TcpTls { .. }) => Client::build_with_tls(info, certificates.clone()),
            _ => Client::open(info),
        }
    }

    /// Reads the files that connections need, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the password cannot be read or is empty, or if the certificates are invalid.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let unusable = |error: &dyn fmt::Display| Error::new(ErrorKind::InvalidConfig, format!("[replay] {error}"));
        self.password().map_err(|error| unusable(&error))?;
        let has_roots = |pem: &[u8]| pem.windows(PEM_CERTIFICATE.len()).any(|window| window == PEM_CERTIFICATE);
        let roots = self.certificates.as_ref().and_then(|certificates| certificates.root_cert.as_deref());
        if roots.is_some_and(|pem| !has_roots(pem)) {
            return Err(unusable(&"there is no `BEGIN CERTIFICATE` in the root certificates"));
        }
        self.seeds().try_for_each(|address| self.client(address).map(drop)).map_err(|error| unusable(&error))
    }

    /// The password of the file. It is read anew each time, so that it can be replaced.
    fn password(&self) -> io::Result<Option<String>> {
        let Some(path) = &self.password_file else { return Ok(None) };
        let told = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let (text, _) = regular_file::read_text(path, MAX_PASSWORD_LEN).map_err(told)?;
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err(told(io::Error::new(io::ErrorKind::InvalidData, "the password is empty"))),
            password => Ok(Some(password.to_owned())),
        }
    }

    fn map_servers(mut self, change: impl Fn(ConnectionInfo) -> ConnectionInfo) -> Self {
        self.servers = self.servers.into_iter().map(change).collect();
        self
    }

    fn certificates_mut(&mut self) -> &mut TlsCertificates {
        self.certificates.get_or_insert(TlsCertificates { client_tls: None, root_cert: None })
    }
}

fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidConfig, message)
}

impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("servers", &self.addresses().collect::<Vec<_>>())
            .field("is_cluster", &self.is_cluster)
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .field("fails_open", &self.fails_open)
            .finish_non_exhaustive()
    }
}
