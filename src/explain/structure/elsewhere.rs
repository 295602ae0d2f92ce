//! Signatures of other kinds, and signatures that stand where the verifier does not look.

use crate::auth::version_2;
use crate::bytes::percent;
use crate::canonical::query::halves;
use crate::explain::cause::Mistake;
use crate::explain::structure::causes::{ALGORITHM_UNSUPPORTED, POST_FORM, SIGV2, URL_DAMAGED};
use crate::name::query::{ALGORITHM, CREDENTIAL, SIGNATURE};
use crate::request::RequestView;

/// The beginning of a body in which the fields of a form are looked for.
const MAX_FORM_LEN: usize = 64 * 1024;

/// The parameters of signed URLs of other services, in lower case.
const OTHER_URLS: &[(&[&str], &str)] = &[
    (&["key-pair-id", "signature"], "a signed URL of CloudFront"),
    (&["x-goog-algorithm"], "a signed URL of Google Cloud Storage"),
    (&["googleaccessid", "signature"], "a signed URL of Google Cloud Storage"),
    (&["sv", "sig"], "a shared access signature of Azure"),
];

/// The mistake of a request without a signature of Version 4, if it has another kind of signature.
pub(crate) fn other_signature(request: &RequestView<'_>, body: Option<&[u8]>) -> Option<Mistake> {
    let names = lower_names(request.query);
    let has = |name: &&str| names.iter().any(|known| known == name);
    damaged(request)
        .or_else(|| in_body(request, body))
        .or_else(|| version_3(request))
        .or_else(|| OTHER_URLS.iter().find(|(all, _)| all.iter().all(has)).map(|(_, of)| ALGORITHM_UNSUPPORTED.of(*of)))
}

/// The damage of a presigned URL: its parameters are HTML-escaped, in another case, or cut off after the first one.
pub(crate) fn damaged(request: &RequestView<'_>) -> Option<Mistake> {
    let query = request.query.unwrap_or_default();
    let lower = lower_names(request.query);
    let has = |start: &str, name: &str| lower.iter().any(|known| known.strip_prefix(start) == Some(name));
    let all_of = |start: &str| [CREDENTIAL, SIGNATURE].iter().all(|name| has(start, &name.to_ascii_lowercase()));
    let exact = |name: &str| names(query).any(|known| known == name.as_bytes());
    if all_of("amp;") {
        return Some(URL_DAMAGED.of("`&` was written as `&amp;`"));
    }
    if all_of("") && !(exact(CREDENTIAL) && exact(SIGNATURE)) {
        return Some(URL_DAMAGED.of("the names of its parameters are in another case"));
    }
    let only = !query.contains('&') && exact(ALGORITHM);
    only.then(|| URL_DAMAGED.of("it ends after its first parameter, as a shell cuts it at `&`"))
}

/// Signature Version 3, which older clients of Amazon SES and Route 53 send in a header of its own.
fn version_3(request: &RequestView<'_>) -> Option<Mistake> {
    let mut is_there = false;
    request.headers.visit(&mut |name, value| {
        is_there |= name.eq_ignore_ascii_case("x-amzn-authorization") && value.trim_ascii_start().starts_with(b"AWS3");
    });
    is_there.then(|| ALGORITHM_UNSUPPORTED.of("Signature Version 3"))
}

/// A signature in the body: that of a form with a policy, or of version 2.
fn in_body(request: &RequestView<'_>, body: Option<&[u8]>) -> Option<Mistake> {
    let mut content_type = Vec::new();
    request.headers.visit(&mut |name, value| {
        if name.eq_ignore_ascii_case("content-type") && content_type.is_empty() {
            content_type = value.trim_ascii().to_ascii_lowercase();
        }
    });
    let is_form = content_type.starts_with(b"multipart/form-data");
    let body = body.map(|body| body.get(..MAX_FORM_LEN).unwrap_or(body)).map(String::from_utf8_lossy)?;
    let fields = body.to_ascii_lowercase();
    let has_field =
        |name: &str| fields.contains(&format!("name=\"{name}\"")) || fields.contains(&format!("name={name}\r"));
    let signature = SIGNATURE.to_ascii_lowercase();
    if is_form && has_field("policy") && (has_field(&signature) || has_field("signature")) {
        return Some(POST_FORM.into());
    }
    let parameters = Some(body.trim_ascii());
    let names = lower_names(parameters);
    let has = |name: &str| names.iter().any(|known| known == name);
    match has("policy") && has(&signature) {
        true => Some(POST_FORM.into()),
        false => version_2::is_in_query(parameters).then(|| SIGV2.of("in the body")),
    }
}

/// The decoded names of the parameters.
fn names(query: &str) -> impl Iterator<Item = Vec<u8>> {
    query.as_bytes().split(|b| *b == b'&').map(|piece| percent::decode(halves(piece).0).into_owned())
}

fn lower_names(query: Option<&str>) -> Vec<String> {
    names(query.unwrap_or_default()).map(|name| String::from_utf8_lossy(&name).to_ascii_lowercase()).collect()
}
