//! The line and column of a value in a JSON text that was already parsed.

use crate::error::Position;
use crate::json_path::JsonStep;

/// The position of the value that `steps` lead to.
pub(crate) fn locate<'s>(text: &str, steps: impl Iterator<Item = JsonStep<'s>>) -> Option<Position> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.space();
    for step in steps {
        match step {
            JsonStep::Index(index) => scan.item(index)?,
            JsonStep::Key(key) => scan.member(key)?,
        }
    }
    let before = text.get(..scan.at)?;
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..)?.chars().count() + 1;
    Some(Position { line: before.matches('\n').count() + 1, column })
}

/// Scans a text that is known to be JSON.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Passes over one of these bytes, and the space after it.
    fn pass(&mut self, of: &[u8]) -> Option<()> {
        of.contains(&self.peek()?).then(|| self.at += 1)?;
        self.space();
        Some(())
    }

    fn item(&mut self, index: usize) -> Option<()> {
        self.pass(b"[")?;
        for _ in 0..index {
            self.value()?;
            self.pass(b",")?;
        }
        Some(())
    }

    fn member(&mut self, key: &str) -> Option<()> {
        self.pass(b"{")?;
        loop {
            let start = self.at;
            self.value()?;
            let name = self.bytes.get(start..self.at)?.trim_ascii_end();
            let found = serde_json::from_slice::<String>(name).is_ok_and(|name| name == key);
            self.pass(b":")?;
            if found {
                return Some(());
            }
            self.value()?;
            self.pass(b",")?;
        }
    }

    /// Passes over a value and the space after it.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.text()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                b if b.is_ascii_whitespace() => self.at += 1,
                _ => self.word(),
            }
            if depth == 0 {
                self.space();
                return Some(());
            }
        }
    }

    fn word(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
    }

    fn text(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::locate;
    use crate::error::Position;
    use crate::json_path::JsonStep;

    #[test]
    fn values_are_found_where_they_stand() {
        let text =
            "{\n \"a\": [1, {\"b\\\"\": \"x,y]\",\n   \"c\\u0064\" : -2.5e3}, true],\n \"é\": {}, \"z\": null}\n";
        let key = JsonStep::Key;
        let (first, second) = (JsonStep::Index(0), JsonStep::Index(1));
        for (steps, place) in [
            (vec![], Some((1, 1))),
            (vec![key("a")], Some((2, 7))),
            (vec![key("a"), first], Some((2, 8))),
            (vec![key("a"), second, key("b\"")], Some((2, 19))),
            (vec![key("a"), second, key("cd")], Some((3, 16))),
            (vec![key("a"), JsonStep::Index(2)], Some((3, 25))),
            (vec![key("z")], Some((4, 16))),
            (vec![key("y")], None),
            (vec![key("a"), JsonStep::Index(3)], None),
        ] {
            let place = place.map(|(line, column)| Position { line, column });
            assert_eq!(locate(text, steps.iter().copied()), place, "{steps:?}");
        }
    }
}
