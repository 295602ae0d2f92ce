//! Signed requests.

use bytes::Bytes;
use http::Request;
use sig4::expires::Expires;
use sig4::{Credentials, Signer, Timestamp};
use time::OffsetDateTime;

pub const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";
/// The day of August 2015 on which all requests are signed.
pub const DAY_OF_REQUESTS: u8 = 30;

/// A request with its body.
pub type Whole = Request<Bytes>;

/// The kinds of requests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Get,
    Post,
    Url,
}

/// The moment at which they are signed.
pub fn signed_at() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").expect("it is a time").to_datetime()
}

/// As many different requests, signed in turns by as many access keys.
pub fn signed(kind: Kind, count: usize, by: impl Fn(usize) -> Credentials) -> Vec<Whole> {
    let signer = Signer::new("us-east-1", "execute-api").expect("they are valid");
    (0..count).map(|n| request(&signer, kind, n, &by(n))).collect()
}

fn request(signer: &Signer, kind: Kind, n: usize, by: &Credentials) -> Whole {
    let uri = format!("https://{HOST}/orders/{n}?page={n}&sort=name");
    let head =
        Request::builder().uri(uri).header("host", HOST).header("user-agent", "bench/1.0").header("accept", "*/*");
    let mut request = match kind {
        Kind::Post => {
            let body = format!(r#"{{"order":{n},"items":[{{"sku":"a-{n}","count":2}}],"note":"{}"}}"#, "n".repeat(120));
            head.method("POST").header("content-type", "application/json").body(Bytes::from(body))
        }
        Kind::Get | Kind::Url => head.body(Bytes::new()),
    }
    .expect("it is one");
    if kind == Kind::Url {
        let minute = Expires::from_secs(60).expect("it is in range");
        let url = signer.presign(&request, by, minute, signed_at()).and_then(|url| url.into_uri());
        *request.uri_mut() = url.expect("it can be signed");
    } else {
        signer.sign(&mut request, by, signed_at()).expect("it can be signed");
    }
    request
}
