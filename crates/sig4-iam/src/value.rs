//! The values of a condition key in a request.

use core::net::IpAddr;
use std::borrow::Cow;
use time::{OffsetDateTime, UtcOffset};

/// The values of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyValues<'c> {
    Missing,
    One(Value<'c>),
    Several(&'c [String]),
    /// The request has the key with an unknown value, or no request has a key with this name.
    Unknown,
}

impl KeyValues<'_> {
    /// Whether the key is present with only empty values.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::One(value) => value.is_empty_text(),
            Self::Several(values) => values.iter().all(String::is_empty),
            Self::Missing | Self::Unknown => false,
        }
    }
}

/// One value. Times and addresses become text only where a condition compares texts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'c> {
    Text(&'c str),
    Bool(bool),
    Number(i64),
    Time(OffsetDateTime),
    /// A time in seconds since 1970.
    Epoch(i64),
    Address(IpAddr),
}

impl<'c> Value<'c> {
    /// The value as it is written.
    pub(crate) fn text(self) -> Cow<'c, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Number(number) | Self::Epoch(number) => Cow::Owned(number.to_string()),
            Self::Time(moment) => Cow::Owned(written(moment)),
            Self::Address(address) => Cow::Owned(address.to_string()),
        }
    }

    /// The length of its text, in bytes, unless that is fixed.
    pub(crate) const fn text_len(self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }

    pub(crate) const fn is_empty_text(self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

/// `2015-08-30T12:36:00Z`
fn written(moment: OffsetDateTime) -> String {
    let utc = moment.checked_to_offset(UtcOffset::UTC).unwrap_or(moment);
    let (year, month, day) = utc.to_calendar_date();
    let (hour, minute, second) = utc.to_hms();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
}
