//! A table of a TOML file. Its keys are taken one by one, and a remaining key is an error with its line.
//!
//! Values are `toml::Spanned` and read by hand. An error of `serde` is a text that repeats the value, which may be a secret; an
//! [`Error`] has key, expected type and found type as fields.

use crate::error::{Error, ErrorKind};
use core::ops::Range;
use core::str::FromStr;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file with its lines.
#[derive(Clone, Copy)]
pub(crate) struct Source<'t>(&'t str);

impl<'t> Source<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Self(text)
    }

    /// Parses the document. The error does not repeat the text of the file, which may be a secret.
    pub(crate) fn parse(self) -> Result<Spanned<DeTable<'t>>, Error> {
        DeTable::parse(self.0).map_err(|error| match error.span() {
            Some(span) => self.error(&span, error.message()),
            None => Error::new(ErrorKind::InvalidConfig, error.message().to_owned()),
        })
    }

    /// An error about the value at `span`.
    #[cold]
    pub(crate) fn error(self, span: &Range<usize>, what: impl fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidConfig, what.to_string()).at_line(self.line(span))
    }

    /// The line of `span`, from one.
    pub(crate) fn line(self, span: &Range<usize>) -> usize {
        let before = self.0.as_bytes().iter().take(span.start);
        1 + before.filter(|b| **b == b'\n').count()
    }
}

/// A table.
pub(crate) struct Table<'d, 't> {
    source: Source<'t>,
    span: Range<usize>,
    left: BTreeMap<&'d str, (Range<usize>, &'d Spanned<DeValue<'t>>)>,
    known: Vec<&'static str>,
}

impl<'d, 't> Table<'d, 't> {
    pub(crate) fn new(source: Source<'t>, table: &'d DeTable<'t>, span: Range<usize>) -> Self {
        let member = |(key, value): (&'d Spanned<_>, _)| (AsRef::<str>::as_ref(key.get_ref()), (key.span(), value));
        Self { source, span, left: table.iter().map(member).collect(), known: Vec::new() }
    }

    /// An error about the table.
    #[cold]
    pub(crate) fn error(&self, what: impl fmt::Display) -> Error {
        self.source.error(&self.span, what)
    }

    fn take(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'t>>> {
        self.known.push(key);
        self.left.remove(key).map(|(_, value)| value)
    }

    fn wrong(&self, key: &str, wanted: &'static str, value: &Spanned<DeValue<'_>>) -> Error {
        let line = self.source.line(&value.span());
        Error::unexpected(ErrorKind::InvalidConfig, key, wanted, value.get_ref().type_str()).at_line(line)
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
    pub(crate) fn number<N: FromStr>(&mut self, key: &'static str) -> Result<Option<N>, Error> {
        let parse = |value: &Spanned<DeValue<'_>>| value.get_ref().as_integer()?.as_str().parse().ok();
        self.take(key)
            .map(|value| parse(value).ok_or_else(|| self.wrong(key, "a whole number that fits", value)))
            .transpose()
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

    /// The tables in a nested table, by name.
    pub(crate) fn tables(&mut self, key: &'static str) -> Result<Vec<(String, Self)>, Error> {
        let Some(tables) = self.table(key)? else { return Ok(Vec::new()) };
        tables.left.iter().map(|(name, (_, value))| Ok(((*name).to_owned(), tables.as_table(name, value)?))).collect()
    }

    /// The texts in a nested table, by name.
    pub(crate) fn named_texts(&mut self, key: &'static str) -> Result<BTreeMap<String, String>, Error> {
        self.table(key)?.map_or_else(|| Ok(BTreeMap::new()), |mut texts| texts.all_texts())
    }

    /// Every member of the table, all of which are texts.
    pub(crate) fn all_texts(&mut self) -> Result<BTreeMap<String, String>, Error> {
        let left = core::mem::take(&mut self.left);
        left.into_iter().map(|(name, (_, value))| Ok((name.to_owned(), self.as_text(name, value)?))).collect()
    }

    /// Any value, as JSON.
    pub(crate) fn json(&mut self, key: &'static str) -> Option<Value> {
        self.take(key).map(|value| json(value.get_ref()))
    }

    /// Refuses the remaining keys.
    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.left.iter().min_by_key(|(_, (span, _))| span.start) {
            None => Ok(()),
            Some((key, (span, _))) => {
                let line = self.source.line(span);
                Err(Error::unknown_key(ErrorKind::InvalidConfig, key, &self.known).at_line(line))
            }
        }
    }
}

/// A value as JSON; times become texts.
fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => number.as_str().parse::<i64>().map_or(Value::Null, Value::from),
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            table.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref()))).collect()
        }
    }
}
