//! One section of the canonical request: the right way to write it, and the wrong ways of clients.

use crate::explain::cause::{Cause, Mistake};

/// The maximum number of wrong variants of one section, including those of two mistakes.
pub(crate) const MAX_VARIANTS: usize = 400;
/// The maximum number of variants with one mistake. The rest is for those with two.
const MAX_SINGLES: usize = 300;
/// The maximum number of wrong variants of one section that are added besides.
pub(crate) const MAX_ADDED: usize = 160;
/// The most bytes that are read and written to find them.
const MAX_BYTES: usize = 512 * 1024;
/// The most bytes that are read and written besides to find the added ones.
const MAX_ADDED_BYTES: usize = 128 * 1024;

/// The right way to write a section, and the wrong ones.
#[derive(Debug, Default)]
pub(crate) struct Variants {
    pub(crate) right: Vec<u8>,
    pub(crate) wrong: Vec<Variant>,
    /// The number of bytes read or written so far, the larger of the two at each try.
    work: usize,
    /// The causes that the client is known for.
    pub(crate) habits: &'static [Cause],
}

/// One wrong way to write a section.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) bytes: Vec<u8>,
    /// Other causes of the same bytes.
    pub(crate) others: Vec<Cause>,
    /// Whether it counts as one mistake, and is likely to be combined with a mistake in another section.
    pub(crate) single: bool,
}

/// How many variants of a section are written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Depth {
    /// Only the right way.
    Right,
    /// The changes of the groups, each alone, which are most of what a search finds.
    #[default]
    Singles,
    All,
}

/// One change to the right way of writing.
pub(crate) struct Change<'c, S> {
    mistake: Mistake,
    rare: bool,
    apply: Box<dyn Fn(&mut S) + 'c>,
}

/// Changes that exclude each other.
pub(crate) type Group<'c, S> = Vec<Change<'c, S>>;

impl<'c, S> Change<'c, S> {
    pub(crate) fn new(mistake: impl Into<Mistake>, apply: impl Fn(&mut S) + 'c) -> Self {
        Self { mistake: mistake.into(), rare: false, apply: Box::new(apply) }
    }

    /// The same change, tried after all others and never together with another change of the section.
    #[must_use]
    pub(crate) fn rare(self) -> Self {
        Self { rare: true, ..self }
    }
}

impl Variants {
    pub(crate) fn new(right: Vec<u8>) -> Self {
        Self { right, ..Self::default() }
    }

    /// Tries every change alone, the rare ones last, and then every two effective changes of different groups, the first
    /// ones of each group first. `write` reads `len` bytes of the request; it returns `None` for a style that writes nothing.
    pub(crate) fn explore<S: Clone>(
        right: &S,
        groups: &[Group<'_, S>],
        len: usize,
        depth: Depth,
        write: impl Fn(&S) -> Option<Vec<u8>>,
    ) -> Self {
        let mut variants = Self::new(write(right).unwrap_or_default());
        if depth == Depth::Right {
            return variants;
        }
        let mut effective: Vec<Vec<&Change<'_, S>>> = Vec::new();
        for group in groups {
            let has_effect =
                |change: &&Change<'_, S>| variants.push_changed(right, &[change], len, MAX_SINGLES, &write);
            effective.push(group.iter().filter(|change| !change.rare).filter(has_effect).collect());
        }
        for change in groups.iter().flatten().filter(|change| change.rare) {
            variants.push_changed(right, &[change], len, MAX_SINGLES, &write);
        }
        for pair in pairs(&effective) {
            if depth != Depth::All || variants.is_full(MAX_VARIANTS) {
                break;
            }
            variants.push_changed(right, &pair, len, MAX_VARIANTS, &write);
        }
        variants
    }

    /// Whether there are `most` variants, or the limit of bytes is reached.
    const fn is_full(&self, most: usize) -> bool {
        self.wrong.len() >= most || self.work >= MAX_BYTES
    }

    /// Adds the right way with these changes, unless a limit is reached. Returns whether the variant is new.
    fn push_changed<S: Clone>(
        &mut self,
        right: &S,
        changes: &[&Change<'_, S>],
        len: usize,
        most: usize,
        write: impl Fn(&S) -> Option<Vec<u8>>,
    ) -> bool {
        if self.is_full(most) {
            return false;
        }
        let mut style = right.clone();
        for change in changes {
            (change.apply)(&mut style);
        }
        let mistakes = || changes.iter().map(|change| change.mistake.clone()).collect();
        let bytes = write(&style);
        let written = bytes.as_ref().map_or(0, Vec::len);
        self.work = self.work.saturating_add(len.max(written));
        bytes.is_some_and(|bytes| self.push(mistakes(), bytes))
    }

    /// Adds a variant of one mistake, which `write` makes of `len` bytes, unless a limit is reached. `is_combined` says whether
    /// it is combined with mistakes in other sections.
    pub(crate) fn add(
        &mut self,
        mistake: impl Into<Mistake>,
        len: usize,
        is_combined: bool,
        write: impl FnOnce() -> Vec<u8>,
    ) {
        let Some(bytes) = self.written(len, write) else { return };
        if self.push(vec![mistake.into()], bytes)
            && let Some(added) = self.wrong.last_mut()
        {
            added.single = is_combined;
        }
    }

    /// As [`Self::add`], but other causes of the same bytes become alternatives of this one.
    pub(crate) fn add_first(&mut self, mistake: impl Into<Mistake>, len: usize, write: impl FnOnce() -> Vec<u8>) {
        let (mistake, Some(bytes)) = (mistake.into(), self.written(len, write)) else { return };
        let same = self.wrong.iter_mut().find(|variant| variant.bytes == bytes && bytes != self.right);
        match same {
            Some(same) => {
                let known = std::mem::replace(&mut same.mistakes, vec![mistake.clone()]);
                let known = known.iter().map(|known| known.cause).filter(|_| same.single && known.len() == 1);
                let others = known.chain(std::mem::take(&mut same.others));
                same.others = others.filter(|other| *other != mistake.cause).collect();
                same.single = true;
            }
            None => drop(self.push(vec![mistake], bytes)),
        }
    }

    /// Adds a variant of mistakes that a client makes together, and which therefore counts as one.
    pub(crate) fn add_together(&mut self, mistakes: Vec<Mistake>, len: usize, write: impl FnOnce() -> Vec<u8>) {
        let Some(bytes) = self.written(len, write).filter(|bytes| *bytes != self.right) else { return };
        match self.wrong.iter_mut().find(|variant| variant.bytes == bytes) {
            Some(same) => same.single = true,
            None => self.wrong.push(Variant { mistakes, bytes, others: Vec::new(), single: true }),
        }
    }

    /// The bytes of an added variant. `None` if a limit is reached.
    fn written(&mut self, len: usize, write: impl FnOnce() -> Vec<u8>) -> Option<Vec<u8>> {
        if self.wrong.len() >= MAX_VARIANTS + MAX_ADDED || self.work >= MAX_BYTES + MAX_ADDED_BYTES {
            return None;
        }
        let bytes = write();
        self.work = self.work.saturating_add(len.max(bytes.len()));
        Some(bytes)
    }

    /// Adds a variant. Returns whether it is new: different from the right one and from every known one.
    pub(crate) fn push(&mut self, mistakes: Vec<Mistake>, bytes: Vec<u8>) -> bool {
        if bytes == self.right {
            return false;
        }
        if let Some(same) = self.wrong.iter_mut().find(|variant| variant.bytes == bytes) {
            same.is_also(&mistakes);
            return false;
        }
        let single = mistakes.len() == 1;
        self.wrong.push(Variant { mistakes, bytes, others: Vec::new(), single });
        true
    }

    /// Makes `cause` the first cause of these bytes; known causes of the same bytes become its alternatives.
    pub(crate) fn suppose(&mut self, cause: Cause, bytes: &[u8]) {
        let known = self.wrong.iter().position(|variant| variant.bytes == bytes).map(|at| self.wrong.remove(at));
        let others = known.iter().filter(|variant| variant.single);
        let others =
            others.flat_map(|variant| variant.mistakes.iter().map(|m| m.cause).chain(variant.others.iter().copied()));
        let others = others.filter(|other| *other != cause).collect();
        self.wrong.push(Variant { mistakes: vec![cause.into()], bytes: bytes.to_vec(), others, single: true });
    }

    /// Names the causes that the client is known for before others of the same bytes.
    #[must_use]
    pub(crate) fn of_client(mut self, habits: &'static [Cause]) -> Self {
        self.habits = habits;
        self.wrong.iter_mut().for_each(|variant| variant.prefer(habits));
        self
    }

    /// The wrong variants that count as one mistake.
    pub(crate) fn singles(&self) -> impl Iterator<Item = &Variant> {
        self.wrong.iter().filter(|variant| variant.single)
    }

    /// The wrong variant with these bytes.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<&Variant> {
        self.wrong.iter().find(|variant| variant.bytes == bytes)
    }
}

/// Every two elements of different groups, ordered by the sum of their positions in their groups.
fn pairs<'g, T>(groups: &'g [Vec<&'g T>]) -> impl Iterator<Item = [&'g T; 2]> {
    let longest = groups.iter().map(Vec::len).max().unwrap_or_default();
    let of_groups =
        move |sum: usize| (0..groups.len()).flat_map(move |a| (a + 1..groups.len()).map(move |b| (sum, a, b)));
    let places = move |(sum, a, b): (usize, usize, usize)| (0..=sum).map(move |at| ((a, at), (b, sum - at)));
    let element = move |(group, at): (usize, usize)| groups.get(group)?.get(at).copied();
    let sums = 0..(2 * longest).saturating_sub(1);
    sums.flat_map(of_groups).flat_map(places).filter_map(move |(a, b)| Some([element(a)?, element(b)?]))
}

impl Variant {
    /// Makes one of these causes the first, if it gives the same bytes and the first one is not among them.
    fn prefer(&mut self, causes: &[Cause]) {
        let [mistake] = self.mistakes.as_mut_slice() else { return };
        let other = self.others.iter_mut().find(|other| causes.contains(other));
        if let Some(other) = other.filter(|_| !causes.contains(&mistake.cause)) {
            let preferred = std::mem::replace(other, mistake.cause);
            *mistake = preferred.into();
        }
    }

    /// Notes another cause of the same bytes. Causes that take more mistakes than the known one are left out.
    fn is_also(&mut self, mistakes: &[Mistake]) {
        if let ([known], [other]) = (self.mistakes.as_slice(), mistakes)
            && known.cause != other.cause
            && !self.others.contains(&other.cause)
        {
            self.others.push(other.cause);
        }
        self.single |= mistakes.len() == 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Depth, Variants};
    use crate::explain::cause::{Cause, causes};

    causes! {
        FIRST = "first", "the first was written wrongly", "write it rightly";
        SECOND = "second", "it may as well have been this", "write it rightly";
        THIRD = "third", "the second was written wrongly", "write it rightly";
    }

    #[test]
    fn equal_bytes_are_one_variant_that_names_both_causes() {
        let groups = [
            vec![Change::new(FIRST, |s: &mut (u8, u8)| s.0 = 1), Change::new(SECOND, |s: &mut (u8, u8)| s.0 = 1)],
            vec![Change::new(THIRD, |s: &mut (u8, u8)| s.1 = 1), Change::new(THIRD, |s: &mut (u8, u8)| s.1 = 0)],
        ];
        let explore = |depth| Variants::explore(&(0, 0), &groups, 2, depth, |(a, b)| Some(vec![*a, *b]));
        let variants = explore(Depth::All);
        assert_eq!((variants.right.as_slice(), ALL.len()), (&[0, 0][..], 3));
        let found: Vec<_> = variants.wrong.iter().map(|v| (v.bytes.as_slice(), v.mistakes.len(), v.single)).collect();
        assert_eq!(found, [(&[1, 0][..], 1, true), (&[0, 1], 1, true), (&[1, 1], 2, false)]);
        assert_eq!(variants.find(&[1, 0]).unwrap().others, [SECOND]);
        assert_eq!([Depth::Right, Depth::Singles].map(|depth| explore(depth).wrong.len()), [0, 2]);
    }
}
