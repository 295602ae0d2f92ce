//! The authentication of a request whose body is not at hand.

use super::asked::{Asked, Known};
use super::authenticator::Authenticator;
use super::decide::Decide;
use super::refusal::Refusal;
use crate::time::Moment;
use crate::tower::expected_body::ExpectedBody;
use crate::tower::path::DecodedPath;
use crate::verify::key_store::{AccessKey, KeyStore};
use http::request::Parts;

impl<K: KeyStore> Authenticator<K> {
    /// Authenticates a request whose body is not at hand, such as one that a proxy asks about. Returns the permit of the decision, and
    /// the body that the request must have, which the server behind the proxy [checks](crate::tower::BodyCheckLayer).
    ///
    /// | the request states | the body must |
    /// |---|---|
    /// | a hash in `x-amz-content-sha256` | have that hash |
    /// | nothing | be empty: a signature over any other body does not match |
    /// | `UNSIGNED-PAYLOAD`, for a service that allows it | [not be checked](ExpectedBody::Unsigned) |
    /// | a marker of a body in chunks | not exist: the request is refused |
    ///
    /// Checks, decision and store of used signatures come in the order of [`authenticate`](Self::authenticate).
    ///
    /// ```
    /// use sig4::tower::{AllowAuthenticated, Authenticator, ExpectedBody, PathReading};
    /// # use sig4::{Credentials, Signer, Verifier};
    /// # use std::{collections::HashMap, sync::Arc};
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// # let now = time::OffsetDateTime::now_utc();
    /// # let mut request = http::Request::get("https://pets.example/").body("")?;
    /// # Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    /// # let (parts, _) = request.into_parts();
    /// # let keys = HashMap::from([("AKIDEXAMPLE".to_owned(), Arc::new(credentials))]);
    /// let authenticator = Authenticator::new(Verifier::new("us-east-1", "execute-api")?, keys);
    /// let path = PathReading::Unambiguous.read(authenticator.verifier(), parts.uri.path())?;
    /// let (caller, body) = authenticator.authenticate_unread(&parts, &path, now, &AllowAuthenticated).await?;
    /// assert_eq!((caller.access_key_id(), body), ("AKIDEXAMPLE", ExpectedBody::empty()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The refusal of the request.
    pub async fn authenticate_unread<D: Decide<K::Key>>(
        &self,
        parts: &Parts,
        path: &DecodedPath<'_>,
        now: impl Moment,
        decision: &D,
    ) -> Result<(D::Permit, ExpectedBody), Refusal<K::Key>> {
        let asked = Asked::new(parts, path, now.into_datetime()?, decision);
        let (claim, access_key_id, key) = self.claim(&asked).await?;
        let known = Known { asked: &asked, access_key_id: &access_key_id, key: &key };
        let arriving = claim.arrive(&key.stored_key(), asked.now).map_err(|error| known.refused(error, None))?;
        let verified = arriving.finish_unread(&key.stored_key());
        let (caller, expected) = verified.map_err(|error| known.refused(error, None))?;
        let permit = self.permit(&known, &caller, None).await?;
        Ok((permit, expected.map_or(ExpectedBody::Unsigned, ExpectedBody::Sha256)))
    }
}
