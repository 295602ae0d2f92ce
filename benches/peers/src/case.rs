//! The requests that are signed, and what they are signed with.

/// A request with its body at hand.
pub(crate) type Request = http::Request<&'static [u8]>;

/// The access key id.
pub(crate) const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
/// The secret access key.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The region.
pub(crate) const REGION: &str = "us-east-1";
/// The time of signing, in seconds since 1970.
pub(crate) const EPOCH: u32 = 1_440_938_160;
/// The same as it goes over the wire.
pub(crate) const DATE: &str = "20150830T123600Z";

/// The URL of every request but the presigned one.
const ORDERS: &str = "https://abc.execute-api.us-east-1.amazonaws.com/orders";

/// A request, and how it is to be signed.
#[derive(Debug)]
pub(crate) struct Case {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// The service in the credential scope.
    pub(crate) service: &'static str,
    /// The session token, if the credentials have one.
    pub(crate) token: Option<&'static str>,
    /// A presigned URL's lifetime in seconds; none for a signature in a header.
    pub(crate) expires: Option<u32>,
    /// The request without a signature.
    pub(crate) request: Request,
}

impl Case {
    /// Every case, in the order of the table.
    pub(crate) fn all() -> Vec<Self> {
        let api = |name, token, request| Self { name, service: "execute-api", token, expires: None, request };
        let presign = Self { name: "presign", service: "s3", token: None, expires: Some(86_400), request: object() };
        vec![
            api("post", None, post()),
            api("get-token", Some(session_token()), get()),
            api("large", None, large()),
            presign,
        ]
    }

    /// Every case of verification, in the order of the table.
    pub(crate) fn all_to_verify() -> Vec<Self> {
        let case = |name, service, expires, request| Self { name, service, token: None, expires, request };
        vec![
            case("post", "execute-api", None, post()),
            case("large", "execute-api", None, large()),
            case("s3-get", "s3", None, object()),
            case("presigned", "s3", Some(86_400), object()),
        ]
    }
}

/// A small POST.
fn post() -> Request {
    let body: &[u8; 35] = br#"{"item":"4711","qty":2,"note":"hi"}"#;
    let request = http::Request::post(ORDERS).header("content-type", "application/json");
    request.body(body.as_slice()).expect("a valid request")
}

/// The same as a GET without a body.
fn get() -> Request {
    let request = http::Request::get(ORDERS).header("content-type", "application/json");
    request.body(b"".as_slice()).expect("a valid request")
}

/// 30 headers and 20 query pairs, neither sorted, every fifth value with escapes.
fn large() -> Request {
    let pairs = (0..20).map(|i| {
        let n = i * 7 % 20;
        let value = if n % 5 == 0 { format!("a%20b%2Fc-{n}") } else { format!("value-{n}") };
        format!("param-{n:02}={value}")
    });
    let uri = format!("{ORDERS}?{}", pairs.collect::<Vec<_>>().join("&"));
    let headers = (0..30).map(|i| i * 7 % 30);
    let request = headers.fold(http::Request::get(uri), |request, n| {
        request.header(format!("x-app-field-{n:02}"), format!("the value of field {n:02}"))
    });
    request.body(b"".as_slice()).expect("a valid request")
}

/// An object in S3.
fn object() -> Request {
    let request = http::Request::get("https://examplebucket.s3.amazonaws.com/test.txt");
    request.body(b"".as_slice()).expect("a valid request")
}

/// A session token of 700 bytes.
fn session_token() -> &'static str {
    let mut token = "IQoJb3JpZ2luX2VjE/J+AbC9".repeat(30);
    token.truncate(700);
    token.leak()
}

/// The value of a header in a request that has no other than readable ones.
pub(crate) fn text(value: &http::HeaderValue) -> &str {
    value.to_str().expect("a header of visible characters")
}

/// The host that the request goes to.
pub(crate) fn host(request: &Request) -> &str {
    request.uri().host().expect("a URI with a host")
}
