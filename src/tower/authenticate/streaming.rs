//! The settings of a layer whose requests have bodies that stream.

use super::AuthenticateLayer;
use super::body_failure::BodyFailure;
use super::received_body::ReceivedBody;
use crate::verify::key_store::KeyStore;
use std::marker::PhantomData;
use std::sync::Arc;

impl<K: KeyStore, D, O> AuthenticateLayer<K, D, O> {
    /// Lets the bodies of requests stream to the inner service, which takes them as [`ReceivedBody`] and gets them as they arrive.
    ///
    /// The inner service is called once the head of a request is verified and the decision allows the request. The body is verified
    /// while the service reads it, and ends with an error if it is not the signed body: [`ReceivedBody`] has the details. A request
    /// that does not state its payload in `x-amz-content-sha256` is read into memory first, because its signature covers the hash of
    /// the body. Clients of S3 always state it, others seldom.
    ///
    /// A stream of signed events arrives as its messages, without the signed messages around them: with the feature `futures`,
    /// [`Messages`](crate::stream::event::Messages) reads them. Each comes as soon as its signature has matched, and its time is compared
    /// with the clock of the layer, within the verifier's window. The service may answer while events arrive.
    ///
    /// The settings mean:
    ///
    /// | setting | for a body that streams |
    /// |---|---|
    /// | [`with_body_limit`](Self::with_body_limit) | the most bytes of the decoded body; 413 if more are declared, an error of the body otherwise |
    /// | [`with_body_budget`](Self::with_body_budget) | counts the bytes that are held to be verified: one chunk of a body in signed chunks, and the longest event |
    /// | [`with_time_limit`](Self::with_time_limit) | limits the wait for each piece, not for the whole body |
    /// | [`with_replay_store`](Self::with_replay_store) | is asked before the body is read |
    /// | [`on_decision`](Self::on_decision) | is called before the body is read: with `Allowed`, also if the body fails later |
    /// | [`on_body_failure`](Self::on_body_failure) | is called if the body fails |
    ///
    /// ```
    /// use http::{Request, Response};
    /// use http_body_util::{BodyExt, Full};
    /// use sig4::tower::{AuthenticateLayer, ReceivedBody};
    /// # use sig4::{Credentials, Payload, Signer, Verifier};
    /// # use std::{collections::HashMap, sync::Arc};
    /// use tower::{Layer, ServiceExt};
    ///
    /// /// Counts the bytes of an upload, and keeps none.
    /// async fn count(request: Request<ReceivedBody>) -> Result<Response<Full<bytes::Bytes>>, sig4::tower::BodyError> {
    ///     let (mut body, mut len) = (request.into_body(), 0);
    ///     while let Some(frame) = body.frame().await {
    ///         len += frame?.data_ref().map_or(0, |data| data.len());
    ///     }
    ///     Ok(Response::new(Full::from(format!("{len} bytes"))))
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// # let keys = HashMap::from([("AKIDEXAMPLE".to_owned(), Arc::new(credentials.clone()))]);
    /// let layer = AuthenticateLayer::new(Verifier::new("us-east-1", "s3")?, keys)
    ///     .with_streaming_body()
    ///     .with_body_limit(5 << 30);
    /// let service = layer.layer(tower::service_fn(count));
    /// # let url = "https://photos.s3.us-east-1.amazonaws.com/cat";
    /// # let (mut parts, ()) = Request::put(url).body(())?.into_parts();
    /// # let now = time::OffsetDateTime::now_utc();
    /// # Signer::new("us-east-1", "s3")?.sign_parts(&mut parts, &Payload::Bytes(b"meow"), &credentials, now)?;
    /// # let [signed, forged] = ["meow", "moo!"].map(|body| Request::from_parts(parts.clone(), Full::<bytes::Bytes>::from(body)));
    /// let response = service.clone().oneshot(signed).await?;
    /// assert_eq!(response.into_body().collect().await?.to_bytes(), "4 bytes");
    /// assert!(service.oneshot(forged).await.is_err(), "the service got an error, and not the end");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_streaming_body(self) -> AuthenticateLayer<K, D, ReceivedBody> {
        let Self { authenticator, decision, gate, .. } = self;
        AuthenticateLayer { authenticator, decision, gate, body: PhantomData }
    }

    /// Sets a hook that is called if the body of an allowed request fails while it
    /// [streams](Self::with_streaming_body): for metrics. A hook that panics makes the read of the body panic.
    ///
    /// ```
    /// use sig4::tower::{AuthenticateLayer, BodyFailure};
    /// # use sig4::verify::KeyStore;
    /// # fn example<K: KeyStore>(layer: AuthenticateLayer<K>) {
    ///
    /// let layer = layer.with_streaming_body().on_body_failure(|failure: &BodyFailure<'_>| {
    ///     println!("{} after {} bytes of {}", failure.kind(), failure.passed_on(), failure.proven_access_key_id());
    /// });
    /// # let _ = layer;
    /// # }
    /// ```
    #[must_use]
    pub fn on_body_failure(mut self, hook: impl Fn(&BodyFailure<'_>) + Send + Sync + 'static) -> Self {
        self.gate.on_body_failure = Some(Arc::new(hook));
        self
    }
}
