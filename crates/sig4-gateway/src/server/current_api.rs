//! The API that a server serves now, and its replacement by another definition.

use super::served_api::{ApiEnd, ServedApi, ServerParts};
use crate::definition::ApiDefinition;
use crate::error::Error;
use crate::tls::TlsConfig;
use std::mem;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::OwnedSemaphorePermit;

/// The current API. A request takes it once, at its start.
pub(super) struct CurrentApi {
    parts: ServerParts,
    current: RwLock<(Arc<ServedApi>, ApiEnd)>,
}

impl CurrentApi {
    /// Begins with `api`.
    pub(super) fn new(api: ApiDefinition, parts: ServerParts) -> Result<Self, Error> {
        let (api, end) = ServedApi::new(api, &parts)?;
        Ok(Self { parts, current: RwLock::new((Arc::new(api), end)) })
    }

    /// The API for one request.
    pub(super) fn get(&self) -> Arc<ServedApi> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Whether the server speaks TLS.
    pub(super) const fn is_secure(&self) -> bool {
        self.parts.is_secure()
    }

    /// The certificate for a new connection, if the server speaks TLS: that of the current definition, else the first one's.
    pub(super) fn tls(&self) -> Option<TlsConfig> {
        let first = self.parts.tls()?;
        Some(self.get().api.tls.as_ref().unwrap_or(first).clone())
    }

    /// Room for one more request, if there is some.
    pub(super) fn admit(&self) -> Option<OwnedSemaphorePermit> {
        self.parts.admit()
    }

    /// Replaces the API for requests that start from now on. Nothing changes if the definition is invalid.
    pub(super) fn replace(&self, api: ApiDefinition) -> Result<ReplacedApi, Error> {
        let (api, end) = ServedApi::new(api, &self.parts)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let (replaced, end) = mem::replace(&mut *current, (Arc::new(api), end));
        drop(current);
        drop(replaced);
        Ok(ReplacedApi(end))
    }
}

/// A definition that is no longer served to new requests.
#[derive(Debug)]
pub struct ReplacedApi(ApiEnd);

impl ReplacedApi {
    /// Waits until the last request that started with the definition has its response.
    ///
    /// From then on nothing calls the integrations of the definition, and the processes of its functions can be ended.
    pub async fn finished(self) {
        // The sender sends nothing: it is dropped with the definition.
        let _dropped = self.0.await;
    }
}
