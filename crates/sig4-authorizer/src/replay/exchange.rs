//! One question to a server: commands in one pipeline, and the values that come back.

use super::error::ReplayError;
use super::link::Connected;
use super::quota::Counter;
use redis::{Cmd, Pipeline, Value};
use time::OffsetDateTime;

/// Removes a signature if it is held by this use. KEYS: the signature. ARGV: the token of the use.
const FORGET: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/// The use of a signature, as a server is asked about it.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) slot: u16,
    pub(super) signature_key: Vec<u8>,
    pub(super) marker_key: String,
    /// A random number of this use: a question that is asked again finds itself by it.
    pub(super) token: u64,
    /// How long the signature is remembered, in milliseconds.
    pub(super) keep_millis: u64,
    /// Signatures that were used later than this may be this one.
    pub(super) start: OffsetDateTime,
    pub(super) counter: Option<Counter>,
}

/// What a server says.
#[derive(Debug)]
pub(super) struct Reply {
    /// The signature was not held, or was held by this use.
    pub(super) is_first: bool,
    pub(super) marker: Option<String>,
    /// The count of the access key, if it was asked.
    pub(super) count: Option<i64>,
}

impl Question {
    /// The commands, in this order: the marker is read after the signature is set, so that a loss between them shows.
    ///
    /// The value is a number because a number takes no memory of its own.
    fn pipeline(&self, is_retry: bool, counter: Option<&Counter>) -> Pipeline {
        let mut pipeline = redis::pipe();
        pipeline.cmd("SET").arg(&self.signature_key).arg(self.token).arg("NX").arg("PX").arg(self.keep_millis);
        pipeline.cmd("GET").arg(&self.marker_key);
        if is_retry {
            pipeline.cmd("GET").arg(&self.signature_key);
        }
        if let Some(counter) = counter {
            counter.increment(&mut pipeline);
        }
        pipeline
    }

    /// Asks. `is_retry`: an earlier question about this use may have arrived.
    pub(super) async fn ask(
        &self,
        connected: &Connected,
        is_retry: bool,
        counter: Option<&Counter>,
    ) -> Result<Reply, ReplayError> {
        let values: Vec<Value> =
            self.pipeline(is_retry, counter).query_async(&mut connected.connection.clone()).await?;
        let mut values = values.into_iter();
        let was_set = !matches!(values.next(), None | Some(Value::Nil));
        let marker = text(values.next());
        let held_by = if is_retry { text(values.next()) } else { None };
        let is_own = held_by.is_some_and(|held_by| held_by == self.token.to_string());
        let count = counter.and_then(|_| int(values.nth(1)));
        Ok(Reply { is_first: was_set || is_own, marker, count })
    }

    /// The command that removes the signature, because its access key is over its quota. It is sent once: a second one that arrives
    /// late could meet a later use, which the token guards against, too.
    pub(super) fn forget(&self) -> Cmd {
        let mut command = redis::cmd("EVAL");
        command.arg(FORGET).arg(1).arg(&self.signature_key).arg(self.token);
        command
    }
}

impl Counter {
    /// Counts one more on a server that does not hold the signature.
    pub(super) async fn count(&self, connected: &Connected) -> Result<Option<i64>, ReplayError> {
        let mut pipeline = redis::pipe();
        self.increment(&mut pipeline);
        let values: Vec<Value> = pipeline.query_async(&mut connected.connection.clone()).await?;
        Ok(int(values.into_iter().nth(1)))
    }

    /// Counts one less. An error is of no consequence but a count that is too high until the window ends.
    pub(super) async fn uncount(&self, connected: &Connected) {
        let mut pipeline = redis::pipe();
        self.decrement(&mut pipeline);
        let _: Result<Vec<Value>, _> = pipeline.query_async(&mut connected.connection.clone()).await;
    }
}

fn text(value: Option<Value>) -> Option<String> {
    redis::from_redis_value(value?).ok()
}

fn int(value: Option<Value>) -> Option<i64> {
    redis::from_redis_value(value?).ok()
}
