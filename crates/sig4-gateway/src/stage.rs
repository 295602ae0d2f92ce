//! The stages of an API, and the stage that a path names.

use crate::error::{Error, ErrorKind};

/// The name of the stage that is not part of the path.
pub(crate) const DEFAULT: &str = sig4_iam::tower::DEFAULT_STAGE;
/// The most stages of an API. Source: "Quotas for configuring and running an HTTP API in API Gateway".
pub const MAX_STAGES: usize = 10;
/// The maximum length of a stage's name. Source: "Stages for HTTP APIs in API Gateway".
const MAX_NAME_LEN: usize = 128;

/// A stage of an API. Its name is the first segment of every path, except for the stage `$default`.
///
/// ```
/// use sig4_gateway::Stage;
///
/// let stage = Stage::new("prod").with_variable("table", "pets");
/// assert_eq!(stage.name(), "prod");
/// ```
#[derive(Clone, Debug)]
pub struct Stage {
    name: String,
    variables: Vec<(String, String)>,
}

impl Stage {
    /// A stage with this name. The name is checked when the API is served.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), variables: Vec::new() }
    }

    /// Adds a stage variable, which events carry.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its variables.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn check(&self) -> Result<(), Error> {
        let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let named = (1..=MAX_NAME_LEN).contains(&self.name.len()) && self.name.bytes().all(letter);
        if self.name == DEFAULT || named {
            return Ok(());
        }
        let detail = "the name of a stage is `$default` or 1 to 128 letters, digits, hyphens and underscores";
        Err(Error::new(ErrorKind::InvalidApi, detail))
    }
}

impl<N: Into<String>> From<N> for Stage {
    fn from(name: N) -> Self {
        Self::new(name)
    }
}

/// Refuses stages that API Gateway would not accept.
pub(crate) fn check(stages: &[Stage]) -> Result<(), Error> {
    if stages.len() > MAX_STAGES {
        return Err(Error::new(ErrorKind::InvalidApi, format!("an API has up to {MAX_STAGES} stages")));
    }
    for (n, stage) in stages.iter().enumerate() {
        stage.check()?;
        if stages.iter().take(n).any(|earlier| earlier.name == stage.name) {
            return Err(Error::new(ErrorKind::InvalidApi, format!("the API has the stage `{}` twice", stage.name)));
        }
    }
    Ok(())
}

/// The stage that a path names, its index in `stages`, and the path below it. A stage named in the path takes precedence over
/// `$default`.
pub(crate) fn select<'s, 'p>(stages: &'s [Stage], path: &'p str) -> Option<(usize, &'s Stage, &'p str)> {
    let rest = path.strip_prefix('/')?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (first, within) = rest.split_at_checked(end)?;
    let within = if within.is_empty() { "/" } else { within };
    let mut default = None;
    for (n, stage) in stages.iter().enumerate() {
        if stage.name == DEFAULT {
            default = Some((n, stage, path));
        } else if stage.name == first {
            return Some((n, stage, within));
        }
    }
    default
}

#[cfg(test)]
mod tests {
    use super::{Stage, check, select};

    #[test]
    fn the_stage_of_a_path() {
        let stages = ["prod", "$default", "test"].map(Stage::new);
        for (path, name, within) in [
            ("/prod", "prod", "/"),
            ("/prod/", "prod", "/"),
            ("/prod/pets/1", "prod", "/pets/1"),
            ("/test/prod", "test", "/prod"),
            ("/prods/x", "$default", "/prods/x"),
            ("/", "$default", "/"),
            ("/$default/x", "$default", "/$default/x"),
            ("/%70rod/x", "$default", "/%70rod/x"),
        ] {
            let (_, stage, rest) = select(&stages, path).unwrap();
            assert_eq!((stage.name(), rest), (name, within), "{path}");
        }
        assert!(select(&stages[..1], "/x").is_none(), "no stage of that name, and no `$default`");
        assert!(select(&stages, "*").is_none());
    }

    #[test]
    fn names_that_a_stage_cannot_have() {
        for name in ["", "a b", "a/b", "$other", "é"] {
            assert!(check(&[Stage::new(name)]).is_err(), "{name}");
        }
        assert!(check(&["a", "a"].map(Stage::new)).is_err());
        assert!(check(&["a", "$default"].map(Stage::new)).is_ok());
    }
}
