//! The words of a command line, as a POSIX shell with the quotes of bash, or cmd.exe of Windows, splits them.

use std::iter::Peekable;
use std::str::Chars;

/// A command line up to its end, such as `;`, `|` or a line end.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) words: Vec<String>,
    /// Whether the command ends at `&`, and the text goes on without a blank: a URL that is not in quotes.
    pub(super) is_cut: bool,
    /// A variable of the shell, whose value is not known.
    pub(super) variable: Option<String>,
}

/// The words of a command of bash. `None` if a quote is not closed.
///
/// Source: POSIX.1-2024, XCU 2.2; the Bash manual, section 3.1.2.4 for `$'…'`.
pub(super) fn of_bash(text: &str) -> Option<Words> {
    let mut all = Words::default();
    let mut word: Option<String> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('\n') => {}
                Some('\r') if rest.peek() == Some(&'\n') => drop(rest.next()),
                Some(escaped) => word.get_or_insert_default().push(escaped),
                None => {}
            },
            '\'' => single_quoted(&mut rest, word.get_or_insert_default())?,
            '"' => double_quoted(&mut rest, word.get_or_insert_default(), &mut all.variable)?,
            '$' if rest.peek() == Some(&'\'') => {
                rest.next();
                ansi_quoted(&mut rest, word.get_or_insert_default())?;
            }
            '$' => {
                word.get_or_insert_default().push('$');
                note_variable(&rest, &mut all.variable);
            }
            '\n' | ';' | '|' => break,
            '&' => {
                if rest.peek().is_none_or(|next| next.is_whitespace() || *next == '&') {
                    break;
                }
                all.is_cut = true;
                word.get_or_insert_default().push('&');
            }
            c if c.is_whitespace() => all.words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    all.words.extend(word);
    Some(all)
}

fn single_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '\'' => return Some(()),
            c => word.push(c),
        }
    }
}

fn double_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String, variable: &mut Option<String>) -> Option<()> {
    loop {
        match rest.next()? {
            '"' => return Some(()),
            '\\' => match rest.next()? {
                '\n' => {}
                c @ ('$' | '`' | '"' | '\\') => word.push(c),
                c => word.extend(['\\', c]),
            },
            '$' => {
                word.push('$');
                note_variable(rest, variable);
            }
            c => word.push(c),
        }
    }
}

/// Notes the name of a variable, or of `(` for a command, after `$`.
fn note_variable(rest: &Peekable<Chars<'_>>, variable: &mut Option<String>) {
    let name: String = rest
        .clone()
        .skip_while(|c| *c == '{')
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(64)
        .collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        variable.get_or_insert(name);
    }
}

/// The text of `$'…'`.
fn ansi_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '\'' => return Some(()),
            '\\' => match rest.next()? {
                'n' => word.push('\n'),
                'r' => word.push('\r'),
                't' => word.push('\t'),
                'x' => word.push(code(rest, 16, 2)?),
                'u' => word.push(unicode(rest)?),
                'U' => word.push(code(rest, 16, 8)?),
                c @ '0'..='7' => {
                    let digits = String::from_iter([c]);
                    word.push(code_after(rest, digits, 8, 3)?);
                }
                c => word.push(c),
            },
            c => word.push(c),
        }
    }
}

/// A code unit of UTF-16, with the second one of a pair: developer tools escape per unit.
fn unicode(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    let first = number(rest, String::new(), 16, 4)?;
    if let Some(c) = char::from_u32(first) {
        return Some(c);
    }
    if rest.next()? != '\\' || rest.next()? != 'u' {
        return None;
    }
    let units = [u16::try_from(first).ok()?, u16::try_from(number(rest, String::new(), 16, 4)?).ok()?];
    char::decode_utf16(units).next()?.ok()
}

fn code(rest: &mut Peekable<Chars<'_>>, radix: u32, most: usize) -> Option<char> {
    code_after(rest, String::new(), radix, most)
}

fn code_after(rest: &mut Peekable<Chars<'_>>, digits: String, radix: u32, most: usize) -> Option<char> {
    char::from_u32(number(rest, digits, radix, most)?)
}

fn number(rest: &mut Peekable<Chars<'_>>, mut digits: String, radix: u32, most: usize) -> Option<u32> {
    while digits.len() < most {
        let Some(digit) = rest.next_if(|c| c.is_digit(radix)) else { break };
        digits.push(digit);
    }
    u32::from_str_radix(&digits, radix).ok()
}

/// The words of a command of cmd.exe, whose program splits them as the C runtime of Windows does.
///
/// Source: "Parsing C command-line arguments" in Microsoft's documentation of C.
pub(super) fn of_cmd(text: &str) -> Words {
    let line = without_carets(text);
    let mut all = Words::default();
    let (mut word, mut is_quoted): (Option<String>, bool) = (None, false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let mut count = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let before_quote = rest.peek() == Some(&'"');
                let kept = if before_quote { count / 2 } else { count };
                word.get_or_insert_default().extend(std::iter::repeat_n('\\', kept));
                if before_quote && count % 2 == 1 {
                    word.get_or_insert_default().extend(rest.next());
                }
            }
            '"' => {
                word.get_or_insert_default();
                is_quoted = !is_quoted;
            }
            c if c.is_whitespace() && !is_quoted => all.words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    all.words.extend(word);
    all
}

/// The line after cmd.exe has read it: a caret outside of quotes takes the meaning from the next character, and removes a line
/// end.
fn without_carets(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut is_quoted = false;
    let mut rest = text.chars().filter(|c| *c != '\r').peekable();
    while let Some(c) = rest.next() {
        match c {
            '^' if !is_quoted => match rest.next() {
                // The character after a removed line end is taken as it is.
                Some('\n') => line.extend(rest.next()),
                other => line.extend(other),
            },
            '\n' if !is_quoted => break,
            '"' => {
                is_quoted = !is_quoted;
                line.push('"');
            }
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{of_bash, of_cmd};

    #[test]
    fn words_of_bash_are_split() {
        for (text, words) in [
            (
                "curl 'a b' \"c \\\" d\" e\\ f \\\n  -H $'x\\n\\'\\u0021\\x41\\101'",
                &["curl", "a b", "c \" d", "e f", "-H", "x\n'!AA"][..],
            ),
            ("curl a; rm b", &["curl", "a"]),
            ("curl '' a'b'c | jq", &["curl", "", "abc"]),
            ("curl $'\\ud83d\\ude00'", &["curl", "😀"]),
            ("curl a &", &["curl", "a"]),
        ] {
            assert_eq!(of_bash(text).unwrap().words, words, "{text}");
        }
        for text in ["curl 'a", "curl \"a", "curl $'a", "curl $'\\ud83d'"] {
            assert!(of_bash(text).is_none(), "{text}");
        }
        assert!(of_bash("curl https://h/?a=1&b=2 -v").unwrap().is_cut);
        assert_eq!(of_bash("curl -H \"Authorization: $TOKEN\"").unwrap().variable.as_deref(), Some("TOKEN"));
    }

    #[test]
    fn words_of_cmd_are_split() {
        for (text, words) in [
            (
                "curl ^\"https://h/?a=1^&b=^%^20^\" ^\r\n  -H ^\"x: ^\\^\"y^\\^\"^\" ^\r\n  --data-raw ^\"^{^}^\"",
                &["curl", "https://h/?a=1&b=%20", "-H", "x: \"y\"", "--data-raw", "{}"][..],
            ),
            (
                "curl \"https://h/?a=1&b=^2\" -H \"c: \\\\ \\\"d\\\"\"",
                &["curl", "https://h/?a=1&b=^2", "-H", "c: \\\\ \"d\""],
            ),
        ] {
            assert_eq!(of_cmd(text).words, words, "{text}");
        }
    }
}
