//! The routes of an API, and the one of them that takes a request.

use super::pattern::Variables;
use super::{Methods, RouteKey};
use crate::error::{Error, ErrorKind};

/// The most routes of an API. Source: "Quotas for configuring and running an HTTP API in API Gateway".
pub const MAX_ROUTES: usize = 300;

/// Routes, each with what it leads to.
#[derive(Debug)]
pub(crate) struct Routes<T>(Vec<(RouteKey, T)>);

impl<T> Default for Routes<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// The route that takes a request.
#[derive(Debug)]
pub(crate) struct Selected<'r, 'p, T> {
    pub(crate) key: &'r RouteKey,
    pub(crate) target: &'r T,
    /// The values of the path's variables, in their percent-encoding.
    pub(crate) variables: Variables<'p>,
}

impl<T> Routes<T> {
    /// Adds a route.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoute`] if the API has the route already, or [`MAX_ROUTES`].
    pub(crate) fn add(&mut self, key: RouteKey, target: T) -> Result<(), Error> {
        if self.0.iter().any(|(earlier, _)| *earlier == key) {
            return Err(Error::new(ErrorKind::InvalidRoute, format!("the API has `{key}` twice")));
        }
        if self.0.len() == MAX_ROUTES {
            return Err(Error::new(ErrorKind::InvalidRoute, format!("the API has more than {MAX_ROUTES} routes")));
        }
        self.0.push((key, target));
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(RouteKey, T)> {
        self.0.iter()
    }

    /// The route for a method and a path, which is the one that says most of both: a full match before a greedy variable
    /// before `$default`; among those the more special path, and then the method before `ANY`.
    pub(crate) fn select<'r, 'p>(&'r self, method: &str, path: &'p str) -> Option<Selected<'r, 'p, T>> {
        let mut best: Option<Selected<'r, 'p, T>> = None;
        for (key, target) in &self.0 {
            let variables = match key.selects() {
                None => Vec::new(),
                Some((methods, pattern)) if methods.take(method) => match pattern.matches(path) {
                    Some(variables) => variables,
                    None => continue,
                },
                Some(_) => continue,
            };
            if best.as_ref().is_none_or(|best| says_more(key, best.key)) {
                best = Some(Selected { key, target, variables });
            }
        }
        best
    }
}

fn says_more(key: &RouteKey, than: &RouteKey) -> bool {
    match (key.selects(), than.selects()) {
        (Some((methods, pattern)), Some((other_methods, other))) => {
            let named = |methods: &Methods| *methods != Methods::Any;
            pattern.compare(other).then_with(|| named(methods).cmp(&named(other_methods))).is_gt()
        }
        (Some(_), None) => true,
        (None, _) => false,
    }
}
