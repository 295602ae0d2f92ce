//! Uploads, and what a client said of them.

use crate::files;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const ACCESS_KEY: &str = "AKIDEXAMPLE000000001";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const REGION: &str = "us-east-1";

/// What is sent in `x-amz-content-sha256`: a marker, or this in place of a hash.
pub const HASH: &str = "hash";
pub const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
pub const CHUNKS: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
pub const CHUNKS_AND_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
pub const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/// The end of every key: characters that clients and servers are known to encode in different ways.
const AWKWARD: &str = " caf\u{e9}+%20%/\u{65e5}\u{672c}?#&=:;@$,'\"()!*[]{}|^`\\~";

/// One upload of a client.
#[derive(Clone, Copy, Debug)]
pub struct Upload {
    /// How the client uploads: a word that it knows.
    pub how: &'static str,
    /// The length of the file.
    pub size: usize,
    /// `x-amz-content-sha256` over http and over TLS.
    pub payload: [&'static str; 2],
    /// Whether the upload is repeated with faults that the client is to overcome by trying again.
    pub is_retried: bool,
}

impl Upload {
    pub const fn new(how: &'static str, size: usize, http: &'static str, https: &'static str) -> Self {
        Self { how, size, payload: [http, https], is_retried: false }
    }

    /// The client tries again after a fault.
    pub const fn retried(self) -> Self {
        Self { is_retried: true, ..self }
    }

    /// The beginning of the key: characters that no client encodes.
    pub fn name(&self) -> String {
        format!("{}-{}-", self.how, self.size)
    }

    /// The key of the object.
    pub fn key(&self) -> String {
        self.name() + AWKWARD
    }

    /// Whether the data has a mark that a front can change, and the change is seen. A body that is neither signed nor has a checksum may
    /// be anything.
    pub fn is_covered(&self, scheme: usize) -> bool {
        files::has_mark(self.size) && self.payload[scheme] != UNSIGNED
    }

    /// The code of S3 for a body with a changed byte.
    pub fn refusal(&self, scheme: usize) -> &'static str {
        match self.payload[scheme] {
            UNSIGNED_TRAILER => "BadDigest",
            HASH => "XAmzContentSHA256Mismatch",
            _ => "SignatureDoesNotMatch",
        }
    }
}

/// Where a client uploads to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub url: String,
    /// The certificate of the authority that the client must trust. `None` over http.
    pub authority: Option<PathBuf>,
    pub bucket: &'static str,
    /// How often a client may send a request.
    pub attempts: u32,
}

/// What a client uploads to one endpoint, in this order.
pub struct Batch<'s> {
    pub endpoint: &'s Endpoint,
    pub uploads: Vec<Upload>,
}

/// An error of a client by bucket and key of the object that it did not upload, or did not read again as it was; `None` for every other
/// object.
pub type Said = BTreeMap<(String, String), Option<String>>;

/// The batches as a program reads them, from its last argument.
pub fn to_json(batches: &[Batch<'_>], folder: &Path) -> Value {
    let job = |upload: &Upload| {
        let file = folder.join(files::name(upload.size));
        json!({ "key": upload.key(), "how": upload.how, "file": file })
    };
    let batch = |Batch { endpoint, uploads }: &Batch<'_>| {
        json!({
            "endpoint": endpoint.url,
            "authority": endpoint.authority,
            "bucket": endpoint.bucket,
            "attempts": endpoint.attempts,
            "region": REGION,
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "jobs": uploads.iter().map(job).collect::<Vec<_>>(),
        })
    };
    batches.iter().map(batch).collect()
}

/// What a program wrote: one JSON object a line, with the members `bucket`, `key` and `error`.
pub fn read(lines: &str) -> Said {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.map(|line| ((text(&line["bucket"]).unwrap(), text(&line["key"]).unwrap()), text(&line["error"]))).collect()
}
