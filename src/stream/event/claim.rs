//! The way from a claim to the events after it.

use super::verifier::EventVerifier;
use crate::error::{Error, ErrorKind};
use crate::payload::Streaming;
use crate::time::Moment;
use crate::verify::head::Head;
use crate::verify::{Caller, Claim, StoredKey};
use time::OffsetDateTime;

impl<'a> Claim<'a> {
    /// Verifies the head of a request whose body is a stream of signed events, and begins to verify its messages.
    ///
    /// The head proves the caller: method, path, query and headers are signed. It proves nothing of the messages, which the
    /// [`EventVerifier`] verifies one by one. They may be as far from `now` as the verifier's window allows.
    ///
    /// A layer of `tower` with `AuthenticateLayer::with_streaming_body` (features `http-body` and `tower`) does all of it.
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
        let now = self.answered_time(now)?;
        let (caller, events) = self.begin_events(key.into(), now)?;
        caller.remember(now)?;
        Ok((caller, events))
    }

    /// The same, without asking the store of used signatures.
    pub(crate) fn begin_events(
        self,
        key: StoredKey<'_>,
        now: OffsetDateTime,
    ) -> Result<(Caller<'a>, EventVerifier), Error> {
        let Head { caller, marker, settings, verifier, .. } = self.verify_head(&key, now)?;
        if marker != Streaming::Events {
            return Err(other_marker(marker).rejected_in(settings.dialect));
        }
        let events = verifier.event_verifier(caller.seed(), key, caller.timestamp())?;
        Ok((caller, events))
    }

    /// Whether the body is a stream of signed events.
    #[cfg(all(feature = "http-body", feature = "tower"))]
    pub(crate) fn is_in_events(&self) -> bool {
        self.0.declared_payload.marker().is_some_and(Streaming::is_events)
    }
}

#[cold]
fn other_marker(marker: Streaming) -> Error {
    let detail = match marker.is_events() {
        true => format!("the body is `{marker}`: no service takes events that are signed with Signature Version 4a"),
        false => format!("the body is `{marker}`, and not a stream of events"),
    };
    Error::new(ErrorKind::InvalidPayload, detail)
}
