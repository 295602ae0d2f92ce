//! The output folder of `cdk synth`: its manifest, and the stacks in the manifest.
//!
//! ```text
//! cdk.out/manifest.json            artifacts: { NAME: { type, properties, environment, displayName } }
//! cdk.out/NAME.template.json       of an artifact "aws:cloudformation:stack"
//! cdk.out/NAME.assets.json         files: { HASH: { source: { path }, destinations: { …: { objectKey } } } }
//! cdk.out/asset.HASH/              the folder of a bundled function
//! cdk.out/assembly-STAGE/          of an artifact "cdk:cloud-assembly": a folder of the same kind
//! ```
//!
//! Source: the package `@aws-cdk/cloud-assembly-schema`.

use super::files::{Files, invalid, parse, relative_to};
use super::stack::Stack;
use crate::error::Error;
use serde_json::Value;
use std::io;
use std::sync::Arc;

/// The file that lists the content of a folder.
const MANIFEST: &str = "manifest.json";

/// The maximum nesting of folders.
const MAX_DEPTH: usize = 8;

/// The stacks in the output folder of `cdk synth`, by default `cdk.out`.
///
/// The caller reads the files: every function that needs one takes a closure that reads it, by its path below the folder.
///
/// ```no_run
/// use sig4_gateway::template::{Assembly, Deployment};
/// use std::{fs, path::Path};
///
/// let read = |name: &str| fs::read_to_string(Path::new("cdk.out").join(name));
/// let assembly = Assembly::read(&read)?;
/// let api = assembly.stack(None)?.definition(&Deployment::new("eu-central-1"))?;
/// assert!(api.routes().any(|route| route.key() == "$default"));
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assembly {
    stacks: Vec<Stack>,
}

impl Assembly {
    /// Reads the manifest and the templates that it names, including those in subfolders.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`](crate::ErrorKind::InvalidTemplate) if a file cannot be read or is invalid.
    pub fn read(read: &dyn Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        let mut stacks = Vec::new();
        read_folder("", &mut Files::new(read), MAX_DEPTH, &mut stacks)?;
        let all: Arc<[Stack]> = stacks.clone().into();
        Ok(Self { stacks: stacks.into_iter().map(|stack| stack.beside(&all)).collect() })
    }

    /// The stack with this name, or without a name the only stack with an API.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`](crate::ErrorKind::InvalidTemplate) if there is no such stack, or if several have an API.
    pub fn stack(&self, name: Option<&str>) -> Result<&Stack, Error> {
        let mut wanted = self.stacks.iter().filter(|stack| match name {
            Some(name) => stack.is_named(name),
            None => stack.has_api(),
        });
        match (wanted.next(), wanted.next()) {
            (Some(stack), None) => Ok(stack),
            (Some(_), Some(_)) => {
                let with_api = |stack: &&Stack| stack.has_api();
                let names = names(self.stacks.iter().filter(with_api));
                Err(invalid(format!("several stacks have an API, choose one: {names}")))
            }
            (None, _) => Err(match name {
                Some(name) => invalid(format!("there is no stack `{name}`, but {}", names(self.stacks.iter()))),
                None => {
                    invalid(format!("none of the stacks has an HTTP API or a REST API: {}", names(self.stacks.iter())))
                }
            }),
        }
    }

    /// All stacks.
    pub fn stacks(&self) -> impl Iterator<Item = &Stack> {
        self.stacks.iter()
    }
}

fn names<'s>(stacks: impl Iterator<Item = &'s Stack>) -> String {
    stacks.map(Stack::display_name).collect::<Vec<_>>().join(", ")
}

fn read_folder(folder: &str, files: &mut Files<'_>, depth: usize, stacks: &mut Vec<Stack>) -> Result<(), Error> {
    files.count(folder)?;
    let manifest = parse(&[folder, MANIFEST].concat(), files.read)?;
    let in_manifest = |message: String| invalid(message).in_file([folder, MANIFEST].concat());
    let artifacts = manifest.get("artifacts").and_then(Value::as_object);
    let artifacts = artifacts.ok_or_else(|| in_manifest("it has no `artifacts`".to_owned()))?;
    for (name, artifact) in artifacts {
        let property = |name: &str| artifact.get("properties")?.get(name)?.as_str();
        match artifact.get("type").and_then(Value::as_str) {
            Some("aws:cloudformation:stack") => {
                let no_file = || in_manifest(format!("the stack {name} has no `templateFile`"));
                let file = property("templateFile").ok_or_else(no_file)?;
                let stack_name = property("stackName").unwrap_or(name);
                let shown = artifact.get("displayName").and_then(Value::as_str);
                let environment = artifact.get("environment").and_then(Value::as_str).unwrap_or_default();
                let stack = Stack::read(stack_name, &relative_to(folder, file), files)?;
                stacks.push(stack.shown_as(shown.unwrap_or(name)).in_environment(environment));
            }
            Some("cdk:cloud-assembly") if depth > 0 => {
                let no_folder = || in_manifest(format!("the assembly {name} has no `directoryName`"));
                let inner = relative_to(folder, property("directoryName").ok_or_else(no_folder)?) + "/";
                read_folder(&inner, files, depth - 1, stacks)?;
            }
            _ => {}
        }
    }
    Ok(())
}
