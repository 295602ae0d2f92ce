//! Stores of used signatures: in memory for one replica, and in Valkey or Redis for several.
//!
//! | Store | For |
//! |---|---|
//! | [`MemoryReplayStore`] | one replica, the default |
//! | [`RedisReplayStore`] | replicas that share a Valkey, a Redis or a cluster of them |

mod bucket;
mod counts;
mod error;
mod exchange;
mod link;
mod marker;
mod memory;
mod quota;
mod redis_store;
mod routes;
mod server_facts;
mod settings;
mod status;

pub use counts::ReplayCounts;
pub use error::{ReplayError, ReplayErrorKind};
pub use memory::{DEFAULT_MEMORY_SIGNATURES, MemoryReplayStore};
pub use redis_store::{Initialized, RedisReplayStore};
pub use settings::{
    DEFAULT_CLOCK_DIFFERENCE, DEFAULT_COMMAND_TIMEOUT, DEFAULT_MAX_IN_FLIGHT, DEFAULT_PREFIX, DEFAULT_REPLAY_TIMEOUT,
    RedisSettings,
};
pub use status::{ReplayStatus, ServerStatus};
