//! The framing of an `aws-chunked` body: a state machine over bytes, without keys.
//!
//! ```text
//! body      = *chunk last *field [signature] CRLF
//! chunk     = size [";chunk-signature=" text] CRLF data CRLF
//! last      = "0" [";chunk-signature=" text] CRLF
//! field     = name ":" value CRLF
//! signature = "x-amz-trailer-signature:" text CRLF
//! ```
//!
//! The table of deviations that are read as well is in `docs/streaming.md`.

use super::lines::{Lines, content};
use super::{malformed, malformed_trailer};
use crate::error::Error;
use crate::payload::Streaming;
use crate::stream::wire::{CHUNK_SIGNATURE, LINE_END, TRAILER_SIGNATURE};

/// The longest line before a chunk's data, in bytes, with CR and LF. A signature of Signature Version 4a takes 144 of them.
const MAX_CHUNK_LINE: usize = 256;

/// The most hexadecimal digits of a chunk's size.
const MAX_SIZE_DIGITS: usize = 16;

/// The longest trailer in bytes, with its signature and the ends of its lines.
const MAX_TRAILER_LEN: usize = 4096;

/// A part of the body.
#[derive(Debug, PartialEq)]
pub(super) enum Frame<'p, 'i> {
    /// The line before a chunk's data. The last chunk has no data. The signature is empty if chunks are not signed.
    Chunk { len: u64, signature: &'p [u8] },
    /// Data of the chunk, which may go on.
    Data { bytes: &'i [u8], is_last: bool },
    /// A field of the trailer.
    Field { name: &'p [u8], value: &'p [u8] },
    /// The signature of the trailer.
    TrailerSignature(&'p [u8]),
    /// The line after fields that end with LF alone.
    Separator,
    /// The end of the body.
    End,
}

#[derive(Debug)]
enum State {
    Header,
    /// The bytes of the chunk that have not come.
    Data(u64),
    /// The bytes of the CR and LF after the data that came.
    DataEnd(usize),
    Trailer(TrailerState),
    Ended,
}

/// The part of the trailer that was read.
#[derive(Clone, Copy, Debug, Default)]
struct TrailerState {
    len: usize,
    /// `None` before the first field.
    form: Option<Form>,
    /// Whether the line without content came that follows bare fields.
    separated: bool,
    signed: bool,
}

/// How the fields of a trailer end. All of them end in one way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// With CR and LF.
    Lines,
    /// With LF alone, as minio-go writes them: a line without content then comes before the signature, or before the end.
    Bare,
}

/// Reads the frames of a body.
#[derive(Debug)]
pub(super) struct FrameParser {
    state: State,
    lines: Lines,
    signed: bool,
    signed_trailer: bool,
}

impl FrameParser {
    pub(super) fn new(marker: Streaming) -> Self {
        let signed = marker.is_signed();
        let signed_trailer = signed && marker.has_trailer();
        Self { state: State::Header, lines: Lines::default(), signed, signed_trailer }
    }

    /// Takes the next frame from the front of `input`. `None` if all of `input` is taken.
    pub(super) fn next<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8]) -> Result<Option<Frame<'p, 'i>>, Error> {
        if let State::DataEnd(seen) = self.state {
            self.end_data(seen, input)?;
        }
        match self.state {
            State::Header => self.header(input),
            State::Data(left) => Ok(self.data(left, input)),
            State::DataEnd(_) => Ok(None),
            State::Trailer(trailer) => self.trailer(trailer, input),
            State::Ended if input.is_empty() => Ok(None),
            State::Ended => Err(malformed("there are bytes after its end")),
        }
    }

    /// Whether the body may end here: at its end, or before the CR and LF that some writers leave out.
    pub(super) fn may_end(&self) -> bool {
        match self.state {
            State::Ended => true,
            State::Trailer(trailer) => self.lines.is_empty() && trailer.is_complete(self.signed_trailer),
            State::Header | State::Data(_) | State::DataEnd(_) => false,
        }
    }

    fn header<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8]) -> Result<Option<Frame<'p, 'i>>, Error> {
        let Some(line) = self.lines.take(input, MAX_CHUNK_LINE)? else { return Ok(None) };
        let (len, rest) = size(content(line)?)?;
        let signature = match rest.strip_prefix(CHUNK_SIGNATURE) {
            Some(signature) if self.signed => signature,
            None if !self.signed && rest.is_empty() => rest,
            _ => return Err(unexpected_extension(self.signed)),
        };
        self.state = if len == 0 { State::Trailer(TrailerState::default()) } else { State::Data(len) };
        Ok(Some(Frame::Chunk { len, signature }))
    }

    fn data<'p, 'i>(&mut self, left: u64, input: &mut &'i [u8]) -> Option<Frame<'p, 'i>> {
        if input.is_empty() {
            return None;
        }
        let len = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        let (bytes, rest) = input.split_at(len);
        *input = rest;
        let left = left - u64::try_from(len).unwrap_or(left);
        self.state = if left == 0 { State::DataEnd(0) } else { State::Data(left) };
        Some(Frame::Data { bytes, is_last: left == 0 })
    }

    /// Takes the CR and LF after a chunk's data, of which `seen` bytes came before.
    fn end_data(&mut self, seen: usize, input: &mut &[u8]) -> Result<(), Error> {
        let (_, expected) = LINE_END.split_at(seen);
        let (expected, _) = expected.split_at(expected.len().min(input.len()));
        *input =
            input.strip_prefix(expected).ok_or_else(|| malformed("a chunk's data is not followed by CR and LF"))?;
        let seen = seen + expected.len();
        self.state = if seen == LINE_END.len() { State::Header } else { State::DataEnd(seen) };
        Ok(())
    }

    fn trailer<'p, 'i: 'p>(
        &'p mut self,
        before: TrailerState,
        input: &mut &'i [u8],
    ) -> Result<Option<Frame<'p, 'i>>, Error> {
        let line = self.lines.take(input, MAX_TRAILER_LEN - before.len).map_err(|_| too_long())?;
        let Some(line) = line else { return Ok(None) };
        let mut trailer = TrailerState { len: before.len + line.len(), ..before };
        let frame = trailer.line(line, self.signed_trailer)?;
        self.state = if frame == Frame::End { State::Ended } else { State::Trailer(trailer) };
        Ok(Some(frame))
    }
}

impl TrailerState {
    /// Reads a line. A trailer that is signed ends with its signature, and no other has one.
    fn line<'p, 'i>(&mut self, line: &'p [u8], signed: bool) -> Result<Frame<'p, 'i>, Error> {
        match line.strip_suffix(LINE_END) {
            Some([]) if self.lacks_separator() => {
                self.separated = true;
                Ok(Frame::Separator)
            }
            Some([]) if self.signed || !signed => Ok(Frame::End),
            Some([]) => Err(malformed_trailer("it is not signed")),
            Some(text) => self.named(text, signed),
            None => self.field(line.strip_suffix(b"\n").unwrap_or(line), Form::Bare),
        }
    }

    /// Reads a line with CR and LF: a field, or the signature.
    fn named<'p, 'i>(&mut self, text: &'p [u8], signed: bool) -> Result<Frame<'p, 'i>, Error> {
        let (name, value) = split(text)?;
        if !name.eq_ignore_ascii_case(TRAILER_SIGNATURE.as_bytes()) {
            return self.field(text, Form::Lines);
        }
        if !signed {
            return Err(malformed_trailer("it is signed, and the request states otherwise"));
        }
        if self.lacks_separator() {
            return Err(malformed_trailer("a line without content is missing before its signature"));
        }
        if std::mem::replace(&mut self.signed, true) {
            return Err(malformed_trailer("it is signed twice"));
        }
        Ok(Frame::TrailerSignature(value))
    }

    fn field<'p, 'i>(&mut self, text: &'p [u8], form: Form) -> Result<Frame<'p, 'i>, Error> {
        if self.signed || self.separated {
            return Err(malformed_trailer("a field follows its signature, or a line without content"));
        }
        if *self.form.get_or_insert(form) != form {
            return Err(malformed_trailer("some lines end with CR and LF, and some with LF alone"));
        }
        let (name, value) = split(text)?;
        Ok(Frame::Field { name, value })
    }

    /// Whether a line without content comes before the signature or the end.
    fn lacks_separator(&self) -> bool {
        self.form == Some(Form::Bare) && !self.separated
    }

    /// Whether nothing is missing but the last CR and LF.
    fn is_complete(&self, signed: bool) -> bool {
        !self.lacks_separator() && (self.signed || !signed)
    }
}

/// The name and the value of a field, without blanks around the value.
fn split(text: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let mut parts = text.splitn(2, |byte| *byte == b':');
    match (parts.next(), parts.next()) {
        (Some(name), Some(value)) => Ok((name, without_blanks(value))),
        _ => Err(malformed_trailer("a field has no colon")),
    }
}

/// The value without the blanks around it: spaces and tabs, and no CR.
fn without_blanks(value: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().take_while(|byte| is_blank(byte)).count();
    let (_, value) = value.split_at(start);
    let end = value.iter().rev().take_while(|byte| is_blank(byte)).count();
    let (value, _) = value.split_at(value.len() - end);
    value
}

/// The size at the beginning of a chunk's line, in hexadecimal digits of either case, and the rest of the line.
fn size(line: &[u8]) -> Result<(u64, &[u8]), Error> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let (digits, rest) = line.split_at(digits);
    if digits.is_empty() || digits.len() > MAX_SIZE_DIGITS {
        let detail = format!("a chunk's size is not 1 to {MAX_SIZE_DIGITS} hexadecimal digits");
        return Err(malformed(detail));
    }
    let value = |digit: &u8| char::from(*digit).to_digit(16).map_or(0, u64::from);
    Ok((digits.iter().fold(0, |size, digit| size << 4 | value(digit)), rest))
}

#[cold]
fn unexpected_extension(signed: bool) -> Error {
    malformed(match signed {
        true => "a chunk's size is not followed by its signature",
        false => "a chunk's size is followed by more, and chunks are not signed",
    })
}

#[cold]
fn too_long() -> Error {
    malformed_trailer(format!("it is longer than {MAX_TRAILER_LEN} bytes"))
}
