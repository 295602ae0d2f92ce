//! A signer that is not sig4's: the crate `aws-sign-v4`, with the headers that it leaves to its caller.

use aws_sign_v4::AwsSign;
use chrono::{DateTime, Utc};
use http::Request;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue, InvalidHeaderValue};

/// Who signs, and for what.
pub struct Signing<'a> {
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
    pub region: &'a str,
    pub service: &'a str,
}

/// Signs `request`, which goes to `url`.
///
/// # Errors
///
/// If the signature cannot be sent.
pub fn sign(
    request: &mut Request<&[u8]>,
    url: &str,
    signing: &Signing<'_>,
    now: DateTime<Utc>,
) -> Result<(), InvalidHeaderValue> {
    let date = HeaderValue::try_from(now.format("%Y%m%dT%H%M%SZ").to_string())?;
    request.headers_mut().insert(HeaderName::from_static("x-amz-date"), date);
    let authorization = AwsSign::new(
        request.method().as_str(),
        url,
        &now,
        request.headers(),
        signing.region,
        signing.access_key_id,
        signing.secret_access_key,
        signing.service,
        *request.body(),
    )
    .sign();
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::try_from(authorization)?);
    Ok(())
}
