//! Route keys, and the selection of a request's route.
//!
//! ```text
//! route-key = "$default" / method SP path
//! method    = "ANY" / "DELETE" / "GET" / "HEAD" / "OPTIONS" / "PATCH" / "POST" / "PUT"
//! path      = 1*( "/" segment )
//! segment   = literal / "{" name "}" / "{" name "+}"      ; the last form only at the end
//! ```
//!
//! Source: "Create routes for HTTP APIs in API Gateway".

pub(crate) mod pattern;
pub(crate) mod resources;
pub(crate) mod table;

use crate::error::{Error, ErrorKind};
use pattern::Pattern;
use std::fmt;
use std::str::FromStr;

/// The key of the default route, for requests that match no other route.
pub(crate) const DEFAULT: &str = "$default";
/// The name for every method.
const ANY: &str = "ANY";
/// The methods that a route may name.
const METHODS: [&str; 8] = [ANY, "DELETE", "GET", "HEAD", OPTIONS, "PATCH", "POST", "PUT"];
/// The method of a preflight.
pub(crate) const OPTIONS: &str = "OPTIONS";
/// The maximum length of a route key, in bytes. API Gateway documents no such limit; its header limit bounds the path of a
/// request.
pub const MAX_ROUTE_KEY_LEN: usize = 1024;

/// Whether a request may have this method: a method of a route key, case-sensitive, so that a different case does not bypass a
/// policy that names the method.
pub(crate) fn is_method(method: &str) -> bool {
    method != ANY && METHODS.contains(&method)
}

/// The key of a route: a method and a path, or `$default`.
///
/// ```
/// use sig4_gateway::RouteKey;
///
/// let key: RouteKey = "GET /pets/{id}".parse()?;
/// assert_eq!(key.to_string(), "GET /pets/{id}");
/// assert!("GET /{proxy+}/x".parse::<RouteKey>().is_err(), "a greedy variable is the last segment");
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RouteKey {
    text: String,
    /// `None` for `$default`.
    selects: Option<(Methods, Pattern)>,
}

/// The methods of a route.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Methods {
    Any,
    Only(String),
}

impl Methods {
    pub(crate) fn take(&self, method: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(only) => only == method,
        }
    }
}

impl RouteKey {
    /// Reads a route key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoute`] if the method is not valid in a route key, if the path does not begin with a `/`, if a
    /// variable has no name or the name of an earlier one, or if anything follows a greedy variable.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_ROUTE_KEY_LEN {
            return Err(Error::new(ErrorKind::InvalidRoute, format!("it is longer than {MAX_ROUTE_KEY_LEN} bytes")));
        }
        if text == DEFAULT {
            return Ok(Self { text: text.to_owned(), selects: None });
        }
        let Some((method, path)) = text.split_once(' ') else {
            return Err(Error::new(ErrorKind::InvalidRoute, format!("`{text}` is not a method, a space and a path")));
        };
        if !METHODS.contains(&method) {
            return Err(Error::new(ErrorKind::InvalidRoute, format!("no route has the method `{method}`")));
        }
        let methods = if method == ANY { Methods::Any } else { Methods::Only(method.to_owned()) };
        Ok(Self { text: text.to_owned(), selects: Some((methods, Pattern::parse(path)?)) })
    }

    /// The key as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path with its variables. `None` for `$default`.
    pub(crate) fn path(&self) -> Option<&str> {
        self.text.split_once(' ').map(|(_, path)| path)
    }

    /// Whether it is `$default`.
    #[must_use]
    pub const fn is_default(&self) -> bool {
        self.selects.is_none()
    }

    /// Whether the method of the route is `OPTIONS`: such a route gets the preflights.
    pub(crate) fn is_for_options(&self) -> bool {
        matches!(&self.selects, Some((Methods::Only(method), _)) if method == OPTIONS)
    }

    pub(crate) const fn selects(&self) -> Option<&(Methods, Pattern)> {
        self.selects.as_ref()
    }

    /// The calls that it takes, as a text: routes with the same text would be ambiguous.
    pub(crate) fn takes(&self) -> String {
        match &self.selects {
            None => DEFAULT.to_owned(),
            Some((Methods::Any, pattern)) => format!("{ANY} {}", pattern.takes()),
            Some((Methods::Only(method), pattern)) => format!("{method} {}", pattern.takes()),
        }
    }

    /// The names of the path's variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.selects.iter().flat_map(|(_, pattern)| pattern.variables())
    }
}

impl FromStr for RouteKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for RouteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::RouteKey;

    #[test]
    fn keys_read_as_they_are_written() {
        for key in ["$default", "GET /", "ANY /{proxy+}", "GET /pets/{id}/x", "OPTIONS /a.b/{c-d_1}", "POST /a/"] {
            assert_eq!(RouteKey::parse(key).unwrap().to_string(), key);
        }
    }

    #[test]
    fn keys_that_select_nothing_are_refused() {
        for key in [
            "",
            "GET",
            "get /",
            "GET pets",
            "TRACE /",
            "GET  /",
            "GET /{}",
            "GET /{+}",
            "GET /{a}/{a}",
            "GET /{a+}/b",
            "GET /x{a}",
            "GET /{a",
            "GET /a}",
            "GET /a?b",
            "GET /a#b",
            "GET /{a b}",
            "GET /a\n",
            "$default ",
            "ANY $default",
        ] {
            assert!(RouteKey::parse(key).is_err(), "{key}");
        }
    }
}
