//! The parts of a line for bodies that are signed in pieces.
//!
//! ```text
//! {…,"kind":"v4-chunked","payload_header":"STREAMING-…","chunk_sizes":[8192],"trailers":[["name","value"]],…}
//! {…,"kind":"v4-event-stream","seed_signature":"…","messages":[
//!   {"headers":[{"name":":event-type","type":"string","value":"…"}],"payload":"<base64>","timestamp":"…","end":false}]}
//! ```

use crate::pieces::{CaseEvent, ChunkedBody, EventStream};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sig4::Timestamp;
use sig4::payload::Streaming;
use sig4::signature::Signature;
use sig4::stream::event::{Header, HeaderValue, Message};

pub(crate) fn read_chunked(line: &Value) -> Option<ChunkedBody> {
    let size = |size: &Value| usize::try_from(size.as_u64()?).ok();
    Some(ChunkedBody {
        marker: Streaming::parse(line.get("payload_header")?.as_str()?).ok()?,
        sizes: line.get("chunk_sizes")?.as_array()?.iter().map(size).collect::<Option<_>>()?,
        trailer: line.get("trailers")?.as_array()?.iter().map(field).collect::<Option<_>>()?,
    })
}

fn field(pair: &Value) -> Option<(String, String)> {
    match pair.as_array()?.as_slice() {
        [Value::String(name), Value::String(value)] => Some((name.clone(), value.clone())),
        _ => None,
    }
}

pub(crate) fn write_chunked(chunked: &ChunkedBody) -> Value {
    let trailers = chunked.trailer.iter().map(|(name, value)| json!([name, value]));
    json!({
        "payload_header": chunked.marker.as_str(),
        "chunk_sizes": chunked.sizes,
        "trailers": trailers.collect::<Vec<_>>(),
    })
}

pub(crate) fn read_events(line: &Value) -> Option<EventStream> {
    Some(EventStream {
        seed: Signature::parse(line.get("seed_signature")?.as_str()?).ok()?,
        events: line.get("messages")?.as_array()?.iter().map(read_event).collect::<Option<_>>()?,
    })
}

fn read_event(line: &Value) -> Option<CaseEvent> {
    let headers: Vec<_> = line.get("headers")?.as_array()?.iter().map(read_header).collect::<Option<_>>()?;
    let payload = BASE64_STANDARD.decode(line.get("payload")?.as_str()?).ok()?;
    let message = headers.into_iter().fold(Message::new(payload), Message::with_header);
    Some(CaseEvent {
        message: (!line.get("end")?.as_bool()?).then_some(message),
        timestamp: Timestamp::parse_any_year(line.get("timestamp")?.as_str()?).ok()?,
    })
}

fn read_header(line: &Value) -> Option<Header> {
    let value = line.get("value")?;
    let value = match line.get("type")?.as_str()? {
        "boolean" => HeaderValue::Bool(value.as_bool()?),
        "byte" => HeaderValue::Byte(value.as_i64()?.try_into().ok()?),
        "short" => HeaderValue::Short(value.as_i64()?.try_into().ok()?),
        "integer" => HeaderValue::Integer(value.as_i64()?.try_into().ok()?),
        "long" => HeaderValue::Long(value.as_i64()?),
        "binary" => HeaderValue::Bytes(BASE64_STANDARD.decode(value.as_str()?).ok()?.into()),
        "string" => HeaderValue::String(value.as_str()?.to_owned()),
        "timestamp" => HeaderValue::Timestamp(value.as_i64()?),
        _ => return None,
    };
    Header::new(line.get("name")?.as_str()?, value).ok()
}

pub(crate) fn write_events(stream: &EventStream) -> Value {
    let messages: Vec<_> = stream.events.iter().map(write_event).collect();
    json!({ "seed_signature": stream.seed.to_string(), "messages": messages })
}

fn write_event(event: &CaseEvent) -> Value {
    let message = event.message.clone().unwrap_or_default();
    json!({
        "headers": message.headers().iter().map(write_header).collect::<Vec<_>>(),
        "payload": BASE64_STANDARD.encode(message.payload()),
        "timestamp": event.timestamp.as_str(),
        "end": event.message.is_none(),
    })
}

fn write_header(header: &Header) -> Value {
    let (kind, value): (_, Value) = match header.value() {
        HeaderValue::Bool(value) => ("boolean", (*value).into()),
        HeaderValue::Byte(number) => ("byte", (*number).into()),
        HeaderValue::Short(number) => ("short", (*number).into()),
        HeaderValue::Integer(number) => ("integer", (*number).into()),
        HeaderValue::Long(number) => ("long", (*number).into()),
        HeaderValue::Bytes(bytes) => ("binary", BASE64_STANDARD.encode(bytes).into()),
        HeaderValue::String(text) => ("string", text.as_str().into()),
        HeaderValue::Timestamp(millis) => ("timestamp", (*millis).into()),
        // No case has another type, because the SDKs write none in JSON.
        other => ("unknown", format!("{other:?}").into()),
    };
    json!({ "name": header.name(), "type": kind, "value": value })
}
