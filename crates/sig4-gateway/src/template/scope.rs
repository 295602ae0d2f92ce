//! The templates that are resolved together: a stack, the stacks that are nested in it, and the other stacks of the folder.
//!
//! A route, a policy or a value may stand in another template than the API. Every stack that is deployed to the same environment
//! takes part, so that no route of the API is overlooked.

use super::budget::Budget;
use super::deployment::Deployment;
use super::path::{self, TemplatePath};
use super::stack::Stack;
use crate::error::Error;
use sig4_iam::JsonPath;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// One template, with the values that are resolved so far.
#[derive(Debug)]
pub(crate) struct Scope<'t> {
    pub(crate) stack: &'t Stack,
    /// The template in which this one is nested, and the logical id of the nested stack there.
    pub(crate) parent: Option<(usize, &'t str)>,
    /// The first step of every place in a template other than the first.
    place: Option<JsonPath<'t>>,
    /// What conditions came to; `None` while they are being evaluated.
    pub(crate) conditions: RefCell<BTreeMap<String, Option<bool>>>,
    /// The conditions that use a value which only AWS knows.
    pub(crate) undecided: RefCell<BTreeSet<String>>,
    /// What properties of resources came to, by resource and property.
    pub(crate) properties: RefCell<BTreeMap<Key, Remembered>>,
}

/// A resource and its property, or what else is resolved once.
pub(crate) type Key = (String, String);

/// A value that was resolved, and whether all of it is known.
type Remembered = (Option<String>, bool);

/// What is exported: each name with the templates and their outputs that export it.
pub(crate) type Exports = BTreeMap<String, Vec<(usize, String)>>;

/// All templates, the chosen stack's first.
#[derive(Debug)]
pub(crate) struct World<'t> {
    pub(crate) deployment: &'t Deployment,
    pub(crate) budget: Budget,
    pub(crate) scopes: Vec<Scope<'t>>,
    /// The template and the logical id of the API that is served.
    api: OnceCell<(usize, String)>,
    pub(crate) exports: OnceCell<Exports>,
    /// The resources that are being resolved.
    pub(crate) open: RefCell<Vec<String>>,
    pub(crate) notes: RefCell<BTreeSet<String>>,
    /// How often a text was used that stands for a value which only AWS knows.
    unknowns: Cell<usize>,
    /// How often a condition decided that only AWS can decide.
    undecided: Cell<usize>,
}

impl<'t> World<'t> {
    pub(crate) fn new(stack: &'t Stack, deployment: &'t Deployment) -> Self {
        let mut scopes = Vec::new();
        add(&mut scopes, stack, None);
        for sibling in stack.siblings().filter(|sibling| sibling.is_deployed_beside(stack)) {
            add(&mut scopes, sibling, None);
        }
        Self {
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

    /// Counts a text that stands for a value which is not known.
    pub(crate) fn stands_in(&self) {
        self.unknowns.set(self.unknowns.get().saturating_add(1));
    }

    /// Counts a condition that uses a value which is not known.
    pub(crate) fn was_undecided(&self) {
        self.undecided.set(self.undecided.get().saturating_add(1));
        self.stands_in();
    }

    /// What `resolve` gives, or an error about `place` if a condition decided about it that only AWS can decide.
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

    /// What `resolve` gives, and whether all that it used is known.
    pub(crate) fn watched<T>(&self, resolve: impl FnOnce() -> T) -> (T, bool) {
        let before = self.unknowns.get();
        let resolved = resolve();
        (resolved, self.unknowns.get() == before)
    }

    /// What `resolve` gives. Whether it used unknown values does not count: only names are compared with what it gives.
    pub(crate) fn unwatched<T>(&self, resolve: impl FnOnce() -> T) -> T {
        let before = self.unknowns.get();
        let resolved = resolve();
        self.unknowns.set(before);
        resolved
    }

    /// Says which API is served. Before that, no reference to an API can be resolved.
    pub(crate) fn choose_api(&self, index: usize, logical_id: &str) {
        // It is chosen once.
        let _chosen = self.api.set((index, logical_id.to_owned()));
    }

    /// The API that is served.
    pub(crate) fn api(&self) -> Option<(usize, &str)> {
        self.api.get().map(|(index, name)| (*index, name.as_str()))
    }

    /// Remembers what the reader of the template should know.
    pub(crate) fn note(&self, text: String) {
        self.notes.borrow_mut().insert(text);
    }
}

impl<'t> Scope<'t> {
    /// A part of the template as a place.
    pub(crate) fn root<'s>(&'s self, part: &'s str) -> JsonPath<'s> {
        self.place.as_ref().map_or_else(|| path::part(part), |place| place.key(part))
    }
}

/// Adds a stack and those that are nested in it.
fn add<'t>(scopes: &mut Vec<Scope<'t>>, stack: &'t Stack, parent: Option<(usize, &'t str)>) {
    let index = scopes.len();
    let place = (index > 0).then(|| path::part(stack.name()));
    let (conditions, undecided, properties) = (RefCell::default(), RefCell::default(), RefCell::default());
    scopes.push(Scope { stack, parent, place, conditions, undecided, properties });
    for (logical_id, nested) in stack.nested() {
        add(scopes, nested, Some((index, logical_id)));
    }
}
