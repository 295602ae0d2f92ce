//! How often signing allocates, counted.

use http::Request;
use sig4::canonical::MAX_QUERY_PAIRS;
use sig4::request::{MAX_HEADERS, RequestView};
use sig4::stream::{ChecksumAlgorithm, ChunkPlan, DEFAULT_CHUNK_SIZE};
use sig4::{Credentials, Expires, Payload, Signer, Verifier};
use sig4_bench_support::requests::{Body, credentials, now, object, post, upload, wide};
use sig4_test_support::allocations;

fn gateway() -> Signer {
    Signer::new("us-east-1", "execute-api").expect("it is valid")
}

/// How often signing `request` allocates once its key is cached. The header map has room for what signing adds: its
/// growth is the `http` crate's.
fn signing(signer: &Signer, credentials: &Credentials, mut request: Request<Body>) -> u64 {
    signer.sign(&mut post(), credentials, now()).expect("it signs");
    request.headers_mut().reserve(8);
    allocations::during(|| signer.sign(&mut request, credentials, now()).expect("it signs")).0
}

fn presigning(signer: &Signer, request: &Request<Body>) -> u64 {
    let credentials = credentials();
    signer.sign(&mut post(), &credentials, now()).expect("it signs");
    let once = || signer.presign(request, &credentials, Expires::MAX, now()).expect("it signs");
    allocations::during(once).0
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations::during(|| ()).0, 0);
    assert_eq!(allocations::during(|| drop(std::hint::black_box(Box::new(1)))).0, 1);
    let mut grown = vec![1_u8];
    assert_eq!(allocations::during(|| grown.reserve(100)).0, 1);
}

/// What it is at present, so that another allocation is a decision and no accident: change it here, within the bounds
/// that the other tests hold.
#[test]
fn the_present_numbers() {
    let (gateway, s3, credentials) = (gateway(), Signer::new("us-east-1", "s3").expect("it is valid"), credentials());
    // The list of headers, and the values of `authorization` and `x-amz-date`.
    assert_eq!(signing(&gateway, &credentials, post()), 3, "a post");
    // And `x-amz-content-sha256`.
    assert_eq!(signing(&s3, &credentials, object()), 4, "an S3 get");
    // And the list of parameters.
    assert_eq!(signing(&gateway, &credentials, wide(30, 20)), 4, "30 headers and 20 parameters");
    assert_eq!(presigning(&s3, &object()), 3, "presigning an S3 get");
}

#[test]
fn signing_a_post_allocates_three_times_at_most() {
    let count = signing(&gateway(), &credentials(), post());
    assert!(count <= 3, "{count}");
}

/// A builder's header map has room for two more by itself.
#[test]
fn signing_a_post_fresh_from_the_builder_allocates_three_times_at_most() {
    let (signer, credentials) = (gateway(), credentials());
    signer.sign(&mut post(), &credentials, now()).expect("it signs");
    let mut fresh = post();
    let (count, _) = allocations::during(|| signer.sign(&mut fresh, &credentials, now()).expect("it signs"));
    assert!(count <= 3, "{count}");
}

#[test]
fn signing_again_allocates_no_more_than_the_first_time() {
    let (signer, credentials, mut request) = (gateway(), credentials(), post());
    for _ in 0..3 {
        signer.sign(&mut request, &credentials, now()).expect("it signs");
    }
    let (count, _) = allocations::during(|| signer.sign(&mut request, &credentials, now()).expect("it signs"));
    assert!(count <= signing(&signer, &credentials, post()), "{count}");
}

/// The header's value is the one that the credentials keep.
#[test]
fn a_session_token_allocates_nothing() {
    let token = credentials().with_session_token("IQoJb3JpZ2luX2Vj".repeat(40)).expect("it is valid");
    let (without, with) = (signing(&gateway(), &credentials(), post()), signing(&gateway(), &token, post()));
    assert_eq!(with, without);
}

#[test]
fn a_body_of_a_mebibyte_allocates_no_more_than_none() {
    let counts = [0, 35, 1 << 20].map(|len| signing(&gateway(), &credentials(), upload(len)));
    assert!(counts.iter().all(|count| *count <= 3), "{counts:?}");
}

#[test]
fn thirty_headers_and_twenty_pairs_allocate_seven_times_at_most() {
    let count = signing(&gateway(), &credentials(), wide(30, 20));
    assert!(count <= 7, "{count}");
}

/// Three, and one each time that the list of headers doubles its room.
const fn with_doublings(items: usize) -> u64 {
    3 + items.ilog2() as u64
}

#[test]
fn headers_cost_allocations_by_the_logarithm_of_their_number() {
    let count = |headers| signing(&gateway(), &credentials(), wide(headers, 0));
    let counts = [10, 100, MAX_HEADERS].map(|n| (count(n), with_doublings(n)));
    assert!(counts.iter().all(|(count, bound)| count <= bound), "{counts:?}");
}

/// A URI is too short for as many as are allowed, a view is not.
#[test]
fn parameters_cost_allocations_by_the_logarithm_of_their_number() {
    let counts = [10, 100, 2000].map(|n| (signing(&gateway(), &credentials(), wide(0, n)), with_doublings(n)));
    assert!(counts.iter().all(|(count, bound)| count <= bound), "{counts:?}");
    let counts = [10, 100, MAX_QUERY_PAIRS].map(|n| (signing_recoded(n), with_doublings(n)));
    assert!(counts.iter().all(|(count, bound)| count <= bound), "{counts:?}");
}

/// How often signing a view allocates whose parameters have to be recoded.
fn signing_recoded(pairs: usize) -> u64 {
    let query: Vec<_> = (0..pairs).map(|n| format!("Name.%7e{n}={n}+")).collect();
    signing_view(&query.join("&"), &Vec::new())
}

/// And one whose headers have names in mixed case, as they may have in other transports than `http`.
fn signing_mixed_case(headers: usize) -> u64 {
    signing_view("", &(0..headers).map(|n| (format!("X-Amz-Meta-{n}"), b"v".to_vec())).collect::<Vec<_>>())
}

fn signing_view(query: &str, headers: &[(String, Vec<u8>)]) -> u64 {
    let (signer, credentials) = (gateway(), credentials());
    let view =
        RequestView::new("GET", "/", Some(query), &headers).with_authority("https", "ec2.us-east-1.amazonaws.com");
    let sign = || signer.sign_view(&view, &Payload::Bytes(b""), &credentials, now()).expect("it signs");
    drop(sign());
    allocations::during(sign).0
}

#[test]
fn a_name_in_mixed_case_allocates_no_more_than_one_in_lower_case() {
    let counts = [10, 100, MAX_HEADERS].map(|n| (signing_mixed_case(n), with_doublings(n)));
    assert!(counts.iter().all(|(count, bound)| count <= bound), "{counts:?}");
}

#[test]
fn presigning_an_object_allocates_four_times_at_most() {
    let count = presigning(&Signer::new("us-east-1", "s3").expect("it is valid"), &object());
    assert!(count <= 4, "{count}");
}

#[test]
fn presigned_parameters_cost_allocations_by_the_logarithm_of_their_number() {
    let counts = [20, 200, 2000].map(|n| (presigning(&gateway(), &wide(30, n)), 6 + with_doublings(n)));
    assert!(counts.iter().all(|(count, bound)| count <= bound), "{counts:?}");
}

/// How often verifying allocates once the key is cached.
fn verifying(service: &str, credentials: &Credentials, mut request: Request<Body>) -> u64 {
    Signer::new("us-east-1", service).expect("it is valid").sign(&mut request, credentials, now()).expect("it signs");
    verifying_signed(service, credentials, request)
}

fn verifying_signed(service: &str, credentials: &Credentials, request: Request<Body>) -> u64 {
    let (verifier, (parts, body)) = (Verifier::new("us-east-1", service).expect("it is valid"), request.into_parts());
    let once = || {
        let claim = verifier.claim(&parts).expect("it is signed");
        claim.verify(credentials, &body, now()).expect("it verifies").access_key_id().len()
    };
    once();
    allocations::during(once).0
}

/// The claim, the list of headers, and that of parameters if there are any.
#[test]
fn verifying_allocates_four_times_at_most() {
    let token = credentials().with_session_token("IQoJb3JpZ2luX2Vj".repeat(40)).expect("it is valid");
    assert_eq!(verifying("execute-api", &credentials(), post()), 2, "a post");
    assert_eq!(verifying("execute-api", &token, post()), 2, "with a session token");
    assert_eq!(verifying("execute-api", &credentials(), upload(1 << 20)), 2, "a mebibyte");
    assert_eq!(verifying("s3", &credentials(), object()), 2, "an S3 get");
    assert_eq!(verifying("execute-api", &credentials(), wide(30, 20)), 3, "30 headers and 20 parameters");
    // And the credential, which has to be decoded.
    let url =
        Signer::new("us-east-1", "s3").expect("it is valid").presign(&object(), &credentials(), Expires::MAX, now());
    let presigned = Request::get(url.expect("it signs").url()).body(Body::new()).expect("it is a request");
    assert_eq!(verifying_signed("s3", &credentials(), presigned), 4, "a presigned URL");
}

/// How often encoding `chunks` chunks of 64 KiB in pieces of `piece` bytes allocates, without the head and the end.
fn encoding(plan: fn(u64) -> ChunkPlan, piece: usize, chunks: usize) -> u64 {
    encoding_by(&Signer::new("us-east-1", "s3").expect("it is valid"), plan, piece, chunks)
}

fn encoding_by(signer: &Signer, plan: fn(u64) -> ChunkPlan, piece: usize, chunks: usize) -> u64 {
    let (mut parts, _body) = object().into_parts();
    let plan = plan((chunks * DEFAULT_CHUNK_SIZE) as u64);
    let mut encoder = signer.sign_chunked(&mut parts, plan, &credentials(), now()).expect("it signs");
    let body = vec![7; chunks * DEFAULT_CHUNK_SIZE];
    let mut len = 0;
    let (count, ()) = allocations::during(|| {
        for piece in body.chunks(piece) {
            encoder.encode(piece, |bytes| len += bytes.len()).expect("it is of the declared length");
        }
    });
    assert!(len > body.len(), "it was encoded");
    count
}

/// A signed chunk that comes in pieces is kept in a buffer, which is allocated once for all chunks.
#[test]
fn chunks_allocate_nothing() {
    let unsigned: fn(u64) -> ChunkPlan = |len| ChunkPlan::unsigned(len, ChecksumAlgorithm::Sha256);
    let trailer: fn(u64) -> ChunkPlan =
        |len| ChunkPlan::signed(len).with_checksum(ChecksumAlgorithm::Sha1).expect("it is the only field");
    for plan in [ChunkPlan::signed, unsigned, trailer] {
        assert_eq!(encoding(plan, 4 * DEFAULT_CHUNK_SIZE, 16), 0, "of whole chunks");
    }
    assert_eq!([1, 16].map(|chunks| encoding(ChunkPlan::signed, 1000, chunks)), [1; 2], "of pieces");
    assert_eq!(encoding(unsigned, 1000, 16), 0, "of unsigned pieces");
}

#[cfg(feature = "sigv4a")]
#[test]
fn chunks_of_signature_version_4a_allocate_nothing() {
    let signer = Signer::new_v4a("*", "s3").expect("it is valid");
    assert_eq!(encoding_by(&signer, ChunkPlan::signed, 4 * DEFAULT_CHUNK_SIZE, 4), 0, "of whole chunks");
    assert_eq!([1, 4].map(|chunks| encoding_by(&signer, ChunkPlan::signed, 30_000, chunks)), [1; 2], "of pieces");
}
