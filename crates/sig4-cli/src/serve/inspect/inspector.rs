//! The requests that pages show, and what is needed to explain a pasted one.

use super::history::History;
use super::masks::Masks;
use super::pasted::ServedKeys;
use super::{details, row};
use crate::failure::Failure;
use sig4_gateway::{AccessRecord, ApiDefinition};
use sig4_iam::Identity;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Semaphore;

/// Clones are the same inspector.
#[derive(Clone, Debug)]
pub(crate) struct Inspector(Arc<Inspected>);

#[derive(Debug)]
struct Inspected {
    history: History,
    served: RwLock<Arc<Served>>,
    /// One request is explained at a time.
    explaining: Semaphore,
}

/// The keys and the secrets that are served now.
#[derive(Debug, Default)]
pub(super) struct Served {
    pub(super) masks: Masks,
    pub(super) keys: Option<ServedKeys>,
}

impl Inspector {
    pub(crate) fn new() -> Self {
        let served = RwLock::default();
        Self(Arc::new(Inspected { history: History::new(), served, explaining: Semaphore::new(1) }))
    }

    /// Explains pasted requests with the keys of these users from now on, and masks their secrets and those among the variables of
    /// the functions.
    pub(crate) fn serve<'s>(
        &self,
        api: &ApiDefinition,
        users: &[&Identity],
        variables: impl Iterator<Item = (&'s str, &'s str)>,
    ) -> Result<(), Failure> {
        let masks = Masks::new(users, variables);
        let keys = Some(ServedKeys::new(api, users)?);
        *self.0.served.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Served { masks, keys });
        Ok(())
    }

    /// Adds a request.
    pub(crate) fn record(&self, record: &AccessRecord) {
        let served = self.served();
        let details = record.inspection().map(|inspection| details::of(inspection, record, &served.masks));
        let has_details = details.is_some();
        self.0.history.add(|id| row::of(record, id, has_details, &served.masks), details);
    }

    pub(super) fn history(&self) -> &History {
        &self.0.history
    }

    pub(super) fn explaining(&self) -> &Semaphore {
        &self.0.explaining
    }

    pub(super) fn served(&self) -> Arc<Served> {
        Arc::clone(&self.0.served.read().unwrap_or_else(PoisonError::into_inner))
    }
}
