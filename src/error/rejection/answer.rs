//! An entry of the tables of answers.

use http::StatusCode;

/// An entry of the tables.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    pub(super) code: &'static str,
    pub(super) status: StatusCode,
    pub(super) words: Words,
}

#[derive(Clone, Copy)]
pub(super) enum Words {
    /// The error's own words.
    Detail,
    /// These words.
    Fixed(&'static str),
    /// AWS answers without a message.
    Silent,
}

impl Answer {
    /// An answer in the error's own words.
    pub(super) const fn new(code: &'static str, status: StatusCode) -> Self {
        Self { code, status, words: Words::Detail }
    }

    pub(super) const fn saying(code: &'static str, status: StatusCode, words: &'static str) -> Self {
        Self { code, status, words: Words::Fixed(words) }
    }

    pub(super) const fn silent(code: &'static str, status: StatusCode) -> Self {
        Self { code, status, words: Words::Silent }
    }
}
