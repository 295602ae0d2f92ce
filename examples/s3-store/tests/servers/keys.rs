//! Keys that signers and servers are known to disagree about.

pub const KEYS: [&str; 25] = [
    "plain",
    "with space",
    "plus+plus",
    "percent%percent",
    "already%20encoded",
    "%2F",
    "caf\u{e9}",
    "cafe\u{301}",
    "\u{65e5}\u{672c}\u{8a9e}",
    "\u{1f980}",
    "tilde~",
    "quote'quote",
    "double\"quote",
    "question?mark",
    "hash#hash",
    "amp&ersand",
    "equals=equals",
    "colon:colon",
    "semi;colon",
    "at@at",
    "dollar$comma,",
    "(parentheses)!*",
    "[brackets]{braces}",
    "back\\slash|caret^`",
    "folder/.dots../x.y",
];

/// A key as it stands in a path: all but the unreserved characters and the slash are encoded.
pub fn encoded(key: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    key.bytes().map(byte).collect()
}

#[test]
fn keys_differ() {
    let mut keys = KEYS.to_vec();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), KEYS.len());
}
