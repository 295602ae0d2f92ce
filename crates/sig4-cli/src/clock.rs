//! The clock of this machine.

use crate::failure::Failure;
use sig4::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;

/// The clock's time.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(since.as_secs())?)?;
    Ok(Timestamp::new(moment)?)
}
