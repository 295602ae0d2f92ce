//! The request that the signer would send, rebuilt from the case and the answer.

use crate::case::SigningCase;
use crate::subject::{Form, Sent};
use sig4::auth::{DuplicatePolicy, HeaderParams, QueryParams};
use sig4::name;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use std::borrow::Cow;

/// The signed request. `None` if the answer does not contain one.
pub(crate) fn rebuilt(case: &SigningCase, form: &Form) -> Option<Sent> {
    match form {
        Form::Added(added, target) => Some(with_headers(case, added, target.as_deref())),
        Form::Url(url) => Some(with_url(case, url)),
        Form::Sent(sent) => Some(sent.clone()),
        Form::Signature(_) | Form::Pieces(_) | Form::Unsupported(_) | Form::Failed(_) => None,
    }
}

fn unsigned(case: &SigningCase, target: &str) -> Sent {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query.to_owned())));
    Sent {
        method: case.method.clone(),
        path: path.to_owned(),
        query,
        headers: case.headers.clone(),
        body: case.body.clone(),
    }
}

fn with_headers(case: &SigningCase, added: &[(String, Vec<u8>)], target: Option<&str>) -> Sent {
    let mut sent = unsigned(case, target.unwrap_or(&case.target()));
    let is_only_authorization = added.iter().all(|(name, _)| is(name, name::AUTHORIZATION));
    let assumed = if is_only_authorization { assumed(case) } else { Vec::new() };
    let added: Vec<_> = assumed.into_iter().chain(added.iter().cloned()).collect();
    sent.headers.retain(|(name, _)| !added.iter().any(|(other, _)| is(name, other)));
    sent.headers.extend(added);
    sent
}

/// The headers that a signer adds besides `authorization`.
fn assumed(case: &SigningCase) -> Vec<(String, Vec<u8>)> {
    let mut added = vec![(name::DATE_HEADER.to_owned(), case.timestamp.as_str().into())];
    if let Some(token) = case.credentials.session_token() {
        added.push((name::TOKEN_HEADER.to_owned(), token.into()));
    }
    if let Some(set) = &case.region_set {
        added.push((name::REGION_SET_HEADER.to_owned(), set.as_str().into()));
    }
    if case.settings.sign_body_header {
        added.push((name::CONTENT_SHA256_HEADER.to_owned(), ContentSha256::of(&case.payload()).to_string().into()));
    }
    added
}

/// The target of a presigned URL: the part after its authority.
fn with_url(case: &SigningCase, url: &str) -> Sent {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let target = after_scheme.find(['/', '?']).and_then(|at| after_scheme.get(at..)).unwrap_or_default();
    unsigned(case, target)
}

fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

impl Sent {
    /// The request for a verifier. Without a `host` header, the host is the case's.
    pub(crate) fn view<'a>(&'a self, case: &'a SigningCase) -> RequestView<'a> {
        let view = RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers);
        if self.header(name::HOST).is_some() { view } else { view.with_authority(&case.scheme, &case.host) }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(n, _)| is(n, name)).map(|(_, value)| value.as_slice())
    }

    /// The credential in the request.
    pub(crate) fn credential(&self) -> Option<String> {
        if let Some(value) = self.header(name::AUTHORIZATION) {
            // Either algorithm writes it so.
            let (_, rest) = str::from_utf8(value).ok()?.split_once("Credential=")?;
            return rest.split([',', ' ']).next().map(str::to_owned);
        }
        let found = QueryParams::find(self.query.as_deref(), DuplicatePolicy::AsAws).unwrap_or_default();
        found.credential().map(Cow::into_owned)
    }

    /// The signature and the signed headers in the request.
    pub(crate) fn stated(&self) -> (Option<String>, Option<String>) {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        if let Some(value) = self.header(name::AUTHORIZATION) {
            let found = HeaderParams::parse(value, DuplicatePolicy::AsAws).unwrap_or_default();
            return (owned(found.signature()), owned(found.signed_headers()));
        }
        let found = QueryParams::find(self.query.as_deref(), DuplicatePolicy::AsAws).unwrap_or_default();
        (found.signature().map(Cow::into_owned), found.signed_headers().map(Cow::into_owned))
    }
}
