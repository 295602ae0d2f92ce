//! A command line cut into words, without a shell.
//!
//! ```text
//! line = word *( 1*SP word )
//! word = 1*( plain / "'" *any "'" / DQUOTE *( any / "\" any ) DQUOTE / "\" any )
//! ```

/// Cuts `line` into its words.
pub(crate) fn cut(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            c if c.is_whitespace() => words.extend(word.take()),
            quote @ ('\'' | '"') => quoted(quote, &mut letters, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(letters.next().ok_or("the command ends with a `\\`")?),
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    if words.is_empty() { Err("the command is empty".to_owned()) } else { Ok(words) }
}

/// Reads to the closing quote.
fn quoted(quote: char, letters: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), String> {
    while let Some(letter) = letters.next() {
        match letter {
            end if end == quote => return Ok(()),
            '\\' if quote == '"' => word.extend(letters.next()),
            other => word.push(other),
        }
    }
    Err(format!("the command has a `{quote}` without its other one"))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn words_are_cut_as_a_shell_cuts_them() {
        for (line, words) in [
            ("python3 -m runtime", vec!["python3", "-m", "runtime"]),
            ("  a\t b ", vec!["a", "b"]),
            (r#"sh -c 'exec "a b"' x"#, vec!["sh", "-c", r#"exec "a b""#, "x"]),
            (r#""a \" b"c d\ e"#, vec![r#"a " bc"#, "d e"]),
            ("''", vec![""]),
        ] {
            assert_eq!(cut(line).unwrap(), words, "{line}");
        }
        for line in ["", "  ", "'a", "\"a", "a\\"] {
            assert!(cut(line).is_err(), "{line}");
        }
    }
}
