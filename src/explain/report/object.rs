//! The report as JSON.

use crate::explain::cause::Cause;
use crate::explain::report::Report;
use crate::explain::report::diff::Difference;
use crate::explain::report::finding::Finding;
use crate::explain::report::json::{self, Object};

/// The version of the form. It changes when a member is removed or gets another meaning.
const VERSION: &str = "1";

impl Report {
    /// The report as one JSON object on one line. Its form is version 1: later releases may add members, and they count the
    /// version up if they remove or change one.
    ///
    /// ```text
    /// version            1
    /// verdict            "nothing-wrong", "explained" or "unexplained"
    /// findings           a list of findings, the most certain first
    /// difference         null, or the first of the differences
    /// differences        a list of differences, in the order of the canonical request
    /// next               null, or what would settle the cause
    /// canonical_request  null, or the text as the service computes it
    /// signed_canonical_request
    ///                    null, or the text that the client signed
    /// string_to_sign     null, or the text as the service computes it
    /// signature          null, or 64 hexadecimal digits if they are shown
    /// candidates         how many were tried
    /// left_out           null, or what was not examined
    /// ```
    ///
    /// A finding:
    ///
    /// ```text
    /// name               the names of the causes, joined with "+"
    /// certainty          "certain", "likely" or "possible"
    /// proof              "signature", "request" or "answer", or null if it is not certain
    /// summary            what happened
    /// detail             null, or the header, host or region that it concerns
    /// remedy             what the author of the signer has to do
    /// workaround         null, or what a user of the signer can do
    /// versions           null, or the clients that make the mistake, and when they were fixed
    /// causes             the same for each cause: name, summary, remedy, workaround, versions
    /// alternatives       the names of other causes that give the same bytes
    /// ```
    ///
    /// A difference:
    ///
    /// ```text
    /// part               "method", "path", "query", "header NAME", "header order", "signed headers" or "payload hash"
    /// line, byte         its place in the canonical request, from 1
    /// computed, signed   the lines around the difference; "" if there is no such line
    /// computed_parts, signed_parts
    ///                    null if there is no such line, or three texts: before the difference, the difference, after it
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        Object::new()
            .raw("version", VERSION)
            .text("verdict", self.verdict().as_str())
            .raw("findings", &json::array(self.findings.iter().map(finding_json)))
            .raw("difference", &self.difference().map_or_else(|| "null".to_owned(), difference_json))
            .raw("differences", &json::array(self.differences.iter().map(difference_json)))
            .maybe("next", self.next_step())
            .maybe("canonical_request", self.canonical_request())
            .maybe("signed_canonical_request", self.signed_canonical_request())
            .maybe("string_to_sign", self.string_to_sign())
            .maybe("signature", self.signature())
            .raw("candidates", &self.candidates.to_string())
            .maybe("left_out", self.left_out())
            .end()
    }
}

fn finding_json(finding: &Finding) -> String {
    Object::new()
        .text("name", finding.name())
        .text("certainty", finding.certainty().as_str())
        .maybe("proof", finding.proof().map(|proof| proof.as_str()))
        .text("summary", finding.summary())
        .maybe("detail", finding.detail())
        .text("remedy", finding.remedy())
        .maybe("workaround", finding.workaround().as_deref())
        .maybe("versions", finding.versions().as_deref())
        .raw("causes", &json::array(finding.causes().iter().map(cause_json)))
        .raw("alternatives", &json::array(finding.alternatives().iter().map(|cause| json::text(cause.name()))))
        .end()
}

fn cause_json(cause: &Cause) -> String {
    Object::new()
        .text("name", cause.name())
        .text("summary", cause.summary())
        .text("remedy", cause.remedy())
        .maybe("workaround", cause.workaround())
        .maybe("versions", cause.versions())
        .end()
}

fn difference_json(difference: &Difference) -> String {
    let parts = |parts: Option<(&str, &str, &str)>| {
        parts.map_or_else(|| "null".to_owned(), |(a, b, c)| json::array([a, b, c].map(json::text)))
    };
    Object::new()
        .raw("line", &difference.line().to_string())
        .raw("byte", &difference.byte().to_string())
        .text("part", &difference.part().to_string())
        .text("computed", difference.computed())
        .text("signed", difference.signed())
        .raw("computed_parts", &parts(difference.computed_parts()))
        .raw("signed_parts", &parts(difference.signed_parts()))
        .end()
}
