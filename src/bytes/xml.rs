//! A strict reader of single XML elements.
//!
//! An answer with credentials has a few short elements, and an XML library would be one more dependency of everyone who signs. The reader
//! takes an element that is there once, without attributes, and refuses what can be read in two ways.

use zeroize::Zeroizing;

/// The content of the only element of a name. `open` is `<name>`, and `close` is `</name>`.
pub(crate) fn element<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(open)?;
    let (content, after) = rest.split_once(close)?;
    let is_again = [content, after].iter().any(|text| text.contains(open)) || after.contains(close);
    (!is_again).then_some(content)
}

/// The text of an element that has no elements in it, with the five entities of XML resolved.
pub(crate) fn text(content: &str) -> Option<Zeroizing<String>> {
    const ENTITIES: [(&str, char); 5] =
        [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\''), ("&amp;", '&')];
    let mut out = Zeroizing::new(String::with_capacity(content.len()));
    let mut rest = content;
    while let Some(at) = rest.find(['&', '<']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (after, c) = ENTITIES.iter().find_map(|(entity, c)| Some((from.strip_prefix(entity)?, *c)))?;
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{element, text};

    #[test]
    fn an_element_is_there_once() {
        let read = |text| element(text, "<a>", "</a>");
        assert_eq!(read("<b><a>x</a></b>"), Some("x"));
        assert_eq!(read("<a></a>"), Some(""));
        for other in
            ["", "<a>", "<a>x", "x</a>", "<a>x</a><a>y</a>", "<a><a>x</a></a>", "<a>x</a></a>", "<a b='c'>x</a>"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_text_has_entities_and_no_markup() {
        assert_eq!(text("&lt;a&amp;b&gt;&quot;&apos;").unwrap().as_str(), "<a&b>\"'");
        for other in ["<!-- -->", "&#104;", "&", "a<b", "&nbsp;"] {
            assert_eq!(text(other), None, "{other}");
        }
    }
}
