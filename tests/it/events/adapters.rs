//! Streams and sinks of signed events.

use super::{messages, now, seed, signed, signer_after, verifier};
use bytes::Bytes;
use futures::channel::mpsc;
use futures::executor::{block_on, block_on_stream};
use futures::{SinkExt, StreamExt, stream};
use sig4::stream::event::{EventSink, EventStreamError, Message, Messages, SignedEvents, VerifiedEvents};
use sig4::{ErrorKind, stream::event::MAX_PAYLOAD_LEN};
use std::convert::Infallible;

type Item = Result<Message, EventStreamError<Infallible>>;

fn verified(pieces: Vec<Bytes>) -> Vec<Item> {
    let bytes = stream::iter(pieces.into_iter().map(Ok::<_, Infallible>));
    block_on_stream(VerifiedEvents::new(bytes, verifier(), now)).collect()
}

fn kind(item: &Item) -> Option<ErrorKind> {
    match item {
        Err(EventStreamError::Event(error)) => Some(error.kind()),
        _ => None,
    }
}

#[test]
fn a_stream_is_signed_with_its_end() {
    let body = SignedEvents::new(stream::iter(messages()), signer_after(&seed()), now);
    let sent: Vec<_> = block_on_stream(body).map(Result::unwrap).collect();
    assert_eq!(sent, signed());
    let received: Vec<_> = verified(sent).into_iter().map(Result::unwrap).collect();
    assert_eq!(received, messages());
}

#[test]
fn a_message_that_is_too_long_ends_the_stream_without_a_signed_end() {
    let messages = [Message::new("one"), Message::new(vec![0; MAX_PAYLOAD_LEN + 1]), Message::new("three")];
    let body = SignedEvents::new(stream::iter(messages), signer_after(&seed()), now);
    let sent: Vec<_> = block_on_stream(body).collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].as_ref().unwrap_err().kind(), ErrorKind::InvalidEvent);
}

#[test]
fn a_fault_is_the_last_item() {
    let [one, two, three, end] = signed().try_into().unwrap();
    for (pieces, expected) in [
        (vec![one.clone(), two.clone()], ErrorKind::TruncatedStream),
        (vec![one.clone(), end.clone()], ErrorKind::SignatureMismatch),
        (vec![one.clone(), two.clone(), three.clone(), end.clone(), one.clone()], ErrorKind::InvalidEvent),
        (vec![], ErrorKind::TruncatedStream),
        (vec![one.slice(..5)], ErrorKind::TruncatedStream),
    ] {
        let items = verified(pieces);
        let (last, before) = items.split_last().unwrap();
        assert_eq!(kind(last), Some(expected));
        let before: Vec<_> = before.iter().map(|item| item.as_ref().unwrap().clone()).collect();
        assert!(messages().starts_with(&before));
    }
}

#[test]
fn a_transport_that_fails_is_an_error_and_no_end() {
    let pieces = signed().into_iter().take(1).map(Ok).chain([Err("reset")]);
    let mut items = block_on_stream(VerifiedEvents::new(stream::iter(pieces), verifier(), now));
    assert_eq!(items.next().unwrap().unwrap(), messages()[0]);
    assert!(matches!(items.next(), Some(Err(EventStreamError::Transport("reset")))));
    assert!(items.next().is_none());
}

#[test]
fn a_sink_sends_signed_messages_and_the_end_when_it_is_closed() {
    let (sender, receiver) = mpsc::channel::<Bytes>(0);
    let send = async {
        let mut sink = EventSink::new(sender, signer_after(&seed()), now);
        for message in messages() {
            sink.send(message).await.unwrap();
        }
        sink.close().await.unwrap();
        sink.close().await.unwrap();
        let late = sink.start_send_unpin(Message::new("late")).unwrap_err();
        assert!(matches!(late, EventStreamError::Event(error) if error.kind() == ErrorKind::InvalidEvent));
    };
    let (sent, ()) = block_on(futures::future::join(receiver.collect::<Vec<_>>(), send));
    assert_eq!(sent, signed());
}

#[test]
fn a_sink_that_is_dropped_leaves_the_stream_without_its_end() {
    let (sender, receiver) = mpsc::channel::<Bytes>(4);
    let mut sink = EventSink::new(sender, signer_after(&seed()), now);
    block_on(sink.send(messages()[0].clone())).unwrap();
    drop(sink);
    let items = verified(block_on(receiver.collect()));
    assert_eq!(items.last().map(kind), Some(Some(ErrorKind::TruncatedStream)));
    assert_eq!(items.len(), 2);
}

#[test]
fn an_answer_that_is_cut_is_an_error() {
    let wire = Message::new("one").encode().unwrap();
    let pieces = [Ok::<_, Infallible>(wire.clone()), Ok(wire.slice(..7))];
    let items: Vec<_> = block_on_stream(Messages::new(stream::iter(pieces))).collect();
    assert_eq!(items[0].as_ref().unwrap(), &Message::new("one"));
    assert_eq!(kind(&items[1]), Some(ErrorKind::TruncatedStream));
    assert_eq!(items.len(), 2);
}
