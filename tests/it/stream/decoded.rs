//! Bodies that are accepted.

use super::upload::{Upload, credentials, in_pieces, now, verifier, whole};
use crate::vector::Received;
use sig4::Verifier;
use sig4::payload::Streaming;
use sig4::stream::{BodyProof, Decoded};

pub const MARKERS: [Streaming; 3] = [Streaming::Signed, Streaming::SignedTrailer, Streaming::UnsignedTrailer];

#[test]
fn every_form_is_decoded_in_pieces_of_any_size() {
    let data: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let verifier = verifier();
    for (marker, chunk_len) in MARKERS.into_iter().flat_map(|marker| [1, 7, 256, 999, 1000].map(|len| (marker, len))) {
        let request = Upload::new(marker, &data, chunk_len).encoded();
        let body = whole(&verifier, &request).unwrap();
        assert_eq!(body.bytes().clone().even_unverified(), data);
        assert_eq!(body.bytes().clone().verified().is_some(), marker.is_signed());
        let proof = if marker.is_signed() { BodyProof::Signed } else { BodyProof::Checksum };
        assert_eq!((body.end().proof(), body.end().decoded_len()), (proof, 1000));
        for len in [1, 2, 3, 64, 85, 86, 87, 1001, request.body.len()] {
            let (out, end) = in_pieces(&verifier, &request, len);
            assert_eq!((out == data, end.unwrap().proof()), (true, proof), "{marker} {chunk_len} {len}");
        }
    }
}

/// What comes out of a body in these pieces, and how it ends.
fn outcome(verifier: &Verifier, request: &Received, pieces: &[&[u8]]) -> (Vec<u8>, Result<BodyProof, String>) {
    let view = request.view();
    let (_caller, mut decoder) = verifier.claim_view(&view).unwrap().decode(&credentials(), now()).unwrap();
    let mut out = Vec::new();
    for piece in pieces {
        let mut piece = *piece;
        while let Ok(Some(bytes)) = decoder.decode(&mut piece) {
            out.extend_from_slice(bytes.even_unverified());
        }
    }
    (out, decoder.finish().map(|end| end.proof()).map_err(|error| error.to_string()))
}

/// Judges the body whole, and in two pieces wherever `places` says.
fn is_judged_alike(verifier: &Verifier, request: &Received, body: &[u8], places: impl Iterator<Item = usize>) {
    let expected = outcome(verifier, request, &[body]);
    for at in places {
        let (first, second) = body.split_at(at);
        let (out, end) = outcome(verifier, request, &[first, second]);
        assert_eq!(end, expected.1, "split at {at}: {:?}", String::from_utf8_lossy(body));
        // Of a body that is refused and not signed, more may come out in more pieces.
        let is_refused =
            end.is_err() && request.headers.iter().any(|(_, value)| value.starts_with(b"STREAMING-UNSIGNED"));
        assert!(out == expected.0 || is_refused && out.starts_with(&expected.0), "split at {at}");
    }
}

/// Good bodies at every place, and bodies with one byte less, one more or another at some.
#[test]
fn a_body_is_judged_alike_wherever_it_is_split() {
    let verifier = verifier();
    for marker in MARKERS {
        let request = Upload::new(marker, b"ten bytes!", 6).encoded();
        let (body, len) = (&request.body, request.body.len());
        is_judged_alike(&verifier, &request, body, 0..=len);
        for at in (0..len).step_by(17) {
            let (before, after) = body.split_at(at);
            let changed = [
                [before, &after[1..]].concat(),
                [before, b"\r\n", after].concat(),
                [before, if after[0] == b'\n' { b";" } else { b"\n" }, &after[1..]].concat(),
            ];
            for changed in changed {
                let places = at.saturating_sub(2)..(at + 3).min(changed.len());
                is_judged_alike(&verifier, &request, &changed, places);
            }
        }
    }
}

/// Three pieces, at every two places of the framing.
#[test]
fn a_short_body_is_the_same_in_any_three_pieces() {
    let verifier = verifier();
    for (marker, step) in [(Streaming::UnsignedTrailer, 1), (Streaming::Signed, 7), (Streaming::SignedTrailer, 11)] {
        let request = Upload::new(marker, b"ab", 1).encoded();
        let expected = outcome(&verifier, &request, &[&request.body]);
        assert!(expected.1.is_ok() && expected.0 == b"ab");
        let places = || (0..=request.body.len()).step_by(step);
        for (a, b) in places().flat_map(|b| places().take_while(move |a| *a <= b).map(move |a| (a, b))) {
            let pieces = [&request.body[..a], &request.body[a..b], &request.body[b..]];
            assert_eq!(outcome(&verifier, &request, &pieces), expected, "{marker}, split at {a} and {b}");
        }
    }
}

#[test]
fn a_body_without_data_is_its_last_chunk() {
    for marker in MARKERS {
        let request = Upload::new(marker, b"", 1).encoded();
        let verifier = verifier();
        let body = whole(&verifier, &request);
        assert_eq!(body.unwrap().bytes().clone().even_unverified(), b"", "{marker}");
    }
}

#[test]
fn unsigned_bytes_are_told_apart_by_their_type() {
    let verifier = verifier();
    let request = Upload::new(Streaming::UnsignedTrailer, b"data", 4).encoded();
    assert!(matches!(whole(&verifier, &request).unwrap().bytes(), Decoded::Unverified(_)));
}
