//! Ambiguous paths, and a path reader that shares no code with the library.

/// The pieces of paths.
const PIECES: &[&str] = &[
    "/",
    "/",
    "/",
    "//",
    ".",
    "..",
    "/./",
    "/../",
    "%2e",
    "%2E",
    "%2f",
    "%2F",
    "%5c",
    "%5C",
    "\\",
    ";",
    "..;",
    "a",
    "7",
    "%61",
    "%41",
    "%37",
    "%2D",
    "%5f",
    "%7E",
    "%7e",
    "~",
    "%20",
    "%25",
    "%252F",
    "%252e",
    "%3F",
    "%23",
    "%3B",
    "%C3%A9",
    "é",
    "%FF",
    "%C3",
    "%C0%AF",
    "%C2%85",
    "%00",
    "%0A",
    "%7F",
    "%zz",
    "%",
    "%4",
    "@",
    "%40",
    "@me",
    "%40me",
    "+",
    "%2B",
    "*",
    "%2A",
    ":",
    "=",
    "&",
    "{id}",
    "pets",
    "/pets/",
    "pets/7",
    "/admin/",
    "admin",
    "/public/",
    "public",
    "health",
    "/health",
    "/v1",
    "v1/",
    "/v1/pets/7",
    "open",
    "..%2Fhealth",
    "/%2e%2e/",
    "..%5C",
    "$default",
    "prod",
];

/// A path with one piece for each choice.
pub fn of(choices: &[u8]) -> String {
    let pieces = choices.iter().filter_map(|choice| PIECES.get(usize::from(*choice) % PIECES.len()));
    ["/"].iter().chain(pieces).copied().collect()
}

/// The path decoded once; `None` if it has a malformed escape or is not UTF-8.
pub fn decoded(raw: &str) -> Option<String> {
    let (mut bytes, mut out) = (raw.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// Whether two readers can read the path differently: a part decodes to a delimiter or is encoded needlessly, or a segment can be
/// omitted.
pub fn is_ambiguous(raw: &str) -> bool {
    let Some(text) = decoded(raw) else { return true };
    let encoded_anew = |c: char| {
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect::<String>()
    };
    let upper = raw.to_ascii_uppercase();
    let needless = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("-._/\\".chars());
    let segments: Vec<&str> = text.split('/').collect();
    let inner = segments.get(1..segments.len() - 1).unwrap_or_default();
    !raw.starts_with('/')
        || !raw.is_ascii()
        || raw.contains(['\\', ';'])
        || text.chars().any(char::is_control)
        || needless.into_iter().any(|c| holds_escape(&upper, &encoded_anew(c)))
        || inner.contains(&"")
        || segments.iter().any(|segment| [".", ".."].contains(segment))
}

/// Whether the text has this escape, and not behind an encoded percent sign: `%252F` does not hold `%2F`.
fn holds_escape(text: &str, escape: &str) -> bool {
    text.split('%').skip(1).any(|rest| rest.get(..2) == escape.get(1..))
}

/// The path decoded, without dot segments and repeated slashes.
pub fn normalized(raw: &str) -> Option<String> {
    let text = decoded(raw)?;
    let mut kept = Vec::new();
    for segment in text.split('/').filter(|segment| !["", "."].contains(segment)) {
        match segment {
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let slash = if kept.is_empty() || !text.ends_with('/') { "" } else { "/" };
    Some(format!("/{}{slash}", kept.join("/")))
}
