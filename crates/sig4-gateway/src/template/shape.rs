//! Objects whose members are read one by one, as those of an OpenAPI definition.

use super::intrinsic::fixed;
use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::{Resolver, function};
use crate::error::Error;
use serde_json::Value;
use sig4_iam::JsonPath;
use std::borrow::Cow;

impl Resolver<'_> {
    /// The value after functions at its top, whose members are as they are written. `None` if it is `AWS::NoValue`.
    pub(crate) fn shape<'v>(&self, value: &'v Value, place: &JsonPath<'_>) -> Result<Option<Cow<'v, Value>>, Error> {
        self.budget.steps(1, place)?;
        let Some((name, arguments)) = value.as_object().and_then(function) else {
            return Ok(Some(Cow::Borrowed(value)));
        };
        if name != "Fn::If" {
            return Ok(self.resolve(value, place)?.map(Cow::Owned));
        }
        let place = place.key(name);
        let [condition, then, otherwise] = fixed(arguments, &place)?;
        let condition = condition.as_str().ok_or_else(|| place.index(0).error("expected a condition's name"))?;
        let (chosen, n) = if self.condition(condition, &place.index(0))? { (then, 1) } else { (otherwise, 2) };
        self.budget.deeper(&place, || self.shape(chosen, &place.index(n)))
    }
}

/// Reads an object, if it is there. Whether it is there must be known.
pub(crate) fn inside(
    of: &Properties<'_>,
    name: &str,
    read: &mut dyn FnMut(&Properties<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let Some(value) = of.raw(name) else { return Ok(()) };
    let place = of.place.key(name);
    let Some(value) = of.resolver.templates.decided(&place, || of.resolver.shape(value, &place))? else {
        return Ok(());
    };
    read(&Properties::new(of.resolver, Some(&value), place)?)
}
