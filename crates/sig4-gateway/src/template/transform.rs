//! Constructs that rewrite a template before it is deployed: macros, and functions in place of resources.
//!
//! Their result is unknown and could contain routes. If a route were missed, a less specific route would get its calls, so such a
//! template is refused.
//!
//! Source: "Transform", "AWS::LanguageExtensions transform" and "Fn::ForEach" in the CloudFormation User Guide.

use super::path::TemplatePath;
use super::resolver::{Resolver, kind};
use super::resource::resource_type;
use crate::error::Error;
use serde_json::Value;
use sig4_iam::JsonPath;

/// The transform whose functions are evaluated here.
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// The prefix of function names, such as `Fn::ForEach::NAME` and `Fn::Transform`.
const FUNCTION: &str = "Fn::";

/// The suffix of the type of a module, which contains resources of its own.
///
/// Source: "Create reusable resource configurations with CloudFormation modules".
const MODULE: &str = "::MODULE";

/// The prefix of the types of SAM's resources, which its transform replaces.
const OF_SAM: &str = "AWS::Serverless::";

/// The most resources of SAM that an error lists.
const MOST_LISTED: usize = 5;

const SAM: &str = "the transform AWS::Serverless-2016-10-31 is not run here, and makes the APIs of these resources. Run \
    `python3 scripts/sam-transform.py template.yaml > stack.template.json`, and serve its output";

const WHOLE_ENTRIES: &str = "functions that make whole entries are not supported";

impl Resolver<'_> {
    /// Refuses a template that a macro or a module rewrites.
    pub(crate) fn check_transforms(&self) -> Result<(), Error> {
        self.check_sam()?;
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
        if let Some(name) = self.scope.stack.template().keys().find(|name| name.starts_with(FUNCTION)) {
            return Err(self.scope.root(name).error(WHOLE_ENTRIES));
        }
        for part in ["Conditions", "Mappings", "Outputs", "Parameters", "Resources"] {
            let at = self.scope.root(part);
            self.check_members(self.part(part), &at)?;
        }
        let resources = self.scope.root("Resources");
        for (name, resource) in self.part("Resources") {
            let at = resources.key(name);
            self.check_members(resource.as_object().into_iter().flatten(), &at)?;
            if resource_type(resource).is_empty() {
                return Err(at.error("it has no Type that is a text, and CloudFormation deploys no such resource"));
            }
            if resource_type(resource).ends_with(MODULE) {
                return Err(at.error("modules are not supported: their resources are in no template"));
            }
        }
        Ok(())
    }

    /// Refuses a template of SAM that is not transformed: its APIs and routes are made by the transform.
    fn check_sam(&self) -> Result<(), Error> {
        let of_sam = |(name, resource): (&'_ String, &'_ Value)| {
            let of_type = resource_type(resource);
            of_type.starts_with(OF_SAM).then(|| format!("{name} ({of_type})"))
        };
        let mut listed: Vec<_> = self.part("Resources").filter_map(of_sam).collect();
        if listed.is_empty() {
            return Ok(());
        }
        let more = listed.len().saturating_sub(MOST_LISTED);
        listed.truncate(MOST_LISTED);
        if more > 0 {
            listed.push(format!("{more} more"));
        }
        Err(self.scope.root("Resources").error(format_args!("{SAM}: {}", listed.join(", "))))
    }

    /// Refuses functions among the members of an object, which CloudFormation would replace with members of their own.
    pub(crate) fn check_members<'m>(
        &self,
        members: impl IntoIterator<Item = (&'m String, &'m Value)>,
        place: &JsonPath<'_>,
    ) -> Result<(), Error> {
        match members.into_iter().find(|(name, _)| name.starts_with(FUNCTION)) {
            Some((name, _)) => Err(place.key(name).error(WHOLE_ENTRIES)),
            None => Ok(()),
        }
    }
}
