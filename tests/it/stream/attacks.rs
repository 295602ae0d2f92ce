//! Bodies that somebody changed on the way. What comes out of a signed body before the refusal is always its beginning.

use super::decoded::MARKERS;
use super::upload::{Chain, Upload, base64_sha256, in_pieces, verifier, whole};
use crate::vector::Received;
use crate::verifier::{code_of, status_of};
use proptest::prelude::{any, proptest};
use sig4::payload::Streaming;
use sig4::{Error, ErrorKind, Verifier};

const SIGNED: [Streaming; 2] = [Streaming::Signed, Streaming::SignedTrailer];

/// Four chunks of four bytes.
const DATA: &[u8] = b"aaaabbbbccccdddd";

fn upload(marker: Streaming) -> Upload {
    Upload::new(marker, DATA, 4)
}

/// The frames: four chunks, the last chunk, and the trailer with what ends it.
fn frames(marker: Streaming) -> (Received, Vec<Vec<u8>>) {
    upload(marker).frames()
}

/// Refuses the body, whole and in pieces, and returns the error and what came out before.
#[track_caller]
fn refused(head: &Received, body: Vec<u8>) -> (Vec<u8>, Error) {
    refused_by(&verifier(), head, body)
}

#[track_caller]
fn refused_by(verifier: &Verifier, head: &Received, body: Vec<u8>) -> (Vec<u8>, Error) {
    let request = Received { body, ..head.clone() };
    let Err(error) = whole(verifier, &request) else { panic!("{}", String::from_utf8_lossy(&request.body)) };
    let (longest, _) = in_pieces(verifier, &request, request.body.len().max(1));
    for len in [1, 3, 91] {
        let (out, other) = in_pieces(verifier, &request, len);
        assert_eq!(other.unwrap_err().to_string(), error.to_string(), "in pieces of {len}");
        assert!(out.starts_with(&longest));
    }
    assert!(error.rejection().is_some());
    (longest, error)
}

/// The same, for a change that the chain of signatures shows.
#[track_caller]
fn mismatches(head: &Received, frames: &[Vec<u8>], decoded: usize) {
    let (out, error) = refused(head, frames.concat());
    assert_eq!((error.kind(), code_of(&error)), (ErrorKind::SignatureMismatch, Some("SignatureDoesNotMatch")));
    assert_eq!(out, DATA[..decoded], "no byte of the changed chunk, and none after it");
}

#[test]
fn chunks_in_another_order() {
    for marker in SIGNED {
        for (a, b) in [(0, 1), (1, 2), (0, 3), (1, 3)] {
            let (head, mut frames) = frames(marker);
            frames.swap(a, b);
            mismatches(&head, &frames, 4 * a.min(b));
        }
    }
}

#[test]
fn a_chunk_that_comes_twice_or_not_at_all() {
    for (marker, at) in SIGNED.into_iter().flat_map(|marker| [0, 1, 2].map(|at| (marker, at))) {
        let (head, mut twice) = frames(marker);
        twice.insert(at, twice[at].clone());
        mismatches(&head, &twice, 4 * (at + 1));
        let (head, mut without) = frames(marker);
        without.remove(at);
        mismatches(&head, &without, 4 * at);
        // Twice, in the place of the next: the length is as stated.
        let (head, mut instead) = frames(marker);
        instead[at + 1] = instead[at].clone();
        mismatches(&head, &instead, 4 * (at + 1));
    }
}

#[test]
fn an_early_last_chunk_does_not_end_the_body() {
    for marker in SIGNED {
        // The signature of the last chunk is that of the place where it came.
        let (head, mut frames) = frames(marker);
        frames.drain(2..4);
        let (out, error) = refused(&head, frames.concat());
        assert_eq!((out.as_slice(), error.kind()), (&DATA[..8], ErrorKind::LengthMismatch));
        // With the right signature for that place, it is the length that is missing.
        let mut chain = Chain::after(&head);
        let signed: Vec<u8> = [&DATA[..4], b""].iter().flat_map(|data| framed(data, &chain.chunk(data))).collect();
        assert_eq!(refused(&head, signed).1.kind(), ErrorKind::LengthMismatch);
    }
}

fn framed(data: &[u8], signature: &str) -> Vec<u8> {
    let end: &[u8] = if data.is_empty() { b"" } else { b"\r\n" };
    [format!("{:x};chunk-signature={signature}\r\n", data.len()).as_bytes(), data, end].concat()
}

#[test]
fn a_body_that_is_cut_off_anywhere() {
    for marker in MARKERS {
        let request = upload(marker).encoded();
        for len in 0..request.body.len() - 2 {
            let (out, error) = refused(&request, request.body[..len].to_vec());
            let expected = [ErrorKind::TruncatedStream, ErrorKind::InvalidTrailer];
            assert!(expected.contains(&error.kind()), "{marker} {len}: {error}");
            assert!(DATA.starts_with(&out));
            assert!(["IncompleteBody", "MalformedTrailerError"].contains(&code_of(&error).unwrap()));
        }
        let one_less = request.body[..request.body.len() - 1].to_vec();
        assert_eq!(refused(&request, one_less).1.kind(), ErrorKind::TruncatedStream, "{marker}: half of CR and LF");
    }
}

#[test]
fn chunks_that_are_divided_or_joined() {
    for marker in SIGNED {
        let (head, frames) = frames(marker);
        let signature = |frame: &[u8]| {
            String::from_utf8(frame.split(|b| matches!(b, b'=' | b'\r')).nth(1).unwrap().into()).unwrap()
        };
        let first = signature(&frames[0]);
        let second = signature(&frames[1]);
        for (data, signature) in
            [(&DATA[..8], &first), (&DATA[..8], &second), (&DATA[..2], &first), (&DATA[..5], &first)]
        {
            let mut changed = frames.clone();
            changed.splice(0..2, [framed(data, signature)]);
            mismatches(&head, &changed, 0);
        }
        let mut divided = frames.clone();
        divided.splice(0..1, [framed(&DATA[..2], &first), framed(&DATA[2..4], &first)]);
        mismatches(&head, &divided, 0);
    }
}

#[test]
fn signatures_of_another_request() {
    for marker in SIGNED {
        let (head, frames) = frames(marker);
        let (_, others) = upload(marker).with_header("x-amz-meta-other", "1").frames();
        for at in 0..5 {
            let mut changed = frames.clone();
            changed[at] = others[at].clone();
            mismatches(&head, &changed, 4 * at);
        }
        mismatches(&head, &others, 0);
    }
}

#[test]
fn a_signed_head_with_chunks_that_are_not_signed() {
    let (_, unsigned) = frames(Streaming::UnsignedTrailer);
    for marker in SIGNED {
        let (head, mut frames) = frames(marker);
        assert_eq!(refused(&head, unsigned.concat()).1.kind(), ErrorKind::MalformedChunk);
        frames[2] = unsigned[2].clone();
        let (out, error) = refused(&head, frames.concat());
        assert_eq!((out.len(), error.kind()), (8, ErrorKind::MalformedChunk));
        for header in
            ["4;chunk-signature=\r\n", "4;chunk-signature\r\n", "4;\r\n", "4; chunk-signature=\r\n", "4;x=y\r\n"]
        {
            let error = refused(&head, [header.as_bytes(), b"aaaa\r\n"].concat()).1;
            assert!(matches!(error.kind(), ErrorKind::MalformedChunk | ErrorKind::SignatureMismatch), "{header}");
        }
    }
    // And signed chunks that nobody would check.
    let (head, _) = frames(Streaming::UnsignedTrailer);
    let (_, signed) = frames(Streaming::SignedTrailer);
    let error = refused(&head, signed.concat()).1;
    assert_eq!((error.kind(), code_of(&error)), (ErrorKind::MalformedChunk, Some("IncompleteBody")));
}

#[test]
fn signatures_in_another_spelling() {
    let (head, mut frames) = frames(Streaming::Signed);
    let upper = String::from_utf8(frames[0][..82].to_vec()).unwrap();
    let (size, signature) = upper.split_once('=').unwrap();
    for other in [
        signature.to_ascii_uppercase(),
        format!("{signature}00"),
        signature.split_at(62).0.to_owned(),
        format!(" {signature}"),
    ] {
        frames[0] = [format!("{size}={other}\r\n").as_bytes(), b"aaaa\r\n"].concat();
        mismatches(&head, &frames, 0);
    }
}

#[test]
fn bytes_after_the_end() {
    for marker in MARKERS {
        let request = upload(marker).encoded();
        for more in [&b"0"[..], b"\r\n", b"\0", &request.body] {
            let (out, error) = refused(&request, [&request.body, more].concat());
            assert_eq!((out.as_slice(), error.kind()), (DATA, ErrorKind::MalformedChunk), "{marker}");
        }
    }
}

#[test]
fn a_trailer_that_was_exchanged_extended_or_doubled() {
    let other = format!("x-amz-checksum-sha256:{}\r\n", base64_sha256(b"other"));
    let (head, good) = frames(Streaming::SignedTrailer);
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut frames = good.clone();
        change(&mut frames);
        let (out, error) = refused(&head, frames.concat());
        assert_eq!(out, DATA);
        error.kind()
    };
    assert_eq!(with(&|frames| frames[5] = other.clone().into_bytes()), ErrorKind::SignatureMismatch);
    assert_eq!(with(&|frames| drop(frames.remove(5))), ErrorKind::SignatureMismatch, "no field");
    assert_eq!(with(&|frames| drop(frames.remove(6))), ErrorKind::InvalidTrailer, "no signature");
    assert_eq!(with(&|frames| frames.insert(5, frames[5].clone())), ErrorKind::InvalidTrailer);
    assert_eq!(with(&|frames| frames.insert(6, b"x-amz-meta-a:b\r\n".to_vec())), ErrorKind::InvalidTrailer);
    assert_eq!(with(&|frames| frames.insert(7, frames[6].clone())), ErrorKind::InvalidTrailer, "two signatures");
    assert_eq!(with(&|frames| frames.insert(7, frames[5].clone())), ErrorKind::InvalidTrailer, "a field after it");
    assert_eq!(with(&|frames| frames.swap(5, 6)), ErrorKind::SignatureMismatch, "a field after it");
    let (_, others) = Upload::new(Streaming::SignedTrailer, b"0123456789abcdef", 4).frames();
    assert_eq!(with(&|frames| frames[6] = others[6].clone()), ErrorKind::SignatureMismatch, "of another body");
    assert_eq!(with(&|frames| frames[6].truncate(40)), ErrorKind::SignatureMismatch);
}

#[test]
fn a_trailer_that_is_not_signed_and_claims_to_be_or_lacks_a_field() {
    let (head, good) = frames(Streaming::UnsignedTrailer);
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut frames = good.clone();
        change(&mut frames);
        refused(&head, frames.concat()).1.kind()
    };
    let signature = [b"x-amz-trailer-signature:".as_slice(), &[b'0'; 64], b"\r\n"].concat();
    assert_eq!(with(&|frames| frames.insert(6, signature.clone())), ErrorKind::InvalidTrailer);
    assert_eq!(with(&|frames| drop(frames.remove(5))), ErrorKind::InvalidTrailer);
    assert_eq!(with(&|frames| frames.insert(5, frames[5].clone())), ErrorKind::InvalidTrailer);
    assert_eq!(with(&|frames| frames[5] = b"no colon\r\n".to_vec()), ErrorKind::InvalidTrailer);
    assert_eq!(with(&|frames| frames[5] = b"x-amz-checksum-sha256:\x01\r\n".to_vec()), ErrorKind::InvalidTrailer);
    assert_eq!(with(&|frames| frames[5] = b"x-amz-checksum-sha256:\r\n".to_vec()), ErrorKind::ChecksumMismatch);
}

#[test]
fn a_body_without_the_checksum_of_its_trailer() {
    for marker in [Streaming::UnsignedTrailer, Streaming::SignedTrailer] {
        let mut upload = upload(marker);
        upload.trailers[0].1 = base64_sha256(b"other");
        let request = upload.encoded();
        let (out, error) = refused(&request, request.body.clone());
        assert_eq!((out.as_slice(), error.kind()), (DATA, ErrorKind::ChecksumMismatch), "{marker}");
        assert_eq!((code_of(&error), status_of(&error)), (Some("BadDigest"), Some(400)));
    }
    // A checksum of checksums is that of an upload in parts, and of no body.
    for marker in [Streaming::UnsignedTrailer, Streaming::SignedTrailer] {
        let mut upload = upload(marker);
        upload.trailers[0].1 += "-1";
        assert_eq!(refused(&upload.head(), upload.encoded().body).1.kind(), ErrorKind::ChecksumMismatch, "{marker}");
    }
    // A change of an unsigned body on the way, with the trailer left as it was.
    let request = upload(Streaming::UnsignedTrailer).encoded();
    let changed = String::from_utf8(request.body.clone()).unwrap().replace("bbbb", "bbbc");
    assert_eq!(refused(&request, changed.into_bytes()).1.kind(), ErrorKind::ChecksumMismatch);
}

#[test]
fn lengths_that_are_not_the_stated_one() {
    for marker in MARKERS {
        for stated in ["15", "17", "0", "18446744073709551615"] {
            let request = upload(marker).with_header("x-amz-decoded-content-length", stated).encoded();
            let (out, error) = refused(&request, request.body.clone());
            assert_eq!(error.kind(), ErrorKind::LengthMismatch, "{marker} {stated}");
            assert!(DATA.starts_with(&out));
        }
    }
}

#[test]
fn sizes_and_lines_that_are_none() {
    let (head, good) = frames(Streaming::Signed);
    let rest = String::from_utf8(good[0].clone()).unwrap().split_off(1);
    for size in ["", "-4", "+4", " 4", "4 ", "0x4", "g", "00000000000000004", "4,4", "\t4"] {
        let error = refused(&head, format!("{size}{rest}").into_bytes()).1;
        assert_eq!(error.kind(), ErrorKind::MalformedChunk, "{size:?}");
    }
    for size in ["ffffffffffffffff", "7fffffffffffffff", "100000"] {
        assert_eq!(refused(&head, format!("{size}{rest}").into_bytes()).1.kind(), ErrorKind::LengthMismatch, "{size}");
    }
    let text = String::from_utf8(good[0].clone()).unwrap();
    let (line, data) = text.split_once("\r\n").unwrap();
    for end in ["aaaa\n\n", "aaaa\r\r", "aaaa"] {
        let body = [line, "\r\n", end, "4;"].concat();
        assert_eq!(refused(&head, body.into_bytes()).1.kind(), ErrorKind::MalformedChunk, "{end:?}");
    }
    let body = [line, "\n", data].concat();
    assert_eq!(refused(&head, body.into_bytes()).1.kind(), ErrorKind::MalformedChunk, "LF alone");
}

#[test]
fn lines_without_an_end() {
    for (marker, fill) in MARKERS.into_iter().flat_map(|marker| [b'0', b'\r', b';', b'x'].map(|fill| (marker, fill))) {
        let request = upload(marker).encoded();
        assert_eq!(refused(&request, vec![fill; 257]).1.kind(), ErrorKind::MalformedChunk);
        let (_, frames) = frames(marker);
        let before = frames[..5].concat();
        let error = refused(&request, [before.as_slice(), &vec![fill; 4097]].concat()).1;
        assert_eq!(error.kind(), ErrorKind::InvalidTrailer, "{marker}");
        // And refused before the line has come.
        let begun = refused(&request, [before.as_slice(), &vec![fill; 4096]].concat()).1;
        assert_eq!(begun.kind(), ErrorKind::TruncatedStream);
    }
    let (head, frames) = frames(Streaming::UnsignedTrailer);
    let fields = b"x-amz-meta-a:b\r\n".repeat(10_000);
    assert_eq!(refused(&head, [frames[..5].concat(), fields].concat()).1.kind(), ErrorKind::InvalidTrailer);
}

#[test]
fn a_signed_chunk_over_the_limit_is_refused_by_its_size() {
    let small = verifier().with_max_signed_chunk_len(3);
    for marker in SIGNED {
        let request = upload(marker).encoded();
        let header = request.body.split_inclusive(|b| *b == b'\n').next().unwrap().to_vec();
        let error = refused_by(&small, &request, header).1;
        assert_eq!(
            (error.kind(), code_of(&error), status_of(&error)),
            (ErrorKind::ChunkTooLong, Some("InvalidChunkSizeError"), Some(403))
        );
        let exact = verifier().with_max_signed_chunk_len(4);
        assert!(whole(&exact, &request).is_ok());
    }
    assert!(whole(&small, &upload(Streaming::UnsignedTrailer).encoded()).is_ok(), "others are not held");
    let huge = verifier().with_max_signed_chunk_len(usize::MAX);
    let data = vec![b'a'; sig4::verify::MAX_SIGNED_CHUNK_LEN + 1];
    let request = Upload::new(Streaming::Signed, &data, data.len()).encoded();
    assert_eq!(whole(&huge, &request).unwrap_err().kind(), ErrorKind::ChunkTooLong);
}

/// Every byte of a small body, changed in each bit and to each character of the framing. Where a change is not refused, it is one of a
/// letter's case, in a size or a name, and the same comes out.
#[test]
fn no_change_of_one_byte_changes_what_comes_out() {
    let verifier = verifier();
    for marker in SIGNED {
        let data = b"twelve bytes";
        let request = Upload::new(marker, data, 11).encoded();
        let mut accepted = 0;
        for (at, byte) in
            request.body.iter().enumerate().flat_map(|(at, byte)| others(*byte).map(move |byte| (at, byte)))
        {
            let mut changed = request.clone();
            changed.body[at] = byte;
            if let Ok(body) = whole(&verifier, &changed) {
                assert_eq!(body.bytes().clone().verified().unwrap(), data);
                assert!(byte.eq_ignore_ascii_case(&request.body[at]), "{at}: {byte}");
                accepted += 1;
            }
        }
        let letters = if marker.has_trailer() { 1 + "xamzchecksumshaxamztrailersignature".len() } else { 1 };
        assert_eq!(accepted, letters, "{marker}: the size `b`, and the letters of the names");
    }
}

/// The byte with one of its bits changed, and the characters that the framing knows.
fn others(byte: u8) -> impl Iterator<Item = u8> {
    let bits = (0..8).map(move |bit| byte ^ 1 << bit);
    let framing = b"\r\n \t:;=0".iter().copied().filter(move |other| (other ^ byte).count_ones() > 1);
    bits.chain(framing)
}

proptest! {
    #[test]
    fn no_changes_of_a_signed_body_bring_other_bytes_out(
        trailer in any::<bool>(),
        data in any::<Vec<u8>>(),
        chunk_len in 1_usize..40,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..4_u8), 1..4),
        len in 1_usize..100,
    ) {
        let marker = if trailer { Streaming::SignedTrailer } else { Streaming::Signed };
        let mut request = Upload::new(marker, &data, chunk_len).encoded();
        for (at, byte, how) in changes {
            let at = at.index(request.body.len());
            match how {
                0 => request.body[at] = byte,
                1 => request.body.insert(at, byte),
                // One byte stays, in which the next change has a place.
                2 if request.body.len() > 1 => drop(request.body.remove(at)),
                _ => request.body.truncate(at.max(1)),
            }
        }
        let (out, end) = in_pieces(&verifier(), &request, len);
        assert!(data.starts_with(&out));
        if end.is_ok() {
            assert_eq!(out, data);
        }
    }
}
