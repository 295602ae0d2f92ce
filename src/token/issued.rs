//! A token, and when it ends.

use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::time::Timestamp;
use std::fmt;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// A token. Everyone who has it can use it until it ends, so `Debug` does not show it. It is wiped when it is dropped.
#[must_use]
#[derive(Clone)]
pub struct Token {
    text: Zeroizing<String>,
    expiration: OffsetDateTime,
    is_shortened: bool,
}

impl Token {
    /// A token that lasts for `lifetime`, and no longer than the credentials.
    pub(super) fn new(
        text: String,
        credentials: &Credentials,
        lifetime: Expires,
        signed_at: Timestamp,
    ) -> Result<Self, Error> {
        let text = Zeroizing::new(text);
        let effective = lifetime.within(credentials, signed_at)?;
        let expiration = signed_at.to_datetime() + time::Duration::seconds(effective.as_secs().into());
        Ok(Self { text, expiration, is_shortened: effective < lifetime })
    }

    /// A token that a service made, and that ends then.
    pub(super) fn of_service(text: Zeroizing<String>, expiration: OffsetDateTime) -> Self {
        Self { text, expiration, is_shortened: false }
    }

    /// The text, a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The moment from which the service refuses the token for a new connection, to the second. A connection that is open stays open.
    ///
    /// It is the end of the service's lifetime, or the [expiration](Credentials::expiration) of the credentials if that is earlier. If
    /// the expiration of temporary credentials is not known, the token may end before this moment.
    #[must_use]
    pub const fn expiration(&self) -> OffsetDateTime {
        self.expiration
    }

    /// Whether the token ends with its credentials, before its own lifetime is over.
    ///
    /// ```
    /// use sig4::token::MemoryDb;
    /// use sig4::{Credentials, Timestamp};
    ///
    /// let (now, end) = (Timestamp::parse("20150830T123600Z")?, Timestamp::parse("20150830T124000Z")?.to_datetime());
    /// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")?.with_session_token("token")?.with_expiration(end);
    /// let token = MemoryDb::new("us-east-1", "my-cluster", "user-01")?.token(&credentials, now)?;
    /// assert!(token.is_shortened() && token.expiration() == end);
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub const fn is_shortened(&self) -> bool {
        self.is_shortened
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expiration", &self.expiration).finish_non_exhaustive()
    }
}
