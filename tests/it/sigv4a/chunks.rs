//! Bodies in chunks, signed with Signature Version 4a.

use crate::vector::Received;
use crate::verifier::now;
use sig4::algorithm::Algorithm::{EcdsaP256Sha256, HmacSha256};
use sig4::key::PublicKey;
use sig4::payload::Streaming;
use sig4::request::RequestView;
use sig4::stream::{ChecksumAlgorithm, ChunkPlan};
use sig4::{Credentials, Error, ErrorKind, Payload, Signer, StoredKey, Verifier};

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

fn encoded(plan: ChunkPlan, body: &[u8]) -> (http::HeaderMap, Vec<u8>) {
    let url = "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com/key";
    let (mut parts, ()) = http::Request::put(url).body(()).unwrap().into_parts();
    let signer = Signer::new_v4a("*", "s3").unwrap();
    let encoder = signer.sign_chunked(&mut parts, plan, &credentials(), now()).unwrap();
    (parts.headers, encoder.encode_all(body).unwrap())
}

#[test]
fn signatures_are_padded_so_that_the_length_is_known() {
    for checksum in [None, Some(ChecksumAlgorithm::Crc32c)] {
        let plan = ChunkPlan::signed(100_000);
        let plan = checksum.map_or(Ok(plan.clone()), |checksum| plan.with_checksum(checksum)).unwrap();
        let (headers, body) = encoded(plan.clone(), &vec![b'a'; 100_000]);
        let marker = if checksum.is_some() { Streaming::AsymmetricSignedTrailer } else { Streaming::AsymmetricSigned };
        assert_eq!(headers["x-amz-content-sha256"], marker.as_str());
        assert_eq!(headers["content-length"], body.len().to_string());
        assert_eq!(plan.with_algorithm(EcdsaP256Sha256).encoded_len(), u64::try_from(body.len()).unwrap());
        let text = String::from_utf8_lossy(&body);
        let signatures: Vec<_> = text.split("-signature").skip(1).map(|rest| rest.get(1..145).unwrap()).collect();
        assert_eq!(signatures.len(), 3 + usize::from(checksum.is_some()));
        for signature in signatures {
            let digits = signature.trim_end_matches('*');
            assert!(digits.starts_with("30") && digits.len() >= 130 && signature.len() == 144, "{signature}");
            assert!(digits.parse::<sig4::signature::Signature>().is_ok(), "{digits}");
        }
    }
}

/// A chunk's signature has one of several lengths, and the body has one.
#[test]
fn every_body_has_the_length_that_is_promised() {
    let sizes = [0, 1, 8191, 8192, 8193, 16_384];
    for (len, checksum) in
        sizes.into_iter().flat_map(|len| [None, Some(ChecksumAlgorithm::Crc64Nvme)].map(|with| (len, with)))
    {
        let plan = ChunkPlan::signed(u64::try_from(len).unwrap()).with_chunk_size(8192).unwrap();
        let plan = checksum.map_or(Ok(plan.clone()), |checksum| plan.with_checksum(checksum)).unwrap();
        let (headers, body) = encoded(plan, &vec![b'a'; len]);
        assert_eq!(headers["content-length"], body.len().to_string(), "{len} {checksum:?}");
    }
}

/// A request with its body as it goes over the wire.
fn upload(plan: ChunkPlan, body: &[u8]) -> Received {
    let (headers, body) = encoded(plan, body);
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    let origin = Some(("https".to_owned(), "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com".to_owned()));
    Received { method: "PUT".to_owned(), origin, path: "/key".to_owned(), query: None, headers, body }
}

fn decoded(request: &Received) -> Result<Vec<u8>, ErrorKind> {
    let verifier = Verifier::new("eu-west-1", "s3").unwrap().with_algorithms([HmacSha256, EcdsaP256Sha256]);
    let decode = || {
        let claim = verifier.claim_view(&request.view())?;
        let key = PublicKey::of(&credentials());
        let decoded = claim.decode_whole(StoredKey::public_key(&key), &request.body, now())?;
        let (_, bytes, _) = decoded.into_parts();
        Ok::<_, Error>(bytes.even_unverified())
    };
    decode().map_err(|error| error.kind())
}

#[test]
fn chunks_of_both_forms_are_decoded_with_the_public_key_alone() {
    let body: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let signed = ChunkPlan::signed(100_000);
    for plan in [
        signed.clone(),
        signed.with_checksum(ChecksumAlgorithm::Sha256).unwrap(),
        ChunkPlan::unsigned(100_000, ChecksumAlgorithm::Crc64Nvme),
    ] {
        let request = upload(plan, &body);
        assert_eq!(decoded(&request).as_ref(), Ok(&body));
    }
}

#[test]
fn a_changed_chunk_is_refused() {
    let plan =
        ChunkPlan::signed(20_000).with_chunk_size(8192).unwrap().with_checksum(ChecksumAlgorithm::Crc32c).unwrap();
    let request = upload(plan, &[b'a'; 20_000]);
    assert!(decoded(&request).is_ok());
    let text = String::from_utf8(request.body.clone()).unwrap();
    let with = |change: &dyn Fn(&str) -> String| Received { body: change(&text).into_bytes(), ..request.clone() };
    let starts: Vec<usize> = text.match_indices("2000;chunk-signature=").map(|(at, _)| at).collect();
    let [first, second] = starts[..] else { panic!("{starts:?}") };
    let (head, rest) = text.split_at(second);
    let (second_chunk, end) = rest.split_at(second - first);
    for (what, changed) in [
        ("data", with(&|text| text.replacen("aaaa", "aaab", 1))),
        ("swapped", with(&|_| [second_chunk, head, end].concat())),
        ("repeated", with(&|_| [head, head, end].concat())),
        ("padding", with(&|text| text.replacen('*', "0", 1))),
        ("no padding", with(&|text| text.replacen('*', "", 1))),
        ("a trailer", with(&|text| text.replace("crc32c:", "crc32c:A"))),
        ("an upper-case digit", with(&|text| text.replacen("signature=30", "signature=3O", 1))),
    ] {
        assert_eq!(decoded(&changed), Err(ErrorKind::SignatureMismatch), "{what}");
    }
}

/// The head says which algorithm the chunks have.
#[test]
fn the_marker_is_of_the_algorithm_of_the_head() {
    let headers: [(&str, &[u8]); 3] =
        [("host", b"b.s3.amazonaws.com"), ("x-amz-decoded-content-length", b"0"), ("content-encoding", b"aws-chunked")];
    let credentials = credentials();
    for (signer, marker) in [
        (Signer::new_v4a("*", "s3").unwrap(), Streaming::Signed),
        (Signer::new_v4a("*", "s3").unwrap(), Streaming::AsymmetricEvents),
        (Signer::new("eu-west-1", "s3").unwrap(), Streaming::AsymmetricSigned),
    ] {
        let view = RequestView::new("PUT", "/key", None, &headers);
        let signed = signer.sign_view(&view, &Payload::Streaming(marker), &credentials, now()).unwrap();
        let mut all: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
        all.extend(signed.headers().map(|(name, value)| (name.to_owned(), value.into_bytes())));
        let verifier = Verifier::new("eu-west-1", "s3").unwrap().with_algorithms([HmacSha256, EcdsaP256Sha256]);
        let claim = verifier.claim_view(&RequestView::new("PUT", "/key", None, &all)).unwrap();
        let refused = claim.decode(&credentials, now()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidPayload, "{marker}");
    }
}

/// Events have no form of Signature Version 4a.
#[test]
fn events_are_not_signed() {
    let signer = Signer::new_v4a("*", "transcribe").unwrap();
    let seed = sig4::signature::Signature::from([7; 32]);
    let mut events = signer.event_signer(&seed, &credentials(), now()).unwrap();
    let refused = events.sign(&sig4::stream::event::Message::new("audio"), now()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidEvent);
}
