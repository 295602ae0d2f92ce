#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use sig4::payload::Streaming;
use sig4::request::RequestView;
use sig4::stream::{BodyProof, Checksum, ChecksumAlgorithm, Decoded};
use sig4::{Credentials, ErrorKind, Payload, Signer, Verifier};
use sig4_fuzz::moment;
use std::sync::LazyLock;

// A body in chunks that was signed and then changed, or any bytes in its place. What comes out of a signed body is the beginning of what was
// signed, and all of it if the end is accepted. Bytes in pieces are judged as the whole is.
#[derive(Arbitrary, Debug)]
struct Attempt {
    form: u8,
    data: Vec<u8>,
    chunk_len: u8,
    minio: bool,
    piece_len: u8,
    changes: Vec<Change>,
    /// Bytes in the place of the body.
    raw: Option<Vec<u8>>,
}

#[derive(Arbitrary, Debug)]
enum Change {
    Set(u16, u8),
    Insert(u16, u8),
    Remove(u16),
    Truncate(u16),
    /// A frame in the place of another.
    Copy(u8, u8),
    Swap(u8, u8),
    Drop(u8),
}

static PAIR: LazyLock<(Signer, Verifier)> = LazyLock::new(|| {
    let signer = Signer::new("us-east-1", "s3").unwrap();
    (signer, Verifier::new("us-east-1", "s3").unwrap().with_max_signed_chunk_len(200))
});

fuzz_target!(|attempt: Attempt| {
    let marker =
        [Streaming::Signed, Streaming::SignedTrailer, Streaming::UnsignedTrailer][usize::from(attempt.form % 3)];
    let upload = Upload::new(marker, &attempt);
    let original = upload.frames.concat();
    let changed = attempt.raw.clone().unwrap_or_else(|| changed(upload.frames.clone(), &attempt.changes));
    let (out, end) = upload.decode(&changed, usize::from(attempt.piece_len) + 1);
    let (whole, whole_end) = upload.decode(&changed, changed.len() + 1);
    assert_eq!(end, whole_end);
    if marker.is_signed() {
        assert!(attempt.data.starts_with(&out), "bytes came out that were not signed");
        assert!(out.starts_with(&whole) && (end.is_err() || out == attempt.data));
        assert!(end.is_err() || end == Ok(BodyProof::Signed));
    } else if end.is_ok() {
        assert_eq!((out.len(), &out), (attempt.data.len(), &whole));
        assert!(end == Ok(BodyProof::Checksum) && (out == attempt.data || changed != original));
    }
    if changed == original && (!marker.is_signed() || upload.chunk_len <= 200) {
        assert_eq!((end.is_ok(), out), (true, attempt.data), "an unchanged body is refused");
    }
});

/// A signed head, and the frames of its body.
struct Upload {
    headers: Vec<(String, Vec<u8>)>,
    frames: Vec<Vec<u8>>,
    chunk_len: usize,
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret").unwrap()
}

fn view(headers: &Vec<(String, Vec<u8>)>) -> RequestView<'_> {
    RequestView::new("PUT", "/key", None, headers)
}

impl Upload {
    fn new(marker: Streaming, attempt: &Attempt) -> Self {
        let (data, chunk_len) = (&attempt.data, usize::from(attempt.chunk_len) + 1);
        let mut headers = vec![
            ("host".to_owned(), b"bucket.s3.us-east-1.amazonaws.com".to_vec()),
            ("x-amz-decoded-content-length".to_owned(), data.len().to_string().into_bytes()),
        ];
        if marker.has_trailer() {
            headers.push(("x-amz-trailer".to_owned(), b"x-amz-checksum-crc32".to_vec()));
        }
        let credentials = credentials();
        let unsigned = headers.clone();
        let request = view(&unsigned);
        let signed = PAIR.0.sign_view(&request, &Payload::Streaming(marker), &credentials, moment()).unwrap();
        headers.extend(signed.headers().map(|(name, value)| (name.to_owned(), value.into_bytes())));
        let mut chain = PAIR.0.chunk_signer(&signed, &credentials);
        let mut sign = |data: &[u8]| match marker.is_signed() {
            true => format!(";chunk-signature={}", chain.sign(data)),
            false => String::new(),
        };
        let mut frames = Vec::new();
        for chunk in data.chunks(chunk_len) {
            frames.push([format!("{:x}{}\r\n", chunk.len(), sign(chunk)).as_bytes(), chunk, b"\r\n"].concat());
        }
        frames.push(format!("0{}\r\n", sign(b"")).into_bytes());
        if marker.has_trailer() {
            let mut checksum = Checksum::new(ChecksumAlgorithm::Crc32);
            checksum.update(data);
            let value = checksum.finish().to_string();
            let (end, separator) = if attempt.minio { ("\n", "\r\n") } else { ("\r\n", "") };
            frames.push(format!("x-amz-checksum-crc32:{value}{end}").into_bytes());
            frames.push(separator.as_bytes().to_vec());
            if marker.is_signed() {
                let signature = chain.sign_trailer(&[("x-amz-checksum-crc32", &value)]).unwrap();
                frames.push(format!("x-amz-trailer-signature:{signature}\r\n").into_bytes());
            }
        }
        frames.push(b"\r\n".to_vec());
        Self { headers, frames, chunk_len }
    }

    /// What comes out, and the verdict.
    fn decode(&self, body: &[u8], piece_len: usize) -> (Vec<u8>, Result<BodyProof, ErrorKind>) {
        let request = view(&self.headers);
        let claim = PAIR.1.claim_view(&request).expect("the head was signed here");
        let (_caller, mut decoder) = claim.decode(&credentials(), moment()).expect("the head was signed here");
        let mut out = Vec::new();
        for mut piece in body.chunks(piece_len) {
            loop {
                match decoder.decode(&mut piece) {
                    Ok(Some(Decoded::Verified(bytes) | Decoded::Unverified(bytes))) => out.extend_from_slice(bytes),
                    Ok(None) => break,
                    Err(error) => {
                        assert!(error.rejection().is_some());
                        assert_eq!(decoder.finish().unwrap_err().kind(), error.kind());
                        return (out, Err(error.kind()));
                    }
                }
            }
        }
        (out, decoder.finish().map(|end| end.proof()).map_err(|error| error.kind()))
    }
}

fn changed(mut frames: Vec<Vec<u8>>, changes: &[Change]) -> Vec<u8> {
    let count = frames.len();
    let place = |at: &u8| usize::from(*at) % count;
    for change in changes {
        match change {
            Change::Copy(from, to) => frames[place(to)] = frames[place(from)].clone(),
            Change::Swap(a, b) => frames.swap(place(a), place(b)),
            Change::Drop(at) => frames[place(at)].clear(),
            _ => {}
        }
    }
    let mut body = frames.concat();
    for change in changes {
        let place = |at: &u16| usize::from(*at) % body.len().max(1);
        match change {
            Change::Set(at, byte) if !body.is_empty() => {
                let at = place(at);
                body[at] = *byte;
            }
            Change::Insert(at, byte) => body.insert(place(at), *byte),
            Change::Remove(at) if !body.is_empty() => drop(body.remove(place(at))),
            Change::Truncate(at) => body.truncate(place(at)),
            _ => {}
        }
    }
    body
}
