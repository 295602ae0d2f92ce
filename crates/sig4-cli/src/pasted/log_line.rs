//! A line of an access log in JSON, as nginx, Envoy and Caddy write it. Its fields have the names that the operator chose.

use super::event::UNRESERVED;
use super::har::Summary;
use super::outcome::{Pasted, is_presigned, is_signed, missing_headers, of_millis};
use crate::failure::Failure;
use crate::raw_request::RawRequest;
use http::header::{AUTHORIZATION, HOST};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use sig4::Timestamp;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const FORM: &str = "a line of a log";
/// The deepest object of a line that is read.
const MAX_DEPTH: usize = 4;

/// Names of fields, in lower case without `_`, `-` and `.`.
const METHOD: &[&str] = &["method", "requestmethod", "httpmethod", "verb", ":method"];
const TARGET: &[&str] =
    &["requesturi", "xenvoyoriginalpath", "uri", "path", "requestpath", "url", ":path", "originalpath"];
const QUERY: &[&str] = &["args", "querystring", "query"];
const AUTHORITY: &[&str] = &["host", "httphost", "authority", ":authority", "servername"];
const TIME: &[&str] = &["timeiso8601", "timestamp", "@timestamp", "starttime", "time", "ts"];
const STATUS: &[&str] = &["status", "responsecode", "statuscode", "httpstatus"];

/// What a line says of a request.
pub(super) struct Facts {
    /// The scalars by their names, in lower case without separators. The first of a name counts.
    fields: BTreeMap<String, String>,
    headers: Vec<(String, Vec<u8>)>,
}

/// The facts of a line. `None` if the value is no object, or says nothing of a request.
pub(super) fn facts(value: &Value) -> Option<Facts> {
    let mut facts = Facts { fields: BTreeMap::new(), headers: Vec::new() };
    value.as_object()?;
    facts.collect(value, 0);
    let has = |names: &[&str]| facts.field(names).is_some();
    (facts.fields.contains_key("request") || (has(METHOD) && has(TARGET))).then_some(facts)
}

impl Facts {
    fn collect(&mut self, value: &Value, depth: usize) {
        let Some(object) = value.as_object().filter(|_| depth < MAX_DEPTH) else { return };
        for (name, value) in object {
            let plain = plain(name);
            if plain.starts_with("resp") && value.is_object() {
                continue;
            }
            if plain == "query" && value.is_object() {
                self.fields.entry(plain).or_insert_with(|| encoded_query(value));
                continue;
            }
            if plain.ends_with("headers") {
                self.collect_headers(value);
                continue;
            }
            let text = match value {
                Value::String(text) if text != "-" && !text.is_empty() => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => {
                    self.collect(value, depth + 1);
                    continue;
                }
            };
            if let Some(header) = header_of(name) {
                self.headers.push((header, text.clone().into_bytes()));
            }
            self.fields.entry(plain).or_insert(text);
        }
    }

    fn collect_headers(&mut self, value: &Value) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
            for text in values.iter().filter_map(Value::as_str) {
                match name.as_str() {
                    ":method" | ":path" | ":authority" => {
                        self.fields.entry(name.clone()).or_insert_with(|| text.to_owned());
                    }
                    _ => self.headers.push((name.clone(), text.trim().as_bytes().to_vec())),
                }
            }
        }
    }

    fn field(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.fields.get(*name)).map(String::as_str)
    }

    /// Method and target: of a field such as `"request": "GET / HTTP/1.1"`, or of two fields.
    fn start(&self) -> Option<(&str, &str)> {
        let whole = self.fields.get("request").and_then(|line| {
            let (method, rest) = line.split_once(' ')?;
            Some((method, rest.rsplit_once(" HTTP/").map_or(rest, |(target, _)| target)))
        });
        whole.or_else(|| Some((self.field(METHOD)?, self.field(TARGET)?)))
    }

    pub(super) fn summary(&self) -> Summary {
        let (method, target) = self.start().unwrap_or_default();
        let is_authorized = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()));
        Summary {
            title: format!("{method} {}", target.split('?').next().unwrap_or_default()),
            status: self.field(STATUS).and_then(|status| status.parse().ok()),
            is_signed: is_authorized || is_presigned(target),
        }
    }

    /// The request of the line, if the line has what is needed.
    pub(super) fn request(&self) -> Result<Pasted, Failure> {
        let (method, target) = self.start().ok_or("the line of the log has no method and path")?;
        let target = match (target.contains('?'), self.field(QUERY)) {
            (false, Some(query)) => format!("{target}?{}", query.trim_start_matches('?')),
            _ => target.to_owned(),
        };
        let mut request = RawRequest::parse_head(format!("{method} {target} HTTP/1.1").as_bytes())?;
        request.headers.clone_from(&self.headers);
        if let (None, Some(host)) = (request.header(HOST.as_str()), self.field(AUTHORITY)) {
            request.headers.push((HOST.to_string(), host.as_bytes().to_vec()));
        }
        let mut lacking = missing_headers(&request);
        if !is_signed(&request) {
            lacking.push(AUTHORIZATION.to_string());
        }
        if request.header(HOST.as_str()).is_none() && !lacking.contains(&HOST.to_string()) {
            lacking.push(HOST.to_string());
        }
        if !lacking.is_empty() {
            let lacking = lacking.join(", ");
            return Err(format!("this is {FORM}, and it lacks what was signed: log the headers {lacking} too").into());
        }
        let is_normalized =
            self.fields.contains_key("uri") && !self.fields.contains_key("requesturi") && !target.contains('%');
        let pasted = Pasted::new(FORM, request, None).with_received(self.time());
        Ok(match is_normalized {
            true => pasted.with_note("nginx decodes $uri: log $request_uri, which is the path that was received"),
            false => pasted,
        })
    }

    /// The time of the line. Text in another form than RFC 3339, or seconds or milliseconds since 1970, is not read.
    fn time(&self) -> Option<Timestamp> {
        let text = self.field(TIME)?;
        if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339) {
            return Timestamp::new(time).ok();
        }
        let whole = text.split('.').next().unwrap_or_default();
        let number: u64 = whole.parse().ok()?;
        of_millis(if number < 100_000_000_000 { number.checked_mul(1000)? } else { number })
    }
}

/// The query of an object of names and values, such as that of a request of the AWS SDK for JavaScript, encoded as it sends it.
fn encoded_query(pairs: &Value) -> String {
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let pairs = pairs.as_object().into_iter().flatten().flat_map(|(name, value)| {
        let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        values.iter().filter_map(Value::as_str).map(move |value| format!("{}={}", encode(name), encode(value)))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// A name in lower case without separators.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | '.')).map(|c| c.to_ascii_lowercase()).collect()
}

/// The header that a field holds: nginx names it `http_x_amz_date`, others by the header's own name.
fn header_of(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let bare = ["http-", "req-header-", "request-header-"].iter().find_map(|prefix| name.strip_prefix(prefix));
    let is_known = |name: &str| {
        name.starts_with("x-amz-") || matches!(name, "authorization" | "content-type" | "user-agent" | "content-length")
    };
    match bare {
        Some("method" | "status" | "version" | "protocol") => None,
        Some(bare) => Some(bare.to_owned()),
        None => is_known(&name).then_some(name),
    }
}
