//! Signed streams that somebody on the way changed.

use super::{credentials, messages, now, received, scope, seed, signed, signer_after, verifier};
use bytes::Bytes;
use http::request::Parts;
use sig4::key::SigningKey;
use sig4::payload::Streaming;
use sig4::scope::Scope;
use sig4::signature::Signature;
use sig4::stream::event::{EventSigner, EventVerifier, Header, HeaderValue, Message};
use sig4::verify::SeenSignatures;
use sig4::{Credentials, ErrorKind, Payload, Signer, StoredKey, Timestamp, Verifier};
use std::sync::Arc;
use std::time::Duration;

fn refused(pieces: &[Bytes], kind: ErrorKind, before: usize) {
    let (read, end) = received(verifier(), pieces);
    assert_eq!((end.unwrap_err().kind(), read.as_slice()), (kind, &messages()[..before]));
}

#[test]
fn an_untouched_stream_is_accepted_in_any_pieces() {
    let wire = signed().concat();
    for len in [1, 2, 11, 12, 13, 79, 80, 83, 100, wire.len()] {
        let pieces: Vec<_> = wire.chunks(len).map(Bytes::copy_from_slice).collect();
        let (read, end) = received(verifier(), &pieces);
        end.unwrap();
        assert_eq!(read, messages(), "{len}");
    }
}

#[test]
fn moved_repeated_and_dropped_messages_are_refused() {
    let [one, two, three, end] = signed().try_into().unwrap();
    let mismatch = ErrorKind::SignatureMismatch;
    refused(&[two.clone(), one.clone(), three.clone(), end.clone()], mismatch, 0);
    refused(&[one.clone(), three.clone(), two.clone(), end.clone()], mismatch, 1);
    refused(&[one.clone(), one.clone(), two.clone(), three.clone(), end.clone()], mismatch, 1);
    refused(&[two.clone(), three.clone(), end.clone()], mismatch, 0);
    refused(&[one.clone(), three.clone(), end.clone()], mismatch, 1);
    refused(&[one.clone(), two.clone(), end], mismatch, 2);
    refused(&[one, two, three.clone(), three], mismatch, 3);
}

#[test]
fn a_stream_without_its_signed_end_is_refused_wherever_it_is_cut() {
    let wire = Bytes::from(signed().concat());
    for len in 0..wire.len() {
        let (read, end) = received(verifier(), &[wire.slice(..len)]);
        assert_eq!(end.unwrap_err().kind(), ErrorKind::TruncatedStream, "{len} bytes");
        assert!(messages().starts_with(&read));
    }
}

#[test]
fn nothing_may_follow_the_signed_end() {
    let wire = signed();
    for extra in [Bytes::from("x"), wire[0].clone(), wire[3].clone(), Message::default().encode().unwrap()] {
        for pieces in [[wire.concat(), extra.to_vec()].to_vec(), vec![[wire.concat(), extra.to_vec()].concat()]] {
            let pieces: Vec<_> = pieces.into_iter().map(Bytes::from).collect();
            refused(&pieces, ErrorKind::InvalidEvent, 3);
        }
    }
    let (mut verifier, mut wire) = (verifier(), Bytes::from(wire.concat()));
    while verifier.decode(&mut wire, now()).unwrap().is_some() {}
    assert!(verifier.is_ended());
    assert_eq!(verifier.decode(&mut Bytes::new(), now()).unwrap(), None, "no bytes are no fault");
    verifier.finish().unwrap();
}

/// The same message with other headers or another payload, and right checksums.
fn with(sealed: &Bytes, change: impl Fn(&str, &HeaderValue) -> Option<HeaderValue>, payload: &[u8]) -> Bytes {
    let sealed = Message::decode(sealed.clone()).unwrap();
    let headers = sealed
        .headers()
        .iter()
        .filter_map(|header| Some(Header::new(header.name(), change(header.name(), header.value())?).unwrap()));
    headers.fold(Message::new(payload.to_vec()), Message::with_header).encode().unwrap()
}

#[test]
fn every_changed_bit_with_right_checksums_is_refused() {
    let wire = signed();
    let payload = Message::decode(wire[0].clone()).unwrap().into_payload();
    let same = |_: &str, value: &HeaderValue| Some(value.clone());
    assert_eq!(with(&wire[0], same, &payload), wire[0]);
    for bit in 0..8 * payload.len() {
        let mut changed = payload.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        refused(&[with(&wire[0], same, &changed)], ErrorKind::SignatureMismatch, 0);
    }
    for bit in 0..256 {
        let flip = |_: &str, value: &HeaderValue| match value {
            HeaderValue::Bytes(bytes) => {
                let mut bytes = bytes.to_vec();
                bytes[bit / 8] ^= 1 << (bit % 8);
                Some(Bytes::from(bytes).into())
            }
            other => Some(other.clone()),
        };
        refused(&[with(&wire[0], flip, &payload)], ErrorKind::SignatureMismatch, 0);
    }
    // The fraction of the second is signed, although the string to sign has whole seconds.
    for millis in [1, 999, 1000, -1] {
        let later = |_: &str, value: &HeaderValue| match value {
            HeaderValue::Timestamp(date) => Some(HeaderValue::Timestamp(date + millis)),
            other => Some(other.clone()),
        };
        refused(&[with(&wire[0], later, &payload)], ErrorKind::SignatureMismatch, 0);
    }
}

#[test]
fn headers_that_are_not_signed_are_refused() {
    let wire = signed();
    let payload = Message::decode(wire[0].clone()).unwrap().into_payload();
    let sealed = Message::decode(wire[0].clone()).unwrap();
    let more = |name: &str, value: HeaderValue| sealed.clone().with_header(Header::new(name, value).unwrap());
    let date = sealed.header(":date").unwrap().clone();
    let signature = sealed.header(":chunk-signature").unwrap().clone();
    for added in [more(":event-type", "AudioEvent".into()), more(":date", date), more(":chunk-signature", signature)] {
        refused(&[added.encode().unwrap()], ErrorKind::InvalidEvent, 0);
    }
    for name in [":date", ":chunk-signature"] {
        let without = |other: &str, value: &HeaderValue| (other != name).then(|| value.clone());
        refused(&[with(&wire[0], without, &payload)], ErrorKind::InvalidEvent, 0);
        let as_text = |other: &str, value: &HeaderValue| Some(if other == name { "".into() } else { value.clone() });
        refused(&[with(&wire[0], as_text, &payload)], ErrorKind::InvalidEvent, 0);
    }
    refused(&[messages()[0].encode().unwrap()], ErrorKind::InvalidEvent, 0);
    for len in [0, 31, 33, 64] {
        let shorter = |_: &str, value: &HeaderValue| match value {
            HeaderValue::Bytes(_) => Some(Bytes::from(vec![0; len]).into()),
            other => Some(other.clone()),
        };
        refused(&[with(&wire[0], shorter, &payload)], ErrorKind::SignatureMismatch, 0);
    }
}

/// Go's and JavaScript's SDKs write the date first.
#[test]
fn the_two_headers_come_in_either_order() {
    let sealed = Message::decode(signed()[0].clone()).unwrap();
    let turned =
        sealed.headers().iter().rev().cloned().fold(Message::new(sealed.payload().clone()), Message::with_header);
    let mut turned = turned.encode().unwrap();
    assert_eq!(verifier().decode(&mut turned, now()).unwrap(), Some(messages()[0].clone()));
}

#[test]
fn messages_of_another_stream_key_or_scope_are_refused() {
    let other_seed = signer_after(&Signature::from([8; 32])).sign(&messages()[0], now()).unwrap();
    let first = |region: &str, service: &str, secret: &str| {
        let credentials = Credentials::new("AKIDEXAMPLE", secret).unwrap();
        let signer = Signer::new(region, service).unwrap();
        signer.event_signer(&seed(), &credentials, now()).unwrap().sign(&messages()[0], now()).unwrap()
    };
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    assert_eq!(first("us-east-1", "transcribe", secret), signed()[0]);
    let others = [
        other_seed,
        first("us-east-2", "transcribe", secret),
        first("us-east-1", "lex", secret),
        first("us-east-1", "transcribe", "another"),
    ];
    others.into_iter().for_each(|other| refused(&[other], ErrorKind::SignatureMismatch, 0));
}

#[test]
fn the_time_of_each_message_is_checked() {
    let sealed = &signed()[0];
    let at = |seconds: i64| now().to_datetime() + time::Duration::seconds(seconds);
    let window = |seconds| verifier().with_window(Duration::from_secs(seconds));
    for (mut verifier, seconds, kind) in [
        (verifier(), 900, None),
        (verifier(), -900, None),
        (verifier(), 901, Some(ErrorKind::Expired)),
        (verifier(), -901, Some(ErrorKind::NotYetCurrent)),
        (window(60), 60, None),
        (window(60), 61, Some(ErrorKind::Expired)),
        (window(60), -61, Some(ErrorKind::NotYetCurrent)),
        (verifier().with_window(Duration::MAX), 1_000_000_000, None),
    ] {
        let read = verifier.decode(&mut sealed.clone(), at(seconds));
        assert_eq!(read.err().map(|error| error.kind()), kind, "{seconds}");
    }
    let millis = |millis| {
        let date = move |_: &str, value: &HeaderValue| match value {
            HeaderValue::Timestamp(_) => Some(HeaderValue::Timestamp(millis)),
            other => Some(other.clone()),
        };
        with(sealed, date, b"")
    };
    for extreme in [i64::MIN, i64::MAX, 253_402_300_800_000] {
        let mut verifier = verifier().with_window(Duration::MAX);
        assert_eq!(verifier.decode(&mut millis(extreme), now()).unwrap_err().kind(), ErrorKind::InvalidEvent);
    }
}

#[test]
fn a_stream_lasts_past_midnight_with_the_key_of_each_day() {
    let next_day = Timestamp::parse("20150831T000001Z").unwrap();
    let mut signer = signer_after(&seed());
    let mut wire = [signer.sign(&messages()[0], now()).unwrap(), signer.sign(&messages()[1], next_day).unwrap()];
    let [first, second] = &mut wire.clone();
    let mut with_secret = verifier();
    assert_eq!(with_secret.decode(first, now()).unwrap(), Some(messages()[0].clone()));
    assert_eq!(with_secret.decode(second, next_day).unwrap(), Some(messages()[1].clone()));

    let key = SigningKey::derive(&credentials(), &scope());
    let mut of_one_day = EventVerifier::with_key(&key, &seed());
    assert_eq!(of_one_day.decode(&mut wire[0], now()).unwrap(), Some(messages()[0].clone()));
    assert_eq!(of_one_day.decode(&mut wire[1], next_day).unwrap_err().kind(), ErrorKind::ScopeMismatch);
    let mut signer = EventSigner::with_key(&key, &seed());
    assert_eq!(signer.sign(&messages()[0], next_day).unwrap_err().kind(), ErrorKind::ScopeMismatch);
    assert_eq!(signer.sign(&messages()[0], now()).unwrap(), signed()[0], "the chain is where it was");
}

#[test]
fn a_stream_lasts_as_long_as_there_are_keys_of_its_days() {
    let days = ["20150830", "20150831"].map(|day| format!("{day}/us-east-1/transcribe/aws4_request"));
    let mut held: Vec<_> =
        days.iter().map(|scope| SigningKey::derive(&credentials(), &Scope::parse(scope).unwrap())).collect();
    let elsewhere = Scope::parse("20150831/us-east-1/polly/aws4_request").unwrap();
    held.insert(0, SigningKey::derive(&credentials(), &elsewhere));
    let verifier = |held: &[SigningKey]| {
        let verifier = Verifier::new("us-east-1", "transcribe").unwrap();
        verifier.event_verifier(&seed(), StoredKey::signing_keys(held), now())
    };
    let times = [now(), Timestamp::parse("20150831T000001Z").unwrap(), Timestamp::parse("20150901T000001Z").unwrap()];
    let mut signer = signer_after(&seed());
    let mut events = verifier(&held).unwrap();
    for (time, good) in times.into_iter().zip([true, true, false]) {
        let mut wire = signer.sign(&messages()[0], time).unwrap();
        match (events.decode(&mut wire, time), good) {
            (Ok(message), true) => assert_eq!(message.as_ref(), Some(&messages()[0])),
            (Err(error), false) => assert_eq!(error.kind(), ErrorKind::ScopeMismatch),
            (other, _) => panic!("{time}: {other:?}"),
        }
    }
    let unknown = |held: &[SigningKey]| assert_eq!(verifier(held).unwrap_err().kind(), ErrorKind::UnknownAccessKey);
    unknown(&[]);
    unknown(&held[2..]);
    // A stream does not name its access key id, so keys of several are refused.
    let other = Credentials::new("AKIDOTHER", "another secret").unwrap();
    held.push(SigningKey::derive(&other, &scope()));
    unknown(&held);
}

#[test]
fn a_key_that_is_unknown_verifies_nothing() {
    let verifier = Verifier::new("us-east-1", "transcribe").unwrap();
    for key in [StoredKey::unknown(), StoredKey::inactive()] {
        let error = verifier.event_verifier(&seed(), key, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownAccessKey);
    }
}

#[test]
fn nothing_shows_a_key() {
    let key = SigningKey::derive(&credentials(), &scope());
    let shown = format!("{:?} {:?} {:?}", EventSigner::with_key(&key, &seed()), verifier(), signer_after(&seed()));
    assert!(!shown.contains("wJalr") && !shown.contains(&format!("{:?}", &key.to_bytes()[..4])), "{shown}");
}

/// A request whose body is a stream of events, and its first message.
fn request(payload: Streaming) -> (Parts, Bytes) {
    let signer = Signer::new("us-east-1", "transcribe").unwrap();
    let (mut parts, ()) = http::Request::post("https://example.com/").body(()).unwrap().into_parts();
    let seed = signer.sign_parts(&mut parts, &Payload::Streaming(payload), &credentials(), now()).unwrap();
    let mut events = signer.event_signer(&seed, &credentials(), now()).unwrap();
    let first = events.sign(&messages()[0], now()).unwrap();
    (parts, first)
}

#[test]
fn the_head_is_verified_before_its_events() {
    let verifier = Verifier::new("us-east-1", "transcribe").unwrap();
    let (parts, first) = request(Streaming::Events);
    let (caller, mut events) = verifier.claim(&parts).unwrap().events(&credentials(), now()).unwrap();
    assert_eq!(caller.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(events.decode(&mut first.clone(), now()).unwrap(), Some(messages()[0].clone()));
    let (_, mut events) = verifier.claim(&parts).unwrap().events(&credentials(), now()).unwrap();
    assert_eq!(events.decode(&mut signed()[0].clone(), now()).unwrap_err().kind(), ErrorKind::SignatureMismatch);

    let mut changed = parts.clone();
    changed.uri = "https://example.com/other".parse().unwrap();
    let error = verifier.claim(&changed).unwrap().events(&credentials(), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignatureMismatch);
    assert!(error.rejection().is_some());
    let late = now().to_datetime() + time::Duration::seconds(901);
    let error = verifier.claim(&parts).unwrap().events(&credentials(), late).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Expired);
    let error = verifier.claim(&parts).unwrap().events(StoredKey::unknown(), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAccessKey);
    let error = verifier.claim(&parts).unwrap().decode(&credentials(), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidPayload);

    for other in [Streaming::Signed, Streaming::SignedTrailer] {
        let (parts, _) = request(other);
        let error = verifier.claim(&parts).unwrap().events(&credentials(), now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPayload, "{other}");
    }
    let (mut parts, ()) = http::Request::post("https://example.com/").body(()).unwrap().into_parts();
    let signer = Signer::new("us-east-1", "transcribe").unwrap();
    signer.sign_parts(&mut parts, &Payload::Bytes(b""), &credentials(), now()).unwrap();
    let error = verifier.claim(&parts).unwrap().events(&credentials(), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidPayload, "a whole body");
}

#[test]
fn a_head_that_was_used_before_is_refused() {
    let seen = Arc::new(SeenSignatures::new(100));
    let verifier = Verifier::new("us-east-1", "transcribe").unwrap().with_seen_signatures(seen);
    let (parts, _) = request(Streaming::Events);
    assert!(verifier.claim(&parts).unwrap().events(&credentials(), now()).is_ok());
    let error = verifier.claim(&parts).unwrap().events(&credentials(), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Replayed);
}
