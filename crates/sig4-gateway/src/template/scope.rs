//! The templates that are resolved together: a stack, its nested stacks, and the other stacks of the folder.
//!
//! A route, a policy or a value may be in a template other than the API's. Every stack in the same account and region is
//! included, so that no route of the API is missed.

use super::budget::Budget;
use super::deployment::Deployment;
use super::path::{self, TemplatePath};
use super::stack::Stack;
use crate::error::Error;
use sig4_iam::JsonPath;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// One template, with the values resolved so far.
#[derive(Debug)]
pub(crate) struct Scope<'t> {
    pub(crate) stack: &'t Stack,
    /// The template in which this one is nested, and the logical id of the nested stack there.
    pub(crate) parent: Option<(usize, &'t str)>,
    /// The first step of every path in a template other than the first.
    place: Option<JsonPath<'t>>,
    /// The results of conditions. `None` while a condition is being evaluated.
    pub(crate) conditions: RefCell<BTreeMap<String, Option<bool>>>,
    /// The conditions that use a value that only AWS knows.
    pub(crate) undecided: RefCell<BTreeSet<String>>,
    /// The resolved properties, by resource and property.
    pub(crate) properties: RefCell<BTreeMap<Key, Remembered>>,
}

/// The key of a value that is resolved once, such as a resource and its property.
pub(crate) type Key = (String, String);

/// A resolved value, and whether all of it is known.
type Remembered = (Option<String>, bool);

/// The exports: each name with the templates and the outputs that export it.
pub(crate) type Exports = BTreeMap<String, Vec<(usize, String)>>;

/// All templates, beginning with the chosen stack's.
#[derive(Debug)]
pub(crate) struct TemplateSet<'t> {
    /// The chosen stack.
    pub(crate) stack: &'t Stack,
    pub(crate) deployment: &'t Deployment,
    pub(crate) budget: Budget,
    pub(crate) scopes: Vec<Scope<'t>>,
    /// The template and the logical id of the API that is served.
    api: OnceCell<(usize, String)>,
    pub(crate) exports: OnceCell<Exports>,
    /// The resources that are being resolved.
    pub(crate) open: RefCell<Vec<String>>,
    pub(crate) notes: RefCell<BTreeSet<String>>,
    /// The number of uses of a stand-in for a value that only AWS knows.
    unknowns: Cell<usize>,
    /// The number of uses of a condition that only AWS can evaluate.
    undecided: Cell<usize>,
}

impl<'t> TemplateSet<'t> {
    pub(crate) fn new(stack: &'t Stack, deployment: &'t Deployment) -> Self {
        let mut scopes = Vec::new();
        add(&mut scopes, stack, None);
        for sibling in stack.siblings().filter(|sibling| sibling.is_deployed_beside(stack)) {
            add(&mut scopes, sibling, None);
        }
        Self {
            stack,
            deployment,
            budget: Budget::default(),
            scopes,
            api: OnceCell::new(),
            exports: OnceCell::new(),
            open: RefCell::default(),
            notes: RefCell::default(),
            unknowns: Cell::new(0),
            undecided: Cell::new(0),
        }
    }

    /// Counts a use of a stand-in for an unknown value.
    pub(crate) fn stands_in(&self) {
        self.unknowns.set(self.unknowns.get().saturating_add(1));
    }

    /// Counts a use of a condition with an unknown value.
    pub(crate) fn was_undecided(&self) {
        self.undecided.set(self.undecided.get().saturating_add(1));
        self.stands_in();
    }

    /// The result of `resolve`, or an error about `place` if it depends on a condition that only AWS can evaluate.
    pub(crate) fn decided<T>(
        &self,
        place: &JsonPath<'_>,
        resolve: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let before = self.undecided.get();
        let resolved = resolve()?;
        if self.undecided.get() == before {
            return Ok(resolved);
        }
        Err(place
            .error("only AWS knows whether a condition holds that decides about it: give the stored parameter a value"))
    }

    /// The result of `resolve`, and whether it used known values only.
    pub(crate) fn watched<T>(&self, resolve: impl FnOnce() -> T) -> (T, bool) {
        let before = self.unknowns.get();
        let resolved = resolve();
        (resolved, self.unknowns.get() == before)
    }

    /// The result of `resolve`, without counting its unknown values: it is only compared with names.
    pub(crate) fn unwatched<T>(&self, resolve: impl FnOnce() -> T) -> T {
        let before = self.unknowns.get();
        let resolved = resolve();
        self.unknowns.set(before);
        resolved
    }

    /// Sets the API that is served. Before that, no reference to an API can be resolved.
    pub(crate) fn choose_api(&self, index: usize, logical_id: &str) {
        // The API is chosen once.
        let _chosen = self.api.set((index, logical_id.to_owned()));
    }

    /// The API that is served.
    pub(crate) fn api(&self) -> Option<(usize, &str)> {
        self.api.get().map(|(index, name)| (*index, name.as_str()))
    }

    /// Adds a note for the reader of the template.
    pub(crate) fn note(&self, text: String) {
        self.notes.borrow_mut().insert(text);
    }
}

impl<'t> Scope<'t> {
    /// The path of a part of the template.
    pub(crate) fn root<'s>(&'s self, part: &'s str) -> JsonPath<'s> {
        self.place.as_ref().map_or_else(|| path::part(part), |place| place.key(part))
    }
}

/// Adds a stack and its nested stacks.
fn add<'t>(scopes: &mut Vec<Scope<'t>>, stack: &'t Stack, parent: Option<(usize, &'t str)>) {
    let index = scopes.len();
    let place = (index > 0).then(|| path::part(stack.name()));
    let (conditions, undecided, properties) = (RefCell::default(), RefCell::default(), RefCell::default());
    scopes.push(Scope { stack, parent, place, conditions, undecided, properties });
    for (logical_id, nested) in stack.nested() {
        add(scopes, nested, Some((index, logical_id)));
    }
}
