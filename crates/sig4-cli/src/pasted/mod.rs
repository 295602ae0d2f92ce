//! Requests in the forms that people have at hand, recognised by their text.
//!
//! [`read`] tries the readers one by one, the most definite form first. A reader returns `None` if the text has not its form, and
//! an error if it has and lacks something. Nothing here reads a file, a clock or the network: a pasted text cannot name a file to
//! be read.

mod curl_line;
mod event;
mod fetch;
mod fields;
mod har;
mod json;
mod log_line;
mod outcome;
mod prefixed;
mod presigned;
mod python;
mod raw;
mod shell_words;
mod text;
mod trace;
mod unknown;
mod wget;

pub(crate) use outcome::{BodyState, Pasted, Wanted, is_signed, own_time};

use crate::failure::Failure;

/// The longest text in a form other than a raw request, in bytes.
const MAX_PASTED_LEN: usize = 33_554_432;

/// A reader of one form.
type Reader = fn(&[u8], &Wanted<'_>) -> Option<Result<Pasted, Failure>>;

/// The readers, the most definite form first.
const READERS: [Reader; 10] = [
    |text, _| trace::read(text),
    |text, _| wget::read(text),
    |text, _| python::read_log(text),
    |text, _| prefixed::read(text),
    |text, wanted| json::read(text, wanted),
    |text, _| python::read_headers(text),
    |text, _| fetch::read(text),
    |text, _| curl_line::read(text),
    |text, _| fields::read(text),
    |text, _| presigned::read(text),
];

/// The request in a pasted text.
pub(crate) fn read(bytes: &[u8], wanted: &Wanted<'_>) -> Result<Pasted, Failure> {
    let decoded = text::decoded(bytes);
    if let Some(pasted) = raw::read(&decoded) {
        return Ok(pasted?.completed(wanted));
    }
    if decoded.len() > MAX_PASTED_LEN {
        return Err(format!("the text is longer than {MAX_PASTED_LEN} bytes: paste the part with the request").into());
    }
    let plain = text::without_colours(&decoded);
    let unquoted = python::unquoted(&plain);
    let plain = unquoted.as_deref().unwrap_or(&plain);
    let read = raw::read(plain).or_else(|| READERS.iter().find_map(|reader| reader(plain, wanted)));
    match read {
        Some(pasted) => Ok(pasted?.completed(wanted)),
        None => Err(unknown::failure(plain)),
    }
}

#[cfg(test)]
mod tests;
