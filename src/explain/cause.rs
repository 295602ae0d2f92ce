//! The known mistakes: each has a name that scripts may rely on, a sentence that says what happened, and a remedy.
//!
//! Sources: issue threads of signers and services, and differential tests of real signers; the thread stands above a
//! cause where one is typical.

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
pub(crate) use causes;
