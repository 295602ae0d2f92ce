//! Requests that real clients sent, from `tests/corpus/sdk-traffic-open.jsonl.gz`.
//!
//! The corpus has 656 requests of some thirty clients, recorded on 2026-11-29: each with its bytes on the wire, and with what a second
//! verifier says of it.

use crate::suite::root;
use crate::wire_request::WireRequest;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;
use sig4::{Credentials, Timestamp};
use std::fs::File;
use std::io::{BufRead, BufReader};
use time::OffsetDateTime;

/// A recorded request.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the corpus")]
pub struct Recorded {
    pub id: String,
    pub client: String,
    pub operation: String,
    pub scheme: String,
    /// The service of the credential scope, or `none`.
    pub service: String,
    pub region: String,
    /// The first word of the `Authorization` header, after `query:` if the signature is in the query.
    pub algorithm: String,
    /// The kind of `x-amz-content-sha256`: `digest`, `absent`, or a marker.
    pub payload: String,
    /// `accept`, `refuse`, `not-sigv4` or `other`.
    pub expected: String,
    pub request: WireRequest,
    /// The length of the body once it is decoded, the lengths of its chunks, and its trailer.
    pub chunked: Value,
}

impl Recorded {
    fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            client: text("client"),
            operation: text("operation"),
            scheme: text("scheme"),
            service: text("service"),
            region: text("region"),
            algorithm: text("algorithm"),
            payload: text("payload"),
            expected: text("expected"),
            request: WireRequest::parse(&BASE64_STANDARD.decode(text("raw")).unwrap()),
            chunked: line["chunked"].clone(),
        }
    }

    /// Whether the body is in the `aws-chunked` encoding.
    pub fn is_chunked(&self) -> bool {
        self.payload.starts_with("STREAMING-")
    }

    /// The time of signing, if the request states one.
    pub fn signed_at(&self) -> Option<OffsetDateTime> {
        let query = self.request.query().unwrap_or_default().split('&');
        let in_query = query.filter_map(|pair| pair.strip_prefix("X-Amz-Date=")).next();
        let text = self.request.header("x-amz-date").or(in_query)?;
        Some(Timestamp::parse(text).unwrap().to_datetime())
    }
}

/// Every request of the corpus, in its order.
pub fn recorded() -> Vec<Recorded> {
    let file = File::open(root().join("tests/corpus/sdk-traffic-open.jsonl.gz")).unwrap();
    BufReader::new(GzDecoder::new(file)).lines().map(|line| Recorded::read(&line.unwrap())).collect()
}

/// The two keys that the clients signed with.
pub fn keys() -> [Credentials; 2] {
    let long = Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let short = Credentials::new("ASIDEXAMPLE000000001", "kWcrlUX5JEDGM/LtmEENI+aVmYvHNif5zBEXAMPLE").unwrap();
    [long, short.with_session_token("AbC+/dEf1=".repeat(60)).unwrap()]
}
