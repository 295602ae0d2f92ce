//! Wildcards by their definition, in a table of every beginning of the pattern and of the text.

/// Whether `text` matches `pattern`, where `*` matches any characters and `?` exactly one.
pub fn matches(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Whether what was read of the pattern matches the first so many characters.
    let mut row: Vec<bool> = (0..=text.len()).map(|length| length == 0).collect();
    for character in pattern.chars() {
        let before = row;
        row = vec![character == '*' && before[0]];
        for (length, other) in text.iter().enumerate() {
            let same = character == '?' || character == *other;
            row.push(if character == '*' { row[length] || before[length + 1] } else { same && before[length] });
        }
    }
    row[text.len()]
}

/// Whether the six parts of an ARN match one by one.
pub fn matches_arn(pattern: &str, text: &str) -> bool {
    let [pattern, text] = [pattern, text].map(|arn| arn.splitn(6, ':').collect::<Vec<_>>());
    pattern.len() == 6 && text.len() == 6 && pattern.iter().zip(text).all(|(pattern, text)| matches(pattern, text))
}
