//! Signed requests as bytes.

use sig4::{Credentials, Signer, Timestamp};
use time::OffsetDateTime;

/// The number of different requests.
const VARIETY: usize = 1_000;

/// The host of all requests.
const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";

/// A request, and whether it is valid.
#[derive(Debug)]
pub struct Prepared {
    /// The request itself.
    pub request: http::Request<String>,
    /// The bytes as HTTP/1.1 sends them.
    pub bytes: Vec<u8>,
    /// Whether it is not forged.
    pub good: bool,
}

impl Prepared {
    fn new(request: http::Request<String>, good: bool) -> Self {
        Self { bytes: wire(&request), request, good }
    }
}

/// The moment at which they are signed.
pub fn signed_at() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").expect("it is a time").to_datetime()
}

/// The credentials that sign them.
pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// Valid requests: half of them read, half of them send a small document.
pub fn good() -> Vec<Prepared> {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    (0..VARIETY).map(|n| Prepared::new(signed(&signer, n, &credentials()), true)).collect()
}

/// The same, but one in ten is forged, in one of several ways.
pub fn one_in_ten_forged() -> Vec<Prepared> {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    (0..VARIETY)
        .map(|n| match n % 10 {
            9 => Prepared::new(forged(&signer, n), false),
            _ => Prepared::new(signed(&signer, n, &credentials()), true),
        })
        .collect()
}

fn signed(signer: &Signer, n: usize, by: &Credentials) -> http::Request<String> {
    let uri = format!("http://{HOST}/orders/{n}?page={n}&sort=name");
    let head = http::Request::builder().uri(uri).header("user-agent", "load/1.0").header("accept", "application/json");
    let mut request = if n.is_multiple_of(2) {
        head.method("GET").body(String::new())
    } else {
        let head = head.method("POST").header("content-type", "application/json");
        head.body(format!(r#"{{"order":{n},"items":[{{"sku":"a-{n}","count":2}}],"note":"{}"}}"#, "n".repeat(120)))
    }
    .expect("it is one");
    signer.sign(&mut request, by, signed_at()).expect("it can be signed");
    request
}

fn forged(signer: &Signer, n: usize) -> http::Request<String> {
    let stranger = Credentials::new("AKIDNOBODY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let by = match n % 7 {
        0 => stranger,
        1 => Credentials::new("AKIDEXAMPLE", "a guess").unwrap(),
        _ => credentials(),
    };
    let mut request = signed(signer, n, &by);
    match n % 7 {
        0 | 1 => {}
        2 => request.body_mut().push(' '),
        3 => *request.uri_mut() = format!("http://{HOST}/orders/{n}?page=0").parse().expect("it is one"),
        4 => *request.method_mut() = http::Method::PUT,
        5 => drop(request.headers_mut().remove("authorization")),
        _ => drop(request.headers_mut().insert("x-amz-date", "20150830T123601Z".parse().expect("it is one"))),
    }
    request
}

fn wire(request: &http::Request<String>) -> Vec<u8> {
    let target = request.uri().path_and_query().expect("it has one");
    let mut text = format!("{} {target} HTTP/1.1\r\nhost: {HOST}\r\n", request.method());
    for (name, value) in request.headers() {
        text += &format!("{name}: {}\r\n", value.to_str().expect("it is text"));
    }
    if !request.body().is_empty() {
        text += &format!("content-length: {}\r\n", request.body().len());
    }
    text += "\r\n";
    text += request.body();
    text.into_bytes()
}
