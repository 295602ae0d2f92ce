//! Case-insensitive comparison of texts.
//!
//! Two characters are the same if the simple case folding of Unicode makes them the same. Foldings to several characters
//! are left out: `ß` is `ẞ`, and not `ss`.
//!
//! Source: Unicode Standard, section 3.13; CaseFolding.txt, status C and S.

/// The dotless i. Its capital letter is `I`, but Unicode does not fold it.
const DOTLESS: char = '\u{131}';

/// Whether two texts are equal, ignoring case.
pub(crate) fn eq_ignore_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || !(one.is_ascii() && other.is_ascii()) && folded_chars(one).eq(folded_chars(other))
}

/// The folded text: equal for texts that differ only in case.
pub(crate) fn folded(text: &str) -> String {
    folded_chars(text).collect()
}

/// The characters of a text, folded.
pub(crate) fn folded_chars(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(fold)
}

fn fold(character: char) -> char {
    match character {
        _ if character.is_ascii() => character.to_ascii_lowercase(),
        DOTLESS => DOTLESS,
        _ => {
            let upper = single(character, character.to_uppercase());
            single(upper, upper.to_lowercase())
        }
    }
}

/// The one character of a mapping, or `character` itself if there are several.
fn single(character: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::{eq_ignore_case, folded};

    #[test]
    fn letters_of_every_script_are_folded_one_by_one() {
        for (one, other, equal) in [
            ("Team", "tEAM", true),
            ("ÄRZTE", "ärzte", true),
            ("ς", "Σ", true),
            ("\u{1e9e}", "ß", true),
            ("ß", "ss", false),
            ("\u{212a}", "k", true),
            ("\u{131}", "i", false),
            ("\u{130}", "i", false),
            ("e\u{301}", "é", false),
            ("", "", true),
            ("a", "ab", false),
        ] {
            assert_eq!((eq_ignore_case(one, other), folded(one) == folded(other)), (equal, equal), "{one} {other}");
        }
    }
}
