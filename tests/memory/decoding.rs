//! How often decoding a body in chunks allocates, and how much it keeps.

use bytes::Bytes;
use sig4::stream::{ChecksumAlgorithm, ChunkPlan, MIN_CHUNK_SIZE};
use sig4::{Credentials, Signer, Timestamp, Verifier};
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
    let (count, ()) = allocations::during(|| {
        for piece in sent.chunks(piece_len) {
            if shared {
                let mut piece = sent.slice_ref(piece);
                while let Some(bytes) = decoder.decode_bytes(&mut piece).unwrap() {
                    left -= bytes.even_unverified().len();
                }
            } else {
                let mut piece = piece;
                while let Some(bytes) = decoder.decode(&mut piece).unwrap() {
                    left -= bytes.even_unverified().len();
                }
            }
        }
    });
    decoder.finish().unwrap();
    assert_eq!(left, 0);
    count
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
