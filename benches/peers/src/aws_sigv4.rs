//! aws-sigv4: the AWS SDK's signer.

use crate::case::{ACCESS_KEY_ID, Case, EPOCH, REGION, Request, SECRET, text};
use crate::peer::{Peer, Sign};
use crate::versions;
use ::aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode,
    sign,
};
use ::aws_sigv4::sign::v4;
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::identity::Identity;
use std::time::{Duration, SystemTime};

/// aws-sigv4 with the identity and the settings kept.
pub(crate) const PEER: Peer = Peer { name: "aws-sigv4", version: versions::AWS_SIGV4, prepare };

/// What a caller of aws-sigv4 keeps.
struct AwsSigv4 {
    /// The credentials.
    identity: Identity,
    /// The settings, of which every request needs its own.
    settings: SigningSettings,
    /// The service in the scope.
    service: &'static str,
    /// Whether the body is left unsigned.
    unsigned_payload: bool,
    /// The time of signing.
    time: SystemTime,
}

/// Prepares a case.
fn prepare(case: &Case) -> Option<Box<dyn Sign>> {
    let token = case.token.map(str::to_owned);
    Some(Box::new(AwsSigv4 {
        identity: Credentials::new(ACCESS_KEY_ID, SECRET, token, None, "static").into(),
        settings: settings(case),
        service: case.service,
        unsigned_payload: case.expires.is_some(),
        time: SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(EPOCH)),
    }))
}

/// The defaults, or what the SDK sets for S3.
fn settings(case: &Case) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if let Some(expires) = case.expires {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(u64::from(expires)));
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

impl Sign for AwsSigv4 {
    fn sign(&self, mut request: Request) -> Request {
        let params = v4::SigningParams::builder()
            .identity(&self.identity)
            .region(REGION)
            .name(self.service)
            .time(self.time)
            .settings(self.settings.clone())
            .build()
            .expect("every parameter")
            .into();
        let headers = request.headers().iter().map(|(name, value)| (name.as_str(), text(value)));
        let body =
            if self.unsigned_payload { SignableBody::UnsignedPayload } else { SignableBody::Bytes(request.body()) };
        let signable = SignableRequest::new(request.method().as_str(), request.uri().to_string(), headers, body);
        let output = sign(signable.expect("a valid request"), &params).expect("a signature");
        let (instructions, _signature) = output.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        request
    }

    fn note(&self) -> &'static str {
        "derives the key every time; its parameters hold the time and are built per call"
    }
}
