//! Decoding a body in chunks costs what its length costs, however small its chunks are and the pieces in which it arrives.

use bytes::Bytes;
use sig4::key::SigningKey;
use sig4::payload::Streaming;
use sig4::request::RequestView;
use sig4::stream::event::{EventSigner, EventVerifier, Message};
use sig4::{Credentials, Payload, Signer, Timestamp, Verifier};
use sig4_test_support::counted::{self, WORK};
use std::hint::black_box;

/// Ten times the bytes cost at most so many times the instructions.
const MOST: f64 = 11.0;

/// Valgrind counts while this runs.
#[inline(never)]
fn sig4_scaling_decodes(verifier: &Verifier, upload: &Upload, piece_len: usize) {
    let request = upload.request();
    let claim = verifier.claim_view(&request).expect("it is signed");
    let (_caller, mut decoder) = claim.decode(&credentials(), now()).expect("it is signed");
    for mut piece in upload.body.chunks(piece_len) {
        while let Some(bytes) = decoder.decode(&mut piece).expect("it is signed") {
            black_box(bytes);
        }
    }
    black_box(decoder.finish().expect("it is signed"));
}

/// Valgrind counts while this runs.
#[inline(never)]
fn sig4_scaling_verifies_events(verifier: &mut EventVerifier, sent: &Bytes) {
    for n in 0..sent.len() {
        black_box(verifier.decode(&mut sent.slice(n..=n), now()).expect("it is signed"));
    }
}

/// Verifies an event of `n` bytes that arrives byte by byte.
pub fn event(n: usize) {
    let scope = "20150830/us-east-1/transcribe/aws4_request".parse().expect("it is a scope");
    let key = SigningKey::derive(&credentials(), &scope);
    let seed = "0".repeat(64).parse().expect("it is a signature");
    let sent = EventSigner::with_key(&key, &seed).sign(&Message::new(vec![0; n]), now()).expect("it signs");
    sig4_scaling_verifies_events(&mut EventVerifier::with_key(&key, &seed), &sent);
}

#[test]
fn bytes_of_an_event_are_linear() {
    counted::assert_grows("Event:Bytes", WORK, 2_000, MOST);
}

fn now() -> Timestamp {
    Timestamp::parse("20150830T123600Z").expect("it is a time")
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret").expect("they are valid")
}

/// A request with its body as it goes over the wire.
struct Upload {
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Upload {
    fn new(marker: Streaming, len: usize, chunk_len: usize) -> Self {
        let credentials = credentials();
        let begun = vec![
            ("host".to_owned(), b"b.s3.amazonaws.com".to_vec()),
            ("x-amz-decoded-content-length".to_owned(), len.to_string().into_bytes()),
        ];
        let signer = Signer::new("us-east-1", "s3").expect("it is valid");
        let request = RequestView::new("PUT", "/a", None, &begun);
        let signed = signer.sign_view(&request, &Payload::Streaming(marker), &credentials, now()).expect("it signs");
        let mut chain = signer.chunk_signer(&signed, &credentials);
        let mut body = Vec::new();
        for data in vec![b'a'; len].chunks(chunk_len).chain([b"".as_slice()]) {
            let signature =
                if marker.is_signed() { format!(";chunk-signature={}", chain.sign(data)) } else { String::new() };
            body.extend(format!("{:x}{signature}\r\n", data.len()).bytes());
            body.extend(data);
            body.extend(b"\r\n");
        }
        let added: Vec<_> = signed.headers().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect();
        Self { headers: [begun.clone(), added].concat(), body }
    }

    fn request(&self) -> RequestView<'_> {
        RequestView::new("PUT", "/a", None, &self.headers)
    }
}

/// Decodes a body of `n` bytes.
pub fn work(shape: &str, n: usize) {
    let (marker, chunk_len, piece_len) = match shape {
        "SmallChunks" => (Streaming::Signed, 1, 65_536),
        "SmallPieces" => (Streaming::Signed, 100_000, 1),
        "SmallChunksAndPieces" => (Streaming::Signed, 1, 1),
        "SmallUnsignedChunks" => (Streaming::UnsignedTrailer, 1, 65_536),
        "SmallUnsignedChunksAndPieces" => (Streaming::UnsignedTrailer, 1, 1),
        other => panic!("{other} is no shape"),
    };
    let verifier = Verifier::new("us-east-1", "s3").expect("it is valid");
    sig4_scaling_decodes(&verifier, &Upload::new(marker, n, chunk_len), piece_len);
}

macro_rules! grows_with_the_body {
    ($($name:ident $shape:literal $small:literal)+) => {
        $(#[test]
        fn $name() {
            counted::assert_grows(concat!("Decode:", $shape), WORK, $small, MOST);
        })+
    };
}

grows_with_the_body! {
    chunks_of_one_byte_are_linear "SmallChunks" 100
    pieces_of_one_byte_are_linear "SmallPieces" 2_000
    chunks_in_pieces_of_one_byte_are_linear "SmallChunksAndPieces" 50
    unsigned_chunks_of_one_byte_are_linear "SmallUnsignedChunks" 500
    unsigned_chunks_in_pieces_of_one_byte_are_linear "SmallUnsignedChunksAndPieces" 200
}
