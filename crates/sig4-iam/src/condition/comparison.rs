//! The values of a condition, and their comparison with the values of a request.

use crate::arn::Arn;
use crate::arn_pattern::ArnPattern;
use crate::budget::Budget;
use crate::condition::binary;
use crate::condition::date;
use crate::condition::decimal::Decimal;
use crate::condition::network::Network;
use crate::condition::operator::{Family, Relation};
use crate::context::RequestContext;
use crate::matching::MatchMode;
use crate::pattern::{Pattern, Syntax};
use crate::truth::Truth;
use crate::value::Value;
use core::net::IpAddr;
use time::OffsetDateTime;

/// The values, by the type of the comparison.
#[derive(Clone, Debug)]
pub(crate) enum Comparison {
    Text(MatchMode, Box<[Pattern]>),
    Arn(Box<[ArnPattern]>),
    Number(Relation, Box<[Decimal<'static>]>),
    Date(Relation, Box<[OffsetDateTime]>),
    Bool(Box<[bool]>),
    Binary(Box<[Box<[u8]>]>),
    Address(Box<[Network]>),
    /// Whether the key is absent.
    Null(Box<[bool]>),
}

impl Comparison {
    /// Reads the values.
    pub(crate) fn new(family: Family, values: &[String], variables: bool) -> Result<Self, String> {
        let texts = |wildcards| each(values, |text| Pattern::parse(text, Syntax { wildcards, variables }));
        Ok(match family {
            Family::Text => Self::Text(MatchMode::Text, texts(false)?),
            Family::TextIgnoringCase => Self::Text(MatchMode::Folded, texts(false)?),
            Family::TextLike => Self::Text(MatchMode::Text, texts(true)?),
            Family::Arn => Self::Arn(each(values, |text| ArnPattern::parse_condition(text, variables))?),
            Family::Number(relation) => Self::Number(
                relation,
                each(values, |text| typed("number", Decimal::parse(text).map(Decimal::into_owned)))?,
            ),
            Family::Date(relation) => Self::Date(relation, each(values, date_of_policy)?),
            Family::Bool => Self::Bool(each(values, |text| typed("boolean", boolean(text)))?),
            Family::Null => Self::Null(each(values, |text| typed("boolean", boolean(text)))?),
            Family::Binary => Self::Binary(each(values, |text| typed("base 64", binary::decode(text)))?),
            Family::Address => {
                Self::Address(each(values, |text| typed("range of IP addresses", Network::parse(text)))?)
            }
        })
    }

    /// Whether a value of the request matches one of them.
    pub(crate) fn matches(&self, value: Value<'_>, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        let text_len = value.text_len();
        if !budget.spend_on_bytes(text_len) {
            return Truth::Unknown;
        }
        match self {
            Self::Text(mode, patterns) => {
                let text = value.text();
                budget.any(&**patterns, |pattern, budget| pattern.matches(&text, *mode, context, budget))
            }
            Self::Arn(patterns) => {
                let text = value.text();
                let arn = Arn::new(&text);
                budget.any(&**patterns, |pattern, budget| pattern.matches_arn(&arn, context, budget))
            }
            Self::Number(relation, numbers) => one_of(number(value), numbers, budget, |own, number, budget| {
                budget.spend_on_bytes(own.len().min(number.len())).then(|| relation.holds(number.cmp(own)))
            }),
            Self::Date(relation, dates) => {
                one_of(moment(value), dates, budget, |own, date, _| Some(relation.holds(date.cmp(own))))
            }
            Self::Bool(booleans) => {
                one_of(boolean(&value.text()), booleans, budget, |own, value, _| Some(value == own))
            }
            Self::Binary(values) => one_of(binary::decode(&value.text()), values, budget, |own, value, budget| {
                budget.spend_on_bytes(own.len().min(value.len())).then(|| value == own)
            }),
            Self::Address(networks) => {
                one_of(address(value), networks, budget, |own, address, _| Some(own.contains(*address)))
            }
            Self::Null(_) => Truth::Unknown,
        }
    }
}

fn each<T>(values: &[String], parse: impl Fn(&str) -> Result<T, String>) -> Result<Box<[T]>, String> {
    values.iter().map(|text| parse(text)).collect()
}

fn typed<T>(what: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| format!("it is no {what}"))
}

/// Whether one of the policy's values matches. Unknown if the request's value has another type, or if the comparison takes too
/// many steps.
fn one_of<T, U>(
    value: Option<U>,
    of: &[T],
    budget: &mut Budget,
    meets: impl Fn(&T, &U, &mut Budget) -> Option<bool>,
) -> Truth {
    let Some(value) = value else { return Truth::Unknown };
    budget.any(of, |own, budget| meets(own, &value, budget).map_or(Truth::Unknown, Truth::from))
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn date_of_policy(text: &str) -> Result<OffsetDateTime, String> {
    if date::is_basic(text) {
        return Err("it may be a date without hyphens, or seconds since 1970: write YYYY-MM-DD".to_owned());
    }
    typed("date", date::parse(text))
}

fn number(value: Value<'_>) -> Option<Decimal<'_>> {
    match value {
        Value::Number(number) | Value::Epoch(number) => Some(number.into()),
        Value::Text(text) => Decimal::parse(text),
        Value::Bool(_) | Value::Time(_) | Value::Address(_) => None,
    }
}

fn moment(value: Value<'_>) -> Option<OffsetDateTime> {
    match value {
        Value::Time(moment) => Some(moment),
        Value::Epoch(seconds) => OffsetDateTime::from_unix_timestamp(seconds).ok(),
        Value::Text(text) => date::parse(text),
        Value::Bool(_) | Value::Number(_) | Value::Address(_) => None,
    }
}

/// An IPv4 address that is mapped into IPv6 counts as IPv4.
fn address(value: Value<'_>) -> Option<IpAddr> {
    let address = match value {
        Value::Address(address) => address,
        Value::Text(text) => text.parse().ok()?,
        _ => return None,
    };
    Some(address.to_canonical())
}
