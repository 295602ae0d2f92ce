//! Bodies in chunks and streams of events, as aws-sigv4 signs them: one call for each piece, with the signature before it.

use super::{epoch, time};
use aws_sigv4::event_stream::{sign_empty_message, sign_message};
use aws_sigv4::sign::v4::{SigningParams, sign_chunk, sign_trailer};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use sig4::stream::event;
use sig4_conformance::{ChunkedBody, EventStream, SignerAnswer, SigningCase};

/// The parameters of a piece that is signed at a time.
fn params<'a>(case: &'a SigningCase, identity: &'a Identity, epoch: i64) -> SigningParams<'a, ()> {
    let params = SigningParams::builder().identity(identity).region(case.region()).name(case.service());
    params.time(time(epoch)).settings(()).build().expect("every parameter")
}

/// The signatures of a body in chunks, after that of its head.
pub(super) fn chunks(case: &SigningCase, chunked: &ChunkedBody, identity: &Identity, head: String) -> SignerAnswer {
    if chunked.marker().is_asymmetric() {
        return SignerAnswer::unsupported("its chunks have no Signature Version 4a");
    }
    if !chunked.marker().is_signed() {
        return SignerAnswer::chunks(head, Vec::<String>::new(), None);
    }
    let params = params(case, identity, epoch(case));
    let (mut signatures, mut previous) = (Vec::new(), head.clone());
    for data in chunked.chunks(case.body()) {
        let signed = sign_chunk(&Bytes::copy_from_slice(data), &previous, &params).expect("a signature");
        previous = signed.signature().to_owned();
        signatures.push(previous.clone());
    }
    let trailer = chunked.marker().has_trailer().then(|| {
        let mut fields = Headers::new();
        for (name, value) in chunked.trailer() {
            fields.append(name.clone(), value.clone());
        }
        sign_trailer(&fields, &previous, &params).expect("a signature").signature().to_owned()
    });
    SignerAnswer::chunks(head, signatures, trailer)
}

/// The signatures of a stream of events.
pub(super) fn events(case: &SigningCase, stream: &EventStream, identity: &Identity) -> SignerAnswer {
    let mut previous = stream.seed().to_string();
    let mut signatures = Vec::new();
    for event in stream.events() {
        let params = params(case, identity, event.timestamp().to_datetime().unix_timestamp());
        let message = match event.message().map(message) {
            Some(None) => return SignerAnswer::unsupported("a header has another type"),
            Some(Some(message)) => Some(message),
            None => None,
        };
        let signed = match &message {
            Some(message) => sign_message(message, &previous, &params),
            None => sign_empty_message(&previous, &params),
        };
        previous = signed.expect("a signature").signature().to_owned();
        signatures.push(previous.clone());
    }
    SignerAnswer::events(signatures)
}

/// The message in the types of the AWS SDK.
fn message(message: &event::Message) -> Option<Message> {
    let payload = Bytes::copy_from_slice(message.payload());
    message.headers().iter().try_fold(Message::new(payload), |message, header| {
        let value = match header.value() {
            event::HeaderValue::Bool(value) => HeaderValue::Bool(*value),
            event::HeaderValue::Byte(number) => HeaderValue::Byte(*number),
            event::HeaderValue::Short(number) => HeaderValue::Int16(*number),
            event::HeaderValue::Integer(number) => HeaderValue::Int32(*number),
            event::HeaderValue::Long(number) => HeaderValue::Int64(*number),
            event::HeaderValue::Bytes(bytes) => HeaderValue::ByteArray(Bytes::copy_from_slice(bytes)),
            event::HeaderValue::String(text) => HeaderValue::String(text.clone().into()),
            event::HeaderValue::Timestamp(millis) => HeaderValue::Timestamp(DateTime::from_millis(*millis)),
            _ => return None,
        };
        Some(message.add_header(Header::new(header.name().to_owned(), value)))
    })
}
