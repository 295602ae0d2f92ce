//! The fields of a received form.

use super::FILE;
use crate::auth::header::shown;
use crate::error::{Error, ErrorKind};
use std::collections::BTreeMap;

/// The longest form without its file, in bytes: the names and values of all its fields. It is S3's own limit.
///
/// Source: "POST Object" in the Amazon S3 API Reference.
pub const MAX_FORM_LEN: usize = 20_480;

/// The most fields of a form besides the file.
pub const MAX_FORM_FIELDS: usize = 256;

/// The fields before the file, by name in lower case: the name as it was sent, and the value.
#[derive(Default)]
pub(super) struct Fields<'a>(BTreeMap<String, (&'a str, &'a str)>);

impl<'a> Fields<'a> {
    pub(super) fn collect(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let (mut fields, mut len) = (Self::default(), 0_usize);
        for (name, value) in given.into_iter().take_while(|(name, _)| !name.eq_ignore_ascii_case(FILE)) {
            len = len.saturating_add(name.len()).saturating_add(value.len());
            if len > MAX_FORM_LEN || fields.0.len() == MAX_FORM_FIELDS {
                let detail =
                    format!("there are more than {MAX_FORM_LEN} bytes or {MAX_FORM_FIELDS} fields before the file");
                return Err(Error::new(ErrorKind::FormTooLarge, detail));
            }
            if fields.0.insert(name.to_ascii_lowercase(), (name, value)).is_some() {
                let detail = format!("Bucket POST must contain the field named '{}' once.", shown(name));
                return Err(Error::new(ErrorKind::IncompleteForm, detail));
            }
        }
        Ok(fields)
    }

    /// The value of a field, whose name is in lower case.
    pub(super) fn value(&self, lower: &str) -> Option<&'a str> {
        self.0.get(lower).map(|(_, value)| *value)
    }

    /// The value of a field that has to be there.
    pub(super) fn required(&self, lower: &str) -> Result<&'a str, Error> {
        self.value(lower).ok_or_else(|| {
            let detail = format!(
                "Bucket POST must contain a field named '{lower}'.  If it is specified, please check the order of the fields."
            );
            Error::new(ErrorKind::IncompleteForm, detail)
        })
    }

    /// Every field: its name in lower case, its name as it was sent, and its value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str, &'a str)> {
        self.0.iter().map(|(lower, (name, value))| (lower.as_str(), *name, *value))
    }
}
