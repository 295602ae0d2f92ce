//! The password of a user of ElastiCache and of MemoryDB, which differ in their names.

use super::issued::Token;
use super::names;
use super::presign::{QUARTER_OF_AN_HOUR, TokenRequest, signer};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

/// A user of a cache. The name of the cache stands in the place of a host.
#[derive(Clone, Debug)]
pub(super) struct CacheUser {
    signer: Signer,
    name: String,
    user: String,
}

impl CacheUser {
    /// A user of the cache `name` of `service`. `what` is the service's word for a cache.
    pub(super) fn new<R>(region: R, service: &str, what: &str, name: &str, user: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (_, signer) = signer(region, service)?;
        let user = names::encoded(&names::plain("user", user)?);
        Ok(Self { signer, name: names::label(what, name)?, user })
    }

    /// The token, with `parameters` after the user.
    pub(super) fn token(&self, parameters: &str, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let lifetime = Expires::from_secs(QUARTER_OF_AN_HOUR)?;
        let query = ["Action=connect&User=", &self.user, parameters].concat();
        let request = TokenRequest { scheme: "http", ..TokenRequest::root(&self.name, &query) };
        let url = request.presign(&self.signer, credentials, lifetime, now)?;
        url.token(url.without_scheme(""), credentials, lifetime)
    }
}
