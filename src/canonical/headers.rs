//! The headers of the canonical request: names in lower case and sorted, values trimmed, values of one name joined with `,`
//! in their order on the wire.
//!
//! Source: "Create a signed AWS API request", CanonicalHeaders and SignedHeaders.

use crate::bytes::order::{self, prefix, prefix_lower};
use crate::bytes::trim_all;
use crate::bytes::word;
use crate::bytes::write::Write;
use crate::name;
use crate::request::MAX_HEADERS;
use std::cmp::Ordering;

/// The signed headers.
#[derive(Clone)]
pub(crate) struct CanonicalHeaders<'a> {
    fields: Vec<Field<'a>>,
    /// What [`write_names`](Self::write_names) writes, if a received request has it in one piece.
    names: Option<&'a str>,
}

/// The most headers that signing adds: the host, the date, the payload's hash and the session token.
const ADDED: usize = 4;

#[derive(Clone, Copy)]
struct Field<'a> {
    prefix: u128,
    name: &'a str,
    value: &'a [u8],
    /// Whether the name is in lower case already.
    lower: bool,
    /// Whether the value is known to have no blanks.
    no_blanks: bool,
    /// Whether the field before it has the same name.
    repeats: bool,
    /// Whether the request names it as signed.
    marked: bool,
}

impl<'a> CanonicalHeaders<'a> {
    /// An empty list with room for `headers` of a request, and for the headers that signing adds.
    #[inline]
    pub(crate) fn with_room_for(headers: usize) -> Self {
        Self { fields: Vec::with_capacity(headers.min(MAX_HEADERS) + ADDED), names: None }
    }

    /// Adds a header; `name` may be in any case.
    #[inline]
    pub(crate) fn push(&mut self, name: &'a str, value: &'a [u8]) {
        let lower = !has_upper(name);
        let prefix = if lower { prefix(name.as_bytes()) } else { prefix_lower(name.as_bytes()) };
        self.fields.push(Field { prefix, lower, ..Field::new(name, value, false) });
    }

    /// Adds a header whose name is in lower case.
    #[inline]
    pub(crate) fn push_lower(&mut self, name: &'a str, value: &'a [u8]) {
        self.fields.push(Field::new(name, value, false));
    }

    /// Adds a header that signing itself writes: its name is in lower case, and its value is not searched for blanks, which saves some
    /// 1,400 instructions of a token (row `sign-token`).
    #[inline]
    pub(crate) fn push_own(&mut self, name: &'static str, value: &'a [u8]) {
        self.fields.push(Field::new(name, value, true));
    }

    /// Adds the host, in its place if the headers so far are sorted. Sorting then has nothing to move (row `verify-post`). `no_blanks` says
    /// that the value is known to have none.
    #[inline]
    pub(crate) fn insert_host(&mut self, value: &'a [u8], no_blanks: bool) {
        let host = Field::new(name::HOST, value, no_blanks);
        let place = self.fields.partition_point(|field| field.prefix < host.prefix);
        self.fields.insert(place, host);
    }

    /// Sorts the headers. Call it once all are pushed.
    #[inline]
    pub(crate) fn sort(&mut self) {
        if order::sort(&mut self.fields, |field| field.prefix, Field::order_in_full) {
            return;
        }
        let mut before: Option<&Field<'_>> = None;
        for field in &mut self.fields {
            field.repeats = before.is_some_and(|before| before.same_name(field));
            before = Some(field);
        }
    }

    /// Marks the fields whose name `marks` accepts. Call it once they are sorted; it asks once a name, in their order.
    #[inline]
    pub(crate) fn mark(&mut self, mut marks: impl FnMut(&str) -> bool) {
        self.mark_fields(|field| marks(field.name));
    }

    #[inline]
    fn mark_fields(&mut self, mut marks: impl FnMut(&Field<'a>) -> bool) {
        let mut marked = false;
        for field in &mut self.fields {
            if !field.repeats {
                marked = marks(field);
            }
            field.marked = marked;
        }
    }

    /// Marks the fields that `text` names, and calls `each_other` with the names of the others. Returns whether `text` is what
    /// [`write_names`](Self::write_names) writes for the marked fields. Call it once they are sorted.
    ///
    /// It walks along the text once. The walk along any list of names takes ten times as long (row `verify-30-20`).
    #[inline]
    pub(crate) fn mark_written(&mut self, text: &str, mut each_other: impl FnMut(&str)) -> bool {
        let (text, mut at) = (text.as_bytes(), 0);
        self.mark_fields(|field| {
            let end = at + field.name.len();
            let begins = field.lower && text.get(at..end) == Some(field.name.as_bytes());
            let named = begins && matches!(text.get(end), None | Some(b';'));
            if named {
                at = end + 1;
            } else {
                each_other(field.name);
            }
            named
        });
        at == text.len() + 1
    }

    /// Drops the fields that are not marked. The names of the others are `names`, if they are known in one piece.
    #[inline]
    pub(crate) fn keep_marked(&mut self, names: Option<&'a str>) {
        self.fields.retain(|field| field.marked);
        self.names = names;
    }

    /// Writes `name:value` lines.
    #[inline]
    pub(crate) fn write(&self, sink: &mut impl Write) {
        for (n, field) in self.fields.iter().enumerate() {
            if field.repeats {
                sink.put(b",");
            } else {
                if n > 0 {
                    sink.put(b"\n");
                }
                field.write_name(sink);
                sink.put(b":");
            }
            if field.no_blanks {
                sink.put(field.value);
            } else {
                trim_all::put(field.value, sink);
            }
        }
        if !self.fields.is_empty() {
            sink.put(b"\n");
        }
    }

    /// Writes the names, each once, joined with `;`.
    #[inline]
    pub(crate) fn write_names(&self, sink: &mut impl Write) {
        if let Some(names) = self.names {
            return sink.put(names.as_bytes());
        }
        let mut first = true;
        for field in &self.fields {
            if field.repeats {
                continue;
            }
            if !first {
                sink.put(b";");
            }
            first = false;
            field.write_name(sink);
        }
    }

    /// The values of the header `name`, which is in lower case, in their order on the wire.
    pub(crate) fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }

    /// How many bytes [`write_names`](Self::write_names) writes.
    #[inline]
    pub(crate) fn names_len(&self) -> usize {
        let len = |field: &Field<'_>| if field.repeats { 0 } else { field.name.len() + 1 };
        self.fields.iter().map(len).sum::<usize>().saturating_sub(1)
    }
}

impl<'a> Field<'a> {
    /// A field whose name is in lower case.
    #[inline]
    fn new(name: &'a str, value: &'a [u8], no_blanks: bool) -> Self {
        let prefix = prefix(name.as_bytes());
        Self { prefix, name, value, lower: true, no_blanks, repeats: false, marked: false }
    }

    /// Most names are in lower case, and compare many bytes at a time: a client may send a thousand with one long beginning.
    #[cold]
    fn order_in_full(&self, other: &Self) -> Ordering {
        if self.lower && other.lower { self.name.cmp(other.name) } else { order_of_names(self.name, other.name) }
    }

    #[inline]
    fn same_name(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.name.eq_ignore_ascii_case(other.name)
    }

    #[inline]
    fn write_name(&self, sink: &mut impl Write) {
        if self.lower {
            sink.put(self.name.as_bytes());
        } else {
            put_lower(self.name.as_bytes(), sink);
        }
    }
}

/// The order of two names, ignoring case.
#[inline]
pub(crate) fn order_of_names(a: &str, b: &str) -> Ordering {
    let unlike = a.bytes().zip(b.bytes()).find(|(a, b)| !a.eq_ignore_ascii_case(b));
    match unlike {
        Some((a, b)) => a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()),
        None => a.len().cmp(&b.len()),
    }
}

/// Writes `name` in lower case, a few bytes at a time.
#[cold]
#[inline(never)]
fn put_lower(name: &[u8], sink: &mut impl Write) {
    for piece in name.chunks(32) {
        let mut lower = [0; 32];
        if let Some(place) = lower.get_mut(..piece.len()) {
            place.copy_from_slice(piece);
            place.make_ascii_lowercase();
            sink.put(place);
        }
    }
}

#[inline]
pub(crate) fn has_upper(name: &str) -> bool {
    word::any(name.as_bytes(), b'a', word::upper_case)
}

#[cfg(test)]
mod tests {
    use super::CanonicalHeaders;

    fn written(fields: &[(&str, &[u8])]) -> (String, String) {
        let mut headers = CanonicalHeaders::with_room_for(0);
        for (name, value) in fields {
            headers.push(name, value);
        }
        headers.sort();
        let (mut lines, mut names) = (Vec::new(), Vec::new());
        headers.write(&mut lines);
        headers.write_names(&mut names);
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
    fn only_names_as_they_are_written_are_known_in_one_piece() {
        let mark = |names| {
            let mut headers = CanonicalHeaders::with_room_for(0);
            for (name, value) in [("a", b"1"), ("X-C", b"2"), ("x-b", b"3"), ("a", b"4"), ("x-b-c", b"5")] {
                headers.push(name, value);
            }
            headers.sort();
            let mut others = Vec::new();
            let written = headers.mark_written(names, |other| others.push(other.to_owned()));
            headers.keep_marked(None);
            let mut marked = Vec::new();
            headers.write_names(&mut marked);
            (written, String::from_utf8(marked).unwrap(), others.join(" "))
        };
        assert_eq!(mark("a;x-b"), (true, "a;x-b".into(), "x-b-c X-C".into()));
        assert_eq!(mark("x-b-c"), (true, "x-b-c".into(), "a x-b X-C".into()));
        for names in ["", "a;", ";a", "a;;x-b", "A", "a;a", "x-b;a", "x-c", "X-C", "a;X-C", "a;x", "a,x-b", "a;x-b;x"] {
            let (written, ..) = mark(names);
            assert!(!written, "{names}");
        }
    }

    #[test]
    fn more_headers_than_fit_in_place_sort_all_the_same() {
        let names: Vec<String> = (0..100).rev().map(|n| format!("x-{n:03}")).collect();
        let fields: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"v".as_slice())).collect();
        let (lines, _) = written(&fields);
        assert!(lines.starts_with("x-000:v\nx-001:v\n") && lines.ends_with("x-098:v\nx-099:v\n"));
    }
}
