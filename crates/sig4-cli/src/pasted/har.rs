//! A HAR file, which browsers and proxies export.
//!
//! Source: HAR 1.2 specification, objects `log`, `entries`, `request`, `postData`.

use super::outcome::{Pasted, Wanted, imf_date, is_presigned, is_signed};
use crate::failure::Failure;
use crate::url::Url;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::DATE;
use serde_json::Value;

const FORM: &str = "an entry of a HAR file";
/// The most entries of a HAR file.
const MAX_ENTRIES: usize = 100_000;
/// The most entries that a message lists.
const MAX_LISTED: usize = 20;
/// The HTTP status of a refusal.
const FORBIDDEN: u64 = 403;

/// What a choice among several requests needs to know of one.
pub(super) struct Summary {
    /// Method and URL without its query.
    pub(super) title: String,
    pub(super) status: Option<u64>,
    pub(super) is_signed: bool,
}

/// The chosen request, and a note if there were others.
pub(super) struct Chosen {
    pub(super) index: usize,
    pub(super) note: Option<String>,
}

/// Chooses the wanted request, else the first signed one that was answered with 403, else the only signed one.
pub(super) fn choose(all: &[Summary], wanted: Option<usize>, word: &str) -> Result<Chosen, Failure> {
    let count = all.len();
    if let Some(number) = wanted {
        let index = number.checked_sub(1).filter(|index| *index < count);
        let index = index.ok_or_else(|| format!("--entry {number}: there are {count}, from 1"))?;
        return Ok(Chosen { index, note: None });
    }
    if count == 1 {
        return Ok(Chosen { index: 0, note: None });
    }
    let is_refused = |summary: &Summary| summary.is_signed && summary.status == Some(FORBIDDEN);
    if let Some(index) = all.iter().position(is_refused) {
        let note = format!(
            "this is {word} {} of {count}, the first that was answered with 403; --entry chooses another",
            index + 1
        );
        return Ok(Chosen { index, note: Some(note) });
    }
    let mut signed = all.iter().enumerate().filter(|(_, summary)| summary.is_signed);
    match (signed.next(), signed.next()) {
        (None, _) => Err(format!("none of the {count} requests is signed{SANITIZED}").into()),
        (Some((index, _)), None) => {
            let note = format!("this is {word} {} of {count}, the only one that is signed", index + 1);
            Ok(Chosen { index, note: Some(note) })
        }
        (Some(_), Some(_)) => {
            let listed = all.iter().enumerate().filter(|(_, summary)| summary.is_signed).take(MAX_LISTED);
            let listed: Vec<_> = listed.map(|(index, summary)| summary.line(index + 1)).collect();
            let words = if word == "entry" { "entries".to_owned() } else { format!("{word}s") };
            let why = format!("several {words} are signed, and none was answered with 403: choose one with --entry N");
            Err(Failure::with_lines(why, listed))
        }
    }
}

/// Why a browser's file may have no signature.
const SANITIZED: &str = ": browsers leave Authorization out of a sanitized HAR file, so export it with sensitive data";

impl Summary {
    fn line(&self, number: usize) -> String {
        let status = self.status.map(|status| format!(" ({status})")).unwrap_or_default();
        format!("{number}: {}{status}", self.title)
    }
}

/// Reads the wanted entry. `None` if the value is no HAR file and no entry of one.
pub(super) fn read(value: &Value, wanted: &Wanted<'_>) -> Option<Result<Pasted, Failure>> {
    let entries = value.pointer("/log/entries").or_else(|| value.get("entries"));
    let single = || value.pointer("/request/url").map(|_| std::slice::from_ref(value));
    let entries = entries.and_then(Value::as_array).map(Vec::as_slice).or_else(single)?;
    Some(entry(entries, wanted))
}

fn entry(entries: &[Value], wanted: &Wanted<'_>) -> Result<Pasted, Failure> {
    if entries.len() > MAX_ENTRIES {
        return Err(format!("the HAR file has more than {MAX_ENTRIES} entries").into());
    }
    let summaries: Vec<_> = entries.iter().map(summary).collect();
    if summaries.is_empty() {
        return Err("the HAR file has no entries".into());
    }
    let Chosen { index, note } = choose(&summaries, wanted.entry, "entry")?;
    let pasted = request(entries.get(index).unwrap_or(&Value::Null))?;
    if !is_signed(&pasted.request) {
        return Err(format!("entry {} of the HAR file is not signed{SANITIZED}", index + 1).into());
    }
    Ok(match note {
        Some(note) => pasted.with_note(note),
        None => pasted,
    })
}

fn summary(entry: &Value) -> Summary {
    let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let url = text("/request/url");
    let parts = Url::split(url).ok();
    // User information and the query may hold secrets.
    let plain = parts.map(|url| [url.scheme, "://", url.authority, url.path].concat()).unwrap_or_default();
    let headers = headers(entry.pointer("/request/headers"));
    let has_header = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    Summary {
        title: format!("{} {plain}", text("/request/method")),
        status: entry.pointer("/response/status").and_then(Value::as_u64),
        is_signed: has_header || is_presigned(url),
    }
}

fn request(entry: &Value) -> Result<Pasted, Failure> {
    let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str);
    let method = text("/request/method").ok_or("the entry of the HAR file has no method")?;
    let url = text("/request/url").ok_or("the entry of the HAR file has no URL")?;
    let mut headers = headers(entry.pointer("/request/headers"));
    let authority = headers.iter().find(|(name, _)| name == ":authority").map(|(_, value)| value.clone());
    headers.retain(|(name, _)| !name.starts_with(':'));
    if let Some(authority) = authority {
        headers.push(("Host".to_owned(), authority));
    }
    let body = body(entry.pointer("/request"))?;
    let is_damaged = body.as_ref().is_some_and(|body| !body.is_ascii());
    let answered = self::headers(entry.pointer("/response/headers"));
    let date = answered.iter().find(|(name, _)| name.eq_ignore_ascii_case(DATE.as_str()));
    let received = date.and_then(|(_, value)| imf_date(str::from_utf8(value).ok()?));
    let pasted = Pasted::of_url(FORM, method, url, headers, body)?.with_received(received);
    Ok(match is_damaged {
        true => pasted.with_uncertain_body("browsers change bytes of a body that is not text"),
        false => pasted,
    })
}

/// The headers of a list of `name` and `value`.
fn headers(list: Option<&Value>) -> Vec<(String, Vec<u8>)> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let pair = |header: &Value| {
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        Some((text("name")?.to_owned(), text("value")?.trim().as_bytes().to_vec()))
    };
    list.iter().filter_map(pair).collect()
}

/// The body, if the entry has it.
fn body(request: Option<&Value>) -> Result<Option<Vec<u8>>, Failure> {
    let Some(request) = request else { return Ok(None) };
    let data = request.get("postData");
    let text = data.and_then(|data| data.get("text")).and_then(Value::as_str);
    let encoding = data.and_then(|data| data.get("encoding")).and_then(Value::as_str);
    match (text, encoding) {
        (Some(text), Some("base64")) => {
            let bytes = STANDARD.decode(text).map_err(|_| "the body in the HAR file is not base64")?;
            Ok(Some(bytes))
        }
        (Some(text), _) => Ok(Some(text.as_bytes().to_vec())),
        (None, _) if request.get("bodySize").and_then(Value::as_i64) == Some(0) => Ok(Some(Vec::new())),
        (None, _) => Ok(None),
    }
}
