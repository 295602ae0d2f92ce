//! The routes of an API, and the selection of the route for a request.

use super::pattern::{GreedyRest, Variables};
use super::resources::Resources;
use super::{Methods, RouteKey};
use crate::error::{Error, ErrorKind};
use std::collections::HashMap;

/// The most routes of an HTTP API. Source: "Quotas for configuring and running an HTTP API in API Gateway".
pub const MAX_ROUTES: usize = 300;

/// Routes with their targets.
#[derive(Debug)]
pub(crate) struct Routes<T> {
    routes: Vec<(RouteKey, T)>,
    /// The place of the route that takes certain calls, by [what it takes](RouteKey::takes).
    by_calls: HashMap<String, usize>,
    /// Of a REST API.
    resources: Option<Resources>,
}

/// The routes of an HTTP API.
impl<T> Default for Routes<T> {
    fn default() -> Self {
        Self { routes: Vec::new(), by_calls: HashMap::new(), resources: None }
    }
}

/// The route of a request.
#[derive(Debug)]
pub(crate) struct Selected<'r, 'p, T> {
    pub(crate) key: &'r RouteKey,
    pub(crate) target: &'r T,
    /// The values of the path's variables, in the encoding of the path.
    pub(crate) variables: Variables<'p>,
}

impl<T> Routes<T> {
    /// The routes of a REST API, which are its methods.
    pub(crate) fn rest() -> Self {
        Self { routes: Vec::new(), by_calls: HashMap::new(), resources: Some(Resources::new()) }
    }

    /// Adds a route.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoute`] if the API already has the route, a route that matches the same calls with other variable
    /// names, or [`MAX_ROUTES`]; if a REST API cannot have the resource. API Gateway refuses both: "has a conflicting variable on the same hierarchical level". Source:
    /// KensioSoftware/yulin#307.
    pub(crate) fn add(&mut self, key: RouteKey, target: T) -> Result<(), Error> {
        let takes = key.takes();
        let earlier = self.by_calls.get(&takes).and_then(|place| self.routes.get(*place)).map(|(earlier, _)| earlier);
        if earlier.is_some_and(|earlier| *earlier == key) {
            return Err(Error::new(ErrorKind::InvalidRoute, format!("the API has `{key}` twice")));
        }
        // Every path has up to eight methods, so the limit of resources bounds the routes of a REST API.
        if let Some(resources) = &mut self.resources {
            resources.add(&key)?;
        } else if self.routes.len() == MAX_ROUTES {
            return Err(Error::new(ErrorKind::InvalidRoute, format!("the API has more than {MAX_ROUTES} routes")));
        }
        if let Some(earlier) = earlier {
            let detail = format!("`{earlier}` and `{key}` take the same calls");
            return Err(Error::new(ErrorKind::InvalidRoute, detail));
        }
        self.by_calls.insert(takes, self.routes.len());
        self.routes.push((key, target));
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(RouteKey, T)> {
        self.routes.iter()
    }

    /// The most specific route for a method and a path: a full match before a greedy variable before `$default`; among those the
    /// more specific path, and then the method before `ANY`.
    ///
    /// A method of a REST API is selected in the same way: a resource that lacks the method leaves the request to a greedy variable.
    /// Source: ministackorg/ministack#1423.
    pub(crate) fn select<'r, 'p>(&'r self, method: &str, path: &'p str) -> Option<Selected<'r, 'p, T>> {
        let greedy = if self.resources.is_some() { GreedyRest::NotEmpty } else { GreedyRest::MayBeEmpty };
        let mut best: Option<Selected<'r, 'p, T>> = None;
        for (key, target) in &self.routes {
            let variables = match key.selects() {
                None => Vec::new(),
                Some((methods, pattern)) if methods.take(method) => match pattern.matches(path, greedy) {
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

#[cfg(test)]
mod tests {
    use super::Routes;
    use crate::ErrorKind;

    #[test]
    fn routes_that_take_the_same_calls_are_refused() {
        for (one, other) in [
            ("$default", "$default"),
            ("GET /a", "GET /a"),
            ("GET /a/{x}", "GET /a/{y}"),
            ("ANY /{x}/{y}", "ANY /{y}/{x}"),
            ("GET /a/{x+}", "GET /a/{y+}"),
            ("GET /ab", "GET /a%62"),
        ] {
            let mut routes = Routes::default();
            routes.add(one.parse().unwrap(), ()).unwrap();
            let error = routes.add(other.parse().unwrap(), ()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRoute, "{one} {other}");
        }
    }

    #[test]
    fn routes_of_which_one_says_more_are_not() {
        let mut routes = Routes::default();
        for key in [
            "$default",
            "ANY /{x+}",
            "GET /{y+}",
            "GET /{x}",
            "GET /a",
            "GET /A",
            "GET /a/",
            "GET /a/{x}",
            "GET /{x}/a",
            "GET /%7B%7D",
            "GET /%7B+%7D",
            "GET /=a",
        ] {
            routes.add(key.parse().unwrap(), ()).unwrap();
        }
    }
}
