//! Condition operators.
//!
//! ```text
//! operator = ["ForAllValues:" / "ForAnyValue:"] name ["IfExists"]
//! ```
//!
//! Source: "IAM JSON policy elements: Condition operators".

use std::cmp::Ordering;

/// How a key with several values is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Quantifier {
    /// Every value of the request must match.
    All,
    /// At least one value of the request must match.
    Any,
}

impl Quantifier {
    /// Whether it holds if there are no values.
    pub(crate) const fn holds_of_none(self) -> bool {
        match self {
            Self::All => true,
            Self::Any => false,
        }
    }
}

/// The order comparison of numbers and dates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Relation {
    pub(crate) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The type of the values, and how they are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Family {
    Text,
    TextIgnoringCase,
    /// With wildcards.
    TextLike,
    Number(Relation),
    Date(Relation),
    Bool,
    Binary,
    Address,
    Arn,
    Null,
}

/// An operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Operator {
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) family: Family,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
}

/// Every operator, without prefix and suffix, and whether it is negated.
const NAMES: &[(&str, Family, bool)] = &[
    ("StringEquals", Family::Text, false),
    ("StringNotEquals", Family::Text, true),
    ("StringEqualsIgnoreCase", Family::TextIgnoringCase, false),
    ("StringNotEqualsIgnoreCase", Family::TextIgnoringCase, true),
    ("StringLike", Family::TextLike, false),
    ("StringNotLike", Family::TextLike, true),
    ("NumericEquals", Family::Number(Relation::Equal), false),
    ("NumericNotEquals", Family::Number(Relation::Equal), true),
    ("NumericLessThan", Family::Number(Relation::Less), false),
    ("NumericLessThanEquals", Family::Number(Relation::LessOrEqual), false),
    ("NumericGreaterThan", Family::Number(Relation::Greater), false),
    ("NumericGreaterThanEquals", Family::Number(Relation::GreaterOrEqual), false),
    ("DateEquals", Family::Date(Relation::Equal), false),
    ("DateNotEquals", Family::Date(Relation::Equal), true),
    ("DateLessThan", Family::Date(Relation::Less), false),
    ("DateLessThanEquals", Family::Date(Relation::LessOrEqual), false),
    ("DateGreaterThan", Family::Date(Relation::Greater), false),
    ("DateGreaterThanEquals", Family::Date(Relation::GreaterOrEqual), false),
    ("Bool", Family::Bool, false),
    ("BinaryEquals", Family::Binary, false),
    ("IpAddress", Family::Address, false),
    ("NotIpAddress", Family::Address, true),
    ("ArnEquals", Family::Arn, false),
    ("ArnLike", Family::Arn, false),
    ("ArnNotEquals", Family::Arn, true),
    ("ArnNotLike", Family::Arn, true),
    ("Null", Family::Null, false),
];

impl Operator {
    /// The operator with this name. `Null` takes neither prefix nor suffix.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Quantifier::All), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::Any), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (_, family, negated) = *NAMES.iter().find(|(own, ..)| *own == base)?;
        let bare = quantifier.is_none() && !if_exists;
        (bare || family != Family::Null).then_some(Self { quantifier, family, negated, if_exists })
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Operator};

    #[test]
    fn every_operator_has_its_prefixes_and_its_suffix_and_no_other() {
        let mut known = 0;
        for (name, family, negated) in NAMES {
            for prefix in ["", "ForAllValues:", "ForAnyValue:", "ForAll:", "forAnyValue:", ":"] {
                for suffix in ["", "IfExists", "IfExist", "IfExistsIfExists"] {
                    let read = Operator::parse(&format!("{prefix}{name}{suffix}"));
                    known += usize::from(read.is_some());
                    assert!(read.is_none_or(|read| read.family == *family && read.negated == *negated));
                }
            }
            assert!(Operator::parse(&name.to_lowercase()).is_none());
        }
        assert_eq!(known, 26 * 6 + 1);
        assert!(Operator::parse("").is_none() && Operator::parse("StringMatches").is_none());
    }
}
