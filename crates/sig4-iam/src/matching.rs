//! Comparing a text with a pattern.
//!
//! The piece after a `*` is searched from left to right, and its first occurrence is used: a later occurrence would leave less
//! text for the following pieces. So the comparison backtracks only to the last `*`, and the work is at most the length of the
//! text times that of the longest piece between two `*`. It is charged to a [`Budget`].

use crate::budget::Budget;
use crate::case_folding;
use crate::context::RequestContext;
use crate::limits::MAX_VARIABLES;
use crate::pattern::{Pattern, PatternPart};
use crate::truth::Truth;
use std::borrow::Cow;

/// How a text is compared with a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum MatchMode {
    /// As texts, with wildcards and case-sensitive.
    Text,
    /// As ASCII texts, with wildcards and case-insensitive.
    IgnoringAsciiCase,
    /// As texts, case-insensitive and without wildcards.
    Folded,
    /// As ARNs, part by part: no wildcard matches a colon before this index, where the sixth part begins.
    PartByPart(usize),
}

impl Pattern {
    /// Whether `text` matches.
    pub(crate) fn matches(
        &self,
        text: &str,
        mode: MatchMode,
        context: &RequestContext<'_>,
        budget: &mut Budget,
    ) -> Truth {
        if self.variables.is_empty() {
            return self.matches_with(text, mode, &[], budget);
        }
        let mut values = [const { Cow::Borrowed("") }; MAX_VARIABLES];
        for (place, variable) in values.iter_mut().zip(&self.variables) {
            *place = match variable.value(context, budget) {
                Ok(value) => value,
                Err(unresolved) => return unresolved,
            };
        }
        self.matches_with(text, mode, &values, budget)
    }

    /// Whether `text` matches, with the variables' values.
    fn matches_with(&self, text: &str, mode: MatchMode, values: &[Cow<'_, str>], budget: &mut Budget) -> Truth {
        if mode == MatchMode::Folded {
            return self.is_folded(text, values, budget);
        }
        let fixed = match mode {
            MatchMode::PartByPart(start) => start,
            MatchMode::Text | MatchMode::IgnoringAsciiCase | MatchMode::Folded => 0,
        };
        let folds = mode == MatchMode::IgnoringAsciiCase;
        Matcher { pieces: &self.pieces, text: text.as_bytes(), fixed, folds, values }.run(budget)
    }
}

impl Pattern {
    /// Whether `text` is equal, ignoring case.
    fn is_folded(&self, text: &str, values: &[Cow<'_, str>], budget: &mut Budget) -> Truth {
        let written = self.pieces.iter().map(|piece| match piece {
            PatternPart::Literal(literal) => literal,
            PatternPart::Variable(index) => values.get(*index).map_or("", |value| value.as_ref()),
            PatternPart::Any => "*",
            PatternPart::One => "?",
        });
        let length: usize = written.clone().map(str::len).sum();
        // Folding a character takes longer than comparing one. At most the characters of the text are folded, and a folded
        // character takes at most four times the bytes.
        if !budget.spend(length.min(text.len().saturating_mul(4))) {
            return Truth::Unknown;
        }
        written.flat_map(case_folding::folded_chars).eq(case_folding::folded_chars(text)).into()
    }
}

struct Matcher<'m> {
    pieces: &'m [PatternPart],
    text: &'m [u8],
    /// No wildcard matches a colon before this index.
    fixed: usize,
    folds: bool,
    values: &'m [Cow<'m, str>],
}

impl Matcher<'_> {
    fn run(&self, budget: &mut Budget) -> Truth {
        let (mut piece, mut at) = (0, 0);
        // The piece after the last `*`, and the index in the text where it is compared.
        let mut last: Option<(usize, usize)> = None;
        loop {
            let next = match self.pieces.get(piece) {
                Some(PatternPart::Any) => {
                    last = Some((piece + 1, at));
                    if piece + 1 == self.pieces.len() {
                        return (!self.holds_fixed(at, self.text.len(), budget)).into();
                    }
                    Some(at)
                }
                Some(PatternPart::One) => self.one(at),
                Some(PatternPart::Literal(literal)) => self.literal(at, literal, budget),
                Some(PatternPart::Variable(index)) => {
                    self.values.get(*index).and_then(|value| self.literal(at, value, budget))
                }
                None if at == self.text.len() => return Truth::Yes,
                None => None,
            };
            if !budget.spend(1) {
                return Truth::Unknown;
            }
            (piece, at) = match (next, last) {
                (Some(next), _) => (piece + 1, next),
                (None, None) => return Truth::No,
                (None, Some((after, from))) => match self.farther(after, from, budget) {
                    Some(from) => {
                        last = Some((after, from));
                        (after, from)
                    }
                    None => return Truth::No,
                },
            };
        }
    }

    /// The next index after `from` where the piece after a `*` may match.
    fn farther(&self, after: usize, from: usize, budget: &mut Budget) -> Option<usize> {
        let rest = self.text.get(from + 1..)?;
        let skipped = match self.pieces.get(after) {
            Some(PatternPart::Literal(literal)) if !self.folds => {
                let first = literal.as_bytes().first()?;
                let found = rest.iter().position(|byte| byte == first);
                budget.spend_on_bytes(found.unwrap_or(rest.len()));
                found?
            }
            _ => 0,
        };
        let next = from + 1 + skipped;
        (!self.holds_fixed(from, next, budget)).then_some(next)
    }

    /// Whether there is a colon between the two indices that no wildcard may match.
    fn holds_fixed(&self, from: usize, to: usize, budget: &mut Budget) -> bool {
        let between = if from < self.fixed { self.text.get(from..to.min(self.fixed)) } else { None };
        budget.spend_on_bytes(between.map_or(0, <[u8]>::len));
        between.is_some_and(|bytes| bytes.contains(&b':'))
    }

    /// The end of the character at an index.
    fn one(&self, at: usize) -> Option<usize> {
        let length = match self.text.get(at)? {
            0x80..0xc0 => return None,
            b':' if at < self.fixed => return None,
            ..0x80 => 1,
            ..0xe0 => 2,
            ..0xf0 => 3,
            _ => 4,
        };
        Some(at + length)
    }

    /// The end of a literal at an index.
    fn literal(&self, at: usize, literal: &str, budget: &mut Budget) -> Option<usize> {
        let end = at.checked_add(literal.len())?;
        let here = self.text.get(at..end)?;
        budget.spend_on_bytes(literal.len());
        let same = if self.folds { here.eq_ignore_ascii_case(literal.as_bytes()) } else { here == literal.as_bytes() };
        same.then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::MatchMode;
    use crate::budget::Budget;
    use crate::pattern::{Pattern, Syntax};
    use crate::truth::Truth;

    /// The result of a comparison, and its steps.
    fn steps(pattern: &str, text: &str, mode: MatchMode) -> (Truth, usize) {
        let pattern = Pattern::parse(pattern, Syntax { wildcards: true, variables: false }).unwrap();
        let mut budget = Budget::new();
        (pattern.matches_with(text, mode, &[], &mut budget), budget.used())
    }

    #[test]
    fn a_usual_arn_takes_a_few_steps() {
        let arn = "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets/1";
        for pattern in ["arn:aws:execute-api:*:*:*", "arn:aws:execute-api:us-east-1:*:abc/*/GET/pets/*"] {
            let (truth, steps) = steps(pattern, arn, MatchMode::PartByPart(46));
            assert!(truth == Truth::Yes && steps <= 24, "{pattern}: {steps}");
        }
    }

    /// Backtracking to every `*` instead of only the last would take about 10³⁰ steps.
    #[test]
    fn many_stars_take_as_many_steps_as_the_text_is_long() {
        let (pattern, text) = (format!("{}b", "a*".repeat(31)), "a".repeat(1_600));
        let (truth, steps) = steps(&pattern, &text, MatchMode::Text);
        assert!(truth == Truth::No && steps <= 2 * text.len(), "{steps}");
    }

    #[test]
    fn twice_the_text_takes_twice_the_steps() {
        for pattern in ["*aab", "*?b", "*a*a*b", "*aaaaaaaaaaaaaaaaaaaaaaaaab*"] {
            let [one, two] = [1_000, 2_000].map(|length| steps(pattern, &"a".repeat(length), MatchMode::Text));
            assert!(one.0 == Truth::No && two.0 == Truth::No && two.1 <= 2 * one.1 + 100, "{pattern}: {one:?} {two:?}");
        }
    }

    /// A failed search reads the whole text; a search for a colon reads up to the colon.
    #[test]
    fn what_is_not_found_takes_steps_as_well() {
        let long = format!("arn:{}:s3:::x", "a".repeat(16_000));
        for (pattern, text, mode) in [
            ("*b", "a".repeat(16_000), MatchMode::Text),
            ("arn:a*b:s3:::x", long.clone(), MatchMode::PartByPart(long.len() - 1)),
            ("arn:*", long.clone(), MatchMode::PartByPart(long.len() - 1)),
        ] {
            let (truth, steps) = steps(pattern, &text, mode);
            assert!(truth == Truth::No && (1_000..1_100).contains(&steps), "{pattern}: {steps}");
        }
    }

    #[test]
    fn the_worst_there_is_ends_with_the_budget_and_without_an_answer() {
        let pattern = format!("*{}b", "a?".repeat(31));
        let mut budget = Budget::new();
        let parsed = Pattern::parse(&pattern, Syntax { wildcards: true, variables: false }).unwrap();
        let text = "a".repeat(1_600);
        let truths: Vec<_> = (0..100).map(|_| parsed.matches_with(&text, MatchMode::Text, &[], &mut budget)).collect();
        assert!(truths.first() == Some(&Truth::No) && truths.last() == Some(&Truth::Unknown) && budget.is_spent());
    }
}
