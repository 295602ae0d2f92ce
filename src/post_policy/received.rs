//! The policy of a received form.

use super::condition::Condition;
use crate::bytes::base64;
use crate::bytes::json::{Members, Value};
use crate::error::{Error, ErrorKind};
use crate::time::Timestamp;

/// The policy of a received form.
pub(super) struct ReceivedPolicy {
    pub(super) expiration: Timestamp,
    pub(super) conditions: Vec<Condition>,
}

impl ReceivedPolicy {
    /// Reads the text of the field `policy`. A member that comes twice is refused, and so is one of any other name.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let json = base64::decode_padded(text).ok_or_else(|| invalid("Invalid Base64."))?;
        let json = String::from_utf8(json).map_err(|_| invalid("Invalid JSON."))?;
        let members = Members::read(&json).ok_or_else(|| invalid("Invalid JSON."))?;
        let (mut expiration, mut conditions) = (None, None);
        for (name, value) in members.into_entries() {
            let is_twice = match name.as_str() {
                "expiration" => expiration.replace(value).is_some(),
                "conditions" => conditions.replace(value).is_some(),
                _ => true,
            };
            if is_twice {
                return Err(invalid("Unexpected member."));
            }
        }
        let expiration = expiration.ok_or_else(|| invalid("Policy missing expiration."))?;
        let conditions = conditions.ok_or_else(|| invalid("Policy missing conditions."))?;
        Ok(Self { expiration: time(&expiration)?, conditions: all(conditions)? })
    }
}

fn time(expiration: &Value) -> Result<Timestamp, Error> {
    let parsed = match expiration {
        Value::Text(text) => Timestamp::parse_extended(text).ok(),
        _ => None,
    };
    parsed.ok_or_else(|| invalid("Invalid 'expiration' value."))
}

fn all(conditions: Value) -> Result<Vec<Condition>, Error> {
    let Value::Array(conditions) = conditions else { return Err(invalid("Invalid 'conditions' value.")) };
    let read = conditions.into_iter().map(Condition::read).collect::<Option<Vec<_>>>();
    Ok(read.ok_or_else(|| invalid("Invalid condition."))?.concat())
}

fn invalid(words: &str) -> Error {
    Error::new(ErrorKind::InvalidPolicy, format!("Invalid Policy: {words}"))
}
