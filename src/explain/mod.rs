//! The cause of a signature that does not match, by name.
//!
//! AWS answers every mistake with `SignatureDoesNotMatch`. The owner of the secret can find out more: this module repeats the
//! known mistakes of clients one by one, until the received signature results. A cause that reproduces the signature is proven.
//!
//! | | from | needs the secret |
//! |---|---|---|
//! | [`Explainer::report`] | a received request | yes |
//! | [`AwsResponse::report`] | the body of AWS's 403, with the client's canonical request if there is one | no |
//! | [`Report::of_error`] | a verifier's error | no |
//!
//! Each returns a [`Report`] of [`Finding`]s. The [`Cause`]s and the code that repeats them are in one module for each part of
//! the request. That code shares nothing with the signing pipeline but percent-encoding and hashing.

// Lowest first, as in `lib.rs`.
pub(crate) mod cause;
pub(crate) mod report;
pub(crate) mod variants;
pub(crate) mod spelling;
pub(crate) mod targets;
pub(crate) mod log;
pub(crate) mod method;
pub(crate) mod path;
pub(crate) mod headers;
pub(crate) mod query;
pub(crate) mod payload;
pub(crate) mod key;
pub(crate) mod search;
pub(crate) mod signed_text;
pub(crate) mod structure;
pub(crate) mod diagnosis;
pub(crate) mod explainer;
pub(crate) mod aws;

pub use aws::response::AwsResponse;
pub use cause::Cause;
pub use explainer::Explainer;
pub use log::client_log::{ClientLog, LoggedSigning};
pub use report::diff::Difference;
pub use report::finding::{Certainty, Finding, Proof};
pub use report::part::Part;
pub use report::{Report, Verdict};
pub use search::budget::{MAX_CANDIDATES, MAX_HASHED_BYTES, MAX_V4A_CANDIDATES};

impl Cause {
    /// The service computed a different signature, for an unknown reason.
    pub const SIGNATURE_MISMATCH: Self = structure::causes::MISMATCH;

    /// The signature is right, but the caller lacks permission.
    pub const NOT_AUTHORIZED: Self = structure::causes::NOT_AUTHORIZED;

    /// Every known cause, in the order of the request and then of the key.
    pub fn all() -> impl Iterator<Item = Self> {
        let lists = [
            structure::causes::ALL,
            method::ALL,
            path::causes::ALL,
            query::causes::ALL,
            headers::causes::ALL,
            payload::causes::ALL,
            key::causes::ALL,
            aws::causes::ALL,
        ];
        lists.into_iter().flatten().copied()
    }
}

/// The examples of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../docs/explaining.md")]
mod guide {}

#[cfg(test)]
mod tests {
    use super::Cause;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_kebab_case_and_differ_and_texts_are_one_line() {
        let mut names = BTreeSet::new();
        for cause in Cause::all() {
            assert!(cause.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{cause:?}");
            assert!(names.insert(cause.name), "{cause:?}");
            for text in [cause.summary, cause.remedy].into_iter().chain(cause.workaround).chain(cause.versions) {
                assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{cause:?}");
            }
        }
    }
}
