//! The five sections of a canonical request.

use crate::explain::variants::{Variant, Variants};

/// A section of a canonical request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Section {
    Method,
    Path,
    Query,
    /// The header lines, an empty line, and the list of their names.
    Headers,
    Payload,
}

/// A value for each section.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sections<T> {
    pub(crate) method: T,
    pub(crate) path: T,
    pub(crate) query: T,
    pub(crate) headers: T,
    pub(crate) payload: T,
}

/// The wrong variants that a candidate has in place of the right ones.
pub(crate) type Chosen<'v> = Sections<Option<&'v Variant>>;

impl<T: Copy> Sections<T> {
    /// The same value for each section.
    pub(crate) const fn all(value: T) -> Self {
        Self { method: value, path: value, query: value, headers: value, payload: value }
    }
}

impl<T> Sections<T> {
    pub(crate) const fn get(&self, section: Section) -> &T {
        match section {
            Section::Method => &self.method,
            Section::Path => &self.path,
            Section::Query => &self.query,
            Section::Headers => &self.headers,
            Section::Payload => &self.payload,
        }
    }

    /// The same with this value.
    #[must_use]
    pub(crate) fn with_value(mut self, section: Section, value: T) -> Self {
        let old = match section {
            Section::Method => &mut self.method,
            Section::Path => &mut self.path,
            Section::Query => &mut self.query,
            Section::Headers => &mut self.headers,
            Section::Payload => &mut self.payload,
        };
        *old = value;
        self
    }

    /// The values in the order of the canonical request.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Section, &T)> {
        let sections = [Section::Method, Section::Path, Section::Query, Section::Headers, Section::Payload];
        sections.into_iter().map(|section| (section, self.get(section)))
    }
}

impl<'v> Chosen<'v> {
    /// The same with this wrong variant.
    #[must_use]
    pub(crate) fn with(self, section: Section, variant: &'v Variant) -> Self {
        self.with_value(section, Some(variant))
    }

    /// The wrong variants in the order of the canonical request.
    pub(crate) fn variants(&self) -> impl Iterator<Item = &'v Variant> {
        self.iter().filter_map(|(_, variant)| *variant)
    }
}

impl Sections<Variants> {
    /// The right canonical request.
    pub(crate) fn right(&self) -> Vec<u8> {
        self.canonical_request(&Chosen::default())
    }

    /// The canonical request with the chosen wrong variants, and the right ones elsewhere.
    pub(crate) fn canonical_request(&self, chosen: &Chosen<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        for (section, variants) in self.iter() {
            if section != Section::Method {
                out.push(b'\n');
            }
            out.extend_from_slice(chosen.get(section).map_or(variants.right.as_slice(), |variant| &variant.bytes));
        }
        out
    }
}
