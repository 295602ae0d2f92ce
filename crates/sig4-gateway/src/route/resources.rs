//! The resources of a REST API: the paths of its methods, and their parents.

use super::RouteKey;
use crate::error::{Error, ErrorKind};
use std::collections::{HashMap, HashSet};

/// The most resources of a REST API. AWS does not document whether the root counts; it does here. Source: "Quotas for configuring
/// and running a REST API in API Gateway", resources per API.
pub const MAX_RESOURCES: usize = 300;

/// The resources of a REST API.
#[derive(Debug)]
pub(super) struct Resources {
    /// The paths below the root, without a slash at the end; the root is empty.
    paths: HashSet<String>,
    /// The variable below a resource.
    variables: HashMap<String, String>,
}

impl Resources {
    /// The root alone.
    pub(super) fn new() -> Self {
        Self { paths: HashSet::from([String::new()]), variables: HashMap::new() }
    }

    /// Adds the resource of a method, and its parents.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoute`] for a key that no method of a REST API can have, for a second variable below one resource, and
    /// for more than [`MAX_RESOURCES`].
    pub(super) fn add(&mut self, key: &RouteKey) -> Result<(), Error> {
        let Some(path) = key.path() else {
            return Err(refused("a REST API has no route `$default`: add `ANY /` and `ANY /{proxy+}`".to_owned()));
        };
        let mut parent = "";
        for part in path.split('/').skip(1).filter(|_| path != "/") {
            self.check_part(key, parent, part)?;
            let end = parent.len().saturating_add(1).saturating_add(part.len());
            let own = path.get(..end).unwrap_or(path);
            if !self.paths.contains(own) {
                if self.paths.len() == MAX_RESOURCES {
                    return Err(refused(format!(
                        "the API has more than {MAX_RESOURCES} resources, parents and root included"
                    )));
                }
                self.paths.insert(own.to_owned());
            }
            if part.starts_with('{') && !self.variables.contains_key(parent) {
                self.variables.insert(parent.to_owned(), part.to_owned());
            }
            parent = own;
        }
        Ok(())
    }

    /// Source: claudiajs/claudia#11 and aws/aws-cdk#22477 for the characters, of which only the percent sign is refused here;
    /// rubyonjets/jets#143 and serverless-nextjs/serverless-next.js#938 for variables.
    fn check_part(&self, key: &RouteKey, parent: &str, part: &str) -> Result<(), Error> {
        if part.is_empty() {
            return Err(refused(format!(
                "`{key}`: a resource of a REST API has no empty path part: leave the slash out"
            )));
        }
        if part.contains('%') {
            return Err(refused(format!(
                "`{key}`: the path of a resource of a REST API is not percent-encoded: use a variable"
            )));
        }
        match self.variables.get(parent).filter(|earlier| part.starts_with('{') && earlier.as_str() != part) {
            Some(earlier) => {
                let below = if parent.is_empty() { "/" } else { parent };
                let detail = format!(
                    "`{key}`: `{below}` already has the variable `{earlier}`: a resource of a REST API has one at most"
                );
                Err(refused(detail))
            }
            None => Ok(()),
        }
    }
}

fn refused(detail: String) -> Error {
    Error::new(ErrorKind::InvalidRoute, detail)
}

#[cfg(test)]
mod tests {
    use super::{MAX_RESOURCES, Resources};

    fn add(resources: &mut Resources, key: &str) -> Result<(), String> {
        resources.add(&key.parse().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_resource_has_one_variable_below_it() {
        let mut resources = Resources::new();
        for key in
            ["ANY /", "GET /{id}", "POST /{id}", "GET /{id}/{rest+}", "GET /a", "ANY /a/{proxy+}", "GET /a/b:c/{x}"]
        {
            add(&mut resources, key).unwrap();
        }
        for (key, why) in [
            ("GET /{other}", "`/` already has the variable `{id}`"),
            ("GET /{proxy+}", "`/` already has the variable `{id}`"),
            ("GET /a/{x}/y", "`/a` already has the variable `{proxy+}`"),
            ("$default", "no route `$default`"),
            ("GET /a/", "no empty path part"),
            ("GET //a", "no empty path part"),
            ("GET /a%62", "not percent-encoded"),
        ] {
            let error = add(&mut resources, key).unwrap_err();
            assert!(error.contains(why), "{key}: {error}");
        }
    }

    #[test]
    fn the_number_of_resources_is_limited() {
        let mut resources = Resources::new();
        for n in 2..MAX_RESOURCES {
            add(&mut resources, &format!("GET /{n}")).unwrap();
        }
        assert!(add(&mut resources, "GET /x/y").is_err(), "`/x` and `/x/y` are two");
        add(&mut resources, "GET /2").unwrap();
    }
}
