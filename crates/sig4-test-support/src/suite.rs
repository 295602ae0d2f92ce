//! Shared code of the tests over files: requests as text, and the expected exceptions.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The fields of a head in their order.
pub type Fields = Vec<(String, Vec<u8>)>;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of AWS's suites.
pub fn suite_dir() -> PathBuf {
    root().join("aws-sig-v4-test-suite")
}

/// An HTTP/1.1 request as the suites write it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are the parts of a request")]
pub struct TextRequest {
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub headers: Fields,
    pub body: Vec<u8>,
}

impl TextRequest {
    /// Reads a request. A line that begins with a blank continues the header before it, with one space for the fold
    /// (RFC 9112 section 5.2).
    pub fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let start = lines.next().unwrap();
        let (method, target) = start.split_once(' ').unwrap();
        let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
        let (path, query) = target.split_once('?').map_or((target, None), |(p, q)| (p, Some(q.to_owned())));
        let mut headers = Fields::new();
        for line in lines.filter(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                headers.last_mut().unwrap().1.extend_from_slice(line.as_bytes());
            } else {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_owned(), value.into()));
            }
        }
        Self { method: method.into(), path: path.into(), query, headers, body: body.into() }
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Vec<u8>> {
        let at = self.headers.iter().position(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(self.headers.remove(at).1)
    }

    /// The normalised request, for comparison: header names in lower case, fields sorted, values trimmed.
    pub fn comparable(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        let trim = |(n, v): &(String, Vec<u8>)| (n.to_ascii_lowercase(), String::from_utf8_lossy(v).trim().to_owned());
        let mut headers: Vec<_> = self.headers.iter().map(trim).collect();
        headers.sort();
        let mut query: Vec<_> = self.query.iter().flat_map(|q| q.split('&').map(str::to_owned)).collect();
        query.sort();
        (self.method.clone(), self.path.clone(), query, headers, self.body.clone())
    }
}

/// The expected exceptions: a file of lines `id | reason`, `#` for remarks. The default expects none.
#[derive(Debug, Default)]
pub struct Ledger(BTreeMap<String, String>);

impl Ledger {
    /// Reads a file of `tests/it`.
    pub fn read(file: &str) -> Self {
        let path = root().join("tests/it").join(file);
        let text = fs::read_to_string(path).unwrap();
        let entries = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let entry = |line: &str| {
            let (id, reason) = line.split_once('|').unwrap_or_else(|| panic!("no reason: {line}"));
            assert!(!reason.trim().is_empty(), "no reason: {line}");
            (id.trim().to_owned(), reason.trim().to_owned())
        };
        Self(entries.map(entry).collect())
    }

    /// Every id with its reason.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, reason)| (id.as_str(), reason.as_str()))
    }

    /// The entries whose id begins with `prefix`.
    pub fn subset(mut self, prefix: &str) -> Self {
        self.0.retain(|id, _| id.starts_with(prefix));
        self
    }

    /// Compares the outcomes, `None` for a success, with the expected exceptions. Unexpected successes and unexpected failures
    /// both fail.
    pub fn check(mut self, outcomes: impl IntoIterator<Item = (String, Option<String>)>) {
        let mut wrong = Vec::new();
        let mut passed = 0;
        for (id, failure) in outcomes {
            match (failure, self.0.remove(&id)) {
                (None, None) => passed += 1,
                (Some(_), Some(_)) => {}
                (Some(failure), None) => wrong.push(format!("{id}: {failure}")),
                (None, Some(reason)) => wrong.push(format!("{id}: passes, though the ledger says: {reason}")),
            }
        }
        wrong.extend(self.0.keys().map(|id| format!("{id}: in the ledger, but not among the cases")));
        assert!(wrong.is_empty(), "{passed} passed, {} did not:\n{}", wrong.len(), wrong.join("\n"));
        assert!(passed > 0, "no case was run");
    }
}

/// `None` if the two are equal, else both.
pub fn differ<T: PartialEq + std::fmt::Debug>(actual: &T, expected: &T) -> Option<String> {
    (actual != expected).then(|| format!("\n  is       {actual:?}\n  expected {expected:?}"))
}
