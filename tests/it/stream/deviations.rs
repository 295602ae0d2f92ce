//! Wire forms that are not AWS's own and are read all the same, and forms close to them that are not. The table is in
//! `docs/streaming.md`.

use super::decoded::MARKERS;
use super::upload::{Upload, verifier, whole};
use crate::vector::Received;
use sig4::ErrorKind;
use sig4::payload::Streaming;

const DATA: &[u8] = b"eleven bytes, and four more";

fn verdict(request: &Received, body: &[u8]) -> Result<(), ErrorKind> {
    let request = Received { body: body.to_vec(), ..request.clone() };
    let verifier = verifier();
    let body = whole(&verifier, &request).map_err(|error| error.kind())?;
    assert_eq!(body.bytes().clone().even_unverified(), DATA);
    Ok(())
}

#[test]
fn the_last_cr_and_lf_may_be_missing() {
    for marker in MARKERS {
        let request = Upload::new(marker, DATA, 11).encoded();
        let body = request.body.strip_suffix(b"\r\n").unwrap();
        assert_eq!(verdict(&request, body), Ok(()), "{marker}");
    }
}

#[test]
fn sizes_are_written_in_either_case_and_with_zeros_before_them() {
    for marker in MARKERS {
        let (head, mut frames) = Upload::new(marker, DATA, 11).frames();
        for size in ["B", "0b", "000000000000000B"] {
            let rest = frames[0].iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap();
            frames[0] = [size.as_bytes(), &frames[0][rest..]].concat();
            assert_eq!(verdict(&head, &frames.concat()), Ok(()), "{marker} {size}");
        }
    }
}

/// minio-go 7 ends each field with LF alone, and writes CR and LF before the signature.
#[test]
fn minio_go_s_trailer_is_read_and_no_form_between() {
    let upload = Upload::new(Streaming::SignedTrailer, DATA, 11);
    let (head, frames) = upload.frames();
    let (chunks, trailer) = frames.split_at(4);
    let [field, signature, end] = trailer else { panic!("{trailer:?}") };
    let bare = [&field[..field.len() - 2], b"\n"].concat();
    let bare_signature = [&signature[..signature.len() - 2], b"\n"].concat();
    let judge = |parts: &[&[u8]]| verdict(&head, &[chunks.concat(), parts.concat()].concat());
    assert_eq!(judge(&[field, signature, end]), Ok(()));
    assert_eq!(judge(&[&bare, b"\r\n", signature, end]), Ok(()));
    assert_eq!(judge(&[&bare, b"\r\n", signature]), Ok(()), "without the last CR and LF");
    let others: [&[&[u8]]; 7] = [
        &[&bare, signature, end],
        &[&bare, b"\n", signature, end],
        &[&bare, b"\r\n", b"\r\n", signature, end],
        &[field, b"\r\n", signature, end],
        &[&bare, b"\r\n", &bare_signature, end],
        &[field, &bare_signature, end],
        &[field, signature, b"\n"],
    ];
    for parts in others {
        assert_eq!(judge(parts), Err(ErrorKind::InvalidTrailer), "{:?}", String::from_utf8_lossy(&parts.concat()));
    }
}

#[test]
fn minio_go_s_trailer_has_more_than_one_field() {
    let mut upload = Upload::new(Streaming::SignedTrailer, DATA, 11);
    upload.trailers.insert(0, ("x-amz-meta-a".into(), "b".into()));
    let (head, frames) = upload.frames();
    let bare = |frame: &[u8]| [&frame[..frame.len() - 2], b"\n"].concat();
    let body =
        [frames[..4].concat(), bare(&frames[4]), bare(&frames[5]), b"\r\n".to_vec(), frames[6..].concat()].concat();
    assert_eq!(verdict(&head, &body), Ok(()));
}

/// minio-go 7 over TLS: a field that ends with LF alone, CR and LF, and the CR and LF of the end.
#[test]
fn minio_go_s_unsigned_trailer_is_read_and_no_form_between() {
    let mut upload = Upload::new(Streaming::UnsignedTrailer, DATA, 11);
    upload.trailers.insert(0, ("x-amz-meta-a".into(), "b".into()));
    let (head, frames) = upload.frames();
    let (chunks, trailer) = frames.split_at(4);
    let [first, second, end] = trailer else { panic!("{trailer:?}") };
    let bare = |frame: &[u8]| [&frame[..frame.len() - 2], b"\n"].concat();
    let [bare_first, bare_second] = [bare(first), bare(second)];
    let judge = |parts: &[&[u8]]| verdict(&head, &[chunks.concat(), parts.concat()].concat());
    assert_eq!(judge(&[&bare_first, &bare_second, b"\r\n", end]), Ok(()));
    assert_eq!(judge(&[&bare_first, &bare_second, b"\r\n"]), Ok(()), "without the last CR and LF");
    let others: [(&[&[u8]], ErrorKind); 7] = [
        (&[&bare_first, &bare_second], ErrorKind::TruncatedStream),
        (&[&bare_first, &bare_second, b"\n"], ErrorKind::InvalidTrailer),
        (&[&bare_first, &bare_second, b"\r\n", b"\n"], ErrorKind::InvalidTrailer),
        (&[&bare_first, b"\r\n", &bare_second, b"\r\n"], ErrorKind::InvalidTrailer),
        (&[&bare_first, second, b"\r\n"], ErrorKind::InvalidTrailer),
        (&[first, &bare_second, b"\r\n"], ErrorKind::InvalidTrailer),
        (&[&bare_first, &bare_second, b"\r\n", end, b"\r\n"], ErrorKind::MalformedChunk),
    ];
    for (parts, kind) in others {
        assert_eq!(judge(parts), Err(kind), "{:?}", String::from_utf8_lossy(&parts.concat()));
    }
}

/// A body without data as aws-sdk-cpp before 1.11.489 and the AWS SDK for .NET before September 2025 write it. S3 refuses it, too.
#[test]
fn a_body_has_one_last_chunk() {
    for marker in MARKERS {
        let (head, frames) = Upload::new(marker, b"", 1).frames();
        let body = [&frames[0], b"\r\n".as_slice(), &frames.concat()].concat();
        let expected = if marker.has_trailer() { ErrorKind::InvalidTrailer } else { ErrorKind::MalformedChunk };
        assert_eq!(verdict(&head, &body), Err(expected), "{marker}");
    }
}

#[test]
fn names_are_read_in_any_case_and_blanks_around_values_do_not_count() {
    for marker in [Streaming::SignedTrailer, Streaming::UnsignedTrailer] {
        let (head, mut frames) = Upload::new(marker, DATA, 11).frames();
        let field = String::from_utf8(frames[4].clone()).unwrap();
        let (_, value) = field.trim_end().split_once(':').unwrap();
        frames[4] = format!("X-Amz-Checksum-SHA256: \t{value} \r\n").into_bytes();
        assert_eq!(verdict(&head, &frames.concat()), Ok(()), "{marker}");
    }
}

/// S3 wants 8,192 bytes and more in all chunks but the last two. Other services take less, and minio-go sends less for small files.
#[test]
fn chunks_may_be_small() {
    for marker in MARKERS {
        let request = Upload::new(marker, DATA, 1).encoded();
        assert_eq!(verdict(&request, &request.body), Ok(()), "{marker}");
    }
}
