//! A published request with all that it takes to sign and to verify it.

use crate::support::Fields;
use sig4::request::RequestView;
use sig4::verify::{Body, PresignedBody};
use sig4::{Credentials, Error, Expires, Payload, Signer, StoredKey, Timestamp, Verifier};
use time::OffsetDateTime;

pub struct Vector {
    pub id: String,
    pub kind: Kind,
    pub method: String,
    /// The scheme and the authority, where there is no `Host` header.
    pub origin: Option<(String, String)>,
    pub path: String,
    pub query: Option<String>,
    pub headers: Fields,
    pub body: Vec<u8>,
    /// Whether the body is left out of the signature.
    pub unsigned: bool,
    pub signer: Signer,
    pub verifier: Verifier,
    pub credentials: Credentials,
    pub timestamp: Timestamp,
}

#[derive(Clone, Copy)]
pub enum Kind {
    Header,
    Query(Expires),
}

/// A request as a server receives it.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    pub origin: Option<(String, String)>,
    pub path: String,
    pub query: Option<String>,
    pub headers: Fields,
    pub body: Vec<u8>,
}

impl Vector {
    /// The request, signed.
    pub fn signed(&self) -> Received {
        let mut request = Received {
            method: self.method.clone(),
            origin: self.origin.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
        };
        let payload = if self.unsigned { Payload::Unsigned } else { Payload::Bytes(&self.body) };
        match self.kind {
            Kind::Header => {
                let signed = self.signer.sign_view(&request.view(), &payload, &self.credentials, self.now()).unwrap();
                let added: Fields = signed.headers().map(|(n, v)| (n.to_owned(), v.into_bytes())).collect();
                for (name, value) in added {
                    request.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
                    request.headers.push((name, value));
                }
            }
            Kind::Query(expires) => {
                let presigned =
                    self.signer.presign_view(&request.view(), &payload, &self.credentials, expires, self.now());
                let target = presigned.unwrap().target().to_owned();
                let (path, query) = target.split_once('?').unwrap();
                (request.path, request.query) = (path.to_owned(), Some(query.to_owned()));
                let replaced = ["authorization", "x-amz-date", "x-amz-security-token"];
                request.headers.retain(|(n, _)| !replaced.iter().any(|r| n.eq_ignore_ascii_case(r)));
            }
        }
        request
    }

    pub fn now(&self) -> OffsetDateTime {
        self.timestamp.to_datetime()
    }

    /// The verifier that reads the body as this vector means it.
    pub fn verifier(&self) -> Verifier {
        let body = if self.unsigned { PresignedBody::Unsigned } else { PresignedBody::Hashed };
        self.verifier.clone().with_unsigned_payload(true).with_presigned_body(body)
    }

    pub fn verify(&self, verifier: &Verifier, request: &Received) -> Result<(), Error> {
        let claim = verifier.claim_view(&request.view())?;
        let key: StoredKey<'_> = (&self.credentials).into();
        claim.verify(key, Body::Bytes(&request.body), self.now()).map(|_caller| ())
    }
}

impl Received {
    pub fn view(&self) -> RequestView<'_> {
        let view = RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers);
        match &self.origin {
            // A `Host` header that overrides the URL's is what a server gets to see.
            Some((scheme, authority)) if self.header("host").is_none() => view.with_authority(scheme, authority),
            _ => view,
        }
    }

    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    pub fn header_mut(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.headers.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)).expect("it has the header").1
    }
}
