//! The requests themselves, signed at the time of day.

use crate::callers::{Caller, HOST, REGION};
use crate::plan::{Forged, Good, Plan};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use sig4::expires::Expires;
use sig4::{Credentials, Signer};
use time::{Duration, OffsetDateTime};

/// Longer than what Envoy passes to the authorizer.
const TOO_LONG: usize = 70_000;
/// Longer than a signature is valid, and than clocks may differ.
const FAR: Duration = Duration::minutes(20);

/// A request with its body.
pub type Whole = Request<Bytes>;

/// Signs requests of the API.
pub struct Maker {
    signer: Signer,
    other_region: Signer,
    other_service: Signer,
}

impl Maker {
    pub fn new() -> Self {
        let signer = |region, service| Signer::new(region, service).expect("they are valid");
        Self {
            signer: signer(REGION, "execute-api"),
            other_region: signer("eu-central-1", "execute-api"),
            other_service: signer(REGION, "s3"),
        }
    }

    /// The request with number `n`.
    pub fn request(&self, n: usize, plan: Plan) -> Whole {
        let caller = plan.caller(n);
        match plan {
            Plan::Good(good) => self.good(n, good, &caller.credentials()),
            Plan::Forged(forged) => self.forged(n, forged, caller),
            Plan::Replay | Plan::Twins | Plan::Revoked | Plan::Added => {
                self.good(n, Good::Header, &caller.credentials())
            }
        }
    }

    fn good(&self, n: usize, good: Good, by: &Credentials) -> Whole {
        match good {
            Good::Header | Good::Session => signed(&self.signer, read(n), by, Duration::ZERO),
            Good::Body => signed(&self.signer, write(n), by, Duration::ZERO),
            Good::Url => self.presigned(read(n), by, Duration::ZERO),
            Good::UrlWithBody => self.presigned(write(n), by, Duration::ZERO),
            Good::Smuggled => smuggling(signed(&self.signer, read(n), by, Duration::ZERO)),
        }
    }

    fn presigned(&self, request: Whole, by: &Credentials, moved: Duration) -> Whole {
        let minute = Expires::from_secs(60).expect("it is in range");
        let url = self.signer.presign(&request, by, minute, OffsetDateTime::now_utc() + moved);
        let mut request = request;
        *request.uri_mut() = url.and_then(|url| url.into_uri()).expect("it can be signed");
        request
    }

    fn forged(&self, n: usize, forged: Forged, caller: Caller) -> Whole {
        let by = caller.credentials();
        let header = |request| signed(&self.signer, request, &by, Duration::ZERO);
        match forged {
            Forged::NoSignature => read(n),
            Forged::SmuggledIdentity => smuggling(read(n)),
            Forged::UnknownKey | Forged::InactiveKey | Forged::OtherAccount => header(read(n)),
            Forged::WrongSecret => signed(&self.signer, read(n), &caller.guessed(), Duration::ZERO),
            Forged::NoToken => signed(&self.signer, read(n), &caller.with_token(None), Duration::ZERO),
            Forged::ForeignToken => signed(&self.signer, read(n), &caller.with_token(Some("foreign")), Duration::ZERO),
            Forged::Expired => signed(&self.signer, read(n), &by, -FAR),
            Forged::FromTheFuture => signed(&self.signer, read(n), &by, FAR),
            Forged::ExpiredUrl => self.presigned(read(n), &by, -FAR),
            Forged::OtherRegion => signed(&self.other_region, read(n), &by, Duration::ZERO),
            Forged::OtherService => signed(&self.other_service, read(n), &by, Duration::ZERO),
            Forged::ChangedUrl => with_target(self.presigned(read(n), &by, Duration::ZERO), |t| format!("{t}&admin=1")),
            Forged::BodyTooLong => header(write(n).map(|_| Bytes::from(vec![b'x'; TOO_LONG]))),
            _ => changed(header(write(n)), forged),
        }
    }
}

/// A signed request that is changed afterwards.
fn changed(mut request: Whole, forged: Forged) -> Whole {
    let headers = request.headers_mut();
    match forged {
        Forged::ChangedMethod => *request.method_mut() = Method::PUT,
        Forged::ChangedPath => return with_target(request, |target| target.replacen('?', "/all?", 1)),
        Forged::ChangedQuery => return with_target(request, |target| format!("{target}&admin=1")),
        Forged::ChangedHeader => drop(headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"))),
        Forged::TwoSignatures => return with_target(request, |target| format!("{target}&X-Amz-Signature=0")),
        Forged::TwoAuthorizations => drop(headers.append(AUTHORIZATION, HeaderValue::from_static("Basic YTpi"))),
        Forged::UnsignedAmzHeader => drop(headers.insert("x-amz-target", HeaderValue::from_static("Admin"))),
        Forged::OtherHost => drop(headers.insert("host", HeaderValue::from_static("other.example"))),
        _ => {
            let mut body = request.body().to_vec();
            body.last_mut().expect("it has a body").clone_from(&b' ');
            return request.map(|_| Bytes::from(body));
        }
    }
    request
}

fn signed(signer: &Signer, mut request: Whole, by: &Credentials, moved: Duration) -> Whole {
    signer.sign(&mut request, by, OffsetDateTime::now_utc() + moved).expect("it can be signed");
    request
}

/// The path of the request with number `n`.
pub fn path(n: usize) -> String {
    format!("/orders/{n}")
}

fn uri(n: usize) -> Uri {
    format!("http://{HOST}{}?page={n}&sort=name", path(n)).parse().expect("it is one")
}

fn read(n: usize) -> Whole {
    Request::get(uri(n)).header("accept", "application/json").body(Bytes::new()).expect("it is one")
}

fn write(n: usize) -> Whole {
    Request::post(uri(n)).header(CONTENT_TYPE, "application/json").body(body(n)).expect("it is one")
}

/// The body of the request with number `n`, if it has one.
pub fn body(n: usize) -> Bytes {
    format!(r#"{{"order":{n},"items":[{{"sku":"a-{n}","count":2}}],"note":"{}"}}"#, "n".repeat(120)).into()
}

/// Adds the headers with which an authorizer tells who called, in several spellings.
fn smuggling(mut request: Whole) -> Whole {
    let root = HeaderValue::from_static("arn:aws:iam::123456789012:root");
    for name in
        ["x-sig4-principal-arn", "x_sig4_principal_arn", "x-sig4_principal-arn", "x-sig4-role", "x-sig4-body-sha256"]
    {
        request.headers_mut().append(name, root.clone());
    }
    request
}

fn with_target(mut request: Whole, change: impl Fn(&str) -> String) -> Whole {
    let target = request.uri().path_and_query().expect("it has one").as_str();
    *request.uri_mut() = format!("http://{HOST}{}", change(target)).parse().expect("it is one");
    request
}
