//! The quota of an access key: how many signatures it may have remembered in a time window.

use super::bucket;
use core::time::Duration;
use redis::Pipeline;
use time::OffsetDateTime;

/// The most signatures of one access key in a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    pub(super) count: u64,
    pub(super) window: Duration,
}

/// The counter of an access key in the present window.
#[derive(Debug)]
pub(super) struct Counter {
    key: String,
    pub(super) slot: u16,
    pub(super) quota: Quota,
}

impl Quota {
    pub(super) fn counter(self, prefix: &str, access_key_id: &str, now: OffsetDateTime) -> Counter {
        let window = i64::try_from(self.window.as_secs()).unwrap_or(i64::MAX).max(1);
        let tag = format!("{prefix}:quota:{access_key_id}");
        let key = format!("{{{tag}}}:{}", now.unix_timestamp().div_euclid(window));
        Counter { key, slot: bucket::slot(tag.as_bytes()), quota: self }
    }
}

impl Counter {
    /// Counts one more. The answer to the second command is the count.
    pub(super) fn increment(&self, pipeline: &mut Pipeline) {
        self.create(pipeline);
        pipeline.cmd("INCR").arg(&self.key);
    }

    /// Counts one less, because the signature was not remembered.
    pub(super) fn decrement(&self, pipeline: &mut Pipeline) {
        self.create(pipeline);
        pipeline.cmd("DECR").arg(&self.key);
    }

    /// A counter that ends by itself: without this, a count after its end would stay for ever.
    fn create(&self, pipeline: &mut Pipeline) {
        let twice = self.quota.window.saturating_mul(2).as_millis().max(1);
        pipeline.cmd("SET").arg(&self.key).arg(0).arg("NX").arg("PX").arg(u64::try_from(twice).unwrap_or(u64::MAX));
    }
}
