//! Conditions.
//!
//! Source: "IAM JSON policy elements: Condition operators"; "Conditions with multiple context keys or values";
//! "Single-valued vs. multivalued context keys".

use super::arn;
use super::mutation::{Mutation, is};
use super::request::Request;
use super::text::{self, Known, Mark, Piece, expand, folded, literal, marks, pieces};
use super::value::{Number, base64, bits, moment, network, truth};
use std::cmp::Ordering;

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holds {
    Yes,
    No,
    /// The request does not tell. An `Allow` does not apply then, and a `Deny` does.
    Unclear,
}

impl Holds {
    pub const fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }

    pub const fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unclear => Self::Unclear,
        }
    }
}

/// Whether one of them holds.
pub fn any(all: impl IntoIterator<Item = Holds>) -> Holds {
    let all: Vec<_> = all.into_iter().collect();
    if all.contains(&Holds::Yes) {
        Holds::Yes
    } else if all.contains(&Holds::Unclear) {
        Holds::Unclear
    } else {
        Holds::No
    }
}

/// Whether all of them hold.
pub fn all(all: impl IntoIterator<Item = Holds>) -> Holds {
    any(all.into_iter().map(Holds::not)).not()
}

/// The comparison of an operator, without its set prefix, `IfExists` and negation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    Equal,
    EqualButForCase,
    Like,
    Number(Compared),
    Date(Compared),
    Bool,
    Bytes,
    Address,
    Arn,
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Compared {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compared {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::LessOrEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterOrEqual => order != Ordering::Less,
        }
    }
}

/// The set prefix.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Set {
    One,
    Any,
    All,
}

struct Operator {
    set: Set,
    test: Test,
    negated: bool,
    if_exists: bool,
}

const TESTS: &[(&str, Test, bool)] = &[
    ("StringEquals", Test::Equal, false),
    ("StringNotEquals", Test::Equal, true),
    ("StringEqualsIgnoreCase", Test::EqualButForCase, false),
    ("StringNotEqualsIgnoreCase", Test::EqualButForCase, true),
    ("StringLike", Test::Like, false),
    ("StringNotLike", Test::Like, true),
    ("NumericEquals", Test::Number(Compared::Equal), false),
    ("NumericNotEquals", Test::Number(Compared::Equal), true),
    ("NumericLessThan", Test::Number(Compared::Less), false),
    ("NumericLessThanEquals", Test::Number(Compared::LessOrEqual), false),
    ("NumericGreaterThan", Test::Number(Compared::Greater), false),
    ("NumericGreaterThanEquals", Test::Number(Compared::GreaterOrEqual), false),
    ("DateEquals", Test::Date(Compared::Equal), false),
    ("DateNotEquals", Test::Date(Compared::Equal), true),
    ("DateLessThan", Test::Date(Compared::Less), false),
    ("DateLessThanEquals", Test::Date(Compared::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Compared::Greater), false),
    ("DateGreaterThanEquals", Test::Date(Compared::GreaterOrEqual), false),
    ("Bool", Test::Bool, false),
    ("BinaryEquals", Test::Bytes, false),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
    ("ArnEquals", Test::Arn, false),
    ("ArnLike", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnNotLike", Test::Arn, true),
    ("Null", Test::Missing, false),
];

pub fn names() -> impl Iterator<Item = &'static str> {
    TESTS.iter().map(|(name, _, _)| *name)
}

fn operator(text: &str) -> Option<Operator> {
    let (set, rest) = match text.split_once(':') {
        Some(("ForAnyValue", rest)) => (Set::Any, rest),
        Some(("ForAllValues", rest)) => (Set::All, rest),
        Some(_) => return None,
        None => (Set::One, text),
    };
    let (name, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |name| (name, true));
    let (_, test, negated) = *TESTS.iter().find(|(known, _, _)| *known == name)?;
    if test == Test::Missing && (if_exists || set != Set::One) {
        return None;
    }
    Some(Operator { set, test, negated, if_exists })
}

/// Checks one line of a `Condition`: its operator and the policy's values.
pub fn check(name: &str, values: &[String], variables: bool) -> Result<(), String> {
    let operator = operator(name).ok_or_else(|| format!("operator {name}"))?;
    for value in values {
        let fits = match operator.test {
            Test::Equal | Test::EqualButForCase | Test::Like => !variables || pieces(value).is_some(),
            // "Each of the six colon-delimited components of the ARN is checked separately."
            Test::Arn => {
                let all = !value.is_empty() && value.chars().all(|star| star == '*');
                let pieces = if variables { pieces(value) } else { Some(Vec::new()) };
                pieces.is_some_and(|pieces| {
                    // A variable may stand for several components.
                    let variable = pieces.iter().any(|piece| matches!(piece, Piece::Variable { .. }));
                    all || variable || value.split(':').count() >= 6
                })
            }
            Test::Number(_) => Number::parse(value).is_some(),
            Test::Date(_) => moment(value).is_some(),
            Test::Bool | Test::Missing => truth(value).is_some(),
            Test::Bytes => base64(value).is_some(),
            Test::Address => network(value).is_some(),
        };
        if !fits {
            return Err(format!("{name} cannot compare {value:?}"));
        }
    }
    Ok(())
}

/// Whether one line of a `Condition` holds.
pub fn holds(request: &Request, name: &str, key: &str, wanted: &[String], variables: bool) -> Holds {
    let Some(operator) = operator(name) else { return Holds::Unclear };
    if request.is_unclear(key) {
        return Holds::Unclear;
    }
    let values = request.values(key);
    if operator.test == Test::Missing {
        let empty = |values: Vec<String>| values.iter().all(String::is_empty) && !is(Mutation::NullOfEmptyIsFalse);
        let missing = values.is_none_or(empty);
        return Holds::of(
            wanted.iter().any(|wanted| (truth(wanted) == Some(true)) == (missing != is(Mutation::NullIsInverted))),
        );
    }
    let Some(values) = values else { return absent(&operator) };
    // "Resolves to an empty data set (for example, an empty string)."
    let empty = values.iter().all(String::is_empty);
    let one = |value: &String| compared(request, &operator, value, wanted, variables);
    let set = if is(Mutation::PrefixIsIgnored) { Set::One } else { operator.set };
    match set {
        Set::Any if empty && is(Mutation::IfExistsHoldsForEmpty) => Holds::of(operator.if_exists),
        Set::Any if empty => Holds::of(is(Mutation::AnyOfEmptyHolds)),
        Set::All if empty => Holds::of(!is(Mutation::AllOfEmptyFails)),
        Set::Any => any(values.iter().map(one)),
        Set::All => all(values.iter().map(one)),
        // "Multivalued context keys require a condition set operator."
        Set::One if values.len() > 1 => Holds::Unclear,
        Set::One => one(&values[0]),
    }
}

/// The result for an absent key.
fn absent(operator: &Operator) -> Holds {
    let if_exists = operator.if_exists && !is(Mutation::IfExistsIsIgnored);
    let negated = operator.negated && !is(Mutation::MissingKeyFailsNegated);
    Holds::of(match operator.set {
        Set::All => !is(Mutation::AllOfEmptyFails),
        Set::Any => if_exists,
        Set::One => if_exists || negated,
    })
}

/// Compares one value of the request with all values of the policy.
fn compared(request: &Request, operator: &Operator, value: &str, wanted: &[String], variables: bool) -> Holds {
    let each: Vec<_> = wanted.iter().map(|wanted| same(request, operator.test, value, wanted, variables)).collect();
    if !operator.negated {
        any(each)
    } else if is(Mutation::NegatedIsAnyOf) {
        any(each.into_iter().map(Holds::not))
    } else {
        any(each).not()
    }
}

/// Compares one value of the request with one value of the policy.
fn same(request: &Request, test: Test, value: &str, wanted: &str, variables: bool) -> Holds {
    if test == Test::Arn && arn::parts(value).is_none() {
        return Holds::Unclear;
    }
    if let Test::Equal | Test::EqualButForCase | Test::Like | Test::Arn = test {
        let pattern = if variables || is(Mutation::VariablesInOldVersion) {
            expand(wanted, &|key| request.variable(key))
        } else {
            Known::Is(marks(wanted))
        };
        return match pattern {
            Known::Is(pattern) => like(test, &pattern, value),
            Known::Missing => Holds::No,
            Known::Unclear => Holds::Unclear,
        };
    }
    typed(test, value, wanted).map_or(Holds::Unclear, Holds::of)
}

fn like(test: Test, pattern: &[Mark], value: &str) -> Holds {
    Holds::of(match test {
        Test::Equal if is(Mutation::WildcardsInEquals) => text::like(pattern, value),
        Test::Equal => literal(pattern) == value,
        Test::EqualButForCase if is(Mutation::CaseCounts) => literal(pattern) == value,
        Test::EqualButForCase => folded(&literal(pattern)) == folded(value),
        Test::Arn if is(Mutation::ArnNotSplit) => text::like(pattern, value),
        Test::Arn => arn::like(pattern, value),
        _ => text::like(pattern, value),
    })
}

/// `None` if the request's value is not of the operator's type.
fn typed(test: Test, value: &str, wanted: &str) -> Option<bool> {
    Some(match test {
        Test::Number(how) if is(Mutation::NumbersAreTexts) => how.holds(value.cmp(wanted)),
        Test::Number(how) => how.holds(Number::parse(value)?.compare(&Number::parse(wanted)?)),
        Test::Date(how) => how.holds(moment(value)?.cmp(&moment(wanted)?)),
        Test::Bool => truth(value)? == truth(wanted)?,
        Test::Bytes => base64(value)? == base64(wanted)?,
        Test::Address => {
            let address = bits(value.parse().ok()?);
            let (network, prefix) = network(wanted)?;
            address.len() == network.len() && address[..prefix] == network[..prefix]
        }
        _ => return None,
    })
}
