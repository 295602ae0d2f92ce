//! The headers of the canonical request: names in lower case, sorted; values folded; values of one name joined with `,`
//! in their order on the wire.
//!
//! Source: "Create a signed AWS API request", CanonicalHeaders and SignedHeaders.

use crate::bytes::fold;
use crate::bytes::inline::InlineVec;
use crate::bytes::order::{is_sorted, prefix, prefix_lower};
use crate::bytes::sink::Sink;
use std::cmp::Ordering;

/// The signed headers.
#[derive(Clone, Debug)]
pub(crate) struct CanonicalHeaders<'a> {
    fields: InlineVec<Field<'a>, 8>,
}

#[derive(Clone, Copy, Debug)]
struct Field<'a> {
    prefix: u64,
    /// The place on the wire, which decides between values of one name.
    place: usize,
    /// Whether the name is in lower case already.
    lower: bool,
    name: &'a str,
    value: &'a [u8],
}

impl<'a> CanonicalHeaders<'a> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self { fields: InlineVec::new(Field { prefix: 0, place: 0, lower: true, name: "", value: b"" }) }
    }

    /// Adds a header; `name` may be in any case.
    #[inline]
    pub(crate) fn push(&mut self, name: &'a str, value: &'a [u8]) {
        let lower = !name.bytes().any(|b| b.is_ascii_uppercase());
        let prefix = if lower { prefix(name.as_bytes()) } else { prefix_lower(name.as_bytes()) };
        self.fields.push(Field { prefix, place: self.fields.len(), lower, name, value });
    }

    /// Adds a header whose name is in lower case.
    #[inline]
    pub(crate) fn push_lower(&mut self, name: &'a str, value: &'a [u8]) {
        let prefix = prefix(name.as_bytes());
        self.fields.push(Field { prefix, place: self.fields.len(), lower: true, name, value });
    }

    /// Brings the headers into order; to be called when all are there.
    #[inline]
    pub(crate) fn sort(&mut self) {
        let fields = self.fields.as_mut_slice();
        if !is_sorted(fields, |a, b| a.order(b) != Ordering::Greater) {
            fields.sort_unstable_by(Field::order);
        }
    }

    /// Writes `name:value` lines.
    #[inline]
    pub(crate) fn write(&self, sink: &mut impl Sink) {
        let mut previous: Option<&Field<'_>> = None;
        for field in self.fields.as_slice() {
            match previous {
                Some(previous) if previous.same_name(field) => sink.put(b","),
                Some(_) => {
                    sink.put(b"\n");
                    field.write_name(sink);
                    sink.put(b":");
                }
                None => {
                    field.write_name(sink);
                    sink.put(b":");
                }
            }
            fold::put(field.value, sink);
            previous = Some(field);
        }
        if previous.is_some() {
            sink.put(b"\n");
        }
    }

    /// Writes the names, each once.
    #[inline]
    pub(crate) fn write_names(&self, separator: &[u8], sink: &mut impl Sink) {
        let mut previous: Option<&Field<'_>> = None;
        for field in self.fields.as_slice() {
            match previous {
                Some(previous) if previous.same_name(field) => {}
                Some(_) => {
                    sink.put(separator);
                    field.write_name(sink);
                }
                None => field.write_name(sink),
            }
            previous = Some(field);
        }
    }

    /// How many bytes [`write_names`](Self::write_names) writes with a separator of one byte.
    #[inline]
    pub(crate) fn names_len(&self) -> usize {
        let fields = self.fields.as_slice();
        let new = |(n, field): &(usize, &Field<'_>)| {
            let previous = n.checked_sub(1).and_then(|n| fields.get(n));
            !previous.is_some_and(|previous| previous.same_name(field))
        };
        let lens = fields.iter().enumerate().filter(new).map(|(_, field)| field.name.len() + 1);
        lens.sum::<usize>().saturating_sub(1)
    }
}

impl Field<'_> {
    #[inline]
    fn order(&self, other: &Self) -> Ordering {
        self.prefix.cmp(&other.prefix).then_with(|| self.order_in_full(other))
    }

    fn order_in_full(&self, other: &Self) -> Ordering {
        let (a, b) = (self.name.bytes(), other.name.bytes());
        let names = a.map(|b| b.to_ascii_lowercase()).cmp(b.map(|b| b.to_ascii_lowercase()));
        names.then(self.place.cmp(&other.place))
    }

    #[inline]
    fn same_name(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.name.eq_ignore_ascii_case(other.name)
    }

    #[inline]
    fn write_name(&self, sink: &mut impl Sink) {
        if self.lower {
            sink.put(self.name.as_bytes());
        } else {
            sink.put(self.name.to_ascii_lowercase().as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CanonicalHeaders;

    fn written(fields: &[(&str, &[u8])]) -> (String, String) {
        let mut headers = CanonicalHeaders::new();
        for (name, value) in fields {
            headers.push(name, value);
        }
        headers.sort();
        let (mut lines, mut names) = (Vec::new(), Vec::new());
        headers.write(&mut lines);
        headers.write_names(b";", &mut names);
        (String::from_utf8(lines).unwrap(), String::from_utf8(names).unwrap())
    }

    #[test]
    fn names_are_lowered_and_sorted_and_prefixes_come_first() {
        let (lines, names) =
            written(&[("X-Abcdefgh2", b"3"), ("x-abcdefgh1", b"2"), ("X-ABCDEFGH", b"1"), ("A", b"0")]);
        assert_eq!(lines, "a:0\nx-abcdefgh:1\nx-abcdefgh1:2\nx-abcdefgh2:3\n");
        assert_eq!(names, "a;x-abcdefgh;x-abcdefgh1;x-abcdefgh2");
    }

    #[test]
    fn values_of_one_name_keep_their_order_on_the_wire() {
        let (lines, names) = written(&[("b", b"2"), ("X-A", b" z "), ("x-a", b"a"), ("X-a", b""), ("B", b"1")]);
        assert_eq!(lines, "b:2,1\nx-a:z,a,\n");
        assert_eq!(names, "b;x-a");
    }

    #[test]
    fn more_headers_than_fit_in_place_sort_all_the_same() {
        let names: Vec<String> = (0..100).rev().map(|n| format!("x-{n:03}")).collect();
        let fields: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"v".as_slice())).collect();
        let (lines, _) = written(&fields);
        assert!(lines.starts_with("x-000:v\nx-001:v\n") && lines.ends_with("x-098:v\nx-099:v\n"));
    }
}
