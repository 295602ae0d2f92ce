//! What a client is asked to send, and what it got: one JSON object a line each, for those that are programs.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where curl, the program of Go and the page tell the protocol of a response, for the access log has that of API Gateway.
pub const PROTOCOL: &str = ":protocol";

/// An access key, its secret and its session token; the token of a long-term key is empty.
#[derive(Clone, Copy)]
pub struct Keys(pub &'static str, pub &'static str, pub &'static str);

/// A request, and how to sign it.
#[derive(Clone)]
pub struct Job {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: &'static str,
    pub sign: bool,
    /// Whether the signature is in the query.
    pub presigned: bool,
    pub keys: Keys,
    pub region: &'static str,
    pub service: &'static str,
    /// For the page: whether it is opened at an origin that the API does not know, and where its picture goes.
    pub foreign: bool,
    pub screenshot: Option<PathBuf>,
}

impl Job {
    /// The job as a line for a program.
    pub fn to_json(&self) -> Value {
        let headers: BTreeMap<_, _> = self.headers.iter().map(|(name, value)| (name, value)).collect();
        let Keys(access_key, secret_key, session_token) = self.keys;
        json!({
            "method": self.method, "url": self.url, "headers": headers, "body": self.body, "sign": self.sign, "presigned": self.presigned,
            "access_key": access_key, "secret_key": secret_key, "session_token": session_token,
            "region": self.region, "service": self.service, "foreign": self.foreign, "screenshot": self.screenshot,
        })
    }
}

/// What came back. A browser shows a page only the headers that the API exposes.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Answer {
    /// Reads a program's line, which may say why there is no answer.
    pub fn from_json(line: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
        if let Some(error) = value["error"].as_str() {
            return Err(error.to_owned());
        }
        let texts = |value: &Value| value.as_str().map(str::to_owned);
        let headers = value["headers"].as_object().into_iter().flatten();
        Ok(Self {
            status: value["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or_default(),
            headers: headers.filter_map(|(name, value)| Some((name.clone(), texts(value)?))).collect(),
            body: texts(&value["body"]).unwrap_or_default(),
        })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}
