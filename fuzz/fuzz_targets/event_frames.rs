#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use sig4::key::SigningKey;
use sig4::scope::Scope;
use sig4::signature::Signature;
use sig4::stream::event::{EventSigner, EventVerifier, Message, MessageDecoder};
use sig4::{Credentials, Error};
use sig4_fuzz::moment;

// A frame is written back as it was read, whatever pieces it arrives in. A stream that was signed and then changed gives messages of the
// signed stream in their order, or none.
fuzz_target!(|input: (Vec<u8>, Vec<u8>, Vec<Vec<u8>>, Vec<(u16, u8, u8)>, u8)| {
    let (block, payload, payloads, changes, piece) = input;
    let piece = usize::from(piece) + 1;
    let raw = read(&block, piece);
    assert_eq!(raw.is_ok(), read(&block, block.len() + 1).is_ok());

    let wire = frame(&block, &payload);
    if let Ok(message) = Message::decode(wire.clone()) {
        assert_eq!(message.encode().expect("it was read"), wire);
        assert_eq!(message.payload(), &payload);
        assert_eq!(read(&wire, piece).expect("it is a message"), [message]);
    }

    let key = key();
    let seed = Signature::from([7; 32]);
    let messages: Vec<_> = payloads.into_iter().map(Message::new).collect();
    let mut signer = EventSigner::with_key(&key, &seed);
    let mut wire: Vec<_> =
        messages.iter().map(|message| signer.sign(message, moment()).expect("it is short")).collect();
    wire.push(signer.finish(moment()).expect("it is of the key's day"));
    let original = wire.concat();
    let changed = changed(wire, &changes);
    let (read, end) = verified(EventVerifier::with_key(&key, &seed), &changed, piece);
    assert!(messages.starts_with(&read), "a message came out that was not signed here");
    assert!(end.is_err() || changed == original, "a changed stream has a clean end");
    assert!(end.is_ok() || changed != original, "an unchanged stream is refused");
    let (read, end) = verified(EventVerifier::with_key(&key, &seed), &frame(&block, &payload), piece);
    assert!(read.is_empty() && end.is_err());
});

fn key() -> SigningKey {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret").expect("they are valid");
    SigningKey::derive(
        &credentials,
        &Scope::parse("20150830/us-east-1/transcribe/aws4_request").expect("it is a scope"),
    )
}

/// A frame with right lengths and checksums.
fn frame(block: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).expect("it is short").to_be_bytes();
    let mut frame = [length(16 + block.len() + payload.len()), length(block.len())].concat();
    frame.extend(crc32(&frame));
    frame.extend([block, payload].concat());
    frame.extend(crc32(&frame));
    frame
}

fn crc32(bytes: &[u8]) -> [u8; 4] {
    let shift = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shift(crc)));
    (!crc).to_be_bytes()
}

fn read(bytes: &[u8], piece: usize) -> Result<Vec<Message>, Error> {
    let (mut decoder, mut read) = (MessageDecoder::default(), Vec::new());
    for piece in bytes.chunks(piece) {
        let mut piece = Bytes::copy_from_slice(piece);
        while let Some(message) = decoder.decode(&mut piece)? {
            read.push(message);
        }
    }
    decoder.finish().map(|()| read)
}

fn verified(mut verifier: EventVerifier, bytes: &[u8], piece: usize) -> (Vec<Message>, Result<(), Error>) {
    let mut read = Vec::new();
    for piece in bytes.chunks(piece) {
        let mut piece = Bytes::copy_from_slice(piece);
        while let Ok(Some(message)) = verifier.decode(&mut piece, moment()) {
            read.push(message);
        }
    }
    (read, verifier.finish())
}

/// The stream after frames were dropped, repeated and exchanged, and bytes changed under right checksums.
fn changed(mut wire: Vec<Bytes>, changes: &[(u16, u8, u8)]) -> Vec<u8> {
    for (at, how, value) in changes {
        let (count, at) = (wire.len().max(1), usize::from(*at));
        let number = at % count;
        match how % 4 {
            _ if wire.is_empty() => {}
            0 => drop(wire.remove(number)),
            1 => wire.insert(usize::from(*value) % count, wire[number].clone()),
            2 => wire.swap(number, usize::from(*value) % count),
            _ => wire[number] = with_byte(&wire[number], at / count, *value),
        }
    }
    wire.concat()
}

fn with_byte(sealed: &[u8], at: usize, value: u8) -> Bytes {
    let headers =
        usize::try_from(u32::from_be_bytes([sealed[4], sealed[5], sealed[6], sealed[7]])).expect("it is short");
    let mut inside = sealed[12..sealed.len() - 4].to_vec();
    let at = at % inside.len();
    inside[at] ^= value;
    let (block, payload) = inside.split_at(headers);
    frame(block, payload).into()
}
