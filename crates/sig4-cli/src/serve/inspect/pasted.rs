//! The explanation of a pasted request with the keys of the served users.

use super::details::canonical;
use super::masks::Masks;
use crate::clock::now;
use crate::failure::Failure;
use crate::raw_request::RawRequest;
use serde_json::{Value, json};
use sig4::explain::{Explainer, Report};
use sig4::request::RequestView;
use sig4::{Error, Timestamp, Verifier};
use sig4_gateway::ApiDefinition;
use sig4_iam::Identity;
use std::fmt;

/// The service of the API.
const SERVICE: &str = "execute-api";

/// The keys of the served users, and how their signatures are checked.
pub(super) struct ServedKeys {
    verifier: Verifier,
    identities: Vec<Identity>,
}

impl ServedKeys {
    pub(super) fn new(api: &ApiDefinition, users: &[&Identity]) -> Result<Self, Failure> {
        let verifier = Verifier::new(api.region(), SERVICE)?;
        Ok(Self { verifier, identities: users.iter().copied().cloned().collect() })
    }

    /// The user whose access key id is in the text, as far as it is explained.
    fn named_in(&self, text: &[u8]) -> Option<&Identity> {
        let (text, _) = text.split_at(text.len().min(Explainer::MAX_EXPLAINED_BYTES));
        let is_in = |id: &[u8]| text.windows(id.len()).any(|window| window == id);
        self.identities.iter().find(|identity| is_in(identity.access_key_id().as_bytes()))
    }
}

impl fmt::Debug for ServedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServedKeys").field("identities", &self.identities.len()).finish_non_exhaustive()
    }
}

/// The explanation as JSON: the report and its stages, or an error.
pub(super) fn explain(pasted: &[u8], keys: Option<&ServedKeys>, masks: &Masks) -> String {
    let explained = keys.ok_or_else(|| "no user is served".into()).and_then(|keys| report(pasted, keys));
    let value = match explained {
        Ok((report, notes)) => json!({
            "report": masks.of_report(&report.to_string()),
            "notes": notes.iter().map(|note| masks.line(note)).collect::<Vec<_>>(),
            "canonical": canonical(&report, masks),
            "string_to_sign": report.string_to_sign().map(|text| masks.of_report(text)),
        }),
        Err(failure) => error(&failure, masks),
    };
    value.to_string()
}

fn error(failure: &Failure, masks: &Masks) -> Value {
    json!({ "error": masks.line(&failure.to_string()) })
}

/// The report of a request, and notes about how it was judged.
fn report(pasted: &[u8], keys: &ServedKeys) -> Result<(Report, Vec<String>), Failure> {
    let request = RawRequest::parse(pasted)?;
    let view = request.view();
    let claimed = claimed(&keys.verifier, &view);
    let Some(identity) = keys.named_in(pasted) else {
        return unknown(claimed, keys);
    };
    let (at, notes) = match claimed {
        Ok((_, at)) => (at, vec![format!("The request is judged at its own time, {at}.")]),
        Err(_) => (now()?, Vec::new()),
    };
    let explainer = Explainer::new(&keys.verifier, identity.credentials());
    Ok((explainer.report(&view, &request.body, at.to_datetime()), notes))
}

/// The access key id and the time of a request.
fn claimed(verifier: &Verifier, view: &RequestView<'_>) -> Result<(String, Timestamp), Error> {
    let claim = verifier.claim_view(view)?;
    Ok((claim.access_key_id().to_owned(), claim.timestamp()))
}

/// What is said of a request that none of the served users signed.
fn unknown(claimed: Result<(String, Timestamp), Error>, keys: &ServedKeys) -> Result<(Report, Vec<String>), Failure> {
    match claimed {
        Ok(_) => {
            let known: Vec<_> = keys.identities.iter().map(Identity::access_key_id).collect();
            let known = known.join(", ");
            Err(format!("no served user has the access key id of this request; the server has these: {known}").into())
        }
        Err(error) => {
            let report = Report::of_error(&error);
            if report.findings().is_empty() { Err(error.into()) } else { Ok((report, Vec::new())) }
        }
    }
}
