//! The line of a value in a TOML file, by its path.

use core::ops::Range;
use sig4_iam::{JsonPathBuf, JsonStep};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The span of the deepest key or value on `path`.
pub(crate) fn span(document: &DeTable<'_>, path: &JsonPathBuf) -> Option<Range<usize>> {
    let mut steps = path.steps();
    let JsonStep::Key(name) = steps.next()? else { return None };
    let (key, mut value) = document.get_key_value(name)?;
    let mut span = key.span();
    for step in steps {
        let Some((found, inner)) = within(value, step) else { break };
        (span, value) = (found, inner);
    }
    Some(span)
}

/// The value that a step leads to, and its span.
fn within<'d, 't>(
    value: &'d Spanned<DeValue<'t>>,
    step: JsonStep<'_>,
) -> Option<(Range<usize>, &'d Spanned<DeValue<'t>>)> {
    match step {
        JsonStep::Key(name) => {
            let (key, value) = value.get_ref().as_table()?.get_key_value(name)?;
            Some((key.span(), value))
        }
        JsonStep::Index(index) => {
            let value = value.get_ref().as_array()?.get(index)?;
            Some((value.span(), value))
        }
    }
}
