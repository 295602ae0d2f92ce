//! The interface of a peer.

use crate::case::{Case, Request, text};
use http::header::AUTHORIZATION;

/// A crate that signs, or a way of using it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// The crate, and the way if there are several.
    pub(crate) name: &'static str,
    /// The crate's version.
    pub(crate) version: &'static str,
    /// Prepares the state that a caller keeps between requests of a case. `None` if the crate cannot sign it.
    pub(crate) prepare: fn(&Case) -> Option<Box<dyn Sign>>,
}

/// A peer prepared for a case.
pub(crate) trait Sign {
    /// Signs the request and leaves the signature in it, unless the crate gives a URL.
    fn sign(&self, request: Request) -> Request;

    /// What a reader of the table has to know.
    fn note(&self) -> &'static str;

    /// What it signs other than asked.
    fn deviation(&self) -> Deviation {
        Deviation::default()
    }

    /// The outcome of signing, to be checked.
    fn outcome(&self, request: Request) -> Outcome {
        Outcome::of_request(&self.sign(request))
    }
}

/// What a peer signs other than asked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deviation {
    /// The time of its own clock.
    pub(crate) own_clock: bool,
    /// `UNSIGNED-PAYLOAD` in place of the body's hash.
    pub(crate) unsigned_payload: bool,
}

impl Deviation {
    /// In words; nothing if it signs what was asked.
    pub(crate) const fn reason(self) -> Option<&'static str> {
        match (self.own_clock, self.unsigned_payload) {
            (false, false) => None,
            (true, false) => Some("takes the time from its own clock"),
            (false, true) => Some("leaves the body unsigned"),
            (true, true) => Some("takes the time from its own clock and leaves the body unsigned"),
        }
    }
}

/// The time and the signature in a signed request or URL.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The time as it goes over the wire.
    pub(crate) date: String,
    /// The signature's hexadecimal digits.
    pub(crate) signature: String,
}

impl Outcome {
    /// Reads a request's headers, or its URI if it has no `authorization`.
    fn of_request(request: &Request) -> Self {
        let Some(authorization) = request.headers().get(AUTHORIZATION) else {
            return Self::of_url(&request.uri().to_string());
        };
        let date = request.headers().get("x-amz-date").map(text).unwrap_or_default().to_owned();
        Self { date, signature: after(text(authorization), "Signature=") }
    }

    /// Reads a presigned URL.
    pub(crate) fn of_url(url: &str) -> Self {
        Self { date: after(url, "X-Amz-Date="), signature: after(url, "X-Amz-Signature=") }
    }
}

/// The letters and digits after `label`.
fn after(text: &str, label: &str) -> String {
    let (_, rest) = text.split_once(label).unwrap_or_default();
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}
