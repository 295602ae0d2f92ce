//! Event streams: frames byte by byte, signatures as real signers make them, and streams that were tampered with.

mod adapters;
mod attacks;
mod frames;
mod real;

use bytes::Bytes;
use sig4::scope::Scope;
use sig4::signature::Signature;
use sig4::stream::event::{EventSigner, EventVerifier, Message};
use sig4::{Credentials, Error, Signer, Timestamp, Verifier};

/// The time at which all messages are signed and verified, unless a test says otherwise.
pub fn now() -> Timestamp {
    Timestamp::parse("20150830T235959Z").unwrap()
}

pub fn seed() -> Signature {
    Signature::from([7; 32])
}

pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

pub fn scope() -> Scope {
    Scope::parse("20150830/us-east-1/transcribe/aws4_request").unwrap()
}

pub fn signer_after(seed: &Signature) -> EventSigner {
    Signer::new("us-east-1", "transcribe").unwrap().event_signer(seed, &credentials(), now()).unwrap()
}

pub fn verifier() -> EventVerifier {
    Verifier::new("us-east-1", "transcribe").unwrap().event_verifier(&seed(), &credentials(), now()).unwrap()
}

pub fn messages() -> [Message; 3] {
    ["one", "two", "three"].map(Message::new)
}

/// Three messages and the end, signed.
pub fn signed() -> Vec<Bytes> {
    let mut signer = signer_after(&seed());
    let mut signed: Vec<_> = messages().iter().map(|message| signer.sign(message, now()).unwrap()).collect();
    signed.push(signer.finish(now()).unwrap());
    signed
}

/// What comes out before a fault, and the fault or the end.
pub fn received(verifier: EventVerifier, pieces: &[Bytes]) -> (Vec<Message>, Result<(), Error>) {
    let (mut verifier, mut out) = (verifier, Vec::new());
    for piece in pieces {
        let mut piece = piece.clone();
        loop {
            match verifier.decode(&mut piece, now()) {
                Ok(Some(message)) => out.push(message),
                Ok(None) => break assert!(piece.is_empty(), "all of it is taken"),
                Err(error) => {
                    assert_eq!(verifier.decode(&mut Bytes::new(), now()).unwrap_err().kind(), error.kind());
                    return (out, verifier.finish());
                }
            }
        }
    }
    (out, verifier.finish())
}
