//! Signing by hand what no proper signer signs.

use super::received::set_authorization;
use crate::case::{ACCESS_KEY_ID, DATE, REGION, Request, SECRET};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A GET without a body that the holder of the secret signs in a way of his own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forged {
    /// The region in the scope.
    pub(super) region: &'static str,
    /// The service in the scope.
    pub(super) service: &'static str,
    /// The query as it is sent, which must be canonical.
    pub(super) query: &'static str,
    /// The headers that are sent, besides the date. They need not be signed.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// The lines of the headers in the canonical request.
    pub(super) lines: &'static str,
    /// The names of the signed headers in the canonical request.
    pub(super) signed: &'static str,
    /// The same in `authorization`.
    pub(super) listed: &'static str,
    /// The last line of the canonical request; none for the hash of the empty body.
    pub(super) payload: Option<&'static str>,
}

impl Forged {
    /// A request that is signed as it should be.
    pub(super) const PROPER: Self = Self {
        region: REGION,
        service: "execute-api",
        query: "",
        headers: &[("host", "abc.example")],
        lines: "host:abc.example\nx-amz-date:20150830T123600Z\n",
        signed: "host;x-amz-date",
        listed: "host;x-amz-date",
        payload: None,
    };

    /// A request to S3 that leaves the body out of the signature.
    pub(super) const UNSIGNED_PAYLOAD: Self = Self {
        service: "s3",
        headers: &[("host", "abc.example"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")],
        lines: "host:abc.example\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20150830T123600Z\n",
        signed: "host;x-amz-content-sha256;x-amz-date",
        listed: "host;x-amz-content-sha256;x-amz-date",
        payload: Some("UNSIGNED-PAYLOAD"),
        ..Self::PROPER
    };

    /// The signed request.
    pub(super) fn request(&self) -> Request {
        let request = http::Request::get(format!("/orders?{}", self.query)).header("x-amz-date", DATE);
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut request = request.body(b"".as_slice()).expect("a valid request");
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/{}, SignedHeaders={}, Signature={}",
            self.scope(),
            self.listed,
            self.signature()
        );
        set_authorization(&mut request, &authorization);
        request
    }

    /// The credential scope.
    fn scope(&self) -> String {
        format!("{}/{}/{}/aws4_request", &DATE[..8], self.region, self.service)
    }

    /// The signature.
    fn signature(&self) -> String {
        let Self { query, lines, signed, .. } = self;
        let payload = self.payload.map_or_else(|| hexadecimal(Sha256::digest("")), str::to_owned);
        let canonical_request = format!("GET\n/orders\n{query}\n{lines}\n{signed}\n{payload}");
        let hash = hexadecimal(Sha256::digest(canonical_request));
        let string_to_sign = format!("AWS4-HMAC-SHA256\n{DATE}\n{}\n{hash}", self.scope());
        let secret = format!("AWS4{SECRET}").into_bytes();
        let steps = [&DATE[..8], self.region, self.service, "aws4_request", &string_to_sign];
        hexadecimal(steps.into_iter().fold(secret, |key, text| hmac(&key, text)))
    }
}

/// One HMAC.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let hmac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    hmac.chain_update(text).finalize().into_bytes().to_vec()
}

/// In lower-case hexadecimal digits.
fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
