//! What `sig4 token` prints. `docs/output.md` lists the fields.

use super::signing::{Signing, SigningArgs};
use crate::failure::Failure;
use crate::print::{self, note};
use serde_json::json;
use sig4::token::Token;
use time::OffsetDateTime;

/// Prints the token, or a JSON object with it.
pub(super) fn print(common: &SigningArgs, signing: &Signing, token: &Token) -> Result<(), Failure> {
    print_as(common, signing, token, |token| {
        json!({
            "token": token.as_str(),
            "expiration": rfc3339(token.expiration()),
            "access_key_id": signing.credentials.access_key_id(),
            "region": signing.region,
        })
    })
}

/// Prints the token, or the JSON that `object` makes of it.
pub(super) fn print_as(
    common: &SigningArgs,
    signing: &Signing,
    token: &Token,
    object: impl Fn(&Token) -> serde_json::Value,
) -> Result<(), Failure> {
    if token.is_shortened() {
        note(&format!("the token ends with its credentials, at {}", rfc3339(token.expiration())));
    } else if signing.credentials.session_token().is_some() && signing.credentials.expiration().is_none() {
        note(
            "the token ends when the session token does, which may be before its time: AWS_CREDENTIAL_EXPIRATION would say when",
        );
    }
    put(common, token, object)
}

/// Prints the token, or the JSON that `object` makes of it, without a note about the credentials.
pub(super) fn put(
    common: &SigningArgs,
    token: &Token,
    object: impl Fn(&Token) -> serde_json::Value,
) -> Result<(), Failure> {
    let text = if common.is_json() { object(token).to_string() } else { token.as_str().to_owned() };
    print::product((text + "\n").as_bytes())
}

/// A moment as RFC 3339 writes it, in UTC and to the second.
pub(super) fn rfc3339(moment: OffsetDateTime) -> String {
    let (date, (hour, minute, second)) = (moment.date(), moment.to_hms());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
