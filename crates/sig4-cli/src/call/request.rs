//! The request: assembled, signed, and converted for the client.

use super::args::CallArgs;
use super::told;
use crate::body::Body;
use crate::credentials;
use crate::expiry;
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::outgoing::{Outgoing, check_framing};
use crate::print;
use crate::print::note;
use crate::show::{FinalStage, Show};
use crate::sign::now;
use crate::signing_scope::SigningScope;
use crate::stages::{Job, Stages};
use crate::url::Url;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use http_body_util::Full;
use sig4::config_files::ConfigFiles;
use sig4::request::RequestView;
use sig4::{Credentials, Expires, Payload, Signer, Timestamp};
use sig4_gateway::{EXPLAIN_HEADER, EXPLAIN_VALUE};
use std::fmt::Write;

/// The content type of a body in JSON.
const JSON: &str = "application/json";

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
    /// The request that `args` describe.
    pub(crate) fn new(args: &CallArgs, url: &str, files: &ConfigFiles<'_>) -> Result<Self, Failure> {
        let parts = Url::split(url)?;
        if !matches!(parts.scheme, "http" | "https") {
            return Err(format!("http and https are spoken, not {}", parts.scheme).into());
        }
        parts.check_spelling()?;
        let body = Body::read(args.data.as_deref())?;
        check_framing(&args.headers, body.bytes())?;
        let mut headers = args.headers.clone();
        if !headers.iter().any(|header| header.is(CONTENT_TYPE.as_str())) && is_json(body.bytes()) {
            headers.push(GivenHeader { name: CONTENT_TYPE.to_string(), value: JSON.to_owned() });
        }
        let given_host = headers.iter().find(|header| header.is(HOST.as_str())).map(|header| header.value.as_str());
        let host = given_host.unwrap_or(parts.authority);
        let scope = SigningScope::of_api(args.region.as_deref(), args.service.as_deref(), host, files)?;
        let default = if matches!(body, Body::None) { Method::GET } else { Method::POST };
        let method = args.method.as_deref().unwrap_or(default.as_str());
        let call = Call { method, url, headers, body: body.bytes(), presign: args.presign };
        Self::sign(call, scope, print::kept(credentials::credentials(files)?))
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
        })
    }

    /// The request in the client's type.
    pub(crate) fn to_http(&self) -> Result<Request<Full<Bytes>>, Failure> {
        let uri = Uri::try_from(&self.url).map_err(|error| format!("the URL cannot be sent: {error}"))?;
        let mut request = Request::new(Full::new(Bytes::from(self.body.clone())));
        *request.method_mut() = Method::from_bytes(self.method.as_bytes())?;
        *request.uri_mut() = uri;
        for header in &self.headers {
            let name = HeaderName::from_bytes(header.name.as_bytes())?;
            request.headers_mut().append(name, HeaderValue::from_bytes(header.value.as_bytes())?);
        }
        if told::asks(&self.host) {
            // It is added after signing, so it is not signed.
            request.headers_mut().insert(EXPLAIN_HEADER, HeaderValue::from_static(EXPLAIN_VALUE));
        }
        Ok(request)
    }

    /// The stages, and the head of the request as it is sent.
    pub(crate) fn verbose_text(&self) -> String {
        let mut head = String::new();
        let target = Url::split(&self.url).map(|url| url.target()).unwrap_or_default();
        // Writing to a `String` cannot fail.
        let _ = writeln!(head, "> {} {target} HTTP/1.1", self.method);
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
    let signer = Signer::new(&scope.region, &scope.service)?;
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

fn is_json(body: &[u8]) -> bool {
    let begins = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    begins && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}
