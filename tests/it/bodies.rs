//! Signing, presigning and verifying take every body in memory, and say what to do with a stream.

use bytes::{Bytes, BytesMut};
use http::Request;
use http_body_util::{Either, Empty, Full};
use sig4::body::{Content, InMemoryBody};
use sig4::request::RequestView;
use sig4::verify::Body;
use sig4::{Credentials, ErrorKind, Expires, Signer, Timestamp, Verifier};
use std::borrow::Cow;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;
use std::{env, fs};

const URL: &str = "https://abc.execute-api.us-east-1.amazonaws.com/orders";

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

fn now() -> Timestamp {
    Timestamp::parse("20150830T123600Z").unwrap()
}

fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
}

/// Signs, presigns and verifies a request with the body, and returns both signatures and the hash.
fn used<B: InMemoryBody>(body: B) -> [String; 3] {
    let mut request = Request::post(URL).body(body).unwrap();
    let presigned = signer().presign(&request, &credentials(), Expires::MAX, now()).unwrap();
    let signature = signer().sign(&mut request, &credentials(), now()).unwrap();
    let (parts, body) = request.into_parts();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let claim = verifier.claim(&parts).unwrap();
    let hash = claim.canonical_request(&body).unwrap().to_string().lines().next_back().unwrap().to_owned();
    claim.verify(&credentials(), &body, now()).unwrap();
    verifier.claim(&parts).unwrap().verify(&credentials(), body, now()).unwrap();
    [signature.to_string(), presigned.signature().to_string(), hash]
}

#[test]
#[allow(clippy::needless_borrows_for_generic_args, reason = "a reference is one of the kinds")]
fn every_kind_of_empty_body_is_empty() {
    let empty = used("");
    assert_eq!(empty[2], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(used(()), empty);
    assert_eq!(used(&()), empty);
    assert_eq!(used(None::<Bytes>), empty);
    assert_eq!(used(Some(())), empty);
    assert_eq!(used(Bytes::new()), empty);
    assert_eq!(used(Empty::<Bytes>::new()), empty);
    assert_eq!(used(Full::new(Bytes::new())), empty);
    assert_eq!(used(Full::<Bytes>::default()), empty);
    assert_eq!(used(Full::new(b"".as_slice())), empty);
    assert_eq!(used(Either::<_, String>::Left(Empty::<Bytes>::new())), empty);
}

#[test]
#[allow(clippy::needless_borrows_for_generic_args, reason = "references are among the kinds")]
fn every_kind_of_body_in_memory_gives_its_bytes() {
    let hello = used("hello");
    assert_ne!(hello, used(""));
    assert_eq!(used(b"hello"), hello);
    assert_eq!(used(*b"hello"), hello);
    assert_eq!(used(b"hello".as_slice()), hello);
    assert_eq!(used(b"hello".to_vec()), hello);
    assert_eq!(used(&b"hello".to_vec()), hello);
    assert_eq!(used(&mut b"hello".to_vec()), hello);
    assert_eq!(used("hello".to_owned()), hello);
    assert_eq!(used(Bytes::from_static(b"hello")), hello);
    assert_eq!(used(BytesMut::from("hello")), hello);
    assert_eq!(used(Box::<str>::from("hello")), hello);
    assert_eq!(used(Box::<[u8]>::from(*b"hello")), hello);
    assert_eq!(used(Arc::<str>::from("hello")), hello);
    assert_eq!(used(Arc::<[u8]>::from(*b"hello")), hello);
    assert_eq!(used(Rc::new("hello".to_owned())), hello);
    assert_eq!(used(Cow::Borrowed("hello")), hello);
    assert_eq!(used(Cow::<[u8]>::Owned(b"hello".to_vec())), hello);
    assert_eq!(used(Some("hello")), hello);
    assert_eq!(used(Some(Bytes::from_static(b"hello"))), hello);
    assert_eq!(used(Full::new(Bytes::from_static(b"hello"))), hello);
    assert_eq!(used(Full::new(b"hello".as_slice())), hello);
    assert_eq!(used(Either::<Empty<Bytes>, _>::Right(Full::new(Bytes::from_static(b"hello")))), hello);
    let boxed: Box<dyn InMemoryBody> = Box::new("hello");
    assert_eq!(used(boxed), hello);
    assert_eq!(used(Body::from("hello")), hello);
}

#[test]
fn no_body_is_copied() {
    let bytes = Bytes::from(b"hello".to_vec());
    let at = |content: &Content<'_>| content.as_bytes().unwrap().as_ptr();
    assert_eq!(at(&bytes.content()), bytes.as_ptr());
    assert_eq!(at(&Some(&bytes).content()), bytes.as_ptr());
    assert_eq!(at(&Full::new(bytes.clone()).content()), bytes.as_ptr());
    assert_eq!(at(&Full::new(bytes.as_ref()).content()), bytes.as_ptr());
}

struct Stream;

impl InMemoryBody for Stream {
    fn content(&self) -> Content<'_> {
        Content::Stream
    }
}

/// boto3 and the SDK for JavaScript leave the body of a stream unsigned over TLS only.
#[test]
fn a_stream_goes_to_s3_unsigned_over_tls_only() {
    for service in ["s3", "s3express", "s3-outposts", "s3-object-lambda"] {
        let s3 = Signer::new("us-east-1", service).unwrap();
        let mut request = Request::put("https://bucket.s3.us-east-1.amazonaws.com/key").body(Stream).unwrap();
        s3.sign(&mut request, &credentials(), now()).unwrap();
        assert_eq!(request.headers()["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
        let (parts, _) = request.into_parts();
        let verifier = Verifier::new("us-east-1", service).unwrap();
        verifier.claim(&parts).unwrap().verify(&credentials(), "any", now()).unwrap();
        for url in ["http://bucket.s3.us-east-1.amazonaws.com/key", "/key"] {
            let mut request =
                Request::put(url).header("host", "bucket.s3.us-east-1.amazonaws.com").body(Stream).unwrap();
            let error = s3.sign(&mut request, &credentials(), now()).unwrap_err();
            assert_eq!((error.kind(), request.headers().len()), (ErrorKind::UnbufferedBody, 1), "{url}");
        }
    }
}

#[test]
fn a_body_that_turns_out_to_be_a_stream_is_refused() {
    let mut request = Request::post(URL).body(Stream).unwrap();
    let error = signer().sign(&mut request, &credentials(), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnbufferedBody);
    let words =
        "unbuffered body: its bytes are not in memory: collect the stream, or sign the head with a declared payload";
    assert_eq!(error.to_string(), words);
    assert!(request.headers().is_empty(), "the request is unchanged");
    let presigned = signer().presign(&request, &credentials(), Expires::MAX, now());
    assert_eq!(presigned.unwrap_err().kind(), ErrorKind::UnbufferedBody);
    let s3 = Signer::new("us-east-1", "s3").unwrap();
    let _ = s3.presign(&request, &credentials(), Expires::MAX, now()).unwrap();

    let mut request = Request::post(URL).body("").unwrap();
    signer().sign(&mut request, &credentials(), now()).unwrap();
    let (parts, _) = request.into_parts();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let claim = verifier.claim(&parts).unwrap();
    assert_eq!(claim.canonical_request(Stream).unwrap_err().kind(), ErrorKind::UnbufferedBody);
    let error = claim.verify(&credentials(), Stream, now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnbufferedBody);
    assert_eq!(error.rejection().unwrap().status(), 500, "the service itself is at fault");
}

#[test]
fn an_explainer_takes_the_same_bodies() {
    let mut request = Request::post(URL).body("hello").unwrap();
    signer().sign(&mut request, &credentials(), now()).unwrap();
    let (verifier, credentials) = (Verifier::new("us-east-1", "execute-api").unwrap(), credentials());
    let explainer = sig4::explain::Explainer::new(&verifier, &credentials);
    let (parts, body) = request.into_parts();
    let (view, now) = (RequestView::from(&parts), now().to_datetime());
    assert!(explainer.report(&view, body, now).nothing_wrong());
    assert!(explainer.report(&view, Full::new(Bytes::from(body)), now).nothing_wrong());
    assert!(!explainer.report(&view, (), now).nothing_wrong());
    assert_eq!(explainer.report(&view, Stream, now).left_out(), Some("the body was not read"));
}

/// The newest library of this name beside the test's own program.
fn library(name: &str) -> std::path::PathBuf {
    let program = env::current_exe().unwrap();
    let built = fs::read_dir(program.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: &std::path::PathBuf| {
        let file = path.file_name().unwrap().to_str().unwrap();
        file.starts_with(&format!("lib{name}-")) && file.ends_with(".rlib")
    };
    built.filter(named).max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap()).unwrap()
}

#[test]
fn the_compiler_says_what_to_do_with_a_stream() {
    let source = format!("{}/stream.rs", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&source, "struct Stream; fn main() { fn sign(_: impl sig4::body::InMemoryBody) {} sign(Stream) }")
        .unwrap();
    let library = library("sig4");
    let compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "--emit=metadata", "--color=never", &source, "-o", &format!("{source}.rmeta")])
        .arg(format!("-Ldependency={}", library.parent().unwrap().display()))
        .arg(format!("--extern=sig4={}", library.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&compiler.stderr);
    assert!(!compiler.status.success(), "a stream is no body in memory");
    for line in [
        "error[E0277]: `Stream` is not a body in memory, so its hash cannot be signed",
        "this body does not give its bytes",
        "note: for a stream: collect it into `Bytes`, declare a payload with `sign_parts(&mut parts, &Payload::Unsigned, …)`, \
         or use `sig4::tower::SignLayer`",
    ] {
        assert!(said.contains(line), "{said}");
    }
}
