//! The files of a folder, and the limit on their number.

use crate::error::{Error, ErrorKind};
use serde_json::Value;
use std::io;

/// The maximum number of templates and folders that are read, including nested ones.
const MAX_STACKS: usize = 500;

/// Reads files, up to a number.
pub(crate) struct Files<'r> {
    pub(crate) read: &'r dyn Fn(&str) -> io::Result<String>,
    left: usize,
    /// The templates that are being read.
    pub(crate) open: Vec<String>,
}

impl<'r> Files<'r> {
    pub(crate) const fn new(read: &'r dyn Fn(&str) -> io::Result<String>) -> Self {
        Self { read, left: MAX_STACKS, open: Vec::new() }
    }

    /// Counts a template or a folder.
    pub(crate) fn count(&mut self, file: &str) -> Result<(), Error> {
        let left = self.left.checked_sub(1);
        self.left =
            left.ok_or_else(|| invalid(format!("there are more than {MAX_STACKS} stacks and folders")).in_file(file))?;
        Ok(())
    }
}

/// The path that a file in `folder` names. The stacks of a stage name assets in the folder above, and `cdk synth --no-staging`
/// names folders anywhere.
pub(crate) fn relative_to(folder: &str, name: &str) -> String {
    if name.starts_with('/') {
        return name.to_owned();
    }
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(name.split('/')) {
        match (step, steps.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

/// A file's JSON.
pub(crate) fn parse(name: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Value, Error> {
    let text = read(name).map_err(|error| unreadable(name, error))?;
    serde_json::from_str(&text).map_err(|error| not_json(name, &error))
}

/// The error for a file that cannot be read.
#[cold]
pub(crate) fn unreadable(file: &str, error: io::Error) -> Error {
    invalid(format!("it cannot be read: {error}")).in_file(file).with_source(error)
}

/// The error for a file that is not JSON.
#[cold]
pub(crate) fn not_json(file: &str, error: &serde_json::Error) -> Error {
    invalid(format!("it is not JSON: {error}")).in_file(file).at_line(error.line())
}

#[cold]
pub(crate) fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::InvalidTemplate, detail)
}

#[cfg(test)]
mod tests {
    use super::relative_to;

    #[test]
    fn a_name_is_read_from_the_folder_of_the_file_that_has_it() {
        for (folder, name, path) in [
            ("", "asset.1", "asset.1"),
            ("assembly-Prod/", "Orders.template.json", "assembly-Prod/Orders.template.json"),
            ("assembly-Prod/", "../asset.1", "asset.1"),
            ("", "../src", "../src"),
            ("a/", "../../b", "../b"),
            ("a/", "./b//c", "a/b/c"),
            ("a/", "/home/b", "/home/b"),
        ] {
            assert_eq!(relative_to(folder, name), path, "{folder} {name}");
        }
    }
}
