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
    explaining: Arc<Semaphore>,
}

/// The keys and the secrets that are served now.
#[derive(Debug, Default)]
pub(super) struct Served {
    pub(super) masks: Masks,
    pub(super) keys: Option<Arc<ServedKeys>>,
}

impl Inspector {
    pub(crate) fn new() -> Self {
        let served = RwLock::default();
        Self(Arc::new(Inspected { history: History::new(), served, explaining: Arc::new(Semaphore::new(1)) }))
    }

    /// Masks the secrets of these users and those among the variables of the functions from now on. Secrets that were masked before
    /// stay masked, because calls that run have them still, and a reload may fail. Returns the keys for [`serve`](Self::serve).
    pub(crate) fn prepare<'s>(
        &self,
        api: &ApiDefinition,
        users: &[&Identity],
        variables: impl Iterator<Item = (&'s str, &'s str)>,
    ) -> Result<ServedKeys, Failure> {
        let keys = ServedKeys::new(api, users)?;
        let mut served = self.0.served.write().unwrap_or_else(PoisonError::into_inner);
        *served = Arc::new(Served { masks: served.masks.clone().with(users, variables), keys: served.keys.clone() });
        drop(served);
        Ok(keys)
    }

    /// Explains pasted requests with these keys from now on.
    pub(crate) fn serve(&self, keys: ServedKeys) {
        let mut served = self.0.served.write().unwrap_or_else(PoisonError::into_inner);
        *served = Arc::new(Served { masks: served.masks.clone(), keys: Some(Arc::new(keys)) });
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

    pub(super) fn explaining(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.explaining)
    }

    pub(super) fn served(&self) -> Arc<Served> {
        Arc::clone(&self.0.served.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::Inspector;
    use sig4::redact::Redactor;
    use sig4_gateway::ApiDefinition;

    #[test]
    fn the_secrets_of_a_reload_are_masked_before_it_and_those_from_before_it_after_it() {
        let (inspector, api) = (Inspector::new(), ApiDefinition::new("us-east-1"));
        let shown = || inspector.served().masks.text(&Redactor::new(), b"old-secret-0123 new-secret-4567");
        let old = inspector.prepare(&api, &[], [("API_KEY", "old-secret-0123")].into_iter()).unwrap();
        inspector.serve(old);
        assert_eq!(shown(), "(not shown) new-secret-4567");
        let served = inspector.served();
        let keys = |served: &super::Served| served.keys.as_ref().map(std::sync::Arc::as_ptr);
        let new = inspector.prepare(&api, &[], [("API_KEY", "new-secret-4567")].into_iter()).unwrap();
        assert_eq!((shown().as_str(), keys(&inspector.served())), ("(not shown) (not shown)", keys(&served)));
        inspector.serve(new);
        assert_eq!(shown(), "(not shown) (not shown)");
        assert_ne!(keys(&inspector.served()), keys(&served));
    }
}
