//! Admits a request: in which form its body is handed on, and what the decision says.

use super::asked::Asked;
use super::authenticator::{Admitted, Authenticator};
use super::decide::Decide;
use super::refusal::Refusal;
use crate::tower::body::{BodyError, BoxError};
use crate::verify::key_store::KeyStore;
use bytes::Bytes;
use http::HeaderMap;
use http_body::Body;

/// The body type of the requests that the service behind an [`AuthenticateLayer`](super::AuthenticateLayer) takes.
///
/// | type | the body |
/// |---|---|
/// | any type that implements `From<Bytes>`, such as `Full<Bytes>` and axum's `Body` | is read into memory and verified before the service is called |
/// | `ReceivedBody` (feature `http-body`) | streams, and is verified while it is read |
#[diagnostic::on_unimplemented(
    message = "`AuthenticateLayer` cannot hand on bodies of the type `{Self}`",
    label = "it is neither `From<Bytes>` nor `ReceivedBody`",
    note = "`with_body` takes a type that implements `From<Bytes>`; `with_streaming_body` streams bodies as `ReceivedBody`"
)]
pub trait RequestBody<B>: sealed::Admit<B> {}

#[diagnostic::do_not_recommend]
impl<B, O: sealed::Admit<B>> RequestBody<B> for O {}

pub(super) mod sealed {
    use super::{Admitted, Asked, Authenticator, BodyError, Decide, HeaderMap, KeyStore, Refusal};

    /// An admitted request, or the refusal.
    type Answer<O, K, D> = Result<Admitted<<D as Decide<K>>::Permit, K, O>, Refusal<K>>;

    /// Reads the body of a request, or lets it stream.
    #[expect(unnameable_types, reason = "it seals a trait")]
    pub trait Admit<B>: Sized + Send + 'static {
        /// Hands on the body of an exempt request.
        fn exempt<K: Send + Sync>(
            authenticator: &Authenticator<K>,
            headers: &HeaderMap,
            body: B,
        ) -> impl Future<Output = Result<Self, BodyError>> + Send;

        /// Authenticates a request and asks the decision.
        fn admit<K: KeyStore, D: Decide<K::Key>>(
            authenticator: &Authenticator<K>,
            asked: &Asked<'_, D>,
            body: B,
        ) -> impl Future<Output = Answer<Self, K::Key, D>> + Send;
    }
}

impl<B, O> sealed::Admit<B> for O
where
    O: From<Bytes> + Send + 'static,
    B: Body<Data: Send, Error: Into<BoxError>> + Send,
{
    async fn exempt<K: Send + Sync>(
        authenticator: &Authenticator<K>,
        headers: &HeaderMap,
        body: B,
    ) -> Result<Self, BodyError> {
        authenticator.body_reader().read(headers, body).await.map(Self::from)
    }

    async fn admit<K: KeyStore, D: Decide<K::Key>>(
        authenticator: &Authenticator<K>,
        asked: &Asked<'_, D>,
        body: B,
    ) -> Result<Admitted<D::Permit, K::Key, Self>, Refusal<K::Key>> {
        Ok(authenticator.admit(asked, body).await?.map(Self::from))
    }
}
