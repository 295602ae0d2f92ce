//! The reply that API Gateway infers from what a Lambda function returned.
//!
//! Source: "Create AWS Lambda proxy integrations for HTTP APIs", Lambda function response for format 2.0. Members that are not in
//! format 2.0, such as `multiValueHeaders`, are ignored. A status or a header's value may be written as a string
//! or as a number; AWS documents one of each. A header whose value is `null` is left out.
//!
//! Text that is not JSON, which only a custom runtime returns, is the body. Source: aws/aws-lambda-dotnet,
//! `InvokeResponseExtensions`, which documents observed behaviour. `cookies` precede a `set-cookie` header. Source:
//! ministackorg/ministack.

use super::{JSON, Reply, final_status, invalid, unsendable};
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The member that makes an object a response.
pub(super) const STATUS_CODE: &str = "statusCode";

/// Whether JSON that cannot be read, for its nesting, a number or a string, is a response.
fn is_answer(payload: &[u8]) -> bool {
    let members = serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(payload);
    members.is_ok_and(|members| members.contains_key(STATUS_CODE))
}

/// Reads the prelude of a streamed response: everything but the body. The default status is 200.
///
/// Source: "Introducing AWS Lambda response streaming", the `application/vnd.awslambda.http-integration-response` format.
pub(crate) fn prelude(json: &[u8]) -> Result<Reply, Error> {
    match serde_json::from_slice(json) {
        Ok(Value::Object(mut object)) => {
            object.entry(STATUS_CODE).or_insert_with(|| 200.into());
            object.remove("body");
            answer(&object)
        }
        _ => Err(invalid("the prelude of the streamed response is not a JSON object")),
    }
}

fn answer(object: &Map<String, Value>) -> Result<Reply, Error> {
    let mut reply = Reply::new();
    reply.status = object.get(STATUS_CODE).and_then(status).ok_or_else(|| invalid("`statusCode` is no status"))?;
    reply.body = body(object)?;
    for cookie in cookies(object)? {
        let cookie = cookie.as_str().ok_or_else(|| unsendable(SET_COOKIE.as_str()))?;
        reply.append(SET_COOKIE, value_of(SET_COOKIE.as_str(), cookie)?)?;
    }
    for (name, value) in members(object, "headers")? {
        if !value.is_null() {
            let value = scalar(value).ok_or_else(|| unsendable(name))?;
            reply.append(name_of(name)?, value_of(name, &value)?)?;
        }
    }
    Ok(reply)
}

fn cookies(object: &Map<String, Value>) -> Result<&[Value], Error> {
    match object.get("cookies") {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(cookies)) => Ok(cookies),
        Some(_) => Err(invalid("`cookies` is no array")),
    }
}

/// A status: an integer in a number of any form, `200.0` too, or in digits.
pub(super) fn status(value: &Value) -> Option<StatusCode> {
    let number = match value {
        Value::String(text) => text.parse().ok()?,
        Value::Number(number) => match number.as_u64() {
            Some(number) => number,
            None => number.to_string().strip_suffix(".0")?.parse().ok()?,
        },
        _ => return None,
    };
    final_status(number)
}

pub(super) fn body(object: &Map<String, Value>) -> Result<Bytes, Error> {
    let encoded = is_encoded(object)?;
    match object.get("body") {
        None | Some(Value::Null) => Ok(Bytes::new()),
        Some(Value::String(text)) if encoded => {
            STANDARD.decode(text).map(Bytes::from).map_err(|_| invalid("`body` is not in base 64"))
        }
        Some(Value::String(text)) => Ok(Bytes::from(text.clone())),
        Some(_) => Err(invalid("`body` is no string")),
    }
}

pub(super) fn is_encoded(object: &Map<String, Value>) -> Result<bool, Error> {
    match object.get("isBase64Encoded") {
        None | Some(Value::Null) => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| invalid("`isBase64Encoded` is neither true nor false")),
    }
}

pub(super) fn members<'o>(object: &'o Map<String, Value>, name: &str) -> Result<Vec<(&'o str, &'o Value)>, Error> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(members)) => Ok(members.iter().map(|(name, value)| (name.as_str(), value)).collect()),
        Some(_) => Err(invalid(format!("`{name}` is no object"))),
    }
}

pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

pub(super) fn name_of(name: &str) -> Result<HeaderName, Error> {
    HeaderName::try_from(name).map_err(|_| unsendable(name))
}

pub(super) fn value_of(name: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(text).map_err(|_| unsendable(name))
}

impl Reply {
    /// Reads the payload that a Lambda function returned.
    ///
    /// An object with a `statusCode` is a response with `headers`, `cookies`, `body` and `isBase64Encoded`. Any other JSON is the
    /// body of a response with status 200, a string without its quotes. Text that is not JSON is such a body, too.
    ///
    /// ```
    /// use sig4_gateway::Reply;
    ///
    /// assert_eq!(Reply::from_lambda(br#"{"statusCode":204}"#)?.status(), 204);
    /// assert_eq!(&Reply::from_lambda(br#""hello""#)?.body()[..], b"hello");
    /// assert_eq!(&Reply::from_lambda(b"hello")?.body()[..], b"hello");
    /// assert!(Reply::from_lambda(br#"{"statusCode":204,"headers":{"x-name":"a\nb"}}"#).is_err());
    /// # Ok::<(), sig4_gateway::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) if an object with a `statusCode` is not a valid response, for which API Gateway
    /// answers 500, or if there are more than 1,024 headers and cookies. The error names
    /// a header that HTTP cannot carry.
    ///
    /// Source: "Create AWS Lambda proxy integrations for HTTP APIs", Lambda function response for format 2.0; of texts:
    /// aws/aws-lambda-dotnet, `InvokeResponseExtensions`.
    pub fn from_lambda(payload: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(payload) {
            Ok(Value::Object(object)) if object.contains_key(STATUS_CODE) => answer(&object),
            Ok(Value::String(text)) => Ok(Self::json(text)),
            Err(error) if is_answer(payload) => {
                Err(invalid(format!("the function's response cannot be read: {error}")))
            }
            _ => Ok(Self::json(Bytes::copy_from_slice(payload))),
        }
    }

    /// Reads a streamed response with a prelude before its body. `prelude` reads the prelude.
    pub(crate) fn streamed(payload: &Bytes, prelude: impl FnOnce(&[u8]) -> Result<Self, Error>) -> Result<Self, Error> {
        /// The separator between prelude and body.
        const END: [u8; 8] = [0; 8];
        let end = payload.windows(END.len()).position(|window| window == END);
        let end = end.ok_or_else(|| invalid("the streamed response has no end of its prelude"))?;
        let mut reply = prelude(payload.get(..end).unwrap_or(&[]))?;
        reply.body = payload.slice((end + END.len()).min(payload.len())..);
        Ok(reply)
    }

    /// A streamed response without a prelude. Its bytes are the body.
    pub(crate) fn raw(payload: Bytes, content_type: Option<HeaderValue>) -> Self {
        let mut reply = Self::new().with_body(payload);
        reply.headers.insert(CONTENT_TYPE, content_type.unwrap_or(JSON));
        reply
    }
}
