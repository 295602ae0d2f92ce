//! A table of a TOML file. Its keys are taken one by one, and a remaining key is an error with its place.
//!
//! Values are `toml::Spanned` and read by hand. An error of `serde` is a text that repeats the value, which may be a secret; an
//! [`Error`] has key, expected type and found type as fields.

use crate::error::{Error, ErrorKind};
use core::ops::Range;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file with its lines.
#[derive(Clone, Copy)]
pub(crate) struct Source<'t> {
    text: &'t str,
    /// The name that errors have, if the file has one.
    name: Option<&'t str>,
}

impl<'t> Source<'t> {
    pub(crate) const fn new(text: &'t str, name: Option<&'t str>) -> Self {
        Self { text, name }
    }

    /// Parses the document. The error does not repeat the text of the file, which may be a secret.
    pub(crate) fn parse(self) -> Result<Spanned<DeTable<'t>>, Error> {
        DeTable::parse(self.text).map_err(|error| {
            let span = error.span().unwrap_or(self.text.len()..self.text.len());
            self.error(&span, error.message())
        })
    }

    /// An error about the value at `span`.
    #[cold]
    pub(crate) fn error(self, span: &Range<usize>, what: impl fmt::Display) -> Error {
        self.place(span, Error::new(ErrorKind::InvalidConfig, what.to_string()))
    }

    /// The error at `span`.
    #[cold]
    pub(crate) fn place(self, span: &Range<usize>, error: Error) -> Error {
        let placed = error.at(self.position(span));
        match self.name {
            Some(name) => placed.in_file(name),
            None => placed,
        }
    }

    /// The file's name.
    pub(crate) const fn name(self) -> Option<&'t str> {
        self.name
    }

    /// Finds lines from the beginning of the file to its end.
    pub(crate) const fn lines(self) -> Lines<'t> {
        Lines { text: self.text, at: 0, line: 1 }
    }

    /// The line and the column of `span`, both from one. The column counts characters.
    pub(crate) fn position(self, span: &Range<usize>) -> (usize, usize) {
        let (mut line, mut column) = (1, 1);
        for (_, c) in self.text.char_indices().take_while(|(at, _)| *at < span.start) {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        (line, column)
    }
}

/// The lines of a file, in their order. Each part of the text is looked at once.
pub(crate) struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of `span`, from one. No later span begins before it.
    pub(crate) fn of(&mut self, span: &Range<usize>) -> usize {
        let passed = self.text.as_bytes().get(self.at..span.start).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count();
        self.at = self.at.max(span.start);
        self.line
    }
}

/// A name in a file, and its place.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

/// A table.
pub(crate) struct Table<'d, 't> {
    source: Source<'t>,
    span: Range<usize>,
    members: BTreeMap<&'d str, (Range<usize>, &'d Spanned<DeValue<'t>>)>,
    taken: BTreeSet<&'d str>,
    known: Vec<&'static str>,
}

impl<'d, 't> Table<'d, 't> {
    pub(crate) fn new(source: Source<'t>, table: &'d DeTable<'t>, span: Range<usize>) -> Self {
        let member = |(key, value): (&'d Spanned<_>, _)| (AsRef::<str>::as_ref(key.get_ref()), (key.span(), value));
        let members = table.iter().map(member).collect();
        Self { source, span, members, taken: BTreeSet::new(), known: Vec::new() }
    }

    /// An error about the table.
    #[cold]
    pub(crate) fn error(&self, what: impl fmt::Display) -> Error {
        self.source.error(&self.span, what)
    }

    /// The error at a key's value, or at the table if it does not have the key.
    #[cold]
    pub(crate) fn place(&self, key: &str, error: Error) -> Error {
        let span = self.members.get(key).map_or_else(|| self.span.clone(), |(_, value)| value.span());
        self.source.place(&span, error)
    }

    /// The error at the item of a key's list.
    #[cold]
    pub(crate) fn place_item(&self, key: &str, index: usize, error: Error) -> Error {
        let item = || self.members.get(key)?.1.get_ref().as_array()?.get(index).map(Spanned::span);
        match item() {
            Some(span) => self.source.place(&span, error),
            None => self.place(key, error),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'t>>> {
        self.known.push(key);
        let (&name, (_, value)) = self.members.get_key_value(key)?;
        self.taken.insert(name);
        Some(value)
    }

    fn wrong(&self, key: &str, wanted: &'static str, value: &Spanned<DeValue<'_>>) -> Error {
        let error = Error::unexpected(ErrorKind::InvalidConfig, key, wanted, value.get_ref().type_str());
        self.source.place(&value.span(), error)
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &'static str) -> Result<Option<String>, Error> {
        self.take(key).map(|value| self.as_text(key, value)).transpose()
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<String, Error> {
        let text = value.get_ref().as_str().map(str::to_owned);
        text.ok_or_else(|| self.wrong(key, "a string", value))
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, key: &'static str) -> Result<Option<bool>, Error> {
        self.take(key)
            .map(|value| value.get_ref().as_bool().ok_or_else(|| self.wrong(key, "true or false", value)))
            .transpose()
    }

    /// A whole number that is not negative.
    pub(crate) fn number<N: TryFrom<i128>>(&mut self, key: &'static str) -> Result<Option<N>, Error> {
        self.take(key).map(|value| self.as_number(key, value)).transpose()
    }

    fn as_number<N: TryFrom<i128>>(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<N, Error> {
        let number = value.get_ref().as_integer().ok_or_else(|| self.wrong(key, "a whole number", value))?;
        let sign_or_size = if number.as_str().starts_with('-') { "is negative" } else { "is too large" };
        let parsed = i128::from_str_radix(number.as_str(), number.radix()).ok().and_then(|it| it.try_into().ok());
        parsed.ok_or_else(|| self.source.error(&value.span(), format_args!("`{key}` {sign_or_size}")))
    }

    /// A list of texts, empty if absent.
    pub(crate) fn texts(&mut self, key: &'static str) -> Result<Vec<String>, Error> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        let items = value.get_ref().as_array().ok_or_else(|| self.wrong(key, "a list of strings", value))?;
        items.iter().map(|item| self.as_text(key, item)).collect()
    }

    /// A nested table.
    pub(crate) fn table(&mut self, key: &'static str) -> Result<Option<Self>, Error> {
        self.take(key).map(|value| self.as_table(key, value)).transpose()
    }

    fn as_table(&self, key: &str, value: &'d Spanned<DeValue<'t>>) -> Result<Self, Error> {
        let table = value.get_ref().as_table().ok_or_else(|| self.wrong(key, "a table", value))?;
        Ok(Table::new(self.source, table, value.span()))
    }

    /// The tables in a nested table with their names, in the order of the file.
    pub(crate) fn tables(&mut self, key: &'static str) -> Result<Vec<(Named, Self)>, Error> {
        let Some(tables) = self.table(key)? else { return Ok(Vec::new()) };
        let member = |(name, (span, value)): (&&str, &(Range<usize>, &'d Spanned<DeValue<'t>>))| {
            let named = Named { name: (*name).to_owned(), span: span.clone() };
            Ok((named, tables.as_table(name, value)?))
        };
        let mut all = tables.members.iter().map(member).collect::<Result<Vec<_>, Error>>()?;
        all.sort_by_key(|(named, _)| named.span.start);
        Ok(all)
    }

    /// The lists of tables in a nested table with their names, in the order of the file. A table stands for a list of one.
    pub(crate) fn lists_of_tables(&mut self, key: &'static str) -> Result<Vec<(Named, Vec<Self>)>, Error> {
        let Some(lists) = self.table(key)? else { return Ok(Vec::new()) };
        let member = |(name, (span, value)): (&&str, &(Range<usize>, &'d Spanned<DeValue<'t>>))| {
            let named = Named { name: (*name).to_owned(), span: span.clone() };
            let tables = match value.get_ref().as_array() {
                Some(items) => items.iter().map(|item| lists.as_table(name, item)).collect::<Result<_, _>>()?,
                None => vec![lists.as_table(name, value)?],
            };
            Ok((named, tables))
        };
        let mut all = lists.members.iter().map(member).collect::<Result<Vec<_>, Error>>()?;
        all.sort_by_key(|(named, _)| named.span.start);
        Ok(all)
    }

    /// The texts in a nested table, by name.
    pub(crate) fn named_texts(&mut self, key: &'static str) -> Result<BTreeMap<String, String>, Error> {
        self.table(key)?.map_or_else(|| Ok(BTreeMap::new()), |mut texts| texts.all_texts())
    }

    /// Every member of the table, all of which are texts.
    pub(crate) fn all_texts(&mut self) -> Result<BTreeMap<String, String>, Error> {
        self.taken.extend(self.members.keys());
        self.members.iter().map(|(name, (_, value))| Ok(((*name).to_owned(), self.as_text(name, value)?))).collect()
    }

    /// Any value.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'t>>> {
        self.take(key)
    }

    /// Refuses a key that has no place in this table.
    pub(crate) fn refuse(&self, key: &str, why: impl fmt::Display) -> Result<(), Error> {
        match self.members.get(key) {
            None => Ok(()),
            Some((span, _)) => Err(self.source.error(span, format_args!("`{key}` {why}"))),
        }
    }

    /// Any value, as JSON.
    pub(crate) fn json(&mut self, key: &'static str) -> Option<Value> {
        self.take(key).map(|value| json(value.get_ref()))
    }

    /// Refuses the remaining keys.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        let left = self.members.iter().filter(|(key, _)| !self.taken.contains(*key));
        match left.min_by_key(|(_, (span, _))| span.start) {
            None => Ok(()),
            Some((key, (span, _))) => {
                let error = Error::unknown_key(ErrorKind::InvalidConfig, key, &self.known);
                Err(self.source.place(span, error))
            }
        }
    }
}

/// A value as JSON; times become texts.
pub(crate) fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            table.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref()))).collect()
        }
    }
}
