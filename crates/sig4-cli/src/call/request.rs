//! The request: assembled, signed, and converted for the client.

use super::args::CallArgs;
use super::redirect::Hop;
use super::told;
use crate::clock::now;
use crate::expiry;
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::outgoing::{Outgoing, note_replaced};
use crate::print;
use crate::print::note;
use crate::request::{Composed, ContentType};
use crate::show::{FinalStage, Show};
use crate::signing_scope::SigningScope;
use crate::stages::{Job, Stages};
use crate::url::{Url, is_this_machine};
use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use http_body_util::Full;
use sig4::request::RequestView;
use sig4::{Credentials, Expires, Payload, Timestamp};
use sig4_gateway::{EXPLAIN_HEADER, EXPLAIN_VALUE};
use std::fmt::Write;

/// A signed request.
pub(crate) struct Prepared {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) host: String,
    pub(crate) scope: SigningScope,
    pub(crate) credentials: Credentials,
    pub(crate) timestamp: Timestamp,
    pub(crate) stages: Stages,
    pub(crate) signature: String,
    pub(crate) headers: Vec<GivenHeader>,
    body: Vec<u8>,
    given: Given,
}

/// What signing replaces.
#[derive(Clone)]
struct Given {
    url: String,
    headers: Vec<GivenHeader>,
    presign: Option<Expires>,
}

/// A request to be signed.
pub(crate) struct Call<'c> {
    pub(crate) method: &'c str,
    pub(crate) url: &'c str,
    pub(crate) headers: Vec<GivenHeader>,
    pub(crate) body: &'c [u8],
    pub(crate) presign: Option<Expires>,
}

/// The result of signing.
struct SigningStep {
    stages: Stages,
    signature: String,
    outgoing: Outgoing,
}

impl Prepared {
    /// The request that `args` describe. Credentials are read before files that may be named by mistake, so that no message
    /// repeats a secret.
    pub(crate) fn new(args: &CallArgs) -> Result<Self, Failure> {
        args.request.check_target()?;
        args.request.note_user()?;
        let files = args.keys.files()?;
        let found = args.keys.credentials(&files, args.request.token_header());
        let composed = match &found {
            Ok(_) => args.request.compose(ContentType::ByBody)?,
            // What is wrong with the host is more to the point than that there are no credentials.
            Err(_) => args.request.compose_without_body()?,
        };
        let parts = composed.checked_url()?;
        if !matches!(parts.scheme, "http" | "https") {
            return Err(format!("http and https are spoken, not {}", parts.scheme).into());
        }
        let scope = SigningScope::find(&args.scope, composed.host(&parts), &files)?;
        let Composed { method, url, headers, body } = &composed;
        let call = Call { method, url, headers: headers.clone(), body: body.bytes(), presign: args.presign };
        let prepared = Self::sign(call, scope, found?)?;
        note_replaced(headers, &prepared.headers, &prepared.credentials);
        Ok(prepared)
    }

    /// Signs a call.
    pub(crate) fn sign(call: Call<'_>, scope: SigningScope, credentials: Credentials) -> Result<Self, Failure> {
        let timestamp = now()?;
        let SigningStep { stages, signature, outgoing } = signing_step(&call, &scope, &credentials, timestamp)?;
        let host = Url::split(call.url)?.host().to_owned();
        let Outgoing { url, headers } = outgoing;
        Ok(Self {
            method: call.method.to_owned(),
            url,
            host,
            scope,
            credentials,
            timestamp,
            stages,
            signature,
            headers,
            body: call.body.to_vec(),
            given: Given { url: call.url.to_owned(), headers: call.headers, presign: call.presign },
        })
    }

    /// The request in the client's type.
    pub(crate) fn to_http(&self) -> Result<Request<Full<Bytes>>, Failure> {
        let mut request = http_request(&self.method, &self.url, &self.headers, &self.body)?;
        if told::asks(&self.host) {
            // It is added after signing, so it is not signed.
            request.headers_mut().insert(EXPLAIN_HEADER, HeaderValue::from_static(EXPLAIN_VALUE));
        }
        Ok(request)
    }

    /// Whether the request goes to a host of this machine, over TLS or with redirects, which may lead to TLS.
    pub(super) fn is_here(&self, follows_redirects: bool) -> bool {
        is_this_machine(&self.host) && (follows_redirects || self.url.starts_with("https:"))
    }

    /// Whether the request names another host than its URL. HTTP/1.1 can say so; in HTTP/2 the URL's host is the only one.
    pub(super) fn has_other_host(&self) -> bool {
        self.headers.iter().any(|header| header.is(HOST.as_str()) && header.value != self.host)
    }

    /// The request as it was before it was signed.
    pub(super) fn hop(&self) -> Hop {
        let Given { url, headers, .. } = self.given.clone();
        Hop { method: self.method.clone(), url, headers, body: self.body.clone(), is_home: true }
    }

    /// The request after a redirect of the same server, signed now.
    pub(super) fn again(self, hop: &Hop) -> Result<Self, Failure> {
        let call = Call {
            method: &hop.method,
            url: &hop.url,
            headers: hop.headers.clone(),
            body: &hop.body,
            presign: self.given.presign,
        };
        Self::sign(call, self.scope, self.credentials)
    }

    /// The stages, and the head of the request as it is sent.
    pub(crate) fn verbose_text(&self) -> String {
        let mut head = String::new();
        let target = Url::split(&self.url).map(|url| url.target()).unwrap_or_default();
        // Writing to a `String` cannot fail.
        // Over TLS the server chooses the version, which the head of the response has.
        let version = if self.url.starts_with("https:") { "" } else { " HTTP/1.1" };
        let _ = writeln!(head, "> {} {target}{version}", self.method);
        if !self.headers.iter().any(|header| header.is(HOST.as_str())) {
            let _ = writeln!(head, "> host: {}", self.host);
        }
        for header in &self.headers {
            let _ = writeln!(head, "> {}: {}", header.name, header.value);
        }
        if told::asks(&self.host) {
            let _ = writeln!(head, "> {EXPLAIN_HEADER}: {EXPLAIN_VALUE}");
        }
        let _ = writeln!(head, "> {} bytes of body", self.body.len());
        // In the stages no name beside the signature marks it as a secret.
        print::keep_secret(&self.signature);
        let last = FinalStage { signature: self.signature.clone(), title: "sent", content: &head };
        Show::All.text(&self.stages, &last)
    }

    /// The value of the `authorization` header.
    pub(crate) fn authorization(&self) -> Option<&str> {
        let header = self.headers.iter().find(|header| header.is(AUTHORIZATION.as_str()));
        header.map(|header| header.value.as_str())
    }
}

fn signing_step(
    call: &Call<'_>,
    scope: &SigningScope,
    credentials: &Credentials,
    timestamp: Timestamp,
) -> Result<SigningStep, Failure> {
    let url = Url::split(call.url)?;
    let wire: Vec<_> = call.headers.iter().map(|h| (h.name.clone(), h.value.clone().into_bytes())).collect();
    let signer = scope.signer()?;
    let payload = match call.presign {
        Some(_) => signer.presign_payload(call.body),
        None => Payload::Bytes(call.body),
    };
    let request = RequestView::new(call.method, url.path, url.query, &wire).with_authority(url.scheme, url.authority);
    let job = Job { signer, request, payload, credentials: credentials.clone(), timestamp };
    if let Some(expires) = call.presign {
        let (stages, presigned) = job.presign(expires)?;
        expiry::shortened(&presigned, credentials).iter().for_each(|text| note(text));
        let outgoing = Outgoing::presigned(&presigned, &call.headers, &stages.signed_headers);
        return Ok(SigningStep { stages, signature: presigned.signature().to_string(), outgoing });
    }
    let (stages, signed) = job.sign()?;
    let outgoing = Outgoing::signed(&signed, &call.headers, &url);
    Ok(SigningStep { stages, signature: signed.signature().to_string(), outgoing })
}

/// A request in the client's type.
pub(super) fn http_request(
    method: &str,
    url: &str,
    headers: &[GivenHeader],
    body: &[u8],
) -> Result<Request<Full<Bytes>>, Failure> {
    // HTTP/2 sends the authority of the URL, and the scheme's own port is not signed.
    let url = Url::split(url)?;
    let uri = [url.scheme, "://", url.host(), &url.target()].concat();
    let uri = Uri::try_from(uri).map_err(|error| format!("the URL cannot be sent: {error}"))?;
    let mut request = Request::new(Full::new(Bytes::copy_from_slice(body)));
    *request.method_mut() = Method::from_bytes(method.as_bytes())?;
    *request.uri_mut() = uri;
    for header in headers {
        let name = HeaderName::from_bytes(header.name.as_bytes())?;
        request.headers_mut().append(name, HeaderValue::from_bytes(header.value.as_bytes())?);
    }
    Ok(request)
}
