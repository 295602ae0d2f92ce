//! Differences between texts, in one line.

use crate::case::SigningCase;
use crate::subject::Sent;

/// The maximum length of a shown piece of text, in characters.
const SHOWN: usize = 120;

/// The first line where a canonical request differs from the expected one.
pub(crate) fn of_lines(own: &str, expected: &str) -> Option<String> {
    let (mut own, mut expected) = (own.split('\n'), expected.split('\n'));
    for number in 1_usize.. {
        match (own.next(), expected.next()) {
            (None, None) => break,
            (own, expected) if own == expected => {}
            (own, expected) => {
                let shown = |line: Option<&str>| line.map_or_else(|| "missing".to_owned(), shown);
                return Some(format!(
                    "line {number} of the canonical request is {}, expected {}",
                    shown(own),
                    shown(expected)
                ));
            }
        }
    }
    None
}

/// The differences between the sent request and the requested one.
pub(crate) fn of_request(case: &SigningCase, sent: &Sent) -> Option<String> {
    let mut parts = Vec::new();
    let mut compare = |own: &str, asked: &str| {
        if own != asked {
            parts.push(format!("sent {} instead of {}", shown(own), shown(asked)));
        }
    };
    compare(&sent.method, &case.method);
    compare(&sent.path, if case.path.is_empty() && !sent.path.is_empty() { "/" } else { &case.path });
    // Presigning adds to the query.
    if case.settings.expires.is_none() {
        let marked = |query: &Option<String>| query.as_ref().map(|query| ["?", query].concat()).unwrap_or_default();
        compare(&marked(&sent.query), &marked(&case.query));
    }
    if sent.body != case.body {
        parts.push(format!("sent a body of {} bytes instead of {}", sent.body.len(), case.body.len()));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The difference of the credential that the request states. The access key id in it is not signed.
pub(crate) fn of_credential(case: &SigningCase, sent: &Sent) -> Option<String> {
    let (stated, scope) = (sent.credential()?, case.expected.string_to_sign.lines().nth(2)?);
    let expected = [case.credentials.access_key_id(), "/", scope].concat();
    (stated != expected).then(|| format!("states the credential {}, expected {}", shown(&stated), shown(&expected)))
}

/// The additional and the missing signed headers.
pub(crate) fn of_signed_headers(case: &SigningCase, signed: &str) -> Option<String> {
    let expected = case.expected.canonical_request.as_deref()?.rsplit('\n').nth(1)?;
    let without = |these: &str, those: &str| {
        let those: Vec<_> = those.split(';').collect();
        let rest = these.split(';').filter(|name| !name.is_empty() && !those.contains(name));
        rest.collect::<Vec<_>>().join(";")
    };
    let (more, less) = (without(signed, expected), without(expected, signed));
    let parts: Vec<_> = [("signs also ", more), ("leaves out ", less)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| [what, &names].concat())
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if shown.len() < text.len() && text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    ["`", &shown, "`"].concat()
}

#[cfg(test)]
mod tests {
    use super::of_lines;

    #[test]
    fn the_first_departure_is_told() {
        assert_eq!(of_lines("a\nb", "a\nb"), None);
        let told = |own, expected| of_lines(own, expected).unwrap();
        assert_eq!(told("a\nb", "a\nc"), "line 2 of the canonical request is `b`, expected `c`");
        assert_eq!(told("a", "a\n"), "line 2 of the canonical request is missing, expected ``");
        assert!(told(&"x".repeat(500), "").len() < 200);
    }
}
