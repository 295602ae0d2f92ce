//! A fetch of credentials: a task that all waiting requests share.

mod core;
#[cfg(test)]
mod model;
mod task;

pub(super) use self::core::{Core, Found};

use super::CredentialsProvider;
use super::failure::{Cause, Failure};
use super::state::Moment;
use std::sync::Arc;

/// Finds credentials for a request, or its seat in a flight. Begins a fetch from `provider` if necessary.
pub(super) fn find<P>(core: &Arc<Core>, provider: &Arc<P>, asked: Moment) -> Result<Found, Failure>
where
    P: CredentialsProvider + 'static,
{
    if task::fetches_for(core) {
        return core.lock().state.valid(asked).map(Found::Credentials).ok_or_else(|| Cause::Circular.into());
    }
    let (found, launch) = core.lock().find(asked);
    // Outside the lock: a runtime that is shut down drops the task, and so lands the flight, at once.
    if let Some(launch) = launch {
        launch.start(core, provider);
    }
    found
}
