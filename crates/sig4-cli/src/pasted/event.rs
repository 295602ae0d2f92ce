//! An event of Lambda: from an HTTP API or a function URL (2.0), a REST API (1.0), a load balancer, or for an authorizer.
//!
//! Sources: "Working with AWS Lambda proxy integrations for HTTP APIs"; "Lambda proxy integrations in API Gateway"; "Lambda
//! functions as targets for Application Load Balancers".

use super::outcome::{Pasted, is_signed, missing_headers, of_millis};
use crate::failure::Failure;
use crate::raw_request::RawRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{COOKIE, HOST};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use serde_json::Value;

const HTTP_API: &str = "an event of Lambda, format 2.0";
const REST_API: &str = "an event of Lambda, format 1.0";
const BALANCER: &str = "an event of Lambda from a load balancer";

/// The unreserved characters of RFC 3986.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Characters that no path on the wire has.
const NOT_IN_PATH: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Reads an event. `None` for another JSON value.
pub(super) fn read(value: &Value) -> Option<Result<Pasted, Failure>> {
    // A wrapper of a test, and an event in the log of a function.
    let value =
        ["event", "Event"].iter().find_map(|name| value.get(name)).filter(|event| event.is_object()).unwrap_or(value);
    let read =
        if value.pointer("/requestContext/http/method").is_some() { of_http_api(value) } else { of_rest_api(value)? };
    Some(read.and_then(checked))
}

/// Refuses an event that does not have what was signed: API Gateway may have removed it.
fn checked(pasted: Pasted) -> Result<Pasted, Failure> {
    let form = pasted.form;
    if !is_signed(&pasted.request) {
        return Err(
            format!("this is {form}, and it has no signature: it is not known whether the request had one").into()
        );
    }
    match missing_headers(&pasted.request).as_slice() {
        [] => Ok(pasted),
        missing => Err(format!(
            "this is {form}, and it lacks signed headers ({}): it cannot be judged without them",
            missing.join(", ")
        )
        .into()),
    }
}

/// An event of format 2.0.
fn of_http_api(event: &Value) -> Result<Pasted, Failure> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let method = text("/requestContext/http/method").ok_or("the event has no method")?;
    let path = text("/rawPath").or_else(|| text("/requestContext/http/path")).ok_or("the event has no rawPath")?;
    let query = text("/rawQueryString").filter(|query| !query.is_empty()).map(str::to_owned);
    let mut headers = single_headers(event.get("headers"));
    let cookies = event.get("cookies").and_then(Value::as_array);
    let cookies: Vec<_> = cookies.into_iter().flatten().filter_map(Value::as_str).collect();
    if !cookies.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(COOKIE.as_str())) {
        headers.push((COOKIE.to_string(), cookies.join("; ").into_bytes()));
    }
    build(HTTP_API, event, Wire { method, path, query, headers }, "/requestContext/timeEpoch")
}

/// An event of format 1.0 or of a load balancer. `None` if the value is neither.
fn of_rest_api(event: &Value) -> Option<Result<Pasted, Failure>> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let method = text("/httpMethod")?;
    let is_balancer = event.pointer("/requestContext/elb").is_some();
    let path = text("/requestContext/path").filter(|_| !is_balancer).or_else(|| text("/path"))?;
    let mut headers = multi(event.get("multiValueHeaders"));
    if headers.is_empty() {
        headers = single_headers(event.get("headers")).into_iter().map(|(name, value)| (name, lossy(&value))).collect();
    }
    let mut pairs = multi(event.get("multiValueQueryStringParameters"));
    if pairs.is_empty() {
        pairs = single_headers(event.get("queryStringParameters"))
            .into_iter()
            .map(|(name, value)| (name, lossy(&value)))
            .collect();
    }
    // API Gateway decodes the query, a load balancer does not.
    let written =
        |text: &str| if is_balancer { text.to_owned() } else { utf8_percent_encode(text, UNRESERVED).to_string() };
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", written(name), written(value))).collect();
    let wire = Wire {
        method,
        path,
        query: (!pairs.is_empty()).then(|| pairs.join("&")),
        headers: headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect(),
    };
    let form = if is_balancer { BALANCER } else { REST_API };
    Some(build(form, event, wire, "/requestContext/requestTimeEpoch"))
}

/// The parts of an event that were on the wire.
struct Wire<'a> {
    method: &'a str,
    path: &'a str,
    query: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
}

fn build(form: &'static str, event: &Value, wire: Wire<'_>, time: &str) -> Result<Pasted, Failure> {
    let mut request = RawRequest {
        method: wire.method.to_owned(),
        origin: None,
        path: percent_encode(wire.path.as_bytes(), NOT_IN_PATH).to_string(),
        query: wire.query,
        headers: wire.headers,
        body: Vec::new(),
    };
    let is_encoded = request.path != wire.path;
    let domain = event.pointer("/requestContext/domainName").and_then(Value::as_str);
    if let (None, Some(domain)) = (request.header(HOST.as_str()), domain) {
        request.headers.push((HOST.to_string(), domain.as_bytes().to_vec()));
    }
    let is_authorizer = event.get("methodArn").is_some() || event.get("routeArn").is_some();
    let body = if is_authorizer { None } else { Some(body(event)?.unwrap_or_default()) };
    let mut pasted = Pasted::new(form, request, body);
    if is_encoded {
        pasted = pasted
            .with_note("the event has the path decoded: it is judged with the usual encoding of what no path can hold");
    }
    Ok(pasted.with_received(event.pointer(time).and_then(Value::as_u64).and_then(of_millis)))
}

/// The body of an event, if it has one.
fn body(event: &Value) -> Result<Option<Vec<u8>>, Failure> {
    let Some(text) = event.get("body").and_then(Value::as_str) else { return Ok(None) };
    if event.get("isBase64Encoded").and_then(Value::as_bool) != Some(true) {
        return Ok(Some(text.as_bytes().to_vec()));
    }
    let bytes = STANDARD.decode(text).map_err(|_| "the event's body is not base64, and isBase64Encoded is true")?;
    Ok(Some(bytes))
}

/// The pairs of an object whose values are strings.
fn single_headers(object: Option<&Value>) -> Vec<(String, Vec<u8>)> {
    let pairs = object.and_then(Value::as_object).into_iter().flatten();
    pairs.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.as_bytes().to_vec()))).collect()
}

/// The pairs of an object whose values are lists of strings.
fn multi(object: Option<&Value>) -> Vec<(String, String)> {
    let pairs = object.and_then(Value::as_object).into_iter().flatten();
    let values = |(name, list): (&String, &Value)| {
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|value| Some((name.clone(), value.as_str()?.to_owned()))).collect::<Vec<_>>()
    };
    pairs.flat_map(values).collect()
}

fn lossy(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(bytes.as_ref()).into_owned()
}
