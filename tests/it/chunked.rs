//! Bodies in chunks: AWS's documented examples, what real signers make of them, and any pieces of any body.

use crate::corpus::{Case, lines, text};
use http::Request;
use http::request::Parts;
use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use proptest::sample::select;
use serde_json::Value;
use sig4::algorithm::Algorithm;
use sig4::payload::Streaming;
use sig4::stream::{Checksum, ChecksumAlgorithm, ChunkEncoder, ChunkPlan, MAX_CHUNK_SIZE, MIN_CHUNK_SIZE, ShortBody};
use sig4::{Credentials, ErrorKind, Payload, Signer, Timestamp, Verifier};

fn signer() -> Signer {
    Signer::new("us-east-1", "s3").unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").unwrap()
}

fn now() -> Timestamp {
    Timestamp::parse("20130524T000000Z").unwrap()
}

fn parts() -> Parts {
    let request = Request::put("https://s3.amazonaws.com/examplebucket/chunkObject.txt");
    request.header("x-amz-storage-class", "REDUCED_REDUNDANCY").body(()).unwrap().into_parts().0
}

fn encoder(plan: ChunkPlan) -> ChunkEncoder {
    signer().sign_chunked(&mut parts(), plan, &credentials(), now()).unwrap()
}

/// The body of the documented examples.
fn letters() -> Vec<u8> {
    vec![b'a'; 66_560]
}

fn len(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap()
}

/// "Transferring Payload in Multiple Chunks": the head, three chunks, and the length.
#[test]
fn the_documented_chunks() {
    let mut parts = parts();
    let encoder = signer().sign_chunked(&mut parts, ChunkPlan::signed(66_560), &credentials(), now()).unwrap();
    let expected = [
        b"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n".to_vec(),
        vec![b'a'; 65_536],
        b"\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n".to_vec(),
        vec![b'a'; 1024],
        b"\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n".to_vec(),
    ];
    assert_eq!(encoder.encode_all(&letters()).unwrap(), expected.concat());
    assert_eq!(parts.headers["content-length"], "66824", "as the page says");
    assert_eq!(parts.headers["x-amz-decoded-content-length"], "66560");
    assert_eq!(parts.headers["content-encoding"], "aws-chunked");
    assert!(!parts.headers.contains_key("x-amz-trailer"));
}

/// "Transferring payload in multiple chunks with trailing headers". The page leaves `content-length` unsigned.
#[test]
fn the_documented_trailer() {
    let mut parts = parts();
    let plan = ChunkPlan::signed(66_560).with_checksum(ChecksumAlgorithm::Crc32c).unwrap();
    let (encoded_len, signer) = (plan.encoded_len(), signer().with_unsigned_headers(["content-length"]));
    let encoder = signer.sign_chunked(&mut parts, plan, &credentials(), now()).unwrap();
    assert!(
        parts.headers["authorization"]
            .to_str()
            .unwrap()
            .ends_with("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
    );
    assert_eq!(parts.headers["x-amz-trailer"], "x-amz-checksum-crc32c");
    let encoded = encoder.encode_all(&letters()).unwrap();
    let end = b"\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n\
                x-amz-checksum-crc32c:sOO8/Q==\r\n\
                x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
    assert!(encoded.ends_with(end), "{}", encoded.escape_ascii());
    assert_eq!(len(&encoded), encoded_len);
}

/// The 35 cases: the head, every chunk and every trailer, and the whole body where minio-go's is known.
#[test]
fn chunk_signatures_are_those_of_real_signers() {
    let lines = lines("v4-chunked");
    assert_eq!(lines.len(), 35);
    let bodies: usize = lines.iter().map(check_case).sum();
    assert_eq!(bodies, 16, "bodies that were compared as a whole");
}

/// Whether the body was compared, too.
fn check_case(line: &Value) -> usize {
    let (case, expected, id) = (Case::new(line), &line["expected"], text(line, "id"));
    let marker = Streaming::parse(text(line, "payload_header")).unwrap();
    let (view, payload) = (case.view(line), Payload::Streaming(marker));
    let signed = case.signer.sign_view(&view, &payload, &case.credentials, case.timestamp.to_datetime()).unwrap();
    assert_eq!(signed.signature().to_string(), text(&expected["seed"], "signature"), "{id}");
    let mut chunks = case.signer.chunk_signer(&signed, &case.credentials);
    let mut rest = case.body.as_slice();
    for chunk in expected["chunks"].as_array().unwrap() {
        let (data, after) = rest.split_at(usize::try_from(chunk["size"].as_u64().unwrap()).unwrap());
        assert_eq!(chunks.sign(data).to_string(), text(chunk, "signature"), "{id}");
        rest = after;
    }
    let fields = line["trailers"].as_array().unwrap();
    let fields: Vec<_> = fields.iter().map(|field| (field[0].as_str().unwrap(), field[1].as_str().unwrap())).collect();
    if !fields.is_empty() {
        let signature = chunks.sign_trailer(&fields).unwrap();
        assert_eq!(signature.to_string(), text(&expected["trailer"], "signature"), "{id}");
    }
    let Some(sha256) = expected["minio_wire_sha256"].as_str() else { return 0 };
    let plan = fields
        .iter()
        .fold(ChunkPlan::signed(len(&case.body)), |plan, (name, value)| plan.with_trailer(name, value).unwrap());
    let encoder = case.signer.chunk_encoder(plan, &signed, &case.credentials).unwrap();
    assert_eq!(sha256_of(&as_minio_go(&encoder.encode_all(&case.body).unwrap())), sha256, "{id}");
    1
}

/// minio-go ends the trailer's fields with a line feed of its own, which is not part of the documented form.
fn as_minio_go(body: &[u8]) -> Vec<u8> {
    let signature = b"\r\nx-amz-trailer-signature:";
    match body.windows(signature.len()).position(|window| window == signature) {
        Some(at) => [&body[..at], b"\n", &body[at..]].concat(),
        None => body.to_vec(),
    }
}

fn sha256_of(bytes: &[u8]) -> String {
    let mut sha256 = Checksum::new(ChecksumAlgorithm::Sha256);
    sha256.update(bytes);
    sha256.finish().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_encoding_is_appended_and_the_length_is_known() {
    let mut parts = parts();
    parts.headers.insert("content-encoding", "gzip".parse().unwrap());
    parts.headers.insert("transfer-encoding", "chunked".parse().unwrap());
    let plan = ChunkPlan::unsigned(0, ChecksumAlgorithm::Sha256).with_trailer("x-amz-meta-a", "1").unwrap();
    let sign = |parts: &mut Parts| signer().sign_chunked(parts, plan.clone(), &credentials(), now()).unwrap();
    let encoded = sign(&mut parts).encode_all(b"").unwrap();
    assert_eq!(parts.headers["content-encoding"], "gzip,aws-chunked");
    assert_eq!(parts.headers["content-length"], encoded.len().to_string());
    assert_eq!(parts.headers["x-amz-trailer"], "x-amz-checksum-sha256,x-amz-meta-a");
    assert_eq!(parts.headers["x-amz-content-sha256"], "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    assert!(!parts.headers.contains_key("transfer-encoding"));
    assert!(encoded.starts_with(b"0\r\nx-amz-checksum-sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\r\n"));
    let first = parts.headers.clone();
    drop(sign(&mut parts));
    assert_eq!(parts.headers, first, "signing again changes nothing");
}

/// A service refuses them unsigned.
#[test]
fn the_statements_about_the_body_are_signed_whichever_headers_are_chosen() {
    let statements = ["x-amz-decoded-content-length", "x-amz-trailer"];
    for signer in
        [signer().with_only_signed_headers(["x-amz-storage-class"]), signer().with_unsigned_headers(statements)]
    {
        let mut parts = parts();
        let plan = ChunkPlan::unsigned(5, ChecksumAlgorithm::Crc32);
        let encoded =
            signer.sign_chunked(&mut parts, plan, &credentials(), now()).unwrap().encode_all(b"hello").unwrap();
        let verifier = Verifier::new("us-east-1", "s3").unwrap();
        let decoded = verifier.claim(&parts).unwrap().decode_whole(&credentials(), &encoded, now()).unwrap();
        assert_eq!(decoded.end().decoded_len(), 5);
    }
}

/// A service refuses a body that lacks a trailer that its head declares.
#[test]
fn a_declared_trailer_is_that_of_the_plan() {
    let sign = |plan| {
        let mut parts = parts();
        parts.headers.append("x-amz-trailer", "x-amz-checksum-sha1".parse().unwrap());
        parts.headers.append("x-amz-trailer", "x-amz-meta-a".parse().unwrap());
        let _ = signer().sign_chunked(&mut parts, plan, &credentials(), now()).unwrap();
        parts
            .headers
            .get_all("x-amz-trailer")
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(sign(ChunkPlan::signed(5)).is_empty());
    assert_eq!(sign(ChunkPlan::unsigned(5, ChecksumAlgorithm::Crc32)), ["x-amz-checksum-crc32"]);
}

#[test]
fn a_request_that_cannot_be_signed_is_unchanged() {
    for (name, value) in [("content-encoding", b"caf\xe9".as_slice()), ("host", b"a b")] {
        let mut parts = parts();
        parts.headers.insert(name, http::HeaderValue::from_bytes(value).unwrap());
        let before = format!("{parts:?}");
        let sign = signer().sign_chunked(&mut parts, ChunkPlan::signed(1), &credentials(), now());
        assert!(sign.is_err(), "{name}");
        assert_eq!(format!("{parts:?}"), before);
    }
}

#[test]
fn an_encoder_needs_the_signature_of_its_own_form() {
    let headers: [(&str, &[u8]); 1] = [("host", b"s3.amazonaws.com")];
    let view = sig4::request::RequestView::new("PUT", "/a", None, &headers);
    let (signer, credentials) = (signer(), credentials());
    for payload in [Payload::Unsigned, Payload::Bytes(b""), Payload::Streaming(Streaming::UnsignedTrailer)] {
        let signed = signer.sign_view(&view, &payload, &credentials, now()).unwrap();
        let error = signer.chunk_encoder(ChunkPlan::signed(1), &signed, &credentials).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPayload);
    }
}

#[test]
fn a_body_of_another_length_is_refused() {
    let crc = ChecksumAlgorithm::Crc32;
    for plan in [ChunkPlan::signed(3), ChunkPlan::unsigned(3, crc), ChunkPlan::signed(3).with_checksum(crc).unwrap()] {
        for body in [b"ab".as_slice(), b"", b"abcd"] {
            let error = encoder(plan.clone()).encode_all(body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::LengthMismatch, "{body:?}");
        }
    }
}

/// The caller that ignores the error does not upload the beginning of its body as the whole.
#[test]
fn an_encoder_stays_refused() {
    let mut encoder = encoder(ChunkPlan::signed(3));
    encoder.encode(b"abc", |_| ()).unwrap();
    assert_eq!(
        encoder.encode(b"d", |_| panic!("nothing more is encoded")).unwrap_err().kind(),
        ErrorKind::LengthMismatch
    );
    assert!(encoder.encode(b"", |_| ()).is_err());
    assert!(encoder.finish(|_| panic!("the body has no end")).is_err());
}

#[test]
fn chunk_sizes_are_bounded() {
    for size in [0, 1, MIN_CHUNK_SIZE - 1, MAX_CHUNK_SIZE + 1, usize::MAX] {
        let error = ChunkPlan::signed(1).with_chunk_size(size).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidChunkSize, "{size}");
    }
    for size in [MIN_CHUNK_SIZE, MAX_CHUNK_SIZE] {
        assert_eq!(ChunkPlan::signed(1).with_chunk_size(size).unwrap().chunk_size(), size);
    }
}

#[test]
fn a_field_comes_once() {
    let crc = ChecksumAlgorithm::Crc32;
    let twice = [
        ChunkPlan::unsigned(1, crc).with_trailer("X-Amz-Checksum-Crc32", "AAAAAA=="),
        ChunkPlan::signed(1).with_trailer(crc.header(), "AAAAAA==").unwrap().with_checksum(crc),
    ];
    assert!(twice.into_iter().all(|plan| plan.unwrap_err().kind() == ErrorKind::InvalidTrailer));
}

#[test]
fn a_body_of_unknown_length_is_kept_up_to_the_limit() {
    let mut body = ShortBody::new(usize::MAX);
    body.push(&vec![0; MAX_CHUNK_SIZE]).unwrap();
    assert_eq!(body.push(b"a").unwrap_err().kind(), ErrorKind::UnknownLength);
    assert_eq!(body.into_bytes().len(), MAX_CHUNK_SIZE);
}

/// The length of an encoded body as the pages of the API reference describe it, chunk by chunk, in wider numbers.
fn documented_len(plan: &ChunkPlan, is_signed: bool, trailer: &[(&str, usize)], signature_len: usize) -> u128 {
    let (body, size) = (u128::from(plan.decoded_len()), u128::try_from(plan.chunk_size()).unwrap());
    let number = |len: usize| u128::try_from(len).unwrap();
    let extension = if is_signed { number(";chunk-signature=".len() + signature_len) } else { 0 };
    let chunk = |len: u128| number(format!("{len:x}").len()) + extension + 2 + len + if len > 0 { 2 } else { 0 };
    let rest = if body % size > 0 { chunk(body % size) } else { 0 };
    let fields: usize = trailer.iter().map(|(name, len)| name.len() + ":".len() + len + 2).sum();
    let signature =
        if is_signed && !trailer.is_empty() { "x-amz-trailer-signature:".len() + signature_len + 2 } else { 0 };
    body / size * chunk(size) + rest + chunk(0) + number(fields + signature) + 2
}

const CHECKSUM_LENS: [usize; 5] = [8, 8, 12, 28, 44];

/// A plan, whether its chunks are signed, and the names and the lengths of the values of its trailer.
type Form = (ChunkPlan, bool, Vec<(&'static str, usize)>);

fn forms(decoded_len: u64) -> Vec<Form> {
    let mut forms = vec![
        (ChunkPlan::signed(decoded_len), true, vec![]),
        (
            ChunkPlan::signed(decoded_len).with_trailer("x-amz-meta-a", " one ").unwrap(),
            true,
            vec![("x-amz-meta-a", 3)],
        ),
    ];
    for (checksum, len) in ChecksumAlgorithm::ALL.into_iter().zip(CHECKSUM_LENS) {
        let field = (checksum.header(), len);
        let (signed, unsigned) = (ChunkPlan::signed(decoded_len), ChunkPlan::unsigned(decoded_len, checksum));
        forms.push((signed.with_checksum(checksum).unwrap(), true, vec![field]));
        forms.push((unsigned.clone(), false, vec![field]));
        forms.push((unsigned.with_trailer("x-b", "").unwrap(), false, vec![field, ("x-b", 0)]));
    }
    forms
}

#[test]
fn every_form_has_the_length_that_is_promised() {
    for (decoded_len, chunk_size) in
        [0, 1, 15, 16, 4095, 4096, 8191, 8192, 8193, 16_383, 16_384, 24_576, 65_535, 65_536, 65_537]
            .into_iter()
            .flat_map(|len| [MIN_CHUNK_SIZE, MIN_CHUNK_SIZE + 1, 65_536].map(|size| (len, size)))
    {
        let body = vec![b'a'; decoded_len];
        for (plan, is_signed, trailer) in forms(len(&body)) {
            let plan = plan.with_chunk_size(chunk_size).unwrap();
            let mut parts = parts();
            let encoder = signer().sign_chunked(&mut parts, plan.clone(), &credentials(), now()).unwrap();
            let written = len(&encoder.encode_all(&body).unwrap());
            assert_eq!(written, plan.encoded_len(), "{plan:?}");
            assert_eq!(u128::from(written), documented_len(&plan, is_signed, &trailer, 64), "{plan:?}");
            assert_eq!(parts.headers["content-length"], written.to_string());
        }
    }
}

/// Bodies of which nobody makes the bytes, up to the end of the numbers.
#[test]
fn the_length_of_any_body_is_exact_or_the_body_is_refused() {
    const GIB: u64 = 1 << 30;
    let edges = [5 * GIB - 1, 5 * GIB, 5 * GIB + 1, 5120 * GIB, 51_200 * GIB, u64::MAX / 2, u64::MAX - 1, u64::MAX];
    // The last length of which the encoded form is a number, and its neighbours.
    let last = |size: u64| u64::MAX - u64::MAX / size * 90;
    for decoded_len in
        edges.into_iter().chain([8192, 65_536].into_iter().flat_map(|size| [last(size), last(size) - size]))
    {
        for (plan, is_signed, trailer) in forms(decoded_len) {
            for (algorithm, signature_len) in [(Algorithm::HmacSha256, 64), (Algorithm::EcdsaP256Sha256, 144)] {
                let plan = plan.clone().with_algorithm(algorithm);
                let expected = documented_len(&plan, is_signed, &trailer, signature_len);
                assert_eq!(plan.encoded_len(), u64::try_from(expected).unwrap_or(u64::MAX), "{plan:?}");
            }
            let mut parts = parts();
            let before = format!("{parts:?}");
            let signed = signer().sign_chunked(&mut parts, plan.clone(), &credentials(), now());
            let expected = u64::try_from(documented_len(&plan, is_signed, &trailer, 64));
            match (signed, expected) {
                (Ok(_), Ok(len)) => assert_eq!(parts.headers["content-length"], len.to_string()),
                (Err(error), Err(_)) => {
                    assert_eq!((error.kind(), format!("{parts:?}")), (ErrorKind::InvalidPayload, before));
                }
                (signed, expected) => panic!("{plan:?}: {signed:?}, {expected:?}"),
            }
        }
    }
    let headers: [(&str, &[u8]); 1] = [("host", b"s3.amazonaws.com")];
    let view = sig4::request::RequestView::new("PUT", "/a", None, &headers);
    let (signer, credentials) = (signer(), credentials());
    let signed = signer.sign_view(&view, &Payload::Streaming(Streaming::Signed), &credentials, now()).unwrap();
    let refused = signer.chunk_encoder(ChunkPlan::signed(u64::MAX), &signed, &credentials).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidPayload);
}

/// A service could not tell which of the two is meant.
#[test]
fn a_field_of_the_trailer_is_no_header() {
    let plan = ChunkPlan::unsigned(1, ChecksumAlgorithm::Crc32).with_trailer("x-amz-meta-a", "1").unwrap();
    for name in ["x-amz-checksum-crc32", "x-amz-meta-a"] {
        let mut parts = parts();
        parts.headers.insert(name, "AAAAAA==".parse().unwrap());
        let before = format!("{parts:?}");
        let refused = signer().sign_chunked(&mut parts, plan.clone(), &credentials(), now()).unwrap_err();
        assert_eq!((refused.kind(), format!("{parts:?}")), (ErrorKind::InvalidTrailer, before));
    }
}

#[test]
fn an_encoder_shows_no_key() {
    let shown = format!("{:?}", encoder(ChunkPlan::signed(3)));
    assert!(shown.contains("ChunkEncoder") && !shown.contains("key") && !shown.contains("wJalr"), "{shown}");
}

fn plan(form: usize, decoded_len: u64, chunk_size: usize, checksum: ChecksumAlgorithm) -> ChunkPlan {
    let plan = match form {
        0 => ChunkPlan::signed(decoded_len),
        1 => ChunkPlan::signed(decoded_len).with_checksum(checksum).unwrap(),
        2 => ChunkPlan::signed(decoded_len).with_trailer("x-amz-meta-a", "1").unwrap(),
        _ => ChunkPlan::unsigned(decoded_len, checksum),
    };
    plan.with_chunk_size(chunk_size).unwrap()
}

/// The body, its chunks put together and its trailer read, by code that knows nothing of the encoder.
fn decode(mut wire: &[u8]) -> (Vec<u8>, Vec<usize>, String) {
    let (mut body, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let end = wire.windows(2).position(|pair| pair == b"\r\n").unwrap();
        let header = str::from_utf8(&wire[..end]).unwrap();
        let size = usize::from_str_radix(header.split(';').next().unwrap(), 16).unwrap();
        wire = &wire[end + 2..];
        if size == 0 {
            return (body, sizes, String::from_utf8(wire.to_vec()).unwrap());
        }
        body.extend_from_slice(&wire[..size]);
        sizes.push(size);
        assert_eq!(&wire[size..size + 2], b"\r\n");
        wire = &wire[size + 2..];
    }
}

proptest! {
    #[test]
    fn any_pieces_give_the_same_bytes(
        form in 0..4_usize,
        checksum in select(ChecksumAlgorithm::ALL.to_vec()),
        body in prop::collection::vec(any::<u8>(), 0..40_000),
        chunk_size in MIN_CHUNK_SIZE..20_000,
        cuts in prop::collection::vec(0..40_000_usize, 0..12),
    ) {
        let plan = plan(form, len(&body), chunk_size, checksum);
        let whole = encoder(plan.clone()).encode_all(&body).unwrap();
        prop_assert_eq!(len(&whole), plan.encoded_len());

        let (mut in_pieces, mut encoder, mut from) = (Vec::new(), encoder(plan.clone()), 0);
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(body.len())).chain([body.len()]).collect();
        cuts.sort_unstable();
        for cut in cuts {
            encoder.encode(&body[from..cut], |bytes| in_pieces.extend_from_slice(bytes)).unwrap();
            from = cut;
        }
        encoder.finish(|bytes| in_pieces.extend_from_slice(bytes)).unwrap();
        prop_assert_eq!(&in_pieces, &whole);

        let (decoded, sizes, trailer) = decode(&whole);
        prop_assert_eq!(&decoded, &body);
        prop_assert_eq!(sizes, body.chunks(chunk_size).map(<[u8]>::len).collect::<Vec<_>>());
        if let Some(algorithm) = plan.checksum() {
            let mut expected = Checksum::new(algorithm);
            expected.update(&body);
            let field = format!("{}:{}\r\n", algorithm.header(), expected.finish());
            assert!(trailer.contains(&field), "{trailer}");
        }
        assert!(trailer.ends_with("\r\n"));
    }
}
