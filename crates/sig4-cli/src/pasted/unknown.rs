//! Texts that are no request, which are named instead of being read.

use super::outcome::is_status_line;
use super::text::lines;
use crate::failure::Failure;

/// The failure for a text that no form fits.
pub(super) fn failure(text: &[u8]) -> Failure {
    let start = text.trim_ascii_start();
    let first = lines(start).next().unwrap_or_default();
    let is_method = |line: &[u8]| (3..=7).contains(&line.len()) && line.iter().all(u8::is_ascii_uppercase);
    let begins = |word: &str| start.starts_with(word.as_bytes());
    let has = |word: &str| text.windows(word.len()).any(|window| window == word.as_bytes());
    if start.is_empty() {
        "there is no request: the text is empty".into()
    } else if is_status_line(first) || begins("<?xml") || begins("<Error") || begins("{\"message\"") {
        "this is an answer, not a request: give it with --aws-response FILE".into()
    } else if is_method(first) && lines(start).nth(1).is_some_and(|line| line.starts_with(b"/")) {
        "this is a canonical request: give it with --canonical-request FILE, and the request with -f".into()
    } else if has("CanonicalRequest") || has("CANONICAL STRING") || has("anonical request") {
        "this is the log of a client: give it with --canonical-request FILE, and the request with -f".into()
    } else if begins("AWS4-HMAC-SHA256") {
        "this is a string to sign or an Authorization header alone: paste the whole request".into()
    } else if begins("Invoke-WebRequest") || begins("$session") {
        "this is a command of PowerShell, which is not read: copy the request as cURL instead".into()
    } else if start.contains(&0) {
        "this is binary, not a request: paste the request as text".into()
    } else {
        "there is no request in this text: it is in none of the forms that docs/explaining.md lists".into()
    }
}
