//! rusty-s3: presigned URLs for S3, and no other signatures.

use crate::case::{ACCESS_KEY_ID, Case, EPOCH, REGION, Request, SECRET};
use crate::peer::{Outcome, Peer, Sign};
use crate::versions;
use ::rusty_s3::actions::S3Action;
use ::rusty_s3::{Bucket, Credentials, UrlStyle};
use jiff::Timestamp;
use std::hint::black_box;
use std::time::Duration;

/// rusty-s3 with the bucket and the credentials kept.
pub(crate) const PEER: Peer = Peer { name: "rusty-s3", version: versions::RUSTY_S3, prepare };

/// What a caller of rusty-s3 keeps.
struct RustyS3 {
    /// The bucket, which knows the URL up to the object.
    bucket: Bucket,
    /// The credentials.
    credentials: Credentials,
    /// The URL's lifetime.
    expires: Duration,
    /// The time of signing.
    time: Timestamp,
}

/// Prepares a case, if it is a presigned URL.
fn prepare(case: &Case) -> Option<Box<dyn Sign>> {
    let endpoint = "https://s3.amazonaws.com".parse().ok()?;
    Some(Box::new(RustyS3 {
        bucket: Bucket::new(endpoint, UrlStyle::VirtualHost, "examplebucket", REGION).ok()?,
        credentials: Credentials::new(ACCESS_KEY_ID, SECRET),
        expires: Duration::from_secs(u64::from(case.expires?)),
        time: Timestamp::from_second(i64::from(EPOCH)).ok()?,
    }))
}

impl RustyS3 {
    /// The presigned URL.
    fn url(&self) -> impl AsRef<str> {
        let action = self.bucket.get_object(Some(&self.credentials), "test.txt");
        String::from(action.sign_with_time(self.expires, &self.time))
    }
}

impl Sign for RustyS3 {
    fn sign(&self, request: Request) -> Request {
        black_box(self.url());
        request
    }

    fn note(&self) -> &'static str {
        "derives the key every time; gives a url::Url, which the caller makes into a request"
    }

    fn outcome(&self, _: Request) -> Outcome {
        Outcome::of_url(self.url().as_ref())
    }
}
