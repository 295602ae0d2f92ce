//! The regions in which a Signature Version 4a signature is valid: `x-amz-region-set`.
//!
//! ```text
//! region-set = pattern *( "," pattern )
//! ```
//!
//! A pattern is the name of a region, or has `*` for any characters: `us-*`, `*`.
//!
//! Source: "Signature calculation for SigV4a" in "AWS Signature Version 4 for API requests"; "Configuring a Multi-Region Access Point for
//! use with AWS SigV4A" of Amazon S3.

use crate::bytes::from_text::from_text;
use crate::error::{Error, ErrorKind};
use crate::scope::{MAX_NAME_LEN, Region, check_name, check_region};
use std::fmt;
use std::sync::Arc;

/// The longest region set that is accepted, in bytes: room for the names of twice as many regions as AWS has.
pub const MAX_REGION_SET_LEN: usize = 1024;

/// A list of regions and patterns of regions. `*` in a pattern stands for any characters.
///
/// Blanks and tabs around the names are ignored.
///
/// ```
/// use sig4::region_set::RegionSet;
///
/// let set = RegionSet::parse("us-*, eu-west-1")?;
/// assert_eq!(set.to_string(), "us-*,eu-west-1");
/// assert!(set.contains(&"us-west-2".parse()?) && !set.contains(&"eu-west-2".parse()?));
/// assert!(RegionSet::parse("*")?.contains(&"eu-west-2".parse()?));
/// assert!(set.intersects(&RegionSet::parse("*-west-2")?));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RegionSet(Arc<str>);

impl RegionSet {
    /// Reads a list that is separated with commas.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] if the list is empty or longer than [`MAX_REGION_SET_LEN`], or if an entry is empty, too long, or not
    /// made of the characters of a [`Region`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_len(text)?;
        let names: Vec<&str> = text.split(',').map(trim).collect();
        names.iter().try_for_each(|name| check_pattern(name))?;
        Ok(Self(names.join(",").into()))
    }

    /// The set of these regions or patterns.
    ///
    /// ```
    /// use sig4::region_set::RegionSet;
    ///
    /// assert_eq!(RegionSet::of(["us-east-1", "eu-*"])?.as_str(), "us-east-1,eu-*");
    /// # Ok::<(), sig4::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`parse`](Self::parse).
    pub fn of<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Result<Self, Error> {
        let mut text = String::new();
        for name in names {
            check_pattern(name.as_ref())?;
            text.push_str(if text.is_empty() { "" } else { "," });
            text.push_str(name.as_ref());
        }
        Self::parse(&text)
    }

    /// Reads the list of a received request, whose names may be anything that the separators allow: an unknown name matches no region.
    pub(crate) fn parse_received(text: &[u8]) -> Result<Self, Error> {
        let malformed = || Error::new(ErrorKind::IncompleteSignature, "'X-Amz-Region-Set' is not a list of regions");
        let text = str::from_utf8(text).map_err(|_| malformed())?;
        check_len(text).map_err(|_| malformed())?;
        let names: Vec<&str> = text.split(',').map(trim).collect();
        let fits = |name: &&str| check_name(name, MAX_NAME_LEN, ErrorKind::InvalidRegion).is_ok();
        if names.iter().all(fits) { Ok(Self(names.join(",").into())) } else { Err(malformed()) }
    }

    /// The list, separated with commas.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(',')
    }

    /// Whether a signature for this set is valid in `region`.
    #[must_use]
    pub fn contains(&self, region: &Region) -> bool {
        self.iter().any(|pattern| intersect(pattern.as_bytes(), region.as_str().as_bytes()))
    }

    /// Whether a name matches both sets. Both may have patterns.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.iter().any(|a| other.iter().any(|b| intersect(a.as_bytes(), b.as_bytes())))
    }
}

impl From<&Region> for RegionSet {
    fn from(region: &Region) -> Self {
        Self(region.as_str().into())
    }
}

impl From<Region> for RegionSet {
    fn from(region: Region) -> Self {
        (&region).into()
    }
}

impl fmt::Display for RegionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

from_text!(Error: RegionSet);

fn check_len(text: &str) -> Result<(), Error> {
    if text.len() > MAX_REGION_SET_LEN {
        return Err(Error::new(ErrorKind::InvalidRegion, format!("a set has at most {MAX_REGION_SET_LEN} bytes")));
    }
    Ok(())
}

fn check_pattern(name: &str) -> Result<(), Error> {
    if name.contains('*') { check_name(name, MAX_NAME_LEN, ErrorKind::InvalidRegion) } else { check_region(name) }
}

/// The text without blanks and tabs around it.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Whether a text matches both patterns. The cost is the product of their lengths, which are at most [`MAX_NAME_LEN`].
fn intersect(a: &[u8], b: &[u8]) -> bool {
    // The ends in `b` that are possible after a beginning of `a`: bit `n` for the first `n` bytes of `b`.
    let mut ends = past_stars(1, b);
    for byte in a {
        let step = |n: usize, of_b: &u8| {
            let (stays, moves) = (ends >> n & 1 == 1, *of_b == *byte || *of_b == b'*');
            u128::from(stays && moves) << if *of_b == b'*' { n } else { n + 1 }
        };
        let consumed = b.iter().enumerate().fold(0, |next, (n, of_b)| next | step(n, of_b));
        ends = if *byte == b'*' { from_lowest(ends, b.len()) } else { past_stars(consumed, b) };
    }
    ends >> b.len() & 1 == 1
}

/// The ends, and those after the stars of `b` that follow them.
fn past_stars(ends: u128, b: &[u8]) -> u128 {
    b.iter().enumerate().fold(ends, |ends, (n, byte)| ends | (u128::from(*byte == b'*') & ends >> n) << (n + 1))
}

/// All ends from the lowest on, up to `len`: a star of `a` matches any text of `b`.
const fn from_lowest(ends: u128, len: usize) -> u128 {
    let all = (1 << (len + 1)) - 1;
    if ends == 0 { 0 } else { all & !((1 << ends.trailing_zeros()) - 1) }
}

#[cfg(test)]
mod tests {
    use super::{MAX_REGION_SET_LEN, RegionSet, intersect};
    use crate::error::ErrorKind;
    use proptest::prelude::proptest;

    #[test]
    fn names_and_patterns_match() {
        let matching = |a: &str, b: &str| intersect(a.as_bytes(), b.as_bytes());
        for (a, b, expected) in [
            ("us-east-1", "us-east-1", true),
            ("us-east-1", "us-east-2", false),
            ("us-east-1", "us-east-11", false),
            ("us-*", "us-east-1", true),
            ("us-*", "us-", true),
            ("us-*", "eu-west-1", false),
            ("*", "anything", true),
            ("*", "*", true),
            ("us-*", "*-1", true),
            ("us-*1", "*2", false),
            ("*east*", "us-gov-east-1", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("**", "x", true),
            ("us-*", "US-EAST-1", false),
        ] {
            assert_eq!((matching(a, b), matching(b, a)), (expected, expected), "{a} {b}");
        }
        let long = "x".repeat(64);
        assert!(matching(&long, &long) && matching("*", &long) && !matching(&long, "x*y"));
    }

    /// The definition: a pattern matches a text if each star stands for some text.
    fn by_definition(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], _) => text.is_empty(),
            ([b'*', rest @ ..], _) => (0..=text.len()).any(|n| by_definition(rest, &text[n..])),
            ([first, rest @ ..], [byte, others @ ..]) => first == byte && by_definition(rest, others),
            (_, []) => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_the_texts_of_its_definition(pattern in "[ab*]{0,6}", text in "[ab]{0,6}") {
            assert_eq!(intersect(pattern.as_bytes(), text.as_bytes()), by_definition(pattern.as_bytes(), text.as_bytes()));
        }

        #[test]
        fn two_patterns_intersect_if_a_text_matches_both(a in "[ab*]{0,4}", b in "[ab*]{0,4}") {
            // A shortest common text has at most one byte for each of both patterns.
            let mut texts = vec![Vec::new()];
            for _ in 0..6 {
                texts.extend(texts.clone().iter().flat_map(|text| b"ab".map(|byte| [text.as_slice(), &[byte]].concat())));
                texts.sort();
                texts.dedup();
            }
            let both = texts.iter().any(|text| by_definition(a.as_bytes(), text) && by_definition(b.as_bytes(), text));
            assert_eq!(intersect(a.as_bytes(), b.as_bytes()), both);
        }
    }

    #[test]
    fn other_lists_are_refused() {
        for bad in [
            "",
            " ",
            ",",
            "us-east-1,",
            "us-east-1,,eu-west-1",
            "us east-1",
            "us/east",
            "us-east-1a",
            "us-*\u{e9}",
            "a=b",
        ] {
            assert_eq!(RegionSet::parse(bad).unwrap_err().kind(), ErrorKind::InvalidRegion, "{bad:?}");
        }
        let long = ["us-east-1"; 103].join(",");
        assert_eq!(long.len() > MAX_REGION_SET_LEN, RegionSet::parse(&long).is_err());
        assert!(RegionSet::parse(&["us-east-1"; 102].join(",")).is_ok());
        assert!(RegionSet::of([""; 0]).is_err() && RegionSet::of(["a,b"]).is_err());
        assert!(RegionSet::parse_received(b"us-east-1a, local ,\tx").is_ok());
        for bad in [&b""[..], b"a,,b", b"a b", b"\xff", long.as_bytes()] {
            assert_eq!(RegionSet::parse_received(bad).unwrap_err().kind(), ErrorKind::IncompleteSignature);
        }
    }
}
