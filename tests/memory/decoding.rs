//! How often decoding a body in chunks allocates, and how much it keeps.

use bytes::Bytes;
use sig4::payload::Streaming;
use sig4::request::RequestView;
use sig4::stream::{Checksum, ChecksumAlgorithm, ChunkDecoder, ChunkPlan, MIN_CHUNK_SIZE};
use sig4::{Credentials, Payload, Signer, Timestamp, Verifier};
use sig4_test_support::allocations;

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret").unwrap()
}

fn now() -> Timestamp {
    Timestamp::parse("20150830T123600Z").unwrap()
}

/// The allocations of decoding a body of so many chunks in pieces of this length.
fn decoding(signed: bool, chunks: usize, piece_len: usize, shared: bool) -> u64 {
    let signer = Signer::new("us-east-1", "s3").unwrap();
    decoding_by(&signer, &Verifier::new("us-east-1", "s3").unwrap(), signed, chunks, piece_len, shared)
}

fn decoding_by(
    signer: &Signer,
    verifier: &Verifier,
    signed: bool,
    chunks: usize,
    piece_len: usize,
    shared: bool,
) -> u64 {
    let data = vec![b'a'; chunks * MIN_CHUNK_SIZE];
    let len = u64::try_from(data.len()).unwrap();
    let plan = if signed { ChunkPlan::signed(len) } else { ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc64Nvme) };
    let plan = plan.with_chunk_size(MIN_CHUNK_SIZE).unwrap();
    let (mut parts, ()) = http::Request::put("https://b.s3.amazonaws.com/a").body(()).unwrap().into_parts();
    let encoder = signer.sign_chunked(&mut parts, plan, &credentials(), now()).unwrap();
    let sent = Bytes::from(encoder.encode_all(&data).unwrap());
    let (_caller, mut decoder) = verifier.claim(&parts).unwrap().decode(&credentials(), now()).unwrap();
    let mut left = data.len();
    let (count, ()) = allocations::during(|| left -= decode(&mut decoder, &sent, piece_len, shared));
    decoder.finish().unwrap();
    assert_eq!(left, 0);
    count
}

/// Decodes a body in pieces of this length. Returns how many bytes came out.
fn decode(decoder: &mut ChunkDecoder, sent: &Bytes, piece_len: usize, shared: bool) -> usize {
    let mut came = 0;
    for piece in sent.chunks(piece_len) {
        if shared {
            let mut piece = sent.slice_ref(piece);
            while let Some(bytes) = decoder.decode_bytes(&mut piece).unwrap() {
                came += bytes.even_unverified().len();
            }
        } else {
            let mut piece = piece;
            while let Some(bytes) = decoder.decode(&mut piece).unwrap() {
                came += bytes.even_unverified().len();
            }
        }
    }
    came
}

#[test]
fn no_chunk_allocates() {
    for (signed, shared) in [(true, false), (true, true), (false, false), (false, true)] {
        for piece_len in [100, 5000, 20_000, 1 << 20] {
            let [few, many] = [16, 64].map(|chunks| decoding(signed, chunks, piece_len, shared));
            assert_eq!(few, many, "signed: {signed}, shared: {shared}, in pieces of {piece_len}");
        }
    }
}

/// A body of chunks of so many bytes each, with the encoding written here: an encoder makes no such small chunks.
fn small_chunks(marker: Streaming, chunks: usize, chunk_len: usize) -> (Vec<(String, Vec<u8>)>, Bytes) {
    let data = vec![b'a'; chunks * chunk_len];
    let mut headers = vec![
        ("host".to_owned(), b"b.s3.amazonaws.com".to_vec()),
        ("x-amz-decoded-content-length".to_owned(), data.len().to_string().into_bytes()),
    ];
    if marker.has_trailer() {
        headers.push(("x-amz-trailer".to_owned(), b"x-amz-checksum-crc32".to_vec()));
    }
    let (signer, credentials, unsigned) = (Signer::new("us-east-1", "s3").unwrap(), credentials(), headers.clone());
    let view = RequestView::new("PUT", "/a", None, &unsigned);
    let signed = signer.sign_view(&view, &Payload::Streaming(marker), &credentials, now()).unwrap();
    headers.extend(signed.headers().map(|(name, value)| (name.to_owned(), value.into_bytes())));
    let mut chain = signer.chunk_signer(&signed, &credentials);
    let mut body = Vec::new();
    for chunk in data.chunks(chunk_len).chain([&[][..]]) {
        let signature = marker.is_signed().then(|| format!(";chunk-signature={}", chain.sign(chunk)));
        body.extend(format!("{:x}{}\r\n", chunk.len(), signature.unwrap_or_default()).bytes());
        body.extend(chunk);
        body.extend(if chunk.is_empty() { &b""[..] } else { b"\r\n" });
    }
    if marker.has_trailer() {
        let mut checksum = Checksum::new(ChecksumAlgorithm::Crc32);
        checksum.update(&data);
        let value = checksum.finish().to_string();
        body.extend(format!("x-amz-checksum-crc32:{value}\r\n").bytes());
        if marker.is_signed() {
            let signature = chain.sign_trailer(&[("x-amz-checksum-crc32", &value)]).unwrap();
            body.extend(format!("x-amz-trailer-signature:{signature}\r\n").bytes());
        }
    }
    body.extend(b"\r\n");
    (headers, body.into())
}

/// The allocations of decoding so many chunks of so many bytes.
fn decoding_small(marker: Streaming, chunks: usize, chunk_len: usize, piece_len: usize, shared: bool) -> u64 {
    let (headers, sent) = small_chunks(marker, chunks, chunk_len);
    let verifier = Verifier::new("us-east-1", "s3").unwrap();
    let view = RequestView::new("PUT", "/a", None, &headers);
    let (_caller, mut decoder) = verifier.claim_view(&view).unwrap().decode(&credentials(), now()).unwrap();
    let mut left = chunks * chunk_len;
    let (count, ()) = allocations::during(|| left -= decode(&mut decoder, &sent, piece_len, shared));
    decoder.finish().unwrap();
    assert_eq!(left, 0);
    count
}

/// Whoever sends a body in the smallest chunks, and byte by byte, causes no more allocations with many than with few.
#[test]
fn no_chunk_of_few_bytes_allocates() {
    for marker in [Streaming::Signed, Streaming::SignedTrailer, Streaming::UnsignedTrailer] {
        for (chunk_len, piece_len) in [(1, 1), (1, 7), (1, 1 << 20), (2, 1), (3, 2), (3, 1 << 20)] {
            for shared in [false, true] {
                let [few, many] = [50, 500].map(|chunks| decoding_small(marker, chunks, chunk_len, piece_len, shared));
                assert_eq!(few, many, "{marker}: chunks of {chunk_len} in pieces of {piece_len}, shared: {shared}");
                assert!(many <= 4, "{marker}: {many}, for a chunk and the trailer");
            }
        }
    }
}

/// Memory that grows as pieces arrive would take up to twice the chunk.
#[test]
fn a_chunk_in_pieces_takes_its_memory_at_once() {
    assert_eq!(decoding(true, 1, 100, false), 1, "the room for the chunk");
}

/// A chunk that lies in one piece is not copied.
#[test]
fn a_body_in_one_piece_allocates_nothing() {
    assert_eq!(decoding(true, 16, 1 << 20, false), 0);
}

/// But for what `p256` allocates to verify: nothing, unless another crate of the program turns its feature `alloc` on.
#[cfg(feature = "sigv4a")]
#[test]
fn no_chunk_of_signature_version_4a_allocates() {
    use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
    use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
    use sig4::algorithm::Algorithm;

    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let signature: Signature = key.sign_prehash(&[7; 32]).unwrap();
    let verifying = VerifyingKey::from(&key);
    let (by_p256, ()) = allocations::during(|| verifying.verify_prehash(&[7; 32], &signature).unwrap());

    let signer = Signer::new_v4a("*", "s3").unwrap();
    let verifier = Verifier::new("us-east-1", "s3").unwrap().with_algorithms([Algorithm::EcdsaP256Sha256]);
    let count = |chunks, piece_len| decoding_by(&signer, &verifier, true, chunks, piece_len, false);
    // The last chunk, which has no data, is signed as well.
    assert_eq!([2, 6].map(|chunks| count(chunks, 1 << 20)), [3, 7].map(|signatures| signatures * by_p256), "whole");
    assert_eq!(count(6, 5000) - count(2, 5000), 4 * by_p256, "in pieces");
}
