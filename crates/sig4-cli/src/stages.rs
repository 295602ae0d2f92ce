//! One signature with all its stages.

use http::header::AUTHORIZATION;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::sign::Presigned;
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Error, Expires, Payload, Signed, Signer, Timestamp};

/// The input of a signature.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) signer: Signer,
    pub(crate) request: RequestView<'a>,
    pub(crate) payload: Payload<'a>,
    pub(crate) credentials: Credentials,
    pub(crate) timestamp: Timestamp,
}

/// The first two stages as text.
#[derive(Debug)]
pub(crate) struct Stages {
    pub(crate) canonical_request: String,
    pub(crate) string_to_sign: String,
    pub(crate) signed_headers: String,
}

impl Job<'_> {
    /// Signs with headers.
    pub(crate) fn sign(&self) -> Result<(Stages, Signed<'_>), Error> {
        let payload = ContentSha256::of(&self.payload);
        let canonical = self.signer.canonical_request(&self.request, &payload, &self.credentials, &self.timestamp)?;
        let now = self.timestamp.to_datetime();
        let signed = self.signer.sign_view(&self.request, &self.payload, &self.credentials, now)?;
        Ok((self.stages(&canonical), signed))
    }

    /// Signs with query parameters.
    pub(crate) fn presign(&self, expires: Expires) -> Result<(Stages, Presigned), Error> {
        let Self { signer, request, credentials, timestamp, .. } = self;
        let payload = ContentSha256::of(&self.payload);
        let canonical = signer.presigned_canonical_request(request, &payload, credentials, expires, *timestamp)?;
        let presigned = signer.presign_view(request, &self.payload, credentials, expires, timestamp.to_datetime())?;
        Ok((self.stages(&canonical), presigned))
    }

    fn stages(&self, canonical: &sig4::canonical::CanonicalRequest<'_>) -> Stages {
        let scope = self.signer.scope(self.timestamp.day());
        Stages {
            canonical_request: canonical.to_string(),
            string_to_sign: StringToSign::new(self.timestamp, &scope, canonical.sha256()).to_string(),
            signed_headers: canonical.signed_headers(),
        }
    }
}

/// The value of the `authorization` header.
pub(crate) fn authorization(signed: &Signed<'_>) -> String {
    let found = signed.headers().find(|(name, _)| *name == AUTHORIZATION.as_str());
    found.map(|(_, value)| value).unwrap_or_default()
}
