//! Bodies that are accepted.

use super::upload::{Upload, in_pieces, verifier, whole};
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
