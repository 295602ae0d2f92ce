//! Frames of HTTP/2.
//!
//! Source: RFC 9113 sections 4.1 and 6.

/// The bytes that a client begins with.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The type of `DATA`.
pub const DATA: u8 = 0;
/// The type of `HEADERS`.
pub const HEADERS: u8 = 1;
/// The type of `PRIORITY`.
pub const PRIORITY: u8 = 2;
/// The type of `RST_STREAM`.
pub const RST_STREAM: u8 = 3;
/// The type of `SETTINGS`.
pub const SETTINGS: u8 = 4;
/// The type of `PUSH_PROMISE`.
pub const PUSH_PROMISE: u8 = 5;
/// The type of `PING`.
pub const PING: u8 = 6;
/// The type of `GOAWAY`.
pub const GOAWAY: u8 = 7;
/// The type of `WINDOW_UPDATE`.
pub const WINDOW_UPDATE: u8 = 8;
/// The type of `CONTINUATION`.
pub const CONTINUATION: u8 = 9;

/// The flag of an answer to settings or a ping.
pub const ACK: u8 = 1;
/// The flag of the last frame of a side.
pub const END_STREAM: u8 = 1;
/// The flag of the last frame of a head.
pub const END_HEADERS: u8 = 4;
/// The flag of a frame with padding.
pub const PADDED: u8 = 8;

/// The setting of the length of the dynamic table.
pub const HEADER_TABLE_SIZE: u16 = 1;
/// The setting of the window of a new stream.
pub const INITIAL_WINDOW_SIZE: u16 = 4;

/// A frame of any type, right or wrong.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).expect("a frame is shorter than 2^24 bytes").to_be_bytes();
    let mut bytes = vec![len[1], len[2], len[3], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// `HEADERS` with the whole head.
pub fn headers(stream: u32, block: &[u8], ends: bool) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | if ends { END_STREAM } else { 0 }, stream, block)
}

/// `DATA`.
pub fn data(stream: u32, bytes: &[u8], ends: bool) -> Vec<u8> {
    frame(DATA, if ends { END_STREAM } else { 0 }, stream, bytes)
}

/// `DATA` with `padding` bytes of padding.
pub fn padded(stream: u32, bytes: &[u8], padding: u8) -> Vec<u8> {
    let payload = [&[padding][..], bytes, &vec![0; usize::from(padding)]].concat();
    frame(DATA, PADDED, stream, &payload)
}

/// `RST_STREAM` with `CANCEL`.
pub fn reset(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes())
}

/// `SETTINGS`.
pub fn settings(values: &[(u16, u32)]) -> Vec<u8> {
    let values = values.iter().flat_map(|(id, value)| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat());
    frame(SETTINGS, 0, 0, &values.collect::<Vec<_>>())
}

/// `WINDOW_UPDATE`.
pub fn window_update(stream: u32, increment: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &increment.to_be_bytes())
}
