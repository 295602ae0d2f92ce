//! The stages of a signature as text for people.

use crate::stages::Stages;
use clap::ValueEnum;

/// Which stages to show.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Show {
    /// The canonical request.
    Canonical,
    /// The string to sign.
    StringToSign,
    /// Both, the signature, and what it is sent in.
    All,
}

/// The last stages: the signature and what carries it.
#[derive(Debug)]
pub(crate) struct Outcome<'a> {
    pub(crate) signature: String,
    /// What the carrier is.
    pub(crate) title: &'a str,
    /// The carrier's text, each line ended.
    pub(crate) carrier: &'a str,
}

impl Show {
    /// The text to print.
    pub(crate) fn text(self, stages: &Stages, outcome: &Outcome<'_>) -> String {
        let Stages { canonical_request, string_to_sign, .. } = stages;
        let Outcome { signature, title, carrier } = outcome;
        match self {
            Self::Canonical => format!("{canonical_request}\n"),
            Self::StringToSign => format!("{string_to_sign}\n"),
            Self::All => format!(
                "--- canonical request ---\n{canonical_request}\n--- string to sign ---\n{string_to_sign}\n\
                 --- signature ---\n{signature}\n--- {title} ---\n{carrier}"
            ),
        }
    }
}
