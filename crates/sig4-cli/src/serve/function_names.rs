//! The names by which arguments and files mean a function: its logical id, its name, or the id of its construct in the CDK, as `sam
//! local` takes them.

use crate::failure::Failure;
use sig4_gateway::definition::FunctionDefinition;

/// A way to name a function.
type Naming = fn(&FunctionDefinition) -> Option<&str>;

/// The ways, and what each is called. An earlier one takes precedence.
const NAMINGS: [(&str, Naming); 3] = [
    ("logical id", |function| Some(function.name())),
    ("name", |function| Some(function.function_name())),
    ("construct id", FunctionDefinition::construct_id),
];

/// The function with this name, if there is one. A name of several functions is a failure that lists them.
pub(crate) fn find<'f>(
    functions: &'f [FunctionDefinition],
    wanted: &str,
) -> Result<Option<&'f FunctionDefinition>, Failure> {
    for (what, naming) in NAMINGS {
        let mut named = functions.iter().filter(|function| naming(function) == Some(wanted));
        let Some(first) = named.next() else { continue };
        let others: Vec<_> = named.collect();
        if others.is_empty() {
            return Ok(Some(first));
        }
        let all: Vec<_> = [first].into_iter().chain(others).map(described).collect();
        return Err(format!(
            "`{wanted}` is the {what} of several functions: [{}]; give the logical id of one",
            all.join(", ")
        )
        .into());
    }
    Ok(None)
}

/// The logical id of a function, and its path.
fn described(function: &FunctionDefinition) -> String {
    let path = function.construct_path().map(|path| format!(" (path {path})")).unwrap_or_default();
    function.name().to_owned() + &path
}
