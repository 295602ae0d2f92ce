//! The trailer of a body in chunks: fields after the last chunk.

use super::wire::{LINE_END, TRAILER_SIGNATURE};
use crate::bytes::write::Write;
use crate::crypto::sha256::Sha256;
use crate::error::{Error, ErrorKind};
use http::{HeaderName, HeaderValue};

/// The fields of a trailer, without its signature.
///
/// They are sorted by name on the wire, as the canonical form has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Trailer(Vec<(HeaderName, Vec<u8>)>);

impl Trailer {
    /// Adds a field. White space around its value is left out.
    pub(super) fn add(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let invalid = |detail| Error::new(ErrorKind::InvalidTrailer, detail);
        let name = HeaderName::try_from(name).map_err(|_| invalid("the name of a field is not a token of HTTP"))?;
        let value =
            HeaderValue::try_from(value).map_err(|_| invalid("the value of a field holds a control character"))?;
        if name == TRAILER_SIGNATURE {
            return Err(invalid("signing adds `x-amz-trailer-signature`"));
        }
        if self.has(&name) {
            return Err(invalid("a field is there twice"));
        }
        let value = value.as_bytes().trim_ascii();
        if !value.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(invalid("the value of a field holds a tab or a character that is not ASCII"));
        }
        self.insert(name, value.to_vec());
        Ok(())
    }

    /// Whether there is a field of this name.
    pub(super) fn has(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    /// Inserts a field, whose name no other field has, at its place.
    pub(super) fn insert(&mut self, name: HeaderName, value: Vec<u8>) {
        let at = self.0.partition_point(|(other, _)| other.as_str() < name.as_str());
        self.0.insert(at, (name, value));
    }

    /// The names, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The length of the fields on the wire, in bytes.
    pub(super) fn encoded_len(&self) -> usize {
        self.0.iter().map(|(name, value)| field_len(name.as_str().len(), value.len())).sum()
    }

    /// Writes the fields as they go over the wire.
    pub(super) fn write(&self, sink: &mut impl Write) {
        for (name, value) in &self.0 {
            write_field(name.as_str().as_bytes(), value, LINE_END, sink);
        }
    }

    /// The SHA-256 of the canonical form.
    pub(super) fn sha256(&self) -> [u8; 32] {
        canonical_sha256(self.0.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_slice())))
    }
}

/// The length of a field on the wire.
pub(super) const fn field_len(name: usize, value: usize) -> usize {
    name + 1 + value + LINE_END.len()
}

/// Writes a field and the end of its line.
pub(super) fn write_field(name: &[u8], value: &[u8], end: &[u8], sink: &mut impl Write) {
    sink.put(name);
    sink.put(b":");
    sink.put(value);
    sink.put(end);
}

/// The SHA-256 of a trailer's fields in canonical form, which the trailer's signature covers.
///
/// The fields come sorted by name, with their names in lower case and without white space around their values.
pub(crate) fn canonical_sha256<'a>(fields: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> [u8; 32] {
    let mut hasher = Sha256::default();
    fields.for_each(|(name, value)| write_field(name, value, b"\n", &mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Trailer;
    use crate::crypto::sha256;

    #[test]
    fn fields_are_sorted_and_trimmed() {
        let mut trailer = Trailer::default();
        trailer.add("X-Amz-Meta-B", "  two ").unwrap();
        trailer.add("x-amz-meta-a", "1").unwrap();
        let mut wire = Vec::new();
        trailer.write(&mut wire);
        assert_eq!(wire, b"x-amz-meta-a:1\r\nx-amz-meta-b:two\r\n");
        assert_eq!(trailer.encoded_len(), wire.len());
        assert_eq!(trailer.sha256(), sha256::digest(b"x-amz-meta-a:1\nx-amz-meta-b:two\n"));
        assert_eq!(trailer.names().collect::<Vec<_>>(), ["x-amz-meta-a", "x-amz-meta-b"]);
    }

    #[test]
    fn fields_that_would_break_the_framing_are_refused() {
        let mut trailer = Trailer::default();
        trailer.add("x-amz-meta-a", "1").unwrap();
        for (name, value) in [
            ("", "1"),
            ("a b", "1"),
            ("a:", "1"),
            ("x-b", "1\r\nx-c:2"),
            ("x-b", "1\n"),
            ("x-b", "1\t2"),
            ("x-b", "caf\u{e9}"),
            ("x-amz-trailer-signature", "1"),
            ("X-Amz-Meta-A", "2"),
        ] {
            assert!(trailer.add(name, value).is_err(), "{name:?}: {value:?}");
        }
        assert_eq!(trailer.names().count(), 1);
    }
}
