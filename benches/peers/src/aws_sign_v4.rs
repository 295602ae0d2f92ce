//! aws-sign-v4: makes the `authorization` header of a request that has all others.

use crate::case::{ACCESS_KEY_ID, Case, EPOCH, REGION, Request, SECRET, host};
use crate::peer::{Peer, Sign};
use crate::versions;
use ::aws_sign_v4::AwsSign;
use chrono::{DateTime, Utc};
use http::HeaderValue;
use http::header::{AUTHORIZATION, HOST};

/// aws-sign-v4; there is nothing of it to keep.
pub(crate) const PEER: Peer = Peer { name: "aws-sign-v4", version: versions::AWS_SIGN_V4, prepare };

/// What a caller of aws-sign-v4 keeps.
struct AwsSignV4 {
    /// The service in the scope.
    service: &'static str,
    /// The session token, which the crate does not know of.
    token: Option<HeaderValue>,
    /// The time of signing.
    time: DateTime<Utc>,
}

/// Prepares a case. The crate does not presign.
fn prepare(case: &Case) -> Option<Box<dyn Sign>> {
    let time = DateTime::from_timestamp(i64::from(EPOCH), 0)?;
    let sign = AwsSignV4 { service: case.service, token: case.token.map(HeaderValue::from_static), time };
    case.expires.is_none().then_some(Box::new(sign))
}

impl AwsSignV4 {
    /// Adds the headers that the crate expects to find.
    fn complete(&self, request: &mut Request) {
        let date = HeaderValue::try_from(self.time.format("%Y%m%dT%H%M%SZ").to_string()).expect("a valid date");
        let host = HeaderValue::from_str(host(request)).expect("a valid host");
        request.headers_mut().insert(HOST, host);
        request.headers_mut().insert("x-amz-date", date);
        if let Some(token) = &self.token {
            request.headers_mut().insert("x-amz-security-token", token.clone());
        }
    }
}

impl Sign for AwsSignV4 {
    fn sign(&self, mut request: Request) -> Request {
        self.complete(&mut request);
        let authorization = AwsSign::new(
            request.method().as_str(),
            &request.uri().to_string(),
            &self.time,
            request.headers(),
            REGION,
            ACCESS_KEY_ID,
            SECRET,
            self.service,
            *request.body(),
        )
        .sign();
        let authorization = HeaderValue::try_from(authorization).expect("a valid header");
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request
    }

    fn note(&self) -> &'static str {
        "derives the key every time; the caller sets all headers, host, date and token among them"
    }
}
