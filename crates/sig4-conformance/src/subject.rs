//! The signer under test, and its answers.

use crate::case::SigningCase;
use http::header::HOST;
use sig4::name;
use time::OffsetDateTime;

/// A signer under test. Every `FnMut(&SigningCase) -> SignerAnswer` is one.
pub trait Subject {
    /// Signs the request of `case` as `case` says.
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
    pub(crate) at: Option<OffsetDateTime>,
}

#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// The headers that were added to the request, in place of those of the same name; and the path and query, if changed.
    Added(Vec<(String, Vec<u8>)>, Option<String>),
    /// The presigned URL.
    Url(String),
    /// The request that went out.
    Sent(Sent),
    /// Nothing but the signature.
    Signature(String),
    Unsupported(String),
    Failed(String),
}

/// A signed request, as it goes over the wire.
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
        Self { form, canonical_request: None, at: None }
    }

    /// A signature in headers: those that the signer adds to the request, `authorization` among them, which replace those
    /// of the same name.
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

    /// A signed request as it came over the wire.
    pub fn sent(method: &str, path: &str, query: Option<&str>, headers: Vec<(String, Vec<u8>)>, body: &[u8]) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self::new(Form::Sent(Sent { method, path, query: query.map(str::to_owned), headers, body: body.to_vec() }))
    }

    /// A bare signature, 64 hexadecimal digits. Give more if there is more: a cause is only found in a whole request.
    pub fn signature(signature: impl Into<String>) -> Self {
        Self::new(Form::Signature(signature.into()))
    }

    /// The signer does not do this kind of thing: the case is skipped.
    pub fn unsupported(reason: impl Into<String>) -> Self {
        Self::new(Form::Unsupported(reason.into()))
    }

    /// The signer should have signed this and did not.
    pub fn failed(error: impl Into<String>) -> Self {
        Self::new(Form::Failed(error.into()))
    }

    /// Adds the signer's own canonical request, so that a failure can say where it departs.
    #[must_use]
    pub fn with_canonical_request(mut self, text: impl Into<String>) -> Self {
        self.canonical_request = Some(text.into());
        self
    }

    /// Adds the path and query that the signer wants sent in place of the given ones.
    #[must_use]
    pub fn with_target(mut self, path_and_query: impl Into<String>) -> Self {
        if let Form::Added(_, target) = &mut self.form {
            *target = Some(path_and_query.into());
        }
        self
    }

    /// Sets that the signer took the time from its own clock. The request is then judged as by a service that receives it at
    /// `now`, and the expected signature is ignored.
    #[must_use]
    pub const fn at(mut self, now: OffsetDateTime) -> Self {
        self.at = Some(now);
        self
    }
}
