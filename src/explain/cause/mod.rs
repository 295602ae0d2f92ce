//! The known mistakes: each has a name that scripts may rely on, a sentence that says what happened, and a remedy.
//!
//! Sources: issue threads of signers and services, and differential tests of real signers; the thread stands above a
//! cause where one is typical.

pub(crate) mod headers;
pub(crate) mod key;
pub(crate) mod path;
pub(crate) mod payload;
pub(crate) mod query;
pub(crate) mod structure;

/// One known mistake.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Cause {
    /// In kebab case.
    pub(crate) name: &'static str,
    /// What happened, as a clause without a full stop.
    pub(crate) summary: &'static str,
    /// What to do about it, in a line.
    pub(crate) remedy: &'static str,
}

/// One mistake of one request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Mistake {
    pub(crate) cause: Cause,
    /// Which header, host, region or file it was.
    pub(crate) detail: Option<String>,
}

impl From<Cause> for Mistake {
    fn from(cause: Cause) -> Self {
        Self { cause, detail: None }
    }
}

impl Cause {
    /// The mistake, made with this.
    pub(crate) fn of(self, detail: impl Into<String>) -> Mistake {
        Mistake { cause: self, detail: Some(detail.into()) }
    }
}

/// Declares causes and the list of them.
macro_rules! causes {
    ($($id:ident = $name:literal, $summary:literal, $remedy:literal;)+) => {
        $(pub(crate) const $id: Cause = Cause { name: $name, summary: $summary, remedy: $remedy };)+
        pub(crate) const ALL: &[Cause] = &[$($id),+];
    };
}
use causes;

/// Every cause there is, in the order of the request and then of the key.
pub(crate) fn all() -> impl Iterator<Item = Cause> {
    [structure::ALL, path::ALL, query::ALL, headers::ALL, payload::ALL, key::ALL].into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_kebab_case_and_differ_and_texts_are_one_line() {
        let mut names = BTreeSet::new();
        for cause in super::all() {
            assert!(cause.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{cause:?}");
            assert!(names.insert(cause.name), "{cause:?}");
            for text in [cause.summary, cause.remedy] {
                assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{cause:?}");
            }
        }
    }
}
