//! Patterns, and the policy variables in them.
//!
//! Source: "IAM policy elements: Variables and tags"; "IAM JSON policy elements: Resource".

use super::mutation::{Mutation, is};

/// A character of a pattern. Only the policy's own text has wildcards; substituted values are literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    Any,
    One,
    Char(char),
}

/// The pattern of a text without variables.
pub fn marks(text: &str) -> Vec<Mark> {
    text.chars().map(mark).collect()
}

fn mark(character: char) -> Mark {
    match character {
        '*' => Mark::Any,
        '?' => Mark::One,
        other => Mark::Char(other),
    }
}

/// The pattern as text, for operators without wildcards.
pub fn literal(pattern: &[Mark]) -> String {
    let character = |mark: &Mark| match mark {
        Mark::Any => '*',
        Mark::One => '?',
        Mark::Char(character) => *character,
    };
    pattern.iter().map(character).collect()
}

/// A part of a text with variables.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String),
    Variable {
        key: String,
        default: Option<String>,
    },
    /// `${*}`, `${?}` and `${$}`.
    Special(char),
}

/// Splits a text at its variables. `None` if one of them is malformed.
pub fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        pieces.push(Piece::Text(before.to_owned()));
        let (inside, behind) = after.split_once('}')?;
        pieces.push(variable(inside)?);
        rest = behind;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Some(pieces)
}

fn variable(inside: &str) -> Option<Piece> {
    if let "*" | "?" | "$" = inside {
        return inside.chars().next().map(Piece::Special);
    }
    let (key, default) = match inside.split_once(", ") {
        Some((key, quoted)) => {
            let default = quoted.strip_prefix('\'')?.strip_suffix('\'')?;
            (key, Some(default.to_owned()))
        }
        None => (inside, None),
    };
    let malformed = !key.contains(':') || key.contains(['$', '{', '*', '?', '\'', ',']) || key.trim() != key;
    (!malformed).then(|| Piece::Variable { key: key.to_owned(), default })
}

/// The value of a variable, or of a pattern with variables.
#[derive(Clone, Debug, PartialEq)]
pub enum Known<T> {
    Is(T),
    Missing,
    /// The key has several values and cannot be a variable, or its value is not known.
    Unclear,
}

/// The pattern with every variable replaced.
pub fn expand(text: &str, value_of: &dyn Fn(&str) -> Known<String>) -> Known<Vec<Mark>> {
    let mut pattern = Vec::new();
    let mut missing = false;
    for piece in pieces(text).unwrap_or_default() {
        match piece {
            Piece::Text(text) => pattern.extend(marks(&text)),
            Piece::Special(character) => pattern.push(Mark::Char(character)),
            Piece::Variable { key, default } => match (value_of(&key), default) {
                (Known::Unclear, _) => return Known::Unclear,
                (Known::Is(value), _) if is(Mutation::WildcardsInValuesCount) => pattern.extend(marks(&value)),
                (Known::Is(value), _) => pattern.extend(value.chars().map(Mark::Char)),
                (Known::Missing, Some(default)) if !is(Mutation::DefaultIsIgnored) => {
                    pattern.extend(default.chars().map(Mark::Char))
                }
                (Known::Missing, _) => missing |= !is(Mutation::MissingVariableIsEmpty),
            },
        }
    }
    if missing { Known::Missing } else { Known::Is(pattern) }
}

/// Whether the pattern matches the text. `*` and `?` match any character.
pub fn matches(pattern: &[Mark], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((Mark::Any, rest)) => (0..=text.len()).any(|skipped| matches(rest, &text[skipped..])),
        Some((Mark::One, rest)) => !text.is_empty() && matches(rest, &text[1..]),
        Some((Mark::Char(character), rest)) => text.first() == Some(character) && matches(rest, &text[1..]),
    }
}

pub fn like(pattern: &[Mark], text: &str) -> bool {
    matches(pattern, &text.chars().collect::<Vec<_>>())
}

/// Simple case folding of the Unicode Standard: each character folds to one character.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    // The dotless i folds in Turkic languages only.
    if character == 'ı' {
        return character;
    }
    let only = |mut all: Vec<char>| if all.len() == 1 { all.pop() } else { None };
    let upper = only(character.to_uppercase().collect()).unwrap_or(character);
    only(upper.to_lowercase().collect()).unwrap_or(upper)
}
