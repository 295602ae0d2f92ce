//! The parts of a server, made of a configuration.

use super::tls::ServerTls;
use super::used_signatures::PlannedReplays;
use super::watched_keys::{Notices, WatchedKeys};
use crate::check::authorizer::Authorizer;
use crate::config::{Config, Limits, Listen};
use crate::error::{Error, ErrorKind};
use crate::observe::{AccessLog, AccessLogTarget, Metrics};
use sig4::verify::KeyStore;
use sig4_iam::Identity;
use std::fmt;
use std::sync::Arc;

/// The parts of a server: its keys, policies, certificates and passwords are read and valid. It does not listen yet, and it has no
/// connection to the store of used signatures.
///
/// ```
/// use sig4_authorizer::{Assembly, config::Config};
/// use sig4_iam::Directory;
///
/// let config = Config::parse(
///     r#"
///     [listen]
///     address = "127.0.0.1:0"
///     [[api]]
///     name = "pets"
///     region = "us-east-1"
///     account = "123456789012"
///     id = "pets"
///     [keys]
///     users = "users.json"
///     "#,
/// )?;
/// // A key store of the program's own: users.json is not read.
/// let _assembly = Assembly::of_keys(&config, Directory::new("123456789012"))?;
/// assert!(Assembly::of(&config).is_err(), "there is no users.json");
/// # Ok::<(), sig4_authorizer::Error>(())
/// ```
pub struct Assembly {
    pub(super) authorizer: Authorizer,
    pub(super) listen: Listen,
    pub(super) limits: Limits,
    pub(super) tls: Option<Arc<ServerTls>>,
    pub(super) keys: Option<WatchedKeys>,
    pub(super) replays: PlannedReplays,
    pub(super) log: Option<AccessLog>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) notices: Notices,
}

impl Assembly {
    /// Reads the files that a configuration names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`], [`ErrorKind::InvalidKeys`], [`ErrorKind::InvalidTls`] or [`ErrorKind::ReplayStore`] for the
    /// first part that is missing or invalid.
    pub fn of(config: &Config) -> Result<Self, Error> {
        let keys = WatchedKeys::of(config)?;
        let assembly = Self::of_keys(config, keys.store.clone())?;
        Ok(Self { keys: Some(keys), ..assembly })
    }

    /// Sets what is told of events that operators should know: keys were loaded again, or could not be. There is no secret in it.
    #[must_use]
    pub fn with_notices(self, notices: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { notices: Arc::new(notices), ..self }
    }

    /// The same with a key store of your own, such as a database. The section `[keys]` is not read.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), but for [`ErrorKind::InvalidKeys`].
    pub fn of_keys(config: &Config, keys: impl KeyStore<Key = Identity> + 'static) -> Result<Self, Error> {
        let tls = ServerTls::of(config)?.map(Arc::new);
        let replays = PlannedReplays::of(config)?;
        let authorizer = authorizer(config, keys)?;
        let assembly = Self::assembled(authorizer, config.listen(), config.limits(), access_log(config)?)?;
        Ok(Self { tls, replays, ..assembly })
    }

    /// The parts of a server without files.
    pub(super) fn of_authorizer(authorizer: Authorizer, listen: &Listen) -> Result<Self, Error> {
        Self::assembled(authorizer, listen, &Limits::of_library(), None)
    }

    fn assembled(
        mut authorizer: Authorizer,
        listen: &Listen,
        limits: &Limits,
        log: Option<AccessLog>,
    ) -> Result<Self, Error> {
        let metrics = Metrics::new().map_err(|error| Error::new(ErrorKind::InvalidConfig, error.to_string()))?;
        let metrics = Arc::new(metrics);
        authorizer = authorizer.with_observer(Arc::clone(&metrics));
        if let Some(log) = &log {
            authorizer = authorizer.with_observer(log.clone());
        }
        Ok(Self {
            authorizer,
            listen: listen.clone(),
            limits: limits.clone(),
            tls: None,
            keys: None,
            replays: PlannedReplays::Forgotten,
            log,
            metrics,
            notices: Arc::new(|_| {}),
        })
    }
}

/// The access log of a configuration; `None` if it has none.
fn access_log(config: &Config) -> Result<Option<AccessLog>, Error> {
    let Some(target) = config.log().target() else { return Ok(None) };
    let target = match target {
        AccessLogTarget::File(path) => AccessLogTarget::File(config.path(&path)),
        AccessLogTarget::Stdout => AccessLogTarget::Stdout,
    };
    AccessLog::open(target, config.log().queue).map(Some)
}

fn authorizer(config: &Config, keys: impl KeyStore<Key = Identity> + 'static) -> Result<Authorizer, Error> {
    let mut apis = config.apis()?.into_iter();
    let first = apis.next().ok_or_else(|| Error::new(ErrorKind::InvalidConfig, "there is no [[api]]"))?;
    let limits = config.limits();
    let authorizer = Authorizer::new(first, keys)
        .with_upstream_headers(config.upstream_headers()?)
        .with_body_limit(limits.body_bytes)
        .with_store_timeout(limits.check_timeout());
    apis.try_fold(authorizer, Authorizer::with_api)
}

impl fmt::Debug for Assembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assembly").field("listen", &self.listen).field("limits", &self.limits).finish_non_exhaustive()
    }
}
