//! The kind `v4-event-stream`: messages, each with its time, after a head that is signed already.
//!
//! ```text
//! "seed_signature":"…","messages":[{"headers":[{"name":":event-type","type":"string","value":"…"}],"payload":"<base64>",
//!  "timestamp":"20150830T123600Z","end":false}]
//! ```
//!
//! A message whose `end` is true ends the stream. It has neither headers nor a payload. An absent `headers`, `payload` or `end` is empty
//! or false.

use super::answer::SignerAnswer;
use crate::failure::Failure;
use crate::json_fields::Fields;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use serde_json::value::RawValue;
use sig4::signature::Signature;
use sig4::stream::event::{EventSigner, Header, HeaderValue, Message};
use sig4::{Credentials, Signer, Timestamp};

/// The signature of each message.
pub(super) fn answer(line: &Fields<'_>, signer: &Signer, credentials: &Credentials) -> Result<SignerAnswer, Failure> {
    let seed = Signature::parse(&line.required("seed_signature")?)?;
    let messages: Vec<Box<RawValue>> = line.value("messages", "is not a list")?.ok_or("`messages` is missing")?;
    let events: Vec<Event> = messages.iter().map(|message| Event::read(message)).collect::<Result<_, _>>()?;
    let (mut signatures, mut open): (Vec<Value>, _) = (Vec::new(), None);
    for (number, event) in events.into_iter().enumerate() {
        let signer = match open.take() {
            Some(signer) => signer,
            None if number == 0 => signer.event_signer(&seed, credentials, event.timestamp)?,
            None => return Err("messages follow the end of the stream".into()),
        };
        let (sealed, next) = event.sign(signer)?;
        signatures.push(signature(&sealed).ok_or("the signed message has no signature")?.into());
        open = next;
    }
    Ok([("signatures".to_owned(), signatures.into())].into_iter().collect())
}

/// The signature that a signed message carries, in hexadecimal digits.
fn signature(sealed: &Message) -> Option<String> {
    match sealed.header(":chunk-signature")? {
        HeaderValue::Bytes(bytes) => Some(hex::encode(bytes)),
        _ => None,
    }
}

/// A message to sign, or the end.
struct Event {
    message: Option<Message>,
    timestamp: Timestamp,
}

impl Event {
    fn read(message: &RawValue) -> Result<Self, Failure> {
        let line = Fields::of("a message", message.get().as_bytes()).map_err(|wrong| wrong.why)?;
        let timestamp = Timestamp::parse_any_year(&line.required("timestamp")?)?;
        let end = line.value("end", "is neither true nor false")?.unwrap_or(false);
        let message = self::message(&line)?;
        if end && message != Message::default() {
            return Err("the end of a stream has neither headers nor a payload".into());
        }
        Ok(Self { message: (!end).then_some(message), timestamp })
    }

    /// The signed message, and the signer if the stream goes on.
    fn sign(self, mut signer: EventSigner) -> Result<(Message, Option<EventSigner>), Failure> {
        let Some(message) = self.message else {
            return Ok((Message::decode(signer.finish(self.timestamp)?)?, None));
        };
        let sealed = signer.sign(&message, self.timestamp)?;
        Ok((Message::decode(sealed)?, Some(signer)))
    }
}

fn message(line: &Fields<'_>) -> Result<Message, Failure> {
    let payload = BASE64_STANDARD.decode(line.text("payload")?.unwrap_or_default());
    let payload = payload.map_err(|e| format!("`payload` is not base64: {e}"))?;
    let headers: Vec<Box<RawValue>> = line.value("headers", "is not a list")?.unwrap_or_default();
    headers.iter().try_fold(Message::new(payload), |message, line| Ok(message.with_header(header(line)?)))
}

fn header(header: &RawValue) -> Result<Header, Failure> {
    let line = Fields::of("a header", header.get().as_bytes()).map_err(|wrong| wrong.why)?;
    let (name, kind) = (line.required("name")?, line.required("type")?);
    let value: Option<Value> = line.value("value", "is not JSON")?;
    let value = value.and_then(|value| value_of(&kind, &value));
    let value = value.ok_or_else(|| format!("the value of `{name}` is not of the type `{kind}`"))?;
    Ok(Header::new(name, value)?)
}

fn value_of(kind: &str, value: &Value) -> Option<HeaderValue> {
    Some(match kind {
        "boolean" => HeaderValue::Bool(value.as_bool()?),
        "byte" => HeaderValue::Byte(value.as_i64()?.try_into().ok()?),
        "short" => HeaderValue::Short(value.as_i64()?.try_into().ok()?),
        "integer" => HeaderValue::Integer(value.as_i64()?.try_into().ok()?),
        "long" => HeaderValue::Long(value.as_i64()?),
        "binary" => HeaderValue::Bytes(BASE64_STANDARD.decode(value.as_str()?).ok()?.into()),
        "string" => HeaderValue::String(value.as_str()?.to_owned()),
        "timestamp" => HeaderValue::Timestamp(value.as_i64()?),
        "uuid" => HeaderValue::Uuid(hex::decode(value.as_str()?.replace('-', "")).ok()?.try_into().ok()?),
        _ => return None,
    })
}
