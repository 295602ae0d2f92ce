//! The verifier: its rules, AWS's order of checks, and what it hands out.

mod handed_out;
mod order;
mod rules;
mod s3;
mod streamed;

use crate::support::Fields;
use crate::vector::Received;
use sig4::{Credentials, Error, ErrorKind, Expires, Payload, Rejection, Signer, Timestamp, Verifier};
use time::{Duration, OffsetDateTime};

/// The code that AWS answers.
pub fn code_of(error: &Error) -> Option<&str> {
    error.rejection().map(Rejection::code)
}

/// The status that AWS answers.
pub fn status_of(error: &Error) -> Option<u16> {
    error.rejection().map(|answer| answer.status().as_u16())
}

/// The message that AWS answers.
pub fn message_of(error: &Error) -> Option<&str> {
    error.rejection().and_then(Rejection::message)
}

/// A service, its verifier, and somebody who may call it.
pub struct Scene {
    pub signer: Signer,
    pub verifier: Verifier,
    pub credentials: Credentials,
}

impl Scene {
    pub fn new(service: &str) -> Self {
        Self {
            signer: Signer::new("us-east-1", service).unwrap(),
            verifier: Verifier::new("us-east-1", service).unwrap(),
            credentials: Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap(),
        }
    }

    pub fn gateway() -> Self {
        Self::new("execute-api")
    }

    pub fn temporary(mut self) -> Self {
        self.credentials =
            Credentials::new("ASIAEXAMPLE", "secret").unwrap().with_session_token("the/token+=").unwrap();
        self
    }

    pub fn with_verifier(mut self, change: impl FnOnce(Verifier) -> Verifier) -> Self {
        self.verifier = change(self.verifier);
        self
    }

    /// A signed request.
    pub fn sign(&self, request: Received) -> Received {
        self.sign_at(request, now())
    }

    pub fn sign_at(&self, request: Received, at: OffsetDateTime) -> Received {
        let body = request.body.clone();
        self.sign_payload(request, &Payload::Bytes(&body), at)
    }

    pub fn sign_payload(&self, mut request: Received, payload: &Payload<'_>, at: OffsetDateTime) -> Received {
        let signed = self.signer.sign_view(&request.view(), payload, &self.credentials, at).unwrap();
        let added: Fields = signed.headers().map(|(n, v)| (n.to_owned(), v.into_bytes())).collect();
        request.headers.extend(added);
        request
    }

    /// A presigned request.
    pub fn presign(&self, request: Received) -> Received {
        self.presign_for(request, Expires::from_secs(60).unwrap())
    }

    pub fn presign_for(&self, mut request: Received, expires: Expires) -> Received {
        let payload = self.signer.presign_payload(b"");
        let presigned = self.signer.presign_view(&request.view(), &payload, &self.credentials, expires, now()).unwrap();
        let (path, query) = presigned.target().split_once('?').unwrap();
        (request.path, request.query) = (path.to_owned(), Some(query.to_owned()));
        request
    }

    pub fn verify(&self, request: &Received) -> Result<(), Error> {
        self.verify_at(request, now())
    }

    pub fn verify_at(&self, request: &Received, at: OffsetDateTime) -> Result<(), Error> {
        let claim = self.verifier.claim_view(&request.view())?;
        claim.verify(&self.credentials, &request.body, at).map(|_caller| ())
    }

    pub fn refuses(&self, request: &Received) -> ErrorKind {
        self.verify(request).expect_err("it is refused").kind()
    }
}

pub fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").unwrap().to_datetime()
}

pub fn minutes(n: i64) -> Duration {
    Duration::minutes(n)
}

/// A request to API Gateway, not signed.
pub fn post() -> Received {
    request("POST", "/orders", None, br#"{"n":1}"#)
}

pub fn get(path: &str, query: Option<&str>) -> Received {
    request("GET", path, query, b"")
}

fn request(method: &str, path: &str, query: Option<&str>, body: &[u8]) -> Received {
    Received {
        method: method.to_owned(),
        origin: None,
        path: path.to_owned(),
        query: query.map(str::to_owned),
        headers: vec![("host".to_owned(), b"abc.execute-api.us-east-1.amazonaws.com".to_vec())],
        body: body.to_vec(),
    }
}

impl Received {
    /// The request with one header more.
    pub fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self
    }

    /// The request with `from` replaced by `to` in a header's value.
    pub fn edit(mut self, name: &str, from: &str, to: &str) -> Self {
        let value = String::from_utf8(self.header(name).unwrap().to_vec()).unwrap();
        assert!(value.contains(from), "{value} holds {from}");
        *self.header_mut(name) = value.replacen(from, to, 1).into_bytes();
        self
    }

    pub fn edit_query(mut self, from: &str, to: &str) -> Self {
        let query = self.query.clone().unwrap();
        assert!(query.contains(from), "{query} holds {from}");
        self.query = Some(query.replacen(from, to, 1));
        self
    }

    pub fn add_query(mut self, more: &str) -> Self {
        self.query = Some(self.query.map_or_else(|| more.to_owned(), |query| format!("{query}&{more}")));
        self
    }
}
