//! The trailer of a body: the fields that a request declares, and those that came.

use super::{invalid_declaration, malformed_trailer};
use crate::auth::header::shown;
use crate::error::Error;
use crate::request::is_name;
use crate::stream::checksum::ChecksumAlgorithm;
use crate::stream::trailer::canonical_sha256;
use crate::stream::wire::TRAILER_SIGNATURE;

/// The most fields of a trailer.
const MAX_TRAILERS: usize = 8;

/// The beginning of the names of checksums.
const CHECKSUM_PREFIX: &str = "x-amz-checksum-";

/// The declared fields, and the values that came.
#[derive(Clone, Debug, Default)]
pub(super) struct Trailers(Vec<Field>);

#[derive(Clone, Debug)]
struct Field {
    /// In lower case.
    name: String,
    value: Option<String>,
}

impl Trailers {
    /// Reads the values of `x-amz-trailer`: names, separated by commas.
    pub(super) fn declared<'v>(values: impl Iterator<Item = &'v [u8]>) -> Result<Self, Error> {
        let mut trailers = Self::default();
        for name in values.flat_map(|value| value.split(|byte| *byte == b',')) {
            trailers.declare(name.trim_ascii())?;
        }
        Ok(trailers)
    }

    fn declare(&mut self, name: &[u8]) -> Result<(), Error> {
        let name = str::from_utf8(name).ok().filter(|name| is_name(name)).map(str::to_ascii_lowercase);
        let name = name.ok_or_else(|| invalid_declaration("has an invalid name"))?;
        let is_unknown = name.starts_with(CHECKSUM_PREFIX) && ChecksumAlgorithm::of_header(&name).is_none();
        if is_unknown || name == TRAILER_SIGNATURE {
            return Err(invalid_declaration(format!("names `{}`, which is not supported", shown(&name))));
        }
        if self.0.len() == MAX_TRAILERS {
            return Err(invalid_declaration(format!("has more than {MAX_TRAILERS} names")));
        }
        if self.names().any(|other| other == name) {
            return Err(invalid_declaration(format!("names `{}` twice", shown(&name))));
        }
        self.0.push(Field { name, value: None });
        Ok(())
    }

    /// Whether no field is declared.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The declared names, in lower case.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|field| field.name.as_str())
    }

    /// The checksums that are declared.
    pub(super) fn checksums(&self) -> impl Iterator<Item = ChecksumAlgorithm> {
        self.0.iter().filter_map(|field| ChecksumAlgorithm::of_header(&field.name))
    }

    /// Takes a field that came.
    pub(super) fn take(&mut self, name: &[u8], value: &[u8]) -> Result<(), Error> {
        let declared = self.0.iter_mut().find(|field| field.name.as_bytes().eq_ignore_ascii_case(name));
        let Some(field) = declared else {
            let name = String::from_utf8_lossy(name);
            return Err(malformed_trailer(format!("its field `{}` is not declared", shown(&name))));
        };
        let is_printable = value.iter().all(|byte| matches!(byte, b' '..=b'~'));
        match str::from_utf8(value) {
            _ if field.value.is_some() => Err(malformed_trailer(format!("its field `{}` is there twice", field.name))),
            Ok(value) if is_printable => {
                field.value = Some(value.to_owned());
                Ok(())
            }
            _ => Err(malformed_trailer(format!("its field `{}` has a value of other than visible ASCII", field.name))),
        }
    }

    /// Refuses a trailer without a declared field.
    pub(super) fn check_complete(&self) -> Result<(), Error> {
        let absent = self.0.iter().find(|field| field.value.is_none());
        absent.map_or(Ok(()), |field| Err(malformed_trailer(format!("its field `{}` is not there", field.name))))
    }

    /// The SHA-256 of the fields that came, in the form in which they are signed.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut fields: Vec<_> = self.fields().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        fields.sort_unstable();
        canonical_sha256(fields.into_iter())
    }

    /// The names, in lower case, and the values that came.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|field| Some((field.name.as_str(), field.value.as_deref()?)))
    }

    /// The value of the field of this name, which is in lower case.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.fields().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}
