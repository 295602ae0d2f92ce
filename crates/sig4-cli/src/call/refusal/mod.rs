//! Why a call was refused: the cause, and advice that fits it.
//!
//! Three can know the cause. A `sig4 serve` on this machine [tells](super::told) it. The service's answer [names](topic) it, or has the
//! canonical request, to be compared with the signed one. Otherwise the [advice] lists what it can be, the likeliest first.

mod advice;
mod exchange;
mod topic;

use super::request::Prepared;
use super::response::CallResponse;
use super::told::ToldCause;
use advice::Advice;
use exchange::Exchange;
use http::StatusCode;
use serde_json::{Value, json};
use sig4::explain::Report;
use std::fmt;
use topic::{Topic, says_something};

/// Why a call failed, as far as this program knows it.
#[derive(Debug)]
pub(crate) struct Explanation {
    status: StatusCode,
    cause: Option<KnownCause>,
    advice: Vec<Advice>,
}

/// The cause, and who names it.
#[derive(Debug)]
enum KnownCause {
    /// The server on this machine.
    Server(ToldCause),
    /// The answer, by its message or by its canonical request.
    Answer(Box<Report>),
}

/// Explains an answer. `None` if nothing has to be explained, or nothing is known of such an answer.
pub(crate) fn explanation(sent: &Prepared, answer: &CallResponse) -> Option<Explanation> {
    let text = answer.text();
    Exchange::of(sent, answer, &text).explanation()
}

impl Exchange<'_> {
    fn explanation(&self) -> Option<Explanation> {
        if let Some(told) = self.told() {
            return Some(Explanation {
                status: self.status,
                cause: Some(KnownCause::Server(told)),
                advice: Vec::new(),
            });
        }
        let (topic, report) = Topic::of(self)?;
        let report = report.filter(|report| topic.is_explained_by_report() && says_something(report));
        let cause = report.map(|report| KnownCause::Answer(Box::new(report)));
        Some(Explanation { status: self.status, cause, advice: self.advice(topic) })
    }
}

impl Explanation {
    /// The explanation for scripts: `status`, `cause` with `source`, `name`, `summary` and `remedy`, or `null`, and `advice`, a list
    /// of objects with `about`, `text` and `command`.
    pub(crate) fn to_json(&self) -> Value {
        let cause = self.cause.as_ref().map(|cause| match cause {
            KnownCause::Server(told) => {
                json!({ "source": "server", "name": told.name(), "summary": told.cause, "remedy": told.remedy })
            }
            KnownCause::Answer(report) => match report.findings().first() {
                Some(finding) => json!({
                    "source": "response",
                    "name": finding.name(),
                    "summary": finding.summary(),
                    "remedy": finding.remedy(),
                }),
                None => Value::Null,
            },
        });
        let advice =
            self.advice.iter().map(|one| json!({ "about": one.about, "text": one.text, "command": one.command }));
        json!({ "status": self.status.as_u16(), "cause": cause, "advice": advice.collect::<Vec<_>>() })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, cause, advice } = self;
        write!(f, "{status}. ")?;
        match cause {
            Some(KnownCause::Server(told)) => write!(f, "The server says why:{told}")?,
            Some(KnownCause::Answer(report)) => {
                f.write_str("The response says why:")?;
                report.to_string().lines().try_for_each(|line| write!(f, "\n  {line}"))?;
            }
            None if advice.len() > 1 => {
                f.write_str("The response does not say why. The likeliest cause comes first:")?
            }
            None => f.write_str("What it means:")?,
        }
        advice.iter().try_for_each(|one| write!(f, "\n  {one}"))
    }
}

#[cfg(test)]
mod tests;
