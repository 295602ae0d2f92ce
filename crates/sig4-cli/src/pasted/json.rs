//! Forms in JSON: a HAR file, an event of Lambda, lines of a log. One parser reads them, and [`read`] tells them apart.

use super::har::{self, Chosen};
use super::outcome::{Pasted, Wanted};
use super::text::lines;
use super::{event, log_line};
use crate::failure::Failure;
use serde_json::Value;

/// The most lines of a log.
const MAX_LOG_LINES: usize = 100_000;

/// Reads a text that is one JSON value, or has a JSON object on each of its lines, which may begin with other words.
pub(super) fn read(text: &[u8], wanted: &Wanted<'_>) -> Option<Result<Pasted, Failure>> {
    let text = text.trim_ascii();
    if !text.starts_with(b"{") && !text.starts_with(b"[") {
        return of_lines(text, wanted);
    }
    match serde_json::from_slice::<Value>(text) {
        Ok(Value::Array(values)) => of_values(&values, wanted),
        Ok(value) => of_value(&value, wanted),
        Err(error) => of_lines(text, wanted).or_else(|| is_begun(text).then(|| Err(malformed(&error)))),
    }
}

/// Whether a text that is no JSON was meant to be.
fn is_begun(text: &[u8]) -> bool {
    text.get(1..).is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'"' | b'{')))
}

/// The error for JSON that does not parse. The parser's own words have no part of the text.
fn malformed(error: &serde_json::Error) -> Failure {
    format!("this is JSON that is cut or malformed at line {}, column {}", error.line(), error.column()).into()
}

/// The strings in one JSON value, or in those of the lines.
pub(super) fn strings(text: &[u8]) -> Vec<String> {
    let text = text.trim_ascii();
    let whole = serde_json::from_slice::<Value>(text).ok();
    let objects = lines(text).filter_map(|line| line.get(line.windows(2).position(|pair| pair == b"{\"")?..));
    let values: Vec<Value> = match whole {
        Some(value) => vec![value],
        None => objects.take(MAX_LOG_LINES).filter_map(|json| serde_json::from_slice(json).ok()).collect(),
    };
    let mut strings = Vec::new();
    for value in values {
        collect(value, &mut strings);
    }
    strings
}

/// The parser limits the depth.
fn collect(value: Value, strings: &mut Vec<String>) {
    match value {
        Value::String(text) => strings.push(text),
        Value::Array(values) => values.into_iter().for_each(|value| collect(value, strings)),
        Value::Object(fields) => fields.into_iter().for_each(|(_, value)| collect(value, strings)),
        _ => {}
    }
}

fn of_value(value: &Value, wanted: &Wanted<'_>) -> Option<Result<Pasted, Failure>> {
    har::read(value, wanted).or_else(|| event::read(value)).or_else(|| of_values(std::slice::from_ref(value), wanted))
}

fn of_lines(text: &[u8], wanted: &Wanted<'_>) -> Option<Result<Pasted, Failure>> {
    let objects = lines(text).filter_map(|line| line.get(line.windows(2).position(|pair| pair == b"{\"")?..));
    let values: Vec<Value> =
        objects.take(MAX_LOG_LINES + 1).filter_map(|json| serde_json::from_slice(json).ok()).collect();
    match values.as_slice() {
        [value] => of_value(value, wanted),
        values if values.len() > MAX_LOG_LINES => {
            Some(Err(format!("the log has more than {MAX_LOG_LINES} lines: paste those about the request").into()))
        }
        values => of_values(values, wanted),
    }
}

/// The request of one of several lines of a log. Lines about other things are passed over.
fn of_values(values: &[Value], wanted: &Wanted<'_>) -> Option<Result<Pasted, Failure>> {
    let facts: Vec<_> = values.iter().filter_map(log_line::facts).collect();
    facts.first()?;
    let summaries: Vec<_> = facts.iter().map(log_line::Facts::summary).collect();
    let chosen = match har::choose(&summaries, wanted.entry, "line") {
        Ok(chosen) => chosen,
        Err(error) => return Some(Err(error)),
    };
    let Chosen { index, note } = chosen;
    let pasted = facts.get(index)?.request();
    Some(pasted.map(|pasted| match note {
        Some(note) => pasted.with_note(note),
        None => pasted,
    }))
}
