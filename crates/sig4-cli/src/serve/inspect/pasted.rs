//! The explanation of a pasted request with the keys of the served users.

use super::details::canonical;
use super::masks::Masks;
use crate::clock::now;
use crate::failure::Failure;
use crate::pasted::{self, Wanted};
use crate::raw_request::RawRequest;
use crate::receiver::Receiver;
use serde_json::{Value, json};
use sig4::Verifier;
use sig4::explain::{Explainer, Report};
use sig4_gateway::ApiDefinition;
use sig4_iam::Identity;
use std::fmt;

/// The service of the API.
const SERVICE: &str = "execute-api";

/// The keys of the served users, and how their signatures are checked.
pub(crate) struct ServedKeys {
    verifier: Verifier,
    identities: Vec<Identity>,
}

impl ServedKeys {
    pub(super) fn new(api: &ApiDefinition, users: &[&Identity]) -> Result<Self, Failure> {
        let verifier = Verifier::new(api.region(), SERVICE)?;
        Ok(Self { verifier, identities: users.iter().copied().cloned().collect() })
    }

    /// The user whose access key id is in the head of the request, as far as it is explained.
    fn named_in(&self, request: &RawRequest) -> Option<&Identity> {
        let values = request.headers.iter().map(|(_, value)| value.as_slice());
        let head: Vec<_> = values.chain(request.query.as_deref().map(str::as_bytes)).collect();
        let mut head = head.join(&b' ');
        head.truncate(Explainer::MAX_EXPLAINED_BYTES);
        let is_in = |id: &[u8]| head.windows(id.len()).any(|window| window == id);
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

/// The report of a request, and notes about how it was read and judged.
fn report(pasted: &[u8], keys: &ServedKeys) -> Result<(Report, Vec<String>), Failure> {
    let mut pasted = pasted::read(pasted, &Wanted::default())?;
    let mut notes = Vec::new();
    if !pasted.is_raw() {
        notes.push(format!("read as {}", pasted.form));
    }
    notes.append(&mut pasted.notes);
    let named = keys.named_in(&pasted.request).and_then(Identity::credentials);
    let Some(credentials) = named else { return unknown(&pasted.request, keys, notes) };
    let at = match (pasted.received, pasted::own_time(&pasted.request)) {
        (Some(received), _) => {
            notes.push(format!("judged at the time of the answer, {received}"));
            received
        }
        (None, Some(own)) => {
            notes.push(format!("judged at the request's own time, {own}"));
            own
        }
        (None, None) => now()?,
    };
    let received = Receiver::new(pasted, keys.verifier.clone(), credentials.clone(), at);
    let report = received.explain(&Explainer::new(&received.verifier, &received.credentials));
    Ok((report, notes))
}

/// What is said of a request that none of the served users signed.
fn unknown(request: &RawRequest, keys: &ServedKeys, notes: Vec<String>) -> Result<(Report, Vec<String>), Failure> {
    match keys.verifier.claim_view(&request.view()) {
        Ok(_) => {
            let known: Vec<_> = keys.identities.iter().map(Identity::access_key_id).collect();
            let known = known.join(", ");
            Err(format!("no served user has the access key id of this request; the server has these: {known}").into())
        }
        Err(error) => {
            let report = Report::of_error(&error);
            if report.findings().is_empty() { Err(error.into()) } else { Ok((report, notes)) }
        }
    }
}
