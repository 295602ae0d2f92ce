//! Requests in the forms that people have at hand, recognised by their text.
//!
//! [`read`] tries the readers one by one, the most definite form first. A reader returns `None` if the text has not its form, and
//! an error if it has and lacks something. Nothing here reads a file, a clock or the network: a pasted text cannot name a file to
//! be read.

mod curl_line;
mod embedded;
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
mod repairs;
mod shell_words;
mod text;
mod trace;
mod unknown;
mod wget;

pub(crate) use outcome::{BodyState, Pasted, Wanted, is_signed, own_time};

use crate::failure::Failure;
use outcome::is_undamaged;

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
    if let Some(Ok(pasted)) = raw::read(&decoded)
        && is_undamaged(&pasted)
    {
        return Ok(pasted.completed(wanted));
    }
    if decoded.len() > MAX_PASTED_LEN {
        return Err(format!("the text is longer than {MAX_PASTED_LEN} bytes: paste the part with the request").into());
    }
    let plain = text::without_colours(&decoded);
    let unquoted = python::unquoted(&plain);
    let plain = unquoted.as_deref().unwrap_or(&plain);
    match read_plain(plain, wanted) {
        Some(Ok(pasted)) if is_undamaged(&pasted) => Ok(pasted.completed(wanted)),
        read => match repaired(plain, wanted) {
            Some(pasted) => Ok(pasted.completed(wanted)),
            None => Ok(read
                .or_else(|| embedded::read(plain))
                .unwrap_or_else(|| Err(unknown::failure(plain)))?
                .completed(wanted)),
        },
    }
}

/// The request in a text as it stands.
fn read_plain(text: &[u8], wanted: &Wanted<'_>) -> Option<Result<Pasted, Failure>> {
    raw::read(text).or_else(|| READERS.iter().find_map(|reader| reader(text, wanted)))
}

/// The signed request in a text that programs changed after it was copied.
fn repaired(text: &[u8], wanted: &Wanted<'_>) -> Option<Pasted> {
    let within = |text: &[u8]| embedded::read(text)?.ok().filter(is_undamaged);
    let mut repaired = repairs::REPAIRS.iter().filter_map(|(repair, note)| Some((repair(text)?, note)));
    let of_repaired = repaired.find_map(|(text, note)| {
        let pasted = read_plain(&text, wanted).and_then(Result::ok).filter(is_undamaged);
        Some(pasted.or_else(|| within(&text))?.with_note(*note))
    });
    of_repaired.or_else(|| within(text))
}

#[cfg(test)]
mod tests;
