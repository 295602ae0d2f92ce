//! Text in JSON, by RFC 8259.

use std::fmt::Write;

/// `text` as a string of JSON, with its quotation marks.
pub(super) fn string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\0'..='\x1f' => drop(write!(json, "\\u{:04x}", u32::from(c))),
            _ => json.push(c),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    #[test]
    fn serde_json_reads_the_same_text() {
        for text in ["", "a b", "\"\\/", "\n\t\0\x1f", "é😀\u{2028}\u{7f}"] {
            assert_eq!(serde_json::from_str::<String>(&super::string(text)).unwrap(), text);
        }
    }
}
