//! The path of a value in a JSON document.

use std::fmt;

/// A path that borrows the keys above it: going down into a document allocates nothing.
///
/// It displays as `Statement[0].Condition.StringEquals["aws:username"]`: keys with characters other than letters, digits, `_` and
/// `-` are quoted, and long keys are shortened.
///
/// ```
/// use sig4_iam::JsonPath;
///
/// let root = JsonPath::root();
/// let statements = root.key("Statement");
/// let first = statements.index(0);
/// assert_eq!(first.key("Effect").to_string(), "Statement[0].Effect");
/// assert_eq!(first.key("aws:username").to_string(), r#"Statement[0]["aws:username"]"#);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct JsonPath<'p> {
    last: Option<(&'p Self, JsonStep<'p>)>,
}

/// A step from a value to one inside it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "JSON has objects and lists, and no other containers")]
pub enum JsonStep<'p> {
    /// To the member of an object with this key.
    Key(&'p str),
    /// To the item of a list at this index, from zero.
    Index(usize),
}

impl<'p> JsonPath<'p> {
    /// The path of the document itself.
    #[must_use]
    pub const fn root() -> Self {
        Self { last: None }
    }

    /// The path of a member of this object.
    #[must_use]
    pub const fn key(&'p self, key: &'p str) -> Self {
        Self { last: Some((self, JsonStep::Key(key))) }
    }

    /// The path of an item of this list, by its index from zero.
    #[must_use]
    pub const fn index(&'p self, index: usize) -> Self {
        Self { last: Some((self, JsonStep::Index(index))) }
    }

    /// The same path with keys of its own.
    #[must_use]
    pub fn to_buf(&self) -> JsonPathBuf {
        let mut steps = Vec::new();
        let mut path = self;
        while let Some((parent, step)) = path.last {
            steps.push(step.into());
            path = parent;
        }
        steps.reverse();
        JsonPathBuf { steps }
    }
}

impl fmt::Display for JsonPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_buf().fmt(f)
    }
}

/// A path that owns its keys. It displays like [`JsonPath`].
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct JsonPathBuf {
    steps: Vec<OwnedStep>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum OwnedStep {
    Key(Box<str>),
    Index(usize),
}

impl From<JsonStep<'_>> for OwnedStep {
    fn from(step: JsonStep<'_>) -> Self {
        match step {
            JsonStep::Key(key) => Self::Key(key.into()),
            JsonStep::Index(index) => Self::Index(index),
        }
    }
}

impl JsonPathBuf {
    /// The steps from the root of the document to the value.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = JsonStep<'_>> + ExactSizeIterator {
        self.steps.iter().map(|step| match step {
            OwnedStep::Key(key) => JsonStep::Key(key),
            OwnedStep::Index(index) => JsonStep::Index(*index),
        })
    }

    /// Whether it is the path of the document itself.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        self.steps.is_empty()
    }
}

impl fmt::Display for JsonPathBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.steps().enumerate() {
            match step {
                JsonStep::Index(index) => write!(f, "[{index}]")?,
                JsonStep::Key(key) if !is_plain(key) => write!(f, "[{:?}]", shown(key))?,
                JsonStep::Key(key) if number == 0 => f.write_str(&shown(key))?,
                JsonStep::Key(key) => write!(f, ".{}", shown(key))?,
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// The maximum length of a key or text in a message, in characters.
const MAX_SHOWN: usize = 100;

/// A text of a document, shortened for a message.
pub(crate) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::JsonPath;

    #[test]
    fn only_keys_that_need_it_are_quoted() {
        let root = JsonPath::root();
        let (plain, odd) = (root.key("a_b-1"), root.key("a b"));
        let item = plain.index(7);
        assert_eq!(item.key("").to_string(), "a_b-1[7][\"\"]");
        assert_eq!((root.to_string().as_str(), odd.key("c").to_string().as_str()), ("", "[\"a b\"].c"));
        assert_eq!(root.key(&"x".repeat(200)).to_string().chars().count(), 101);
    }
}
