//! Signs the messages of a stream.

use super::day_keys::DayKeys;
use super::envelope::seal;
use super::message::Message;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::key::SigningKey;
use crate::sign::Signer;
use crate::signature::Signature;
use crate::stream::chain::Chain;
use crate::time::{Moment, Timestamp};
use bytes::Bytes;

/// Signs the messages of one stream, in their order. [`Signer::event_signer`] makes one.
///
/// Each signature covers the signature before it, and the first covers that of the request's head. The stream is complete only with the
/// signed end of [`finish`](Self::finish).
#[derive(Debug)]
#[must_use = "a stream is not complete until `finish` signed its end"]
pub struct EventSigner {
    chain: Chain,
    keys: DayKeys,
    any_year: bool,
}

impl Signer {
    /// A signer of the events that follow a head with this signature.
    ///
    /// The head is signed with [`Streaming::Events`](crate::payload::Streaming::Events) as its payload. A message is signed with the key
    /// of its own day, so the stream may last past midnight in UTC. Credentials that expire while the stream lasts continue to sign it.
    ///
    /// ```
    /// use sig4::payload::Streaming;
    /// use sig4::stream::event::{Header, Message};
    /// use sig4::{Credentials, Payload, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "transcribe")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let url = "https://transcribestreaming.us-east-1.amazonaws.com/stream-transcription";
    /// let (mut parts, ()) = http::Request::post(url).body(())?.into_parts();
    /// let seed = signer.sign_parts(&mut parts, &Payload::Streaming(Streaming::Events), &credentials, now)?;
    /// assert_eq!(parts.headers["x-amz-content-sha256"], "STREAMING-AWS4-HMAC-SHA256-EVENTS");
    ///
    /// let mut events = signer.event_signer(&seed, &credentials, now)?;
    /// let audio = Message::new("audio").with_header(Header::new(":event-type", "AudioEvent")?);
    /// let sent = [events.sign(&audio, now)?, events.finish(now)?];
    /// assert_eq!(sent.map(|message| message.len()), [83 + audio.encode()?.len(), 83]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`](crate::ErrorKind::InvalidTime) if the year of `now` is not accepted, and
    /// [`ErrorKind::ExpiredCredentials`](crate::ErrorKind::ExpiredCredentials) if the credentials have expired.
    pub fn event_signer(
        &self,
        seed: &Signature,
        credentials: &Credentials,
        now: impl Moment,
    ) -> Result<EventSigner, Error> {
        let now = now.into_datetime()?;
        credentials.check_end(now)?;
        let (chain, keys) = DayKeys::chain(self.keys(), credentials, self.timestamp(now)?, seed);
        Ok(EventSigner { chain, keys, any_year: self.settings.any_year })
    }
}

impl EventSigner {
    /// A signer with one key, for a process without the secret. It signs messages of the key's day only.
    pub fn with_key(key: &SigningKey, seed: &Signature) -> Self {
        let (chain, keys) = DayKeys::chain_of_day(key, seed);
        Self { chain, keys, any_year: false }
    }

    /// Signs the next message, and returns its bytes on the wire.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidEvent`](crate::ErrorKind::InvalidEvent) if the message is longer than a limit,
    /// [`ErrorKind::InvalidTime`](crate::ErrorKind::InvalidTime) if the year of `now` is not accepted, and
    /// [`ErrorKind::ScopeMismatch`](crate::ErrorKind::ScopeMismatch) if the only key is for another day. The stream can continue after
    /// an error.
    pub fn sign(&mut self, message: &Message, now: impl Moment) -> Result<Bytes, Error> {
        self.seal(Some(message), now)
    }

    /// Signs the end of the stream, and returns its bytes on the wire: a signed message without a payload.
    ///
    /// # Errors
    ///
    /// See [`sign`](Self::sign).
    pub fn finish(mut self, now: impl Moment) -> Result<Bytes, Error> {
        self.seal(None, now)
    }

    fn seal(&mut self, message: Option<&Message>, now: impl Moment) -> Result<Bytes, Error> {
        let now = now.into_datetime()?;
        let timestamp = if self.any_year { Timestamp::of_any_year(now)? } else { Timestamp::new(now)? };
        self.keys.turn_to(timestamp.day(), &mut self.chain)?;
        seal(&mut self.chain, message, timestamp)
    }
}
