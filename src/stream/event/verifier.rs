//! Verifies the messages of a stream.

use super::day_keys::DayKeys;
use super::envelope::Envelope;
use super::fault::{invalid, truncated};
use super::frame::{Frame, FrameReader};
use super::message::Message;
use crate::error::{Error, ErrorKind};
use crate::key::SigningKey;
use crate::signature::Signature;
use crate::stream::chain::Chain;
use crate::time::{Moment, Timestamp};
use crate::verify::Verifier;
use crate::verify::stored_key::{Material, StoredKey};
use crate::verify::validity_window::ValidityWindow;
use bytes::Bytes;
use std::time::Duration;
use time::OffsetDateTime;

/// Verifies the messages of one stream, in their order. A message comes out only after its signature matched.
///
/// A message that was changed, moved, repeated or left out breaks the chain of signatures, and so does a message of another stream. The
/// stream is complete only with its signed end: see [`finish`](Self::finish). The verifier holds at most one message.
///
/// ```
/// use sig4::key::SigningKey;
/// use sig4::scope::Scope;
/// use sig4::signature::Signature;
/// use sig4::stream::event::{EventSigner, EventVerifier, Message};
/// use sig4::{Credentials, ErrorKind, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let key = SigningKey::derive(&credentials, &Scope::parse("20150830/us-east-1/transcribe/aws4_request")?);
/// let seed = Signature::from([7; 32]); // of the request's head, which is verified already
/// let now = Timestamp::parse("20150830T123600Z")?;
///
/// let mut signer = EventSigner::with_key(&key, &seed);
/// let (mut first, mut end) = (signer.sign(&Message::new("audio"), now)?, signer.finish(now)?);
///
/// let mut verifier = EventVerifier::with_key(&key, &seed);
/// assert_eq!(verifier.decode(&mut first, now)?, Some(Message::new("audio")));
/// assert_eq!(verifier.decode(&mut end, now)?, None);
/// verifier.finish()?;
///
/// let missing = EventVerifier::with_key(&key, &seed).finish().unwrap_err();
/// assert_eq!(missing.kind(), ErrorKind::TruncatedStream);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a stream is complete only if `finish` says so"]
pub struct EventVerifier {
    frames: FrameReader,
    chain: Chain,
    keys: DayKeys,
    window: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    Open,
    /// The signed end arrived.
    Ended,
    /// No later message can be verified.
    Failed(Error),
}

/// How far a message's time may be from `now`, as for most services' requests.
const DEFAULT_WINDOW: Duration = Duration::from_secs(900);

impl Verifier {
    /// A verifier of the events that follow a head with this signature, which must be verified already.
    ///
    /// A message is verified with the key of its own day, so the stream may last past midnight in UTC. With a
    /// [derived key](StoredKey::signing_key) it may not, and with [derived keys](StoredKey::signing_keys) up to the last of their days.
    /// These have to be of one access key id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownAccessKey`] if there is no active key, and [`ErrorKind::InvalidTime`] if the year of `now` does not have four
    /// digits.
    pub fn event_verifier<'k>(
        &self,
        seed: &Signature,
        key: impl Into<StoredKey<'k>>,
        now: impl Moment,
    ) -> Result<EventVerifier, Error> {
        let timestamp = Timestamp::of_any_year(now.into_datetime()?)?;
        let chain = match key.into().material {
            Material::Secret(credentials) => DayKeys::chain(&self.keys, credentials, timestamp, seed),
            Material::Derived(key) => DayKeys::chain_of_day(key, seed),
            Material::DerivedSet(keys) => DayKeys::chain_of_days(keys, &self.keys.scope(timestamp.day()), seed)?,
            _ => {
                return Err(no_key());
            }
        };
        Ok(EventVerifier::new(chain, self.options.window))
    }
}

#[cold]
fn no_key() -> Error {
    Error::new(ErrorKind::UnknownAccessKey, "there is no active key to verify events with")
}

impl EventVerifier {
    /// A verifier with one key, for a process without the secret. It accepts messages of the key's day only.
    ///
    /// `seed` is the signature of the request's head, which must be verified already: a stream proves nothing about its head.
    pub fn with_key(key: &SigningKey, seed: &Signature) -> Self {
        Self::new(DayKeys::chain_of_day(key, seed), DEFAULT_WINDOW)
    }

    fn new((chain, keys): (Chain, DayKeys), window: Duration) -> Self {
        Self { frames: FrameReader::default(), chain, keys, window, state: State::Open }
    }

    /// Sets how far the time of a message may be from `now`, in the past or in the future. The default is the window of the verifier that
    /// verified the head, or 15 minutes. `Duration::MAX` accepts any time.
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets the length of the longest signed message on the wire, in bytes. The default is
    /// [`MAX_MESSAGE_LEN`](super::MAX_MESSAGE_LEN).
    pub const fn with_max_message_len(mut self, longest: usize) -> Self {
        self.frames.limit(longest);
        self
    }

    /// Takes the next message off `input` and verifies it. `None` asks for more input: then `input` is empty. After the signed end there
    /// is no more.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidEvent`] if a message is malformed, longer than a limit, or has a header that is not signed, or if bytes
    ///   follow the signed end.
    /// - [`ErrorKind::Expired`] or [`ErrorKind::NotYetCurrent`] if its time is outside the window.
    /// - [`ErrorKind::ScopeMismatch`] if the only key is for another day.
    /// - [`ErrorKind::SignatureMismatch`] if its signature is not the next of the chain.
    ///
    /// Every later call returns the same error.
    pub fn decode(&mut self, input: &mut Bytes, now: impl Moment) -> Result<Option<Message>, Error> {
        self.read(input, now, Message::decode)
    }

    /// The bytes of the next message, as [`decode`](Self::decode) reads it.
    #[cfg(all(feature = "http-body", feature = "tower"))]
    pub(crate) fn decode_bytes(&mut self, input: &mut Bytes, now: impl Moment) -> Result<Option<Bytes>, Error> {
        self.read(input, now, |bytes| Message::decode(bytes.clone()).map(|_| bytes))
    }

    fn read<T>(
        &mut self,
        input: &mut Bytes,
        now: impl Moment,
        message: impl FnOnce(Bytes) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let read = now.into_datetime().and_then(|now| self.next(input, now)?.map(message).transpose());
        read.inspect_err(|error| self.state = State::Failed(error.clone()))
    }

    /// The bytes of the next message, whose signature matched.
    fn next(&mut self, input: &mut Bytes, now: OffsetDateTime) -> Result<Option<Bytes>, Error> {
        match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Ended if !input.is_empty() => return Err(invalid("bytes follow the signed end of the stream")),
            State::Ended => return Ok(None),
            State::Open => {}
        }
        match self.frames.next(input)? {
            Some(frame) => self.open(frame, input, now),
            None => Ok(None),
        }
    }

    /// Verifies a signed message.
    fn open(&mut self, frame: Frame, rest: &Bytes, now: OffsetDateTime) -> Result<Option<Bytes>, Error> {
        let envelope = Envelope::of_frame(frame)?;
        self.window_of(envelope.timestamp).check(now)?;
        self.keys.turn_to(envelope.timestamp.day(), &mut self.chain)?;
        if !envelope.continues(&mut self.chain) {
            return Err(mismatch());
        }
        if !envelope.payload.is_empty() {
            return Ok(Some(envelope.payload));
        }
        self.state = State::Ended;
        if rest.is_empty() { Ok(None) } else { Err(invalid("bytes follow the signed end of the stream")) }
    }

    fn window_of(&self, timestamp: Timestamp) -> ValidityWindow {
        ValidityWindow::around(timestamp, self.window)
    }

    /// Whether the signed end arrived. Nothing may follow it.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Ends the stream.
    ///
    /// # Errors
    ///
    /// The error of an earlier call, or [`ErrorKind::TruncatedStream`] if the signed end did not arrive.
    pub fn finish(self) -> Result<(), Error> {
        match self.state {
            State::Ended => Ok(()),
            State::Failed(error) => Err(error),
            State::Open => Err(truncated("the stream of events has no signed end")),
        }
    }
}

#[cold]
fn mismatch() -> Error {
    let detail =
        "the signature of a message does not continue the chain: the message was changed, moved, repeated or left out";
    Error::new(ErrorKind::SignatureMismatch, detail)
}
