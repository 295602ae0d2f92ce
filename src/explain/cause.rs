//! The type of causes. The causes themselves are in the modules of the parts of the request.
//!
//! Sources: issue threads of signers and services, and differential tests of real signers. Where one thread is typical
//! of a cause, it is named above the cause.

/// A known mistake: a name that scripts may rely on, what happened, and a remedy.
///
/// ```
/// use sig4::explain::Cause;
///
/// let cause = Cause::all().find(|cause| cause.name() == "path-encoded-once").expect("it is a known cause");
/// assert!(cause.remedy().contains("once more for the signature"));
/// assert_eq!(Cause::NOT_AUTHORIZED.name(), "not-authorized");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Cause {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) remedy: &'static str,
    pub(crate) workaround: Option<&'static str>,
    pub(crate) versions: Option<&'static str>,
}

impl Cause {
    /// The name in kebab case: `path-encoded-once`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// What happened, as a clause without a full stop.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        self.summary
    }

    /// What the author of the signer has to do, in one line without a full stop.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        self.remedy
    }

    /// What a person can do who uses the signer and cannot change it, in one line without a full stop. `None` if the remedy is
    /// for both.
    #[must_use]
    pub const fn workaround(self) -> Option<&'static str> {
        self.workaround
    }

    /// The clients that make this mistake, with the version in which it was fixed, in one line without a full stop. `None` if
    /// none is known.
    #[must_use]
    pub const fn versions(self) -> Option<&'static str> {
        self.versions
    }

    /// The mistake of one request: this cause, and the header, host, region or file that it concerns.
    pub(crate) fn of(self, detail: impl Into<String>) -> Mistake {
        Mistake { cause: self, detail: Some(detail.into()) }
    }
}

/// One mistake of one request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Mistake {
    pub(crate) cause: Cause,
    /// The header, host, region or file that it concerns.
    pub(crate) detail: Option<String>,
}

impl From<Cause> for Mistake {
    fn from(cause: Cause) -> Self {
        Self { cause, detail: None }
    }
}

/// Declares causes, and the list `ALL` of them. After the remedy, `workaround = "…"` and `versions = "…"` are optional.
macro_rules! causes {
    ($($id:ident = $name:literal, $summary:literal, $remedy:literal
        $(, workaround = $workaround:literal)? $(, versions = $versions:literal)?;)+) => {
        $(pub(crate) const $id: Cause = Cause {
            name: $name,
            summary: $summary,
            remedy: $remedy,
            workaround: $crate::explain::cause::optional!($($workaround)?),
            versions: $crate::explain::cause::optional!($($versions)?),
        };)+
        pub(crate) const ALL: &[Cause] = &[$($id),+];
    };
}
pub(crate) use causes;

/// `Some` of the literal, or `None` of nothing.
macro_rules! optional {
    () => {
        None
    };
    ($text:literal) => {
        Some($text)
    };
}
pub(crate) use optional;
