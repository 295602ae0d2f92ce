//! The body of an event in its JSON: a text, or base64.

use super::Event;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

impl Event {
    /// Returns the length of the body in the event's JSON, without its quotes.
    pub(crate) fn json_body_len(&self) -> usize {
        /// The replacement character, which stands for bytes that are not UTF-8.
        const REPLACED: usize = '\u{fffd}'.len_utf8();
        if !self.is_text {
            return self.body.len().div_ceil(3).saturating_mul(4);
        }
        let chunk = |chunk: std::str::Utf8Chunk<'_>| {
            text_len(chunk.valid()) + if chunk.invalid().is_empty() { 0 } else { REPLACED }
        };
        self.body.utf8_chunks().map(chunk).sum()
    }

    /// The body in the event's JSON, `None` if it is empty. A REST API replaces bytes of a text that are not UTF-8.
    pub(super) fn json_body(&self) -> Option<Cow<'_, str>> {
        let text = || match self.is_text {
            true => String::from_utf8_lossy(&self.body),
            false => STANDARD.encode(&self.body).into(),
        };
        (!self.body.is_empty()).then(text)
    }

    /// Whether the body in the event's JSON is base64.
    pub(super) fn is_base64(&self) -> bool {
        !self.is_text && !self.body.is_empty()
    }
}

/// Returns the length of a text in JSON, without its quotes.
///
/// Source: RFC 8259 section 7. A character without a short escape takes six characters.
fn text_len(text: &str) -> usize {
    let len = |b: u8| match b {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x8 | 0xc => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    text.bytes().map(len).sum()
}

#[cfg(test)]
mod tests {
    use super::text_len;

    #[test]
    fn a_text_is_as_long_in_json_as_it_is_said_to_be() {
        let all: String = (0..0x300).filter_map(char::from_u32).chain(['\u{2028}', '😀']).collect();
        for text in ["", "plain", "\"\\\n\u{8}\u{c}\u{0}\u{7f}é", &all] {
            assert_eq!(text_len(text), serde_json::to_string(text).unwrap().len() - 2, "{text:?}");
        }
    }
}
