//! The fields of a received form.

use super::{FILE, FILE_NAME};
use crate::auth::header::shown;
use crate::error::{Error, ErrorKind};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The longest form without its file, in bytes: the names and values of all its fields. It is S3's own limit. The values with the name of
/// the file in the place of `${filename}` have no more bytes either.
///
/// Source: "POST Object" in the Amazon S3 API Reference.
pub const MAX_FORM_LEN: usize = 20_480;

/// The most fields of a form besides the file.
pub const MAX_FORM_FIELDS: usize = 256;

/// The fields before the file, by name in lower case: the name as it was sent, and the value.
#[derive(Default)]
pub(super) struct Fields<'a>(BTreeMap<String, (&'a str, &'a str)>);

/// The values of the fields, by name in lower case, with the name of the file in the place of `${filename}`.
pub(super) type Values<'a> = BTreeMap<String, Cow<'a, str>>;

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

    /// The values with the name of the file in them, without its directories.
    pub(super) fn with_file_name(&self, path: &str) -> Result<Values<'a>, Error> {
        let file_name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let (mut values, mut len) = (Values::new(), 0_usize);
        for (lower, (_, raw)) in &self.0 {
            let places = raw.matches(FILE_NAME).count();
            len = len.saturating_add(raw.len() - places * FILE_NAME.len());
            len = len.saturating_add(places.saturating_mul(file_name.len()));
            if len > MAX_FORM_LEN {
                let detail =
                    format!("there are more than {MAX_FORM_LEN} bytes with the name of the file in its places");
                return Err(Error::new(ErrorKind::FormTooLarge, detail));
            }
            let value = if places == 0 { Cow::Borrowed(*raw) } else { raw.replace(FILE_NAME, file_name).into() };
            values.insert(lower.clone(), value);
        }
        Ok(values)
    }

    /// Every field: its name in lower case, its name as it was sent, and its value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str, &'a str)> {
        self.0.iter().map(|(lower, (name, value))| (lower.as_str(), *name, *value))
    }
}
