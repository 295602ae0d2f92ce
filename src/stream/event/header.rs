//! Headers of a message: a name and a typed value.
//!
//! ```text
//! header = name-length name type value         ; name-length: 1 byte
//! value  = *OCTET                              ; as long as its type, without a length
//!        / value-length *OCTET                 ; bytes and text; value-length: 2 bytes
//! ```
//!
//! Numbers are big-endian. Source: "Event stream encoding" of Amazon Transcribe and of Amazon Lex V2.

use super::fault::invalid;
use crate::error::Error;
use bytes::{Buf, Bytes, TryGetError};

/// The longest name of a header, in bytes. The name's length is one byte.
pub const MAX_HEADER_NAME_LEN: usize = 255;

/// The longest text or array of bytes in a header, in bytes. AWS's own writers and readers have the same limit.
pub const MAX_HEADER_VALUE_LEN: usize = 32_767;

/// The value of a header, of one of nine types.
///
/// ```
/// use sig4::stream::event::HeaderValue;
///
/// assert_eq!(HeaderValue::from("AudioEvent").as_str(), Some("AudioEvent"));
/// assert_eq!(HeaderValue::from(7_i32), HeaderValue::Integer(7));
/// assert_eq!(HeaderValue::Integer(7).as_str(), None);
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum HeaderValue {
    /// `true` or `false`, each with a type code of its own.
    Bool(bool),
    /// A signed byte.
    Byte(i8),
    /// A signed number of two bytes.
    Short(i16),
    /// A signed number of four bytes.
    Integer(i32),
    /// A signed number of eight bytes.
    Long(i64),
    /// Up to [`MAX_HEADER_VALUE_LEN`] bytes.
    Bytes(Bytes),
    /// Text of up to [`MAX_HEADER_VALUE_LEN`] bytes in UTF-8.
    String(String),
    /// Milliseconds since 1970 in UTC. A negative number is before 1970.
    Timestamp(i64),
    /// The 16 bytes of a UUID in the order of its text.
    Uuid([u8; 16]),
}

const TRUE: u8 = 0;
const FALSE: u8 = 1;
const BYTE: u8 = 2;
const SHORT: u8 = 3;
const INTEGER: u8 = 4;
const LONG: u8 = 5;
pub(super) const BYTES: u8 = 6;
const STRING: u8 = 7;
pub(super) const TIMESTAMP: u8 = 8;
const UUID: u8 = 9;

impl HeaderValue {
    /// The text, if the value is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The length of the bytes or of the text, which stand after a length of their own.
    const fn counted_len(&self) -> Option<usize> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len()),
            Self::String(text) => Some(text.len()),
            _ => None,
        }
    }

    /// The number of bytes after the type.
    const fn len(&self) -> usize {
        match self {
            Self::Bool(_) => 0,
            Self::Byte(_) => 1,
            Self::Short(_) => 2,
            Self::Integer(_) => 4,
            Self::Long(_) | Self::Timestamp(_) => 8,
            Self::Bytes(bytes) => 2 + bytes.len(),
            Self::String(text) => 2 + text.len(),
            Self::Uuid(_) => 16,
        }
    }

    /// Writes the type and the value.
    fn write(&self, out: &mut Vec<u8>) {
        let mut put = |code: u8, value: &[u8]| {
            out.push(code);
            out.extend_from_slice(value);
        };
        match self {
            Self::Bool(true) => put(TRUE, &[]),
            Self::Bool(false) => put(FALSE, &[]),
            Self::Byte(number) => put(BYTE, &number.to_be_bytes()),
            Self::Short(number) => put(SHORT, &number.to_be_bytes()),
            Self::Integer(number) => put(INTEGER, &number.to_be_bytes()),
            Self::Long(number) => put(LONG, &number.to_be_bytes()),
            Self::Bytes(bytes) => {
                put(BYTES, &value_len(bytes).to_be_bytes());
                out.extend_from_slice(bytes);
            }
            Self::String(text) => {
                put(STRING, &value_len(text.as_bytes()).to_be_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            Self::Timestamp(millis) => put(TIMESTAMP, &millis.to_be_bytes()),
            Self::Uuid(bytes) => put(UUID, bytes),
        }
    }

    /// Reads a type and its value.
    fn read(block: &mut Bytes) -> Result<Self, Error> {
        Ok(match block.try_get_u8().map_err(ends_early)? {
            TRUE => Self::Bool(true),
            FALSE => Self::Bool(false),
            BYTE => Self::Byte(block.try_get_i8().map_err(ends_early)?),
            SHORT => Self::Short(block.try_get_i16().map_err(ends_early)?),
            INTEGER => Self::Integer(block.try_get_i32().map_err(ends_early)?),
            LONG => Self::Long(block.try_get_i64().map_err(ends_early)?),
            BYTES => Self::Bytes(read_counted(block)?),
            STRING => Self::String(text(&read_counted(block)?)?),
            TIMESTAMP => Self::Timestamp(block.try_get_i64().map_err(ends_early)?),
            UUID => Self::Uuid(block.try_get_u128().map_err(ends_early)?.to_be_bytes()),
            other => return Err(invalid(format!("a header has the unknown type {other}"))),
        })
    }
}

impl From<bool> for HeaderValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for HeaderValue {
    fn from(number: i32) -> Self {
        Self::Integer(number)
    }
}

impl From<i64> for HeaderValue {
    fn from(number: i64) -> Self {
        Self::Long(number)
    }
}

impl From<&str> for HeaderValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for HeaderValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Bytes> for HeaderValue {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

/// A header of a message. Names are case-sensitive. Those of AWS begin with a colon, such as `:event-type`.
///
/// ```
/// use sig4::stream::event::{Header, HeaderValue};
///
/// let header = Header::new(":event-type", "AudioEvent")?;
/// assert_eq!((header.name(), header.value()), (":event-type", &HeaderValue::from("AudioEvent")));
/// assert!(Header::new("", true).is_err());
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Header {
    name: String,
    value: HeaderValue,
}

impl Header {
    /// A header.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidEvent`](crate::ErrorKind::InvalidEvent) if the name is empty or longer than [`MAX_HEADER_NAME_LEN`], or if
    /// the value is longer than [`MAX_HEADER_VALUE_LEN`].
    pub fn new(name: impl Into<String>, value: impl Into<HeaderValue>) -> Result<Self, Error> {
        let (name, value) = (name.into(), value.into());
        if name.is_empty() || name.len() > MAX_HEADER_NAME_LEN {
            return Err(invalid(format!(
                "the name of a header has 1 to {MAX_HEADER_NAME_LEN} bytes, not {}",
                name.len()
            )));
        }
        check_value_len(value.counted_len().unwrap_or(0))?;
        Ok(Self { name, value })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> &HeaderValue {
        &self.value
    }

    /// The number of bytes on the wire.
    pub(super) fn len(&self) -> usize {
        1 + self.name.len() + 1 + self.value.len()
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        write_name(&self.name, out);
        self.value.write(out);
    }

    /// Reads the next header of a block.
    pub(super) fn read(block: &mut Bytes) -> Result<Self, Error> {
        let len = block.try_get_u8().map_err(ends_early)?;
        let name = text(&take(block, len.into())?)?;
        Self::new(name, HeaderValue::read(block)?)
    }
}

/// Writes a name and its length.
#[expect(clippy::expect_used, reason = "the constructor checked the length; another length would be another header")]
pub(super) fn write_name(name: &str, out: &mut Vec<u8>) {
    out.push(u8::try_from(name.len()).expect("a name has at most 255 bytes"));
    out.extend_from_slice(name.as_bytes());
}

#[expect(clippy::expect_used, reason = "the constructor checked the length; another length would be another header")]
fn value_len(value: &[u8]) -> u16 {
    u16::try_from(value.len()).expect("a value has at most 32,767 bytes")
}

fn read_counted(block: &mut Bytes) -> Result<Bytes, Error> {
    let len = block.try_get_u16().map_err(ends_early)?;
    check_value_len(len.into())?;
    take(block, len.into())
}

fn check_value_len(len: usize) -> Result<(), Error> {
    if len <= MAX_HEADER_VALUE_LEN {
        return Ok(());
    }
    Err(invalid(format!("the value of a header has {len} bytes, more than {MAX_HEADER_VALUE_LEN}")))
}

/// The next `len` bytes.
pub(super) fn take(block: &mut Bytes, len: usize) -> Result<Bytes, Error> {
    if len <= block.len() { Ok(block.split_to(len)) } else { Err(cut()) }
}

fn text(bytes: &[u8]) -> Result<String, Error> {
    str::from_utf8(bytes).map(str::to_owned).map_err(|_| invalid("a name or a text in the headers is not UTF-8"))
}

fn ends_early(_: TryGetError) -> Error {
    cut()
}

#[cold]
fn cut() -> Error {
    invalid("a header ends after its block")
}
