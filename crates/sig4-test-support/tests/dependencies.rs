//! The crates that this workspace depends on have licences that are allowed, and come from one registry.
//!
//! `deny.toml` has the rules, in the form of cargo-deny, which also knows of advisories. That program takes minutes to install, and these
//! rules take a second to check.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::Value;
use spdx::{Expression, ParseMode};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The licences of `deny.toml`, and those of single crates.
struct Rules {
    allowed: BTreeSet<String>,
    exceptions: BTreeMap<String, BTreeSet<String>>,
}

impl Rules {
    fn read(text: &str) -> Self {
        let rules: toml::Table = text.parse().unwrap();
        let licences = rules["licenses"].as_table().unwrap();
        let names = |value: &toml::Value| -> BTreeSet<String> {
            value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        let exceptions = licences["exceptions"].as_array().unwrap().iter();
        let exceptions =
            exceptions.map(|exception| (exception["crate"].as_str().unwrap().to_owned(), names(&exception["allow"])));
        Self { allowed: names(&licences["allow"]), exceptions: exceptions.collect() }
    }

    /// The licences that a crate is used under, or what is wrong with it.
    fn used(&self, name: &str, licence: Option<&str>) -> Result<Vec<String>, String> {
        let licence = licence.ok_or_else(|| format!("{name} states no licence"))?;
        let expression = Expression::parse_mode(licence, ParseMode::LAX).map_err(|error| format!("{name}: {error}"))?;
        let own = self.exceptions.get(name);
        let allows = |requirement: &spdx::LicenseReq| {
            let id = requirement.license.id().map(|id| id.name);
            let is_allowed = id.is_some_and(|id| self.allowed.contains(id) || own.is_some_and(|own| own.contains(id)));
            // An exception to a licence, such as that of LLVM, only permits more.
            is_allowed.then(|| id.unwrap_or_default().to_owned())
        };
        if !expression.evaluate(|requirement| allows(requirement).is_some()) {
            return Err(format!("{name} has the licence `{licence}`, which `deny.toml` does not allow"));
        }
        Ok(expression.requirements().filter_map(|requirement| allows(&requirement.req)).collect())
    }
}

fn rules() -> Rules {
    Rules::read(include_str!("../../../deny.toml"))
}

/// What cargo says of every crate that a build, a test or a benchmark of this workspace needs.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features"]);
    let said = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let mut metadata: Value = serde_json::from_slice(&said.stdout).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

#[test]
fn every_crate_has_an_allowed_licence_and_every_allowed_licence_a_crate() {
    let (rules, mut used, mut faults) = (rules(), BTreeSet::new(), Vec::new());
    for package in packages() {
        match rules.used(package["name"].as_str().unwrap(), package["license"].as_str()) {
            Ok(licences) => used.extend(licences),
            Err(fault) => faults.push(fault),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let exceptions = rules.exceptions.values().flatten();
    let unused: Vec<_> = rules.allowed.iter().chain(exceptions).filter(|licence| !used.contains(*licence)).collect();
    assert!(unused.is_empty(), "no crate has these licences of `deny.toml`: {unused:?}");
}

#[test]
fn every_crate_is_of_this_workspace_or_of_one_registry_and_states_versions() {
    let mut sources = BTreeSet::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let Some(source) = package["source"].as_str() else {
            assert!(name.starts_with("sig4"), "{name} comes from a path");
            for dependency in package["dependencies"].as_array().unwrap() {
                let states = dependency["req"] != "*" || dependency["path"].is_string();
                assert!(states, "{name} takes any version of {}", dependency["name"]);
            }
            continue;
        };
        assert!(source.starts_with("registry+"), "{name} comes from {source}");
        sources.insert(source.to_owned());
    }
    assert_eq!(sources.len(), 1, "{sources:?}");
}

#[test]
fn licences_are_read_as_expressions() {
    let rules = Rules::read(
        "[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\nexceptions = [{ crate = \"fox\", allow = [\"MPL-2.0\"] }]",
    );
    for allowed in
        ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "Apache-2.0 WITH LLVM-exception OR GPL-2.0", "(MIT AND Apache-2.0)"]
    {
        assert!(rules.used("a", Some(allowed)).is_ok(), "{allowed}");
    }
    for refused in ["GPL-3.0", "MIT AND GPL-3.0", "MPL-2.0", "LicenseRef-own", "no licence"] {
        assert!(rules.used("a", Some(refused)).is_err(), "{refused}");
    }
    assert!(rules.used("a", None).is_err());
    assert!(rules.used("fox", Some("MPL-2.0")).is_ok());
}
