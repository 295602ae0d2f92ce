//! Matching against the plainest matcher there is.

use crate::call::{Call, condition};
use proptest::prelude::*;

/// By the definition, in every way there is.
pub fn naive(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some(('*', rest)), _) => (0..=text.len()).any(|skipped| naive(rest, &text[skipped..])),
        (Some(('?', rest)), Some((_, others))) => naive(rest, others),
        (Some((character, rest)), Some((other, others))) => character == other && naive(rest, others),
        (Some(_), None) => false,
    }
}

/// The six parts, each by itself.
pub fn naive_arn(pattern: &str, text: &str) -> bool {
    let parts = |text: &str| text.splitn(6, ':').map(|part| part.chars().collect()).collect::<Vec<Vec<char>>>();
    let (pattern, text) = (parts(pattern), parts(text));
    pattern.len() == 6 && text.len() == 6 && pattern.iter().zip(&text).all(|(pattern, text)| naive(pattern, text))
}

fn like(operator: &str, pattern: &str, text: &str) -> Option<bool> {
    let pattern = serde_json::to_string(pattern).unwrap();
    condition(&Call::new().key("test:Key", &[text]), &format!(r#""{operator}": {{"test:Key": {pattern}}}"#))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn texts_match_as_the_definition_says(pattern in "[ab*?é]{0,8}", text in "[abé]{0,10}") {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(like("StringLike", &pattern, &text), Some(naive(&chars(&pattern), &chars(&text))));
    }

    #[test]
    fn arns_match_part_by_part(
        first in prop::sample::select(vec!["arn", "*", "a?n", "b", ""]),
        pattern in prop::collection::vec("[ab*?:]{0,3}", 5), text in prop::collection::vec("[ab:]{0,3}", 5),
    ) {
        let (pattern, text) = (format!("{first}:{}", pattern.join(":")), format!("arn:{}", text.join(":")));
        prop_assert_eq!(like("ArnLike", &pattern, &text), Some(naive_arn(&pattern, &text)));
    }

    #[test]
    fn actions_match_without_regard_to_case(pattern in "[aB*?]{1,6}", action in "[aAbB]{1,8}") {
        let policy = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "Svc:{pattern}", "Resource": "*"}}}}"#);
        let chars = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
        let allowed = Call::new().doing(&format!("sVC:{action}")).under(&policy).is_allowed();
        prop_assert_eq!(allowed, naive(&chars(&pattern), &chars(&action)));
    }
}

#[test]
fn characters_are_not_bytes() {
    for (pattern, text, matches) in [
        ("?", "é", true),
        ("??", "é", false),
        ("*?", "é", true),
        ("*??", "é", false),
        ("a?c", "a🦀c", true),
        ("*🦀", "🦀🦀", true),
        ("?*?", "🦀é", true),
    ] {
        assert_eq!(like("StringLike", pattern, text), Some(matches), "{pattern} on {text}");
    }
}
