//! The reply of a function in payload format 1.0.
//!
//! Source: "Output format of a Lambda function for proxy integration". What it leaves open is taken from recordings of the
//! service: localstack/localstack, `test_aws_proxy_response_payload_format_validation`; aws/aws-lambda-dotnet, the snapshots
//! `V1_*Rest.json` and `V1_*HttpV1.json`.

use super::format::ReplyFormat;
use super::inference::{STATUS_CODE, body, is_encoded, members, name_of, scalar, status, value_of};
use super::{JSON, Reply, invalid, unsendable};
use crate::error::Error;
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use std::collections::HashSet;

const HEADERS: &str = "headers";
const MULTI_VALUE_HEADERS: &str = "multiValueHeaders";

/// The members that the reply to a REST API may have. Any other one makes it malformed.
///
/// AWS does not document other members of a reply to an HTTP API. They are ignored, as in payload format 2.0.
const MEMBERS: [&str; 5] = [STATUS_CODE, HEADERS, MULTI_VALUE_HEADERS, "body", "isBase64Encoded"];

/// The rules of an API's type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rules {
    HttpApi,
    Rest { decodes: bool },
}

impl Rules {
    /// The rules of payload format 1.0, `None` of another format.
    pub(crate) const fn of(format: ReplyFormat) -> Option<Self> {
        match format {
            ReplyFormat::V2 => None,
            ReplyFormat::HttpApiV1 => Some(Self::HttpApi),
            ReplyFormat::Rest { decodes } => Some(Self::Rest { decodes }),
        }
    }

    const fn is_rest(self) -> bool {
        matches!(self, Self::Rest { .. })
    }
}

/// Reads the payload that a function returned.
pub(crate) fn read(payload: &[u8], rules: Rules) -> Result<Reply, Error> {
    match serde_json::from_slice(payload) {
        Ok(Value::Object(object)) => reply(&object, rules),
        Ok(_) => Err(invalid("the function's response is not a JSON object")),
        Err(error) => Err(invalid(format!("the function's response cannot be read: {error}"))),
    }
}

/// Reads the prelude of a streamed response: everything but the body.
pub(crate) fn prelude(json: &[u8], rules: Rules) -> Result<Reply, Error> {
    match serde_json::from_slice(json) {
        Ok(Value::Object(mut object)) => {
            object.entry(STATUS_CODE).or_insert_with(|| 200.into());
            // Preludes are of payload format 2.0 as well.
            for name in ["body", "cookies"] {
                object.remove(name);
            }
            reply(&object, rules)
        }
        _ => Err(invalid("the prelude of the streamed response is not a JSON object")),
    }
}

fn reply(object: &Map<String, Value>, rules: Rules) -> Result<Reply, Error> {
    if rules.is_rest() {
        check_members(object)?;
    }
    let mut reply = Reply::new();
    reply.status = status_of(object, rules)?;
    reply.body = match rules {
        // Without a client that accepts binary data, the base64 itself is the body.
        Rules::Rest { decodes: false } if is_encoded(object)? => undecoded(object)?,
        Rules::Rest { .. } | Rules::HttpApi => body(object)?,
    };
    put_headers(&mut reply, object, rules)?;
    if rules.is_rest() && !reply.headers.contains_key(CONTENT_TYPE) {
        reply.append(CONTENT_TYPE, JSON)?;
    }
    Ok(reply)
}

fn check_members(object: &Map<String, Value>) -> Result<(), Error> {
    if object.is_empty() {
        return Err(invalid("the function's response is an empty object"));
    }
    match object.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        Some(name) => {
            let shown: String = name.chars().take(64).flat_map(char::escape_debug).collect();
            Err(invalid(format!(
                "the function's response has the member `{shown}`; a REST API takes {} only",
                MEMBERS.join(", ")
            )))
        }
        None => Ok(()),
    }
}

/// The status. A REST API takes 200 for none; the reply to an HTTP API must have one.
fn status_of(object: &Map<String, Value>, rules: Rules) -> Result<StatusCode, Error> {
    match object.get(STATUS_CODE) {
        None if rules.is_rest() => Ok(StatusCode::OK),
        value => value.and_then(status).ok_or_else(|| invalid("`statusCode` is not a status from 200 to 599")),
    }
}

fn undecoded(object: &Map<String, Value>) -> Result<Bytes, Error> {
    match object.get("body") {
        None | Some(Value::Null) => Ok(Bytes::new()),
        Some(Value::String(text)) => Ok(Bytes::from(text.clone())),
        Some(_) => Err(invalid("`body` is not a string")),
    }
}

/// Adds the headers of both maps: in a REST API those of `multiValueHeaders` first, in an HTTP API those of `headers`. A pair of
/// name and value that is in both maps is sent once.
fn put_headers(reply: &mut Reply, object: &Map<String, Value>, rules: Rules) -> Result<(), Error> {
    let multi = multi_values(object)?;
    let mut single = single_values(object)?;
    let in_multi: HashSet<(String, &str)> = multi.iter().map(|(name, value)| pair(name, value)).collect();
    single.retain(|(name, value)| !in_multi.contains(&pair(name, value)));
    let (first, second) = if rules.is_rest() { (multi, single) } else { (single, multi) };
    for (name, value) in first.iter().chain(&second) {
        reply.append(name_of(name)?, value_of(name, value)?)?;
    }
    Ok(())
}

fn pair<'v>(name: &str, value: &'v str) -> (String, &'v str) {
    (name.to_ascii_lowercase(), value)
}

fn single_values(object: &Map<String, Value>) -> Result<Vec<(&str, String)>, Error> {
    let mut values = Vec::new();
    for (name, value) in members(object, HEADERS)? {
        if !value.is_null() {
            values.push((name, scalar(value).ok_or_else(|| unsendable(name))?));
        }
    }
    Ok(values)
}

fn multi_values(object: &Map<String, Value>) -> Result<Vec<(&str, String)>, Error> {
    let mut values = Vec::new();
    for (name, array) in members(object, MULTI_VALUE_HEADERS)? {
        let array = array.as_array().ok_or_else(|| invalid("a member of `multiValueHeaders` is not an array"))?;
        for value in array {
            values.push((name, scalar(value).ok_or_else(|| unsendable(name))?));
        }
    }
    Ok(values)
}

impl Reply {
    /// Reads the payload that a Lambda function returned in payload format 1.0, as a REST API does for a client that accepts binary
    /// data.
    ///
    /// The payload is an object with `statusCode`, `headers`, `multiValueHeaders`, `body` and `isBase64Encoded`. Without a
    /// `statusCode`, the status is 200. Without a content type, it is `application/json`.
    ///
    /// ```
    /// use sig4_gateway::Reply;
    ///
    /// let reply = Reply::from_lambda_v1(br#"{"statusCode":201,"headers":{"x-a":"3"},"multiValueHeaders":{"x-a":["1","2"]}}"#)?;
    /// assert_eq!((reply.status(), reply.header("content-type")), (201, Some("application/json")));
    /// assert_eq!(reply.header_values("x-a").collect::<Vec<_>>(), [b"1", b"2", b"3"]);
    /// assert!(Reply::from_lambda_v1(br#""hello""#).is_err(), "no object");
    /// assert!(Reply::from_lambda_v1(br#"{"message":"hello"}"#).is_err(), "a member that the format does not have");
    /// # Ok::<(), sig4_gateway::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) for a payload that a REST API answers with 502: one that is not an
    /// object, is empty, has another member or a member of another type, or has more than 1,024 headers. The error names a header
    /// that HTTP cannot carry.
    ///
    /// Source: "Output format of a Lambda function for proxy integration".
    pub fn from_lambda_v1(payload: &[u8]) -> Result<Self, Error> {
        read(payload, Rules::Rest { decodes: true })
    }
}
