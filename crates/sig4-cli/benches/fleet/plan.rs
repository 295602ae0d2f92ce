//! What the request of each number is: good, forged or a replay.

use crate::callers::Caller;

/// Of so many requests one is forged.
const FORGED_EVERY: usize = 10;
/// Of so many requests one is a replay.
const REPLAY_EVERY: usize = 100;

/// What a request is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Plan {
    Good(Good),
    Forged(Forged),
    /// The bytes of an earlier request that was accepted.
    Replay,
    /// A good request that is sent twice at the same time. One of the two is a replay.
    Twins,
    /// A request of a key that the replaced file no longer has.
    Revoked,
    /// A request of a key that the first file does not have yet.
    Added,
}

/// A kind of good requests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Good {
    /// Signed by a header.
    Header,
    /// Signed by a header, with a body.
    Body,
    /// A presigned URL.
    Url,
    /// A presigned URL, with a body.
    UrlWithBody,
    /// With the token of a session.
    Session,
    /// With headers of the client that claim to be the authorizer's, in several spellings. The upstream must not see them.
    Smuggled,
}

/// A kind of forged requests.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Forged {
    NoSignature,
    SmuggledIdentity,
    UnknownKey,
    InactiveKey,
    WrongSecret,
    ChangedMethod,
    ChangedPath,
    ChangedQuery,
    ChangedHeader,
    ChangedBody,
    ChangedUrl,
    TwoSignatures,
    TwoAuthorizations,
    UnsignedAmzHeader,
    Expired,
    FromTheFuture,
    ExpiredUrl,
    OtherRegion,
    OtherService,
    OtherHost,
    OtherAccount,
    NoToken,
    ForeignToken,
    BodyTooLong,
}

impl Forged {
    pub const ALL: [Self; 24] = [
        Self::NoSignature,
        Self::SmuggledIdentity,
        Self::UnknownKey,
        Self::InactiveKey,
        Self::WrongSecret,
        Self::ChangedMethod,
        Self::ChangedPath,
        Self::ChangedQuery,
        Self::ChangedHeader,
        Self::ChangedBody,
        Self::ChangedUrl,
        Self::TwoSignatures,
        Self::TwoAuthorizations,
        Self::UnsignedAmzHeader,
        Self::Expired,
        Self::FromTheFuture,
        Self::ExpiredUrl,
        Self::OtherRegion,
        Self::OtherService,
        Self::OtherHost,
        Self::OtherAccount,
        Self::NoToken,
        Self::ForeignToken,
        Self::BodyTooLong,
    ];
}

const GOOD: [Good; 6] = [Good::Header, Good::Body, Good::Url, Good::UrlWithBody, Good::Session, Good::Smuggled];

impl Plan {
    /// The plan of the request with number `n`.
    pub fn of(n: usize) -> Self {
        match n % REPLAY_EVERY {
            50 if n / REPLAY_EVERY % 4 == 3 => Self::Twins,
            50 => Self::Replay,
            at if at % FORGED_EVERY == 9 => Self::Forged(Forged::ALL[n / FORGED_EVERY % Forged::ALL.len()]),
            20 => Self::Revoked,
            60 => Self::Added,
            _ => Self::Good(GOOD[n % GOOD.len()]),
        }
    }

    /// Who signs the request with number `n`.
    pub fn caller(self, n: usize) -> Caller {
        match self {
            Self::Good(Good::Session) | Self::Forged(Forged::NoToken | Forged::ForeignToken) => Caller::Session,
            Self::Forged(Forged::OtherAccount) => Caller::Elsewhere,
            Self::Forged(Forged::InactiveKey) => Caller::Inactive,
            Self::Forged(Forged::UnknownKey) => Caller::Unknown,
            Self::Revoked => Caller::Revoked,
            Self::Added => Caller::Added,
            Self::Good(_) | Self::Forged(_) | Self::Replay | Self::Twins => Caller::user(n),
        }
    }
}
