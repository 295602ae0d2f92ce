//! A tolerant scanner for fields of XML and JSON.
//!
//! Answers of services come from logs: cut off in the middle, wrapped in other text, escaped a second time. A parser would
//! refuse most of them. So a field is the text between its opening and its closing mark, or up to the end of the text, and
//! escapes are undone wherever they look like escapes. Nothing relies on what is found.

/// The text of an XML element, with its entities resolved.
pub(crate) fn element(text: &str, name: &str) -> Option<String> {
    let open = format!("<{name}>");
    let start = text.find(&open)? + open.len();
    let rest = text.get(start..)?;
    let end = rest.find(&format!("</{name}>")).unwrap_or(rest.len());
    rest.get(..end).map(entities)
}

/// The text of a JSON member, with its escapes resolved.
#[cfg(feature = "explain")]
pub(crate) fn member(text: &str, name: &str) -> Option<String> {
    let key = format!("\"{name}\"");
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(&key)) {
        from += at + key.len();
        let rest = text.get(from..)?.trim_start();
        if let Some(value) = rest.strip_prefix(':').and_then(|rest| rest.trim_start().strip_prefix('"')) {
            return Some(json_text(value));
        }
    }
    None
}

/// Undoes one level of JSON's escapes, up to the quote that ends the text.
#[cfg(feature = "explain")]
fn json_text(text: &str) -> String {
    let mut end = false;
    unescaped(text, &mut |c| {
        end |= c == '"';
        end
    })
}

/// Undoes one level of backslash escapes.
#[cfg(feature = "explain")]
pub(crate) fn backslashes(text: &str) -> String {
    unescaped(text, &mut |_| false)
}

#[cfg(feature = "explain")]
fn unescaped(text: &str, ends: &mut dyn FnMut(char) -> bool) -> String {
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        if c != '\\' {
            if ends(c) {
                break;
            }
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let digits: String = chars.clone().take(4).collect();
                let found =
                    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).filter(|_| digits.len() == 4);
                match found {
                    Some(found) => {
                        out.push(found);
                        chars.nth(3);
                    }
                    None => out.push_str("\\u"),
                }
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

/// The longest entity that is resolved, `&#x10FFFF;`, without its `;`.
const MAX_ENTITY_LEN: usize = 10;

/// Resolves the entities of XML and HTML.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from.bytes().take(MAX_ENTITY_LEN + 1).position(|b| b == b';');
        let resolved = end.and_then(|end| {
            let c = entity(from.get(1..end)?)?;
            Some((c, from.get(end + 1..)?))
        });
        let (c, after) = resolved.unwrap_or_else(|| ('&', from.split_at(1).1));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)
        }
    }
}

/// The bytes of text such as `47 45 54`, in which a service repeats what it read.
#[cfg(feature = "explain")]
pub(crate) fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    let pairs = text.split_ascii_whitespace().map(|pair| u8::from_str_radix(pair, 16).ok().filter(|_| pair.len() == 2));
    pairs.collect::<Option<Vec<_>>>().filter(|bytes| !bytes.is_empty())
}

#[cfg(all(test, feature = "explain"))]
mod tests {
    use super::{backslashes, element, hex_bytes, member};

    #[test]
    fn fields_are_found_whole_or_cut_off() {
        assert_eq!(element("<A><B>1&amp;2&#10;&#x41;&nope;&</B></A>", "B").as_deref(), Some("1&2\nA&nope;&"));
        assert_eq!(element("x <B>cut of", "B").as_deref(), Some("cut of"));
        assert_eq!(member("{\"m\":{}, \"m\" : \"a\\n\\u0041\\\"\\/\", \"n\":\"x\"}", "m").as_deref(), Some("a\nA\"/"));
        assert_eq!(member("{\"m\":\"cut\\", "m").as_deref(), Some("cut\\"));
        assert_eq!(member("{\"m\":1}", "m"), None);
        assert_eq!(backslashes("a\\nb\\u12"), "a\nb\\u12");
        assert_eq!(hex_bytes("47 45 54\n0a"), Some(b"GET\n".to_vec()));
        assert_eq!([hex_bytes(""), hex_bytes("4"), hex_bytes("zz")], [None, None, None]);
    }
}
