//! A call of `fetch`, as the developer tools of browsers copy it: a URL and an object in JSON.

use super::outcome::Pasted;
use crate::failure::Failure;
use serde_json::{Deserializer, Value};

const FORM: &str = "a call of fetch";

/// Reads a call of `fetch`.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let text = str::from_utf8(text).ok()?.trim_start();
    let text = text.strip_prefix("await ").unwrap_or(text);
    let arguments = text.strip_prefix("fetch(")?;
    Some(call(arguments))
}

fn call(arguments: &str) -> Result<Pasted, Failure> {
    let malformed =
        || format!("this is {FORM}, and its arguments are not in JSON as the developer tools of browsers copy them");
    let (url, rest) = first_value(arguments).ok_or_else(malformed)?;
    let url = url.as_str().ok_or_else(malformed)?;
    let options = match rest.trim_start().strip_prefix(',') {
        Some(rest) => first_value(rest).ok_or_else(malformed)?.0,
        None if rest.trim_start().starts_with(')') => Value::Null,
        None => return Err(malformed().into()),
    };
    let headers = options.get("headers").and_then(Value::as_object).into_iter().flatten();
    let headers = headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.as_bytes().to_vec())));
    let method = options.get("method").and_then(Value::as_str).unwrap_or("GET");
    let body = options.get("body").and_then(Value::as_str).map(|body| body.as_bytes().to_vec());
    Pasted::of_url(FORM, method, url, headers.collect(), body)
}

/// The JSON value at the beginning of a text, and the rest.
fn first_value(text: &str) -> Option<(Value, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    Some((value, text.get(values.byte_offset()..)?))
}
