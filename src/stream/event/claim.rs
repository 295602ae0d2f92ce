//! The way from a claim to the events after it.

use super::verifier::EventVerifier;
use crate::error::{Error, ErrorKind};
use crate::payload::Streaming;
use crate::time::Moment;
use crate::verify::head::Head;
use crate::verify::{Caller, Claim, StoredKey};

impl<'a> Claim<'a> {
    /// Verifies the head of a request whose body is a stream of signed events, and begins to verify its messages.
    ///
    /// The head proves the caller: method, path, query and headers are signed. It proves nothing of the messages, which the
    /// [`EventVerifier`] verifies one by one. They may be as far from `now` as the verifier's window allows.
    ///
    /// ```
    /// use sig4::payload::Streaming;
    /// use sig4::stream::event::Message;
    /// use sig4::{Credentials, Payload, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let signer = Signer::new("us-east-1", "transcribe")?;
    /// let url = "https://transcribestreaming.us-east-1.amazonaws.com/stream-transcription";
    /// let (mut parts, ()) = http::Request::post(url).body(())?.into_parts();
    /// let seed = signer.sign_parts(&mut parts, &Payload::Streaming(Streaming::Events), &credentials, now)?;
    /// let mut sent = signer.event_signer(&seed, &credentials, now)?.sign(&Message::new("audio"), now)?;
    ///
    /// let verifier = Verifier::new("us-east-1", "transcribe")?;
    /// let (caller, mut events) = verifier.claim(&parts)?.events(&credentials, now)?;
    /// assert_eq!(caller.access_key_id(), "AKIDEXAMPLE");
    /// assert_eq!(events.decode(&mut sent, now)?, Some(Message::new("audio")));
    /// assert!(events.finish().is_err(), "the signed end is missing");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify), in the same order. Also [`ErrorKind::InvalidPayload`] if the request does not state
    /// [`Streaming::Events`] as its payload.
    pub fn events<'k>(
        self,
        key: impl Into<StoredKey<'k>>,
        now: impl Moment,
    ) -> Result<(Caller<'a>, EventVerifier), Error> {
        let (now, key) = (self.answered_time(now)?, key.into());
        let Head { caller, marker, settings, verifier, .. } = self.verify_head(&key, now)?;
        if marker != Streaming::Events {
            return Err(other_marker(marker).rejected_in(settings.dialect));
        }
        let events = verifier.event_verifier(caller.seed(), key, caller.timestamp())?;
        caller.remember(now)?;
        Ok((caller, events))
    }
}

#[cold]
fn other_marker(marker: Streaming) -> Error {
    Error::new(ErrorKind::InvalidPayload, format!("the body is `{marker}`, and not a stream of events"))
}
