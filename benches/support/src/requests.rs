//! The requests that the benches and the allocation test sign.

use http::Request;
use sig4::{Credentials, Timestamp};
use time::OffsetDateTime;

/// The body of a request.
pub type Body = Vec<u8>;

/// 2015-08-30T12:36:00Z, the time of AWS's examples.
pub fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").expect("it is a time").to_datetime()
}

/// The access key id and secret of AWS's examples.
pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// The same with a session token of 640 bytes.
pub fn credentials_with_token() -> Credentials {
    credentials().with_session_token("IQoJb3JpZ2luX2Vj".repeat(40)).expect("it is valid")
}

/// A POST to API Gateway with a JSON body of 35 bytes.
pub fn post() -> Request<Body> {
    Request::post("https://abc.execute-api.us-east-1.amazonaws.com/orders")
        .header("content-type", "application/json")
        .body(br#"{"message":"hello","n":1234567890}!"#.to_vec())
        .expect("it is a request")
}

/// A GET with `headers` headers and `pairs` query parameters in no order.
pub fn wide(headers: usize, pairs: usize) -> Request<Body> {
    let scattered = |n: usize| n.wrapping_mul(7919) % 10_007;
    let query: Vec<_> = (0..pairs).map(|n| format!("Filter.{}.Value={n}", scattered(n))).collect();
    let uri = format!("https://ec2.us-east-1.amazonaws.com/?{}", query.join("&"));
    let mut request = Request::get(uri);
    for n in 0..headers {
        request = request.header(format!("x-amz-meta-{}", scattered(n)), format!("value number {n}"));
    }
    request.body(Body::new()).expect("it is a request")
}

/// A POST with a body of `len` bytes.
pub fn upload(len: usize) -> Request<Body> {
    let mut request = post();
    *request.body_mut() = vec![0x5a; len];
    request
}

/// An S3 object's URL, to be presigned.
pub fn object() -> Request<Body> {
    Request::get("https://examplebucket.s3.amazonaws.com/test.txt").body(Body::new()).expect("it is a request")
}
