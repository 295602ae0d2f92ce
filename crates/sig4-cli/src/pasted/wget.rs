//! The output of `wget -d`.
//!
//! ```text
//! ---request begin---
//! POST / HTTP/1.1
//! Host: h
//!
//! ---request end---
//! [BODY data: {"a":1}]
//! ```

use super::outcome::{Pasted, response_date};
use super::text::{after, lines};
use crate::failure::Failure;

const FORM: &str = "an output of wget -d";
const BEGIN: &[u8] = b"---request begin---";
const END: &[u8] = b"---request end---";

/// Reads the last request of the output.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let begins: Vec<_> = lines(text).filter(|line| *line == BEGIN).collect();
    let rest = after(text, begins.last()?);
    let head: Vec<_> = lines(rest).skip(1).take_while(|line| *line != END).filter(|line| !line.is_empty()).collect();
    if !lines(rest).any(|line| line == END) {
        return Some(Err(Pasted::cut(FORM)));
    }
    let later = lines(rest).skip_while(|line| *line != END).skip(1);
    let data = later.clone().next().unwrap_or_default();
    let data = data.strip_prefix(b"[BODY data: ").or_else(|| data.strip_prefix(b"[POST data: "));
    let body = data.and_then(|data| data.strip_suffix(b"]")).map(<[u8]>::to_vec);
    let pasted = Pasted::of_head(FORM, &head.join(&b'\n'), body).map(|pasted| {
        let pasted = pasted.with_received(response_date(later));
        match begins.len() {
            1 => pasted,
            count => pasted.with_note(format!("the output has {count} requests: this is about the last one")),
        }
    });
    Some(pasted)
}
