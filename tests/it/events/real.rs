//! The streams on which four real signers agree byte for byte.

use crate::corpus::{base64, lines, text};
use bytes::Bytes;
use serde_json::Value;
use sig4::credentials::SecretKey;
use sig4::signature::Signature;
use sig4::stream::event::{Header, HeaderValue, Message};
use sig4::{Credentials, Signer, Timestamp, Verifier};
use std::time::Duration;

fn header(line: &Value) -> Header {
    let value = &line["value"];
    let number = || value.as_i64().unwrap();
    let value = match text(line, "type") {
        "boolean" => HeaderValue::Bool(value.as_bool().unwrap()),
        "byte" => HeaderValue::Byte(number().try_into().unwrap()),
        "short" => HeaderValue::Short(number().try_into().unwrap()),
        "integer" => HeaderValue::Integer(number().try_into().unwrap()),
        "long" => HeaderValue::Long(number()),
        "timestamp" => HeaderValue::Timestamp(number()),
        "string" => value.as_str().unwrap().into(),
        "binary" => Bytes::from(base64(value.as_str().unwrap())).into(),
        other => panic!("{other}"),
    };
    Header::new(text(line, "name"), value).unwrap()
}

fn message(line: &Value) -> Message {
    let payload = base64(text(line, "payload"));
    line["headers"].as_array().unwrap().iter().map(header).fold(Message::new(payload), Message::with_header)
}

#[test]
fn streams_are_signed_and_verified_as_by_real_signers() {
    let lines = lines("v4-event-stream");
    assert_eq!(lines.len(), 18);
    lines.iter().for_each(stream);
}

fn stream(line: &Value) {
    let (id, region, service) = (text(line, "id"), text(line, "region"), text(line, "service"));
    let secret = SecretKey::verbatim(text(line, "secret_key")).unwrap();
    let credentials = Credentials::new(text(line, "access_key"), secret).unwrap();
    let seed = Signature::parse(text(line, "seed_signature")).unwrap();
    let messages = line["messages"].as_array().unwrap();
    let time = |message: &Value| Timestamp::parse(text(message, "timestamp")).unwrap();
    let first = time(&messages[0]);

    let mut signer = Signer::new(region, service).unwrap().event_signer(&seed, &credentials, first).unwrap();
    let verifier = Verifier::new(region, service).unwrap().event_verifier(&seed, &credentials, first).unwrap();
    let mut verifier = verifier.with_window(Duration::ZERO);
    for (number, line) in messages.iter().enumerate() {
        let (time, expected, end) = (time(line), &line["expected"], line["end"].as_bool().unwrap());
        let wire = base64(text(expected, "wire_aws_sigv4"));
        let signed = if end {
            let unused = Signer::new(region, service).unwrap().event_signer(&seed, &credentials, first).unwrap();
            std::mem::replace(&mut signer, unused).finish(time).unwrap()
        } else {
            let message = message(line);
            let encoded = message.encode().unwrap();
            assert_eq!(encoded, base64(text(expected, "encoded")), "{id} {number}");
            assert_eq!(Message::decode(encoded).unwrap(), message, "{id} {number}");
            signer.sign(&message, time).unwrap()
        };
        assert_eq!(signed, wire, "{id} {number}");
        let sealed = Message::decode(signed.clone()).unwrap();
        let signature = Signature::parse(text(expected, "signature")).unwrap();
        let carried = HeaderValue::Bytes(Bytes::copy_from_slice(signature.as_bytes()));
        assert_eq!(sealed.header(":chunk-signature"), Some(&carried), "{id} {number}");
        let read = verifier.decode(&mut Bytes::from(wire), time).unwrap();
        assert_eq!((read, verifier.is_ended()), ((!end).then(|| message(line)), end), "{id} {number}");
    }
    let ended = messages.last().unwrap()["end"] == true;
    assert_eq!(verifier.finish().is_ok(), ended, "{id}");
}
