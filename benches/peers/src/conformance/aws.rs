//! aws-sigv4, with the settings that the AWS SDK makes.

use super::pieces::{chunks, events};
use super::{epoch, time};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest, SignatureLocation,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::{v4, v4a};
use aws_smithy_runtime_api::client::identity::Identity;
use sig4::settings::PathEncoding;
use sig4_conformance::{SignerAnswer, SigningCase};
use std::time::Duration;

/// Signs a case of any kind.
pub(super) fn by_aws_sigv4(case: &SigningCase) -> SignerAnswer {
    let token = case.credentials().session_token().map(str::to_owned);
    let identity: Identity =
        Credentials::new(case.credentials().access_key_id(), case.secret_access_key(), token, None, "static").into();
    if let Some(stream) = case.events() {
        return events(case, stream, &identity);
    }
    let Some(mut request) = case.http_request() else {
        return SignerAnswer::unsupported("the types of the http crate cannot hold it");
    };
    let params = match params(case, &identity) {
        Ok(params) => params,
        Err(error) => return SignerAnswer::failed(error),
    };
    let headers = request.headers().iter();
    let headers: Option<Vec<_>> =
        headers.map(|(n, v)| Some((n.as_str(), str::from_utf8(v.as_bytes()).ok()?))).collect();
    let Some(headers) = headers else { return SignerAnswer::unsupported("a header is not UTF-8") };
    let body = match case.chunked() {
        Some(chunked) => SignableBody::Precomputed(chunked.marker().to_string()),
        None if case.unsigned_payload() => SignableBody::UnsignedPayload,
        None => SignableBody::Bytes(request.body()),
    };
    let signable = SignableRequest::new(case.method(), case.url(), headers.into_iter(), body);
    let output = signable.and_then(|signable| sign(signable, &params));
    let (instructions, signature) = match output {
        Ok(output) => output.into_parts(),
        Err(error) => return SignerAnswer::failed(error.to_string()),
    };
    if let Some(chunked) = case.chunked() {
        return chunks(case, chunked, &identity, signature);
    }
    instructions.apply_to_request_http1x(&mut request);
    SignerAnswer::request(&request)
}

/// The parameters of a request.
fn params<'a>(case: &'a SigningCase, identity: &'a Identity) -> Result<SigningParams<'a>, String> {
    if let Some(regions) = case.region_set() {
        let params = v4a::SigningParams::builder()
            .identity(identity)
            .region_set(regions.as_str())
            .name(case.service())
            .time(time(epoch(case)))
            .settings(settings(case))
            .build();
        return params.map(Into::into).map_err(|error| error.to_string());
    }
    let params = v4::SigningParams::builder()
        .identity(identity)
        .region(case.region())
        .name(case.service())
        .time(time(epoch(case)))
        .settings(settings(case))
        .build();
    params.map(Into::into).map_err(|error| error.to_string())
}

/// aws-sigv4's settings for a case.
fn settings(case: &SigningCase) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if case.path_encoding() == PathEncoding::Verbatim {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
    }
    if !case.normalize_path() {
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if case.sign_body_header() {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if case.omit_session_token() {
        settings.session_token_mode = SessionTokenMode::Exclude;
    }
    if let Some(expires) = case.expires() {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(u64::from(expires.as_secs())));
    }
    settings
}
