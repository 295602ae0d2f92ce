//! What a head has to state, and which heads are refused before a byte of the body is read.

use super::upload::{ID, Upload, credentials, in_pieces, now, verifier, whole};
use crate::vector::Received;
use crate::verifier::{Scene, code_of, post, status_of};
use sig4::payload::Streaming;
use sig4::stream::BodyProof;
use sig4::{Credentials, Error, ErrorKind, StoredKey, Verifier};
use std::sync::Arc;

fn refused(request: &Received) -> Error {
    let verifier = verifier();
    let error = whole(&verifier, request).unwrap_err();
    let view = request.view();
    let begun = verifier.claim_view(&view).and_then(|claim| claim.decode(&credentials(), now()));
    assert_eq!(begun.map(drop).unwrap_err().to_string(), error.to_string(), "the head is refused");
    assert!(error.rejection().is_some());
    error
}

fn upload(marker: Streaming) -> Upload {
    Upload::new(marker, b"0123456789", 4)
}

#[test]
fn the_decoded_length_is_one_number_in_one_spelling() {
    let with = |value: &str| upload(Streaming::Signed).with_header("x-amz-decoded-content-length", value).encoded();
    let error = refused(&with(""));
    assert_eq!((error.kind(), code_of(&error)), (ErrorKind::MissingDecodedLength, Some("MissingContentLength")));
    assert_eq!(status_of(&error), Some(411));
    for value in ["010", "+10", "-10", "10,10", "10 10", "0x10", "1e1", "10.0", "ten", "99999999999999999999"] {
        let error = refused(&with(value));
        assert_eq!(
            (error.kind(), code_of(&error)),
            (ErrorKind::InvalidDecodedLength, Some("InvalidArgument")),
            "{value}"
        );
    }
    let twice = upload(Streaming::Signed).with_header("x-amz-decoded-content-length", "10");
    let mut request = twice.clone();
    request.headers.push(("X-Amz-Decoded-Content-Length".into(), "10".into()));
    assert_eq!(refused(&request.encoded()).kind(), ErrorKind::InvalidDecodedLength);
}

#[test]
fn the_statements_about_the_body_are_signed() {
    // Not even a verifier that lets these headers be unsigned takes them from somebody on the way.
    let names = ["x-amz-decoded-content-length", "x-amz-trailer"];
    let lax = verifier().allow_unsigned_headers(names);
    for (name, value) in names.into_iter().zip(["10", "x-amz-checksum-sha256"]) {
        let mut request = upload(Streaming::UnsignedTrailer).with_header(name, "").encoded();
        request.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        assert_eq!(refused(&request).kind(), ErrorKind::UnsignedHeader);
        let error = whole(&lax, &request).unwrap_err();
        assert_eq!((error.kind(), error.header()), (ErrorKind::UnsignedHeader, Some(name)));
    }
}

#[test]
fn the_declared_trailer_is_known_and_has_a_place() {
    let bad = [
        (Streaming::Signed, "x-amz-checksum-sha256"),
        (Streaming::UnsignedTrailer, "x-amz-checksum-sha3"),
        (Streaming::UnsignedTrailer, "x-amz-trailer-signature"),
        (Streaming::UnsignedTrailer, "x-amz-checksum-sha1,,x-amz-checksum-crc32"),
        (Streaming::UnsignedTrailer, "x-amz-checksum-sha1,X-Amz-Checksum-Sha1"),
        (Streaming::UnsignedTrailer, "x amz"),
        (Streaming::UnsignedTrailer, "a,b,c,d,e,f,g,h,i"),
    ];
    for (marker, value) in bad {
        let error = refused(&upload(marker).with_header("x-amz-trailer", value).encoded());
        assert_eq!(
            (error.kind(), code_of(&error), error.header()),
            (ErrorKind::InvalidHeader, Some("InvalidRequest"), Some("x-amz-trailer")),
            "{value}"
        );
    }
}

/// Two markers would be two framings.
#[test]
fn the_marker_comes_once() {
    for (marker, other) in
        [(Streaming::Signed, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), (Streaming::UnsignedTrailer, "UNSIGNED-PAYLOAD")]
    {
        let mut request = upload(marker).encoded();
        request.headers.push(("X-Amz-Content-Sha256".to_owned(), other.as_bytes().to_vec()));
        let lax = verifier().allow_unsigned_headers(["x-amz-content-sha256"]);
        for verifier in [verifier(), lax] {
            assert!(whole(&verifier, &request).is_err(), "{marker} and {other}");
        }
    }
}

/// Which of the two the sender meant is not guessed.
#[test]
fn a_field_of_the_trailer_is_no_header() {
    for marker in [Streaming::SignedTrailer, Streaming::UnsignedTrailer] {
        let name = "x-amz-checksum-sha256";
        let signed = upload(marker).with_header(name, "hNiYd/DUBB77a/kaFvAkjy/VcyDOmB8rVDiJ3VqxfEk=").encoded();
        assert_eq!(
            (refused(&signed).kind(), refused(&signed).header()),
            (ErrorKind::InvalidHeader, Some("x-amz-trailer"))
        );
        let mut added = upload(marker).encoded();
        added.headers.push(("X-Amz-Meta-A".to_owned(), b"1".to_vec()));
        assert!(whole(&verifier().allow_unsigned_headers(["x-amz-meta-a"]), &added).is_ok(), "a name of no field");
        added.headers.push(("X-Amz-Checksum-Sha256".to_owned(), b"added on the way".to_vec()));
        let lax = verifier().allow_unsigned_headers(["x-amz-meta-a", name]);
        assert_eq!(whole(&lax, &added).unwrap_err().kind(), ErrorKind::InvalidHeader, "added on the way");
    }
}

/// A marker of a trailer, and no field declared: the length is all that is known of an unsigned body.
#[test]
fn a_trailer_may_have_no_field() {
    for (marker, proof) in
        [(Streaming::SignedTrailer, BodyProof::Signed), (Streaming::UnsignedTrailer, BodyProof::Length)]
    {
        let mut upload = upload(marker);
        upload.trailers.clear();
        let request = upload.encoded();
        assert!(!request.headers.iter().any(|(name, _)| name == "x-amz-trailer"));
        let verifier = verifier();
        let body = whole(&verifier, &request).unwrap();
        assert_eq!((body.end().proof(), body.end().trailers().count()), (proof, 0), "{marker}");
        if !marker.is_signed() {
            let before = request.body.strip_suffix(b"\r\n").unwrap();
            let added = Received { body: [before, b"x-amz-meta-a:1\r\n\r\n"].concat(), ..request.clone() };
            assert_eq!(whole(&verifier, &added).unwrap_err().kind(), ErrorKind::InvalidTrailer, "no field is declared");
        }
    }
}

#[test]
fn unsigned_chunks_are_for_services_that_take_unsigned_bodies() {
    let strict = verifier().with_unsigned_payload(false);
    let unsigned = upload(Streaming::UnsignedTrailer).encoded();
    assert_eq!(whole(&strict, &unsigned).unwrap_err().kind(), ErrorKind::UnsignedPayload);
    assert!(whole(&strict, &upload(Streaming::Signed).encoded()).is_ok());
}

#[test]
fn the_head_is_verified_in_the_order_of_every_request() {
    let request = upload(Streaming::Signed).encoded();
    let view = request.view();
    let verifier = verifier();
    let kind = |key: StoredKey<'_>, seconds: i64| {
        let claim = verifier.claim_view(&view).unwrap();
        claim.decode(key, now() + time::Duration::seconds(seconds)).map(drop).unwrap_err().kind()
    };
    let other = Credentials::new(ID, "another secret").unwrap();
    assert_eq!(kind(StoredKey::unknown(), 1000), ErrorKind::Expired);
    assert_eq!(kind(StoredKey::unknown(), 0), ErrorKind::UnknownAccessKey);
    assert_eq!(kind((&other).into(), 0), ErrorKind::SignatureMismatch);
    let stored = credentials();
    assert_eq!(kind(StoredKey::secret(&stored).with_session_token("token"), 0), ErrorKind::InvalidToken);
    let elsewhere = Verifier::new("eu-west-1", "s3").unwrap();
    assert_eq!(whole(&elsewhere, &request).unwrap_err().kind(), ErrorKind::ScopeMismatch);
}

#[test]
fn a_marker_of_another_algorithm_or_of_events_is_no_body_in_chunks() {
    for marker in [Streaming::AsymmetricSigned, Streaming::AsymmetricSignedTrailer, Streaming::AsymmetricEvents] {
        assert_eq!(refused(&upload(marker).encoded()).kind(), ErrorKind::InvalidPayload, "{marker}");
    }
    assert_eq!(refused(&upload(Streaming::Events).encoded()).kind(), ErrorKind::InvalidPayload);
}

/// A proxy that removes `content-encoding`, or a client that sends none, changes nothing.
#[test]
fn the_framing_follows_the_marker_alone() {
    for encoding in ["", "gzip", "identity", "aws-chunked,gzip"] {
        let request = upload(Streaming::Signed).with_header("content-encoding", encoding).encoded();
        assert!(whole(&verifier(), &request).is_ok(), "{encoding}");
    }
}

#[test]
fn a_used_head_is_remembered_before_its_body_is_read() {
    let seen = Arc::new(sig4::verify::SeenSignatures::new(100));
    let verifier = verifier().with_seen_signatures(seen);
    let request = upload(Streaming::Signed).encoded();
    assert!(in_pieces(&verifier, &request, 5).1.is_ok());
    assert_eq!(in_pieces(&verifier, &request, 5).1.unwrap_err().kind(), ErrorKind::Replayed);
    assert_eq!(whole(&verifier, &request).unwrap_err().kind(), ErrorKind::Replayed);
}

/// AWS documents the markers for the `Authorization` header alone.
#[test]
fn a_presigned_url_has_no_body_in_chunks() {
    let scene = Scene::new("s3");
    let presigned = scene.presign(post());
    for marker in [Streaming::Signed, Streaming::SignedTrailer, Streaming::UnsignedTrailer] {
        let mut request = presigned.clone();
        request.query = request.query.map(|query| format!("{query}&X-Amz-Content-Sha256={marker}"));
        let error = scene.verifier.claim_view(&request.view()).unwrap_err();
        assert_eq!((error.kind(), code_of(&error)), (ErrorKind::StreamingPayload, Some("NotImplemented")));
        let request = presigned.clone().with("x-amz-content-sha256", marker.as_str());
        assert_eq!(scene.verifier.claim_view(&request.view()).unwrap_err().kind(), ErrorKind::StreamingPayload);
    }
}

/// A body as one is no body in chunks, and the other way round.
#[test]
fn each_form_has_its_method() {
    let scene = Scene::new("s3");
    let plain = scene.sign(post());
    let view = plain.view();
    let error = scene.verifier.claim_view(&view).unwrap().decode(&scene.credentials, now()).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidPayload);
    let chunked = upload(Streaming::Signed).encoded();
    let verifier = verifier();
    let claim = || verifier.claim_view(&chunked.view()).unwrap();
    for error in [
        claim().verify(&credentials(), &chunked.body, now()).map(drop).unwrap_err(),
        claim().stream(&credentials(), now()).map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::StreamingPayload);
        assert!(error.to_string().contains("`Claim::decode`"), "{error}");
    }
}
