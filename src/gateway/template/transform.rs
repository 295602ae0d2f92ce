//! What rewrites a template before it is deployed: macros, and functions in the place of resources.
//!
//! What they would make is unknown, and could be routes. A route that is overlooked leaves its calls to another one, so a template
//! with them is refused.
//!
//! Source: "Transform", "AWS::LanguageExtensions transform" and "Fn::ForEach" in the CloudFormation User Guide.

use super::resolver::{Resolver, kind};
use crate::error::Error;
use serde_json::Value;

/// The transform whose functions are evaluated here.
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// What the names of functions begin with, `Fn::ForEach::NAME` and `Fn::Transform` among them.
const FUNCTION: &str = "Fn::";

impl Resolver<'_> {
    /// Refuses a template that something else rewrites.
    pub(crate) fn check_transforms(&self) -> Result<(), Error> {
        let place = self.scope.root("Transform");
        let named = match self.scope.stack.template().get("Transform") {
            None => &[],
            Some(Value::Array(all)) => all.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        for transform in named {
            match transform.as_str() {
                Some(LANGUAGE_EXTENSIONS) => {}
                Some(other) => return Err(place.error(format_args!("the macro `{other}` is not run"))),
                None => return Err(place.error(format_args!("expected a macro's name, not {}", kind(transform)))),
            }
        }
        for part in ["Conditions", "Mappings", "Outputs", "Parameters", "Resources"] {
            let at = self.scope.root(part);
            if let Some((name, _)) = self.part(part).find(|(name, _)| name.starts_with(FUNCTION)) {
                return Err(at.member(name).error("functions that make whole entries are not supported"));
            }
        }
        Ok(())
    }
}
