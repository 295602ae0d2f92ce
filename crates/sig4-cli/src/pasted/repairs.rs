//! What mail programs, chats, pages and terminals do to a text, undone: tried if the text as it stands has no signed request.

use super::json;
use super::outcome::SIGNATURE_LEN;
use super::text::lines;
use std::borrow::Cow;

/// A way in which a text was changed: the text as it was, if the text shows that change, and the words for it.
type Repair = (fn(&[u8]) -> Option<Vec<u8>>, &'static str);

/// The repairs, each tried alone. The first text that has a signed request is read.
pub(super) const REPAIRS: [Repair; 6] = [
    (unquoted, "the text is read without the marks of a quoted mail"),
    (unescaped_html, "the text was escaped for HTML: it is read unescaped"),
    (in_json, "the request is in a string of JSON"),
    (unescaped_lines, "the text has escapes in place of line ends: it is read with line ends"),
    (straight_quotes, "the quotes were changed to typographic ones: they are read as plain quotes"),
    (joined, "lines that were wrapped within a header are joined"),
];

/// The text without `>` before each line.
fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let quoted = lines(text.trim_ascii());
    if !quoted.clone().all(|line| line.is_empty() || line.starts_with(b">")) {
        return None;
    }
    let bare = quoted.map(|line| line.trim_ascii_end().strip_prefix(b">").unwrap_or_default());
    // The marks of several answers stand side by side.
    let bare: Vec<_> = bare.map(|line| line.strip_prefix(b" ").unwrap_or(line)).collect();
    let is_deeper = bare.iter().all(|line| line.is_empty() || line.starts_with(b">"));
    let deeper = || bare.iter().map(|line| line.strip_prefix(b">").unwrap_or(line).trim_ascii_start()).collect();
    Some(if is_deeper && !bare.iter().any(|line| line.starts_with(b"> ")) { deeper() } else { bare }.join(&b'\n'))
}

/// The entities that pages write, and what they stand for. `&amp;` is the last, so that nothing is unescaped twice.
const ENTITIES: [(&str, &str); 7] =
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#34;", "\""), ("&amp;", "&")];
const TAGS: [(&str, &str); 6] =
    [("<pre>", ""), ("</pre>", ""), ("<code>", ""), ("</code>", ""), ("<br>", "\n"), ("<br/>", "\n")];

/// The text without tags around it and entities in it. `&amp;` alone may be what was sent.
fn unescaped_html(text: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(text);
    let has = |words: &[(&str, &str)]| words.iter().any(|(word, _)| text.contains(word));
    if !has(&TAGS) && !has(ENTITIES.split_last()?.1) {
        return None;
    }
    let replaced = TAGS.iter().chain(&ENTITIES).fold(text, |text, (word, plain)| match text.contains(word) {
        true => Cow::Owned(text.replace(word, plain)),
        false => text,
    });
    Some(replaced.into_owned().into_bytes())
}

/// The text with line ends, if it is one line with `\n` after the version of a request.
fn unescaped_lines(text: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(text).ok()?.trim();
    let version = text.get(text.find(" HTTP/")? + 1..)?;
    let rest = version.get(version.find('\\')?..)?;
    let is_escaped = ["\\r\\n", "\\n", "\\\\n", "\\\\r\\\\n"].iter().any(|end| rest.starts_with(end));
    let is_line = !text.contains('\n') && version.find('\\')? <= "HTTP/1.1".len();
    (is_escaped && is_line).then(|| {
        let once = text.replace("\\\\n", "\\n").replace("\\\\r", "\\r");
        once.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\\"", "\"").into_bytes()
    })
}

/// The last string with several lines in JSON, or in lines of JSON, such as the message of a log.
fn in_json(text: &[u8]) -> Option<Vec<u8>> {
    let is_request = |text: &String| {
        text.contains('\n') && (text.contains(" HTTP/") || text.contains(" http/") || text.contains("curl "))
    };
    json::strings(text).into_iter().rfind(is_request).map(String::into_bytes)
}

/// The text with plain quotes.
fn straight_quotes(text: &[u8]) -> Option<Vec<u8>> {
    let text =
        str::from_utf8(text).ok().filter(|text| text.contains(['\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}']))?;
    let single = text.replace(['\u{2018}', '\u{2019}'], "'");
    Some(single.replace(['\u{201c}', '\u{201d}'], "\"").into_bytes())
}

/// Headers whose values have blanks in few places, so that wrapped ones can be joined.
const JOINED: [&str; 2] = ["authorization:", "x-amz-security-token:"];

/// The text with the lines of a wrapped `Authorization` or token joined.
fn joined(text: &[u8]) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let (mut is_open, mut is_changed) = (false, false);
    for (number, line) in lines(text).enumerate() {
        if is_open && is_continued(line) && !ends_with_signature(&out) {
            // A space matters only after the algorithm.
            if out.ends_with(b"SHA256") || out.ends_with(b",") {
                out.push(b' ');
            }
            out.extend_from_slice(line.trim_ascii());
            is_changed = true;
            continue;
        }
        let bare = line.trim_ascii_start();
        let bare = ["> ", "< ", "* "].iter().find_map(|mark| bare.strip_prefix(mark.as_bytes())).unwrap_or(bare);
        let begins =
            |name: &&str| bare.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()));
        is_open = JOINED.iter().any(begins);
        out.extend_from_slice(if number == 0 { b"" } else { b"\n" });
        out.extend_from_slice(if is_open { line.trim_ascii_end() } else { line });
    }
    is_changed.then_some(out)
}

/// Whether a line goes on with a header's value: it is not empty, has no mark and is no header.
fn is_continued(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let marked = [b">".as_slice(), b"<", b"*", b"`", b"-"].iter().any(|mark| line.starts_with(mark));
    !line.is_empty() && !marked && !line.contains(&b':') && !line.starts_with(b"{")
}

/// Whether a text ends with a whole signature. The line after it then continues nothing.
fn ends_with_signature(text: &[u8]) -> bool {
    let digits = text.iter().rev().take(SIGNATURE_LEN).take_while(|b| b.is_ascii_hexdigit()).count();
    digits == SIGNATURE_LEN && text.get(..text.len() - SIGNATURE_LEN).is_some_and(|head| head.ends_with(b"Signature="))
}
