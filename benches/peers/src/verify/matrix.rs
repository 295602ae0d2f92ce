//! Which doubtful requests the verifiers accept.
//!
//! s3s-sigv4 has no column: what becomes of such requests is decided by its callers' code, not by its own.

use super::forged::Forged;
use super::received::{set_authorization, signed, signed_at, with_another_signature};
use super::{Verifier, scratchstack, sig4};
use crate::case::{Case, EPOCH, Request, text};
use http::header::{AUTHORIZATION, HOST};
use http::uri::Uri;
use http::{HeaderName, HeaderValue};

/// The columns.
const VERIFIERS: [Verifier; 3] = [sig4::VERIFIER, sig4::VERIFIER_AS_AWS, scratchstack::VERIFIER];

/// A request and what is doubtful in it.
struct Attempt {
    /// What is done to the request.
    what: &'static str,
    /// The service that receives it.
    service: &'static str,
    /// The request.
    request: Request,
}

/// Prints a row for each request.
pub(crate) fn print() {
    println!("scratchstack is used as in its documentation's example, which requires no further signed headers.\n");
    println!("{:<72} {:<10} {:<14} scratchstack", "request", "sig4", "sig4, as AWS");
    for Attempt { what, service, request } in attempts() {
        let [strict, as_aws, scratchstack] = VERIFIERS.map(|verifier| {
            let outcome = (verifier.prepare)(service).verify(request.clone());
            if outcome.is_ok() { "accepts" } else { "refuses" }
        });
        println!("{what:<72} {strict:<10} {as_aws:<14} {scratchstack}");
    }
}

/// Every request, in the order of the table.
fn attempts() -> Vec<Attempt> {
    let mut attempts = Vec::new();
    if let [post, _, get, presigned] = Case::all_to_verify().as_slice() {
        attempts.extend(altered(post));
        attempts.extend(of_s3(get, presigned));
    }
    attempts.extend(forged());
    attempts
}

/// A POST that sig4 signed, and changes to it on the way.
fn altered(post: &Case) -> Vec<Attempt> {
    let attempt = |what, change: fn(&mut Request)| {
        let mut request = signed(post);
        change(&mut request);
        Attempt { what, service: post.service, request }
    };
    let late = signed_at(post, EPOCH - 15 * 60);
    vec![
        attempt("as it was signed", |_| ()),
        attempt("as HTTP/2 gives it: the host stands in the URI only", |request| {
            request.headers_mut().remove(HOST);
            set_uri(request, "https://abc.execute-api.us-east-1.amazonaws.com/orders");
        }),
        attempt("the URI names another host than the header", |request| {
            set_uri(request, "https://other.example/orders")
        }),
        attempt("another body", |request| *request.body_mut() = b"{}"),
        attempt("a query parameter is added", |request| set_uri(request, "/orders?admin=1")),
        attempt("an unsigned x-amz-meta-role header is added", |request| add(request, "x-amz-meta-role", "admin")),
        attempt("an unsigned x-amz-security-token header is added", |request| {
            add(request, "x-amz-security-token", "token");
        }),
        attempt("an unsigned header of another name is added", |request| add(request, "x-role", "admin")),
        attempt("a second authorization header, wrong, after the right one", |request| {
            let second = with_another_signature(request).headers()[AUTHORIZATION].clone();
            request.headers_mut().append(AUTHORIZATION, second);
        }),
        attempt("Signature twice in authorization, the last one right", |request| {
            rewrite(request, |value| value.replace(" Signature=", " Signature=00, Signature="));
        }),
        attempt("an unknown parameter in authorization", |request| {
            rewrite(request, |value| format!("{value}, Role=admin"))
        }),
        attempt("the signature in upper-case digits", |request| {
            rewrite(request, |value| {
                let (start, signature) = value.split_once("Signature=").expect("a signature");
                format!("{start}Signature={}", signature.to_uppercase())
            });
        }),
        Attempt { what: "received 16 minutes after it was signed", service: post.service, request: late },
    ]
}

/// A GET from S3 and a presigned URL.
fn of_s3(get: &Case, presigned: &Case) -> Vec<Attempt> {
    let s3 = |what, request| Attempt { what, service: "s3", request };
    let mut twice = signed(presigned);
    let target = format!("{}&X-Amz-Signature={}", twice.uri(), "0".repeat(64));
    set_uri(&mut twice, &target);
    vec![
        s3("S3: as it was signed", signed(get)),
        s3("S3: a presigned URL as it was signed", signed(presigned)),
        s3("S3: a presigned URL with a second, wrong X-Amz-Signature at its end", twice),
    ]
}

/// What the holder of the secret may make of a request.
fn forged() -> Vec<Attempt> {
    let proper = Forged::PROPER;
    let attempt = |what, forged: Forged| Attempt { what, service: proper.service, request: forged.request() };
    let unlisted = "x-amz-date:20150830T123600Z\n";
    let repeated = Forged { query: "a=1&a=2", ..proper };
    let mut reordered = attempt("by hand: a=1&a=2 becomes a=2&a=1 after signing", repeated);
    set_uri(&mut reordered.request, "/orders?a=2&a=1");
    vec![
        attempt("by hand: as it should be", proper),
        attempt("by hand: a parameter that comes twice", repeated),
        reordered,
        attempt("by hand: a=1&a-b=1, in the order of the names", Forged { query: "a=1&a-b=1", ..proper }),
        attempt(
            "by hand: the host is not signed",
            Forged { lines: unlisted, signed: "x-amz-date", listed: "x-amz-date", ..proper },
        ),
        attempt(
            "by hand: a header is listed as signed but is nowhere",
            Forged { signed: "host;x-amz-date;x-role", listed: "host;x-amz-date;x-role", ..proper },
        ),
        attempt("by hand: SignedHeaders are not sorted", Forged { listed: "x-amz-date;host", ..proper }),
        attempt("by hand: SignedHeaders in upper case", Forged { listed: "Host;X-Amz-Date", ..proper }),
        attempt("by hand: for another region", Forged { region: "eu-west-1", ..proper }),
        attempt("by hand: for another service", Forged { service: "s3", ..proper }),
        attempt(
            "by hand: two host headers, both signed",
            Forged {
                headers: &[("host", "abc.example"), ("host", "other.example")],
                lines: "host:abc.example,other.example\nx-amz-date:20150830T123600Z\n",
                ..proper
            },
        ),
        Attempt {
            what: "by hand, S3: x-amz-content-sha256 is UNSIGNED-PAYLOAD",
            service: "s3",
            request: Forged::UNSIGNED_PAYLOAD.request(),
        },
        Attempt {
            what: "by hand, S3: x-amz-content-sha256 is missing",
            service: "s3",
            request: Forged { service: "s3", ..proper }.request(),
        },
    ]
}

/// Sets the URI.
fn set_uri(request: &mut Request, uri: &str) {
    *request.uri_mut() = Uri::try_from(uri).expect("a valid URI");
}

/// Adds a header.
fn add(request: &mut Request, name: &'static str, value: &'static str) {
    request.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
}

/// Rewrites the value of `authorization`.
fn rewrite(request: &mut Request, change: fn(&str) -> String) {
    let value = change(text(&request.headers()[AUTHORIZATION]));
    set_authorization(request, &value);
}
