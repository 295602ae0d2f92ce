//! Uploads, and what a client said of them.

use crate::files::Size;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const ACCESS_KEY: &str = "AKIDEXAMPLE000000001";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const REGION: &str = "us-east-1";

/// One upload of a client.
#[derive(Clone, Copy, Debug)]
pub struct Upload {
    /// How the client uploads: a word that it knows. It is the name of the object too.
    pub how: &'static str,
    pub size: Size,
    /// `x-amz-content-sha256` over http and over TLS: a marker, or `hash`. `-` where the upload is left out.
    pub payload: [&'static str; 2],
    /// Whether a changed byte of the data is seen. A body that is not signed, and has no checksum in its trailer, may be anything; the
    /// path is changed then.
    pub is_covered: [bool; 2],
}

/// Where a client uploads to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub url: String,
    /// The certificate of the authority that the client must trust. `None` over http.
    pub authority: Option<PathBuf>,
    pub bucket: &'static str,
}

/// An error of a client by the object that it did not upload; `None` for each that it uploaded.
pub type Said = BTreeMap<String, Option<String>>;

/// The jobs as a program reads them, from its first argument.
pub fn to_json(endpoint: &Endpoint, uploads: &[Upload], folder: &Path) -> Value {
    let jobs = uploads
        .iter()
        .map(|upload| json!({ "key": upload.how, "how": upload.how, "file": folder.join(upload.size.name()) }));
    json!({
        "endpoint": endpoint.url,
        "authority": endpoint.authority,
        "bucket": endpoint.bucket,
        "region": REGION,
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "jobs": jobs.collect::<Vec<_>>(),
    })
}

/// What a program wrote: one JSON object a line, with the members `key` and `error`.
pub fn read(lines: &str) -> Said {
    let said = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|line| (line["key"].as_str().unwrap().to_owned(), line["error"].as_str().map(str::to_owned)));
    said.collect()
}
