//! Three-valued logic: yes, no or unknown.

/// Whether something holds. If it is unknown, a deny applies and an allow does not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Truth {
    Yes,
    No,
    /// A value has an unexpected type, there are several values for a single-valued key, or the comparison takes too many steps.
    Unknown,
}

impl Truth {
    /// Whether at least one holds.
    pub(crate) fn any(of: impl IntoIterator<Item = Self>) -> Self {
        let mut unknown = false;
        for truth in of {
            match truth {
                Self::Yes => return Self::Yes,
                Self::Unknown => unknown = true,
                Self::No => {}
            }
        }
        if unknown { Self::Unknown } else { Self::No }
    }

    /// Whether all hold.
    pub(crate) fn all(of: impl IntoIterator<Item = Self>) -> Self {
        let mut unknown = false;
        for truth in of {
            match truth {
                Self::No => return Self::No,
                Self::Unknown => unknown = true,
                Self::Yes => {}
            }
        }
        if unknown { Self::Unknown } else { Self::Yes }
    }

    /// The opposite, if `negated`.
    pub(crate) const fn negated_if(self, negated: bool) -> Self {
        match (self, negated) {
            (Self::Yes, true) => Self::No,
            (Self::No, true) => Self::Yes,
            _ => self,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};

    #[test]
    fn what_cannot_be_told_counts_only_if_nothing_else_decides() {
        use super::Truth;
        assert_eq!([Truth::any([Unknown, Yes]), Truth::any([Unknown, No]), Truth::any([])], [Yes, Unknown, No]);
        assert_eq!([Truth::all([Unknown, No]), Truth::all([Unknown, Yes]), Truth::all([])], [No, Unknown, Yes]);
        assert_eq!([Yes, No, Unknown].map(|truth| truth.negated_if(true)), [No, Yes, Unknown]);
        assert_eq!([Yes, No, Unknown].map(|truth| truth.negated_if(false)), [Yes, No, Unknown]);
    }
}
