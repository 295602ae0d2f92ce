//! The fields of a form that was made.

use super::fields::{MAX_FORM_FIELDS, MAX_FORM_LEN};
use crate::error::{Error, ErrorKind};
use crate::time::Timestamp;
use std::fmt;
use zeroize::Zeroizing;

/// The fields of a form. Everyone who has them can upload what the policy allows, so `Debug` shows only their names.
#[derive(Clone)]
#[must_use]
pub struct PostForm {
    fields: Vec<(String, Zeroizing<String>)>,
    end: Timestamp,
}

impl PostForm {
    pub(super) fn new(fields: Vec<(String, Zeroizing<String>)>, end: Timestamp) -> Result<Self, Error> {
        let len: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        if len > MAX_FORM_LEN || fields.len() > MAX_FORM_FIELDS {
            let detail =
                format!("it has {len} bytes in {} fields, more than {MAX_FORM_LEN} or {MAX_FORM_FIELDS}", fields.len());
            return Err(Error::new(ErrorKind::FormTooLarge, detail));
        }
        Ok(Self { fields, end })
    }

    /// The names and values, in the order in which the form should send them: all before the field `file`.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The moment at which the policy expires.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.end
    }
}

impl fmt::Debug for PostForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        f.debug_struct("PostForm").field("fields", &names).field("end", &self.end).finish()
    }
}
