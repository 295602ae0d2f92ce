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
    /// Both, the signature, and the headers or the URL that carry it.
    All,
}

/// The last stage: the signature and the text that carries it.
#[derive(Debug)]
pub(crate) struct FinalStage<'a> {
    pub(crate) signature: String,
    /// The heading of `content`.
    pub(crate) title: &'a str,
    /// The lines that carry the signature, each with its line break.
    pub(crate) content: &'a str,
}

impl Show {
    /// The text to print.
    pub(crate) fn text(self, stages: &Stages, last: &FinalStage<'_>) -> String {
        let Stages { canonical_request, string_to_sign, .. } = stages;
        let FinalStage { signature, title, content } = last;
        match self {
            Self::Canonical => format!("{canonical_request}\n"),
            Self::StringToSign => format!("{string_to_sign}\n"),
            Self::All => format!(
                "--- canonical request ---\n{canonical_request}\n--- string to sign ---\n{string_to_sign}\n\
                 --- signature ---\n{signature}\n--- {title} ---\n{content}"
            ),
        }
    }
}
