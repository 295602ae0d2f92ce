//! The text form of day keys.
//!
//! ```text
//! text    = *((count / key / comment / "") newline)
//! count   = "keys" SP 1*DIGIT                    ; how many keys the text has; the counts of joined texts add up
//! key     = access-key-id SP scope SP 64HEXDIG
//! scope   = day "/" region "/" service "/aws4_request"
//! comment = "#" *CHAR
//! ```
//!
//! The count tells a whole text from one that is still being written.

use super::{DayKeys, OwnKeys, invalid};
use crate::error::{Error, Position};
use crate::limits::{MAX_DAY_KEYS, MAX_DAY_KEYS_LEN};
use sig4::AccessKeyId;
use sig4::key::SigningKey;
use sig4::scope::Scope;
use std::collections::HashMap;
use zeroize::Zeroizing;

/// The first word of a line with the number of keys.
const COUNT: &str = "keys";

/// The first line of a text.
const TITLE: &str = "# Signing keys, each of one access key, day, region and service. They are secrets.";

/// The hexadecimal digits of a key.
const HEX_LEN: usize = 64;

impl DayKeys {
    /// Reads a text of at most [`MAX_DAY_KEYS_LEN`] bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidDayKeys`](crate::ErrorKind::InvalidDayKeys), with the line. It never shows the line's text. Also if the text
    /// has fewer or more keys than it says, as a text that is still being written does, or none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_DAY_KEYS_LEN {
            return Err(invalid(format!("the text is longer than {MAX_DAY_KEYS_LEN} bytes")));
        }
        let mut collected = collected(text)?;
        for (number, line) in lines(text) {
            if let Line::Key([id, scope, hex]) = Line::read(line).map_err(|error| at(number, error))? {
                let Some(own) = collected.get_mut(id) else { continue };
                add(own, id, scope, hex).map_err(|error| at(number, error))?;
            }
        }
        let mut keys = Self::default();
        for (id, own) in collected {
            keys.add(id, own)?;
        }
        Ok(keys)
    }

    /// The text, a secret. It is wiped when it is dropped.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let count = format!("{TITLE}\n{COUNT} {}\n", self.len());
        let lines = self.iter().map(line_len).sum::<usize>();
        let mut text = Zeroizing::new(String::with_capacity(count.len() + lines));
        text.push_str(&count);
        for key in self.iter() {
            write(key, &mut text);
        }
        text
    }
}

/// Room for the keys of each access key id, if the text has as many keys as it says.
fn collected(text: &str) -> Result<HashMap<&str, OwnKeys>, Error> {
    let (mut counts, mut stated, mut found) = (HashMap::<&str, usize>::new(), None::<usize>, 0_usize);
    for (number, line) in lines(text) {
        match Line::read(line).map_err(|error| at(number, error))? {
            Line::Nothing => {}
            Line::Count(count) => stated = Some(stated.unwrap_or(0).saturating_add(count)),
            Line::Key([id, ..]) => {
                *counts.entry(id).or_default() += 1;
                found += 1;
            }
        }
    }
    check_count(stated, found)?;
    Ok(counts.into_iter().map(|(id, count)| (id, OwnKeys::with_capacity(count))).collect())
}

fn check_count(stated: Option<usize>, found: usize) -> Result<(), Error> {
    match stated {
        None => Err(invalid(format!("no line `{COUNT} NUMBER` tells how many keys there are: is it cut off?"))),
        Some(stated) if stated != found => {
            Err(invalid(format!("it has {found} keys, and says that it has {stated}: is it cut off?")))
        }
        Some(0) => Err(invalid("there are no keys")),
        Some(_) if found > MAX_DAY_KEYS => Err(invalid(format!("there are more than {MAX_DAY_KEYS} keys"))),
        Some(_) => Ok(()),
    }
}

/// The lines with their numbers, from one.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

enum Line<'t> {
    /// Nothing, or a comment.
    Nothing,
    Count(usize),
    /// The access key id, the scope and the digits.
    Key([&'t str; 3]),
}

impl<'t> Line<'t> {
    fn read(line: &'t str) -> Result<Self, Error> {
        let mut words = line.split_ascii_whitespace();
        match [words.next(), words.next(), words.next(), words.next()] {
            [None, ..] => Ok(Self::Nothing),
            [Some(first), ..] if first.starts_with('#') => Ok(Self::Nothing),
            [Some(COUNT), Some(count), None, None] => {
                count.parse().map(Self::Count).map_err(|_| invalid("it is not a number of keys"))
            }
            [Some(id), Some(scope), Some(hex), None] => Ok(Self::Key([id, scope, hex])),
            _ => Err(invalid("expected an access key id, a scope and a key")),
        }
    }
}

fn add(own: &mut OwnKeys, id: &str, scope: &str, hex: &str) -> Result<(), Error> {
    let id = AccessKeyId::parse(id).map_err(|_| invalid("the access key id is not valid"))?;
    let scope =
        Scope::parse(scope).map_err(|_| invalid("expected a scope such as 20150830/us-east-1/iam/aws4_request"))?;
    own.push(&scope, || {
        let mut bytes = Zeroizing::new([0_u8; HEX_LEN / 2]);
        let no_key = || invalid(format!("a key has {HEX_LEN} hexadecimal digits"));
        hex::decode_to_slice(hex, &mut *bytes).map_err(|_| no_key())?;
        SigningKey::from_bytes(id, scope, &bytes).map_err(|_| no_key())
    })
}

/// The length of a key's line.
fn line_len(key: &SigningKey) -> usize {
    key.access_key_id().len() + 1 + key.scope().to_string().len() + 1 + HEX_LEN + 1
}

/// Writes a key's line. The digits are wiped from their buffer.
fn write(key: &SigningKey, text: &mut String) {
    let mut hex = Zeroizing::new([0_u8; HEX_LEN]);
    let encoded = hex::encode_to_slice(*key.to_bytes(), &mut *hex).is_ok();
    debug_assert!(encoded, "the buffer has two digits for each byte");
    text.push_str(key.access_key_id());
    text.push(' ');
    text.push_str(&key.scope().to_string());
    text.push(' ');
    text.extend(hex.iter().copied().map(char::from));
    text.push('\n');
}

/// The error, about this line.
fn at(line: usize, error: Error) -> Error {
    error.with_position(Position { line, column: 1 })
}
