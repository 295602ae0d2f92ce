//! Presigning: the signature in the query of a URL.

use super::Signer;
use super::pipeline::Draft;
use crate::auth::SignatureLocation;
use crate::canonical::CanonicalRequest;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::payload::{ContentSha256, Payload};
use crate::request::RequestView;
use crate::signature::Signature;
use crate::time::{Moment, Timestamp};
use std::borrow::Cow;
use std::fmt;

impl Signer {
    /// The first stage of presigning: the canonical request with the signature's parameters in its query. Its `X-Amz-Expires` is
    /// [`expires`](Expires::within) within the time that the credentials are valid.
    ///
    /// # Errors
    ///
    /// See [`sign_view`](Self::sign_view).
    pub fn presigned_canonical_request<'a>(
        &'a self,
        request: &RequestView<'a>,
        payload: &ContentSha256,
        credentials: &'a Credentials,
        expires: Expires,
        timestamp: Timestamp,
    ) -> Result<CanonicalRequest<'a>, Error> {
        let expires = expires.within(credentials, timestamp)?;
        let mut draft = Draft::new(request, &self.settings, credentials, payload, self.regions());
        draft.collect()?;
        draft.add_parameters(&self.scope(timestamp.day()), timestamp, Some(expires))?;
        draft.canonicalise()?;
        Ok(draft.canonical)
    }

    /// The default payload of a presigned URL: unsigned for the S3 family, the hash of `body` for other services.
    #[must_use]
    pub const fn presign_payload<'a>(&self, body: &'a [u8]) -> Payload<'a> {
        if self.settings.presign_unsigned { Payload::Unsigned } else { Payload::Bytes(body) }
    }

    /// Presigns a request of any transport.
    ///
    /// The URL consists of `scheme://authority`, the path to send, the canonical query and the signature.
    ///
    /// - The default scheme is `https`, and the default authority the value of the `Host` header.
    /// - The URL has no user information and not the scheme's default port. Its host must be in lower case, so that every client
    ///   sends the host that is signed.
    /// - Its query never has a `+`.
    /// - Headers that are signed must be sent with it. A signed `x-amz-content-sha256` states the payload, and `payload` is ignored.
    /// - The parameters replace `x-amz-date`, `x-amz-security-token` and `authorization`, which must not be sent.
    ///
    /// Browsers, and other clients of the WHATWG URL Standard, rewrite some paths: they resolve `.`, `..` and `%2e`, turn `\` into
    /// `/`, and percent-encode `"`, `<`, `>`, `^`, `` ` ``, `{`, `}` and what is not ASCII. Write these characters percent-encoded. An
    /// S3 key with a dot segment opens only with a client that sends the path unchanged, as `curl --path-as-is` does.
    ///
    /// The URL lasts for `expires`, and no longer than the credentials if their [expiration](Credentials::with_expiration) is known:
    /// [`Presigned::shortened_from`] says whether it was shortened. If the expiration is not known, a URL with a session token ends
    /// when the token does, in most cases after 1 to 12 hours.
    ///
    /// ```
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, Expires, Payload, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "s3")?;
    /// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")?;
    /// let request = RequestView::new("GET", "/test.txt", None, &sig4::request::NO_HEADERS).with_authority("https", "examplebucket.s3.amazonaws.com");
    /// let now = Timestamp::parse("20130524T000000Z")?.to_datetime();
    /// let presigned = signer.presign_view(&request, &Payload::Unsigned, &credentials, Expires::from_secs(86_400)?, now)?;
    /// assert_eq!(presigned.signature().to_string(), "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    /// assert!(presigned.url().starts_with("https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm="));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`sign_view`](Self::sign_view). Also [`ErrorKind::InvalidPayload`](crate::ErrorKind::InvalidPayload) if the request has an
    /// `x-amz-content-sha256` that is not valid, or more than one.
    pub fn presign_view(
        &self,
        request: &RequestView<'_>,
        payload: &Payload<'_>,
        credentials: &Credentials,
        expires: Expires,
        now: impl Moment,
    ) -> Result<Presigned, Error> {
        let timestamp = self.timestamp(now.into_datetime()?)?;
        let effective = expires.within(credentials, timestamp)?;
        let payload = ContentSha256::of(payload);
        let written =
            self.signing(credentials, &timestamp, &payload).run(request, SignatureLocation::Query, Some(effective))?;
        let scheme = match request.scheme {
            None | Some("https") => Cow::Borrowed("https"),
            Some(other) => Cow::Owned(other.to_owned()),
        };
        Ok(Presigned {
            scheme,
            authority: written.authority.unwrap_or_default().to_owned(),
            target: written.text,
            signature: written.signature,
            expires: effective,
            asked: expires,
        })
    }
}

/// A presigned URL. Everyone who has it can use it, so `Debug` shows neither its query nor its signature.
#[must_use]
#[derive(Clone)]
pub struct Presigned {
    pub(super) scheme: Cow<'static, str>,
    pub(super) authority: String,
    /// Text, which nothing looks through until it is read (row `presign`).
    pub(super) target: Vec<u8>,
    signature: Signature,
    expires: Expires,
    asked: Expires,
}

impl Presigned {
    /// The URL to use.
    #[must_use]
    pub fn url(&self) -> String {
        [&*self.scheme, "://", &self.authority, self.target()].concat()
    }

    /// Its path and query.
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "the path is text, and the query is ASCII")]
    pub fn target(&self) -> &str {
        str::from_utf8(&self.target).expect("the path is text, and the query is ASCII")
    }

    /// Its lifetime from the time of signing: its `X-Amz-Expires`.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }

    /// The lifetime that was asked for, if the URL has a shorter lifetime because its credentials end earlier.
    ///
    /// ```
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, Expires, Payload, Signer, Timestamp};
    ///
    /// let end = Timestamp::parse("20130524T010000Z")?.to_datetime();
    /// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")?.with_session_token("token")?.with_expiration(end);
    /// let request = RequestView::new("GET", "/test.txt", None, &sig4::request::NO_HEADERS).with_authority("https", "examplebucket.s3.amazonaws.com");
    /// let (asked, now) = (Expires::from_secs(86_400)?, Timestamp::parse("20130524T000000Z")?.to_datetime());
    /// let presigned = Signer::new("us-east-1", "s3")?.presign_view(&request, &Payload::Unsigned, &credentials, asked, now)?;
    /// assert_eq!(presigned.expires().as_secs(), 3600);
    /// assert_eq!(presigned.shortened_from(), Some(asked));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn shortened_from(&self) -> Option<Expires> {
        (self.expires < self.asked).then_some(self.asked)
    }

    /// The signature in it.
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }
}

impl fmt::Debug for Presigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presigned")
            .field("authority", &self.authority)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
