//! The statements of a request's head about its body in chunks. Each has to be signed.

use super::invalid_declaration;
use super::trailers::Trailers;
use crate::auth::header::shown;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::payload::Streaming;
use crate::verify::Caller;

/// The statements of a head.
pub(super) struct Stated {
    pub(super) decoded_len: u64,
    pub(super) trailers: Trailers,
}

impl Stated {
    pub(super) fn read(caller: &Caller<'_>, marker: Streaming) -> Result<Self, Error> {
        if marker.is_events() {
            return Err(Error::new(
                ErrorKind::InvalidPayload,
                format!("`{marker}` is a stream of events, and no body in chunks"),
            ));
        }
        let decoded_len = decoded_len(caller)?;
        check_signed(caller, name::TRAILER_HEADER)?;
        let trailers = Trailers::declared(caller.signed_header(name::TRAILER_HEADER))?;
        if !marker.has_trailer() && !trailers.is_empty() {
            return Err(invalid_declaration(format!("is there, and `{marker}` has no trailer")));
        }
        if let Some(name) = trailers.names().find(|name| is_header(caller, name)) {
            return Err(invalid_declaration(format!("names `{}`, which is a header too", shown(name))));
        }
        Ok(Self { decoded_len, trailers })
    }
}

/// Whether the head has a header of this name: a field of the trailer would be a second answer.
fn is_header(caller: &Caller<'_>, name: &str) -> bool {
    caller.signed_header(name).next().is_some() || caller.unsigned_header(name).next().is_some()
}

fn decoded_len(caller: &Caller<'_>) -> Result<u64, Error> {
    check_signed(caller, name::DECODED_LENGTH_HEADER)?;
    let mut values = caller.signed_header(name::DECODED_LENGTH_HEADER);
    let kind_of_absent = ErrorKind::MissingDecodedLength;
    let value = values.next().ok_or_else(|| Error::new(kind_of_absent, "a body in chunks has to state its length"))?;
    let len = number(value.trim_ascii()).filter(|_| values.next().is_none());
    len.ok_or_else(|| Error::new(ErrorKind::InvalidDecodedLength, "expected one number of bytes"))
}

/// Decimal digits without a sign and without leading zeros.
fn number(digits: &[u8]) -> Option<u64> {
    let is_canonical = matches!(digits, [b'0'] | [b'1'..=b'9', ..]) && digits.iter().all(u8::is_ascii_digit);
    str::from_utf8(digits).ok().filter(|_| is_canonical)?.parse().ok()
}

fn check_signed(caller: &Caller<'_>, name: &str) -> Result<(), Error> {
    if caller.unsigned_header(name).next().is_none() {
        return Ok(());
    }
    let detail = format!("There were headers present in the request which were not signed: {name}");
    Err(Error::new(ErrorKind::UnsignedHeader, detail).of_header(name))
}
