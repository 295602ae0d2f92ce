//! The signer under test, and its answers.

use crate::case::SigningCase;
use http::header::HOST;
use sig4::name;
use time::OffsetDateTime;

/// A signer under test. Every `FnMut(&SigningCase) -> SignerAnswer` is one.
pub trait Subject {
    /// Signs the request of `case` with its settings.
    fn sign(&mut self, case: &SigningCase) -> SignerAnswer;
}

impl<F: FnMut(&SigningCase) -> SignerAnswer> Subject for F {
    fn sign(&mut self, case: &SigningCase) -> SignerAnswer {
        self(case)
    }
}

/// The answer of a signer to a case.
#[derive(Clone, Debug)]
pub struct SignerAnswer {
    pub(crate) form: Form,
    pub(crate) canonical_request: Option<String>,
    pub(crate) public_key: Option<String>,
    pub(crate) at: Option<OffsetDateTime>,
}

#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// The headers to add to the request, replacing those with the same name, and the path and query if changed.
    Added(Vec<(String, Vec<u8>)>, Option<String>),
    /// The presigned URL.
    Url(String),
    /// The request as sent.
    Sent(Sent),
    /// The signature alone.
    Signature(String),
    /// The signatures of a body in pieces.
    Pieces(Pieces),
    Unsupported(String),
    Failed(String),
}

/// The signatures of a body in pieces.
#[derive(Clone, Debug)]
pub(crate) struct Pieces {
    /// The head's. `None` for a stream of events.
    pub(crate) seed: Option<String>,
    pub(crate) signatures: Vec<String>,
    pub(crate) trailer: Option<String>,
}

/// A signed request, as sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl SignerAnswer {
    const fn new(form: Form) -> Self {
        Self { form, canonical_request: None, public_key: None, at: None }
    }

    /// A signature in headers: the headers that the signer adds, including `authorization`. They replace headers with the same
    /// name.
    pub fn headers<N: Into<String>, V: Into<Vec<u8>>>(added: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::new(Form::Added(added.into_iter().map(|(name, value)| (name.into(), value.into())).collect(), None))
    }

    /// A presigned URL.
    pub fn url(url: impl Into<String>) -> Self {
        Self::new(Form::Url(url.into()))
    }

    /// A signed request, with all its headers. A `host` that the `http` crate keeps in the URI is added.
    pub fn request<B: AsRef<[u8]>>(request: &http::Request<B>) -> Self {
        let field =
            |(name, value): (&http::HeaderName, &http::HeaderValue)| (name.to_string(), value.as_bytes().to_vec());
        let mut headers: Vec<_> = request.headers().iter().map(field).collect();
        if let (None, Some(authority)) = (request.headers().get(HOST), request.uri().authority()) {
            headers.push((name::HOST.to_owned(), authority.as_str().into()));
        }
        let (path, query) = (request.uri().path(), request.uri().query());
        Self::sent(request.method().as_str(), path, query, headers, request.body().as_ref())
    }

    /// A signed request as received.
    pub fn sent(method: &str, path: &str, query: Option<&str>, headers: Vec<(String, Vec<u8>)>, body: &[u8]) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self::new(Form::Sent(Sent { method, path, query: query.map(str::to_owned), headers, body: body.to_vec() }))
    }

    /// A bare signature, 64 hexadecimal digits, or the DER form in hexadecimal digits for Signature Version 4a. Prefer a whole request: only then can a cause be found.
    pub fn signature(signature: impl Into<String>) -> Self {
        Self::new(Form::Signature(signature.into()))
    }

    /// The signatures of a body in chunks: the head's, those of the chunks with the last, and the trailer's if there is one.
    pub fn chunks<S: Into<String>>(
        seed: impl Into<String>,
        signatures: impl IntoIterator<Item = S>,
        trailer: Option<String>,
    ) -> Self {
        let signatures = signatures.into_iter().map(Into::into).collect();
        Self::new(Form::Pieces(Pieces { seed: Some(seed.into()), signatures, trailer }))
    }

    /// The signatures of a stream of events, with that of the end if the case has one.
    pub fn events<S: Into<String>>(signatures: impl IntoIterator<Item = S>) -> Self {
        let signatures = signatures.into_iter().map(Into::into).collect();
        Self::new(Form::Pieces(Pieces { seed: None, signatures, trailer: None }))
    }

    /// The signer does not support the case, which is skipped.
    pub fn unsupported(reason: impl Into<String>) -> Self {
        Self::new(Form::Unsupported(reason.into()))
    }

    /// The signer failed to sign the request.
    pub fn failed(error: impl Into<String>) -> Self {
        Self::new(Form::Failed(error.into()))
    }

    /// Adds the signer's own canonical request, so that a failure can show the first difference.
    #[must_use]
    pub fn with_canonical_request(mut self, text: impl Into<String>) -> Self {
        self.canonical_request = Some(text.into());
        self
    }

    /// Adds the public key that the signer derived for Signature Version 4a: the two coordinates, each in 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn with_public_key(mut self, x: &str, y: &str) -> Self {
        self.public_key = Some(["04", x, y].concat());
        self
    }

    /// Sets the path and query to send in place of the case's own.
    #[must_use]
    pub fn with_target(mut self, path_and_query: impl Into<String>) -> Self {
        if let Form::Added(_, target) = &mut self.form {
            *target = Some(path_and_query.into());
        }
        self
    }

    /// Sets that the signer used its own clock. The request is then judged as by a service that receives it at `now`, and the
    /// expected signature is ignored.
    #[must_use]
    pub const fn at(mut self, now: OffsetDateTime) -> Self {
        self.at = Some(now);
        self
    }
}
