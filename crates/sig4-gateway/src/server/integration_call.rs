//! The call of an integration, within its time limit.

use super::integration_failure::IntegrationFailure;
use super::lambda::{InvokeError, LambdaFunction};
use super::proxy::UpstreamClient;
use crate::echo;
use crate::event::Event;
use crate::integration::Target;
use crate::limits::{MAX_BODY_LEN, MAX_LAMBDA_PAYLOAD_LEN};
use crate::mock::request_template::MockFailure;
use crate::reply::remapped::remap;
use crate::reply::{JSON, Reply};
use crate::upstream::PathValues;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Response, StatusCode};
use sig4::tower::BodyBudget;
use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// Calls integrations.
pub(super) struct IntegrationCaller {
    upstream: Arc<UpstreamClient>,
    budget: BodyBudget,
    limit: Duration,
    is_rest: bool,
}

impl IntegrationCaller {
    /// Calls integrations that may take up to `limit`, whose responses take room of `budget`.
    pub(super) const fn new(upstream: Arc<UpstreamClient>, budget: BodyBudget, limit: Duration, is_rest: bool) -> Self {
        Self { upstream, budget, limit, is_rest }
    }

    /// How the values of path variables are written.
    const fn path_values(&self) -> PathValues {
        if self.is_rest { PathValues::AsSent } else { PathValues::Decoded }
    }

    /// Calls the integration of a route. `variables` are the path variables.
    pub(super) async fn call(
        &self,
        target: &Target,
        event: Event,
        head: &Parts,
        variables: &[(String, &str)],
    ) -> Result<Response<Bytes>, IntegrationFailure> {
        let reply = async {
            match target {
                Target::Echo => self.hold(echo::reply(&event)).await,
                Target::Mock(mock) => {
                    let failed = |failure: MockFailure| IntegrationFailure::new(failure.status, failure.cause);
                    self.hold(mock.reply(&head.headers).map_err(failed)?).await
                }
                Target::NotImplemented(why) => self.hold(not_implemented(why)).await,
                Target::Handler(handler) => self.hold(handler(event).await).await,
                Target::Lambda(function) => self.invoke(function, &event).await,
                Target::Proxy(upstream) => {
                    self.upstream.forward(upstream, event, head, variables, self.path_values()).await
                }
                Target::Function(_) | Target::Unattached => {
                    Err(IntegrationFailure::new(StatusCode::NOT_FOUND, "the route has no integration"))
                }
            }
        };
        let called = match tokio::time::timeout(self.limit, catch_panic(reply)).await {
            Ok(reply) => reply.and_then(|reply| self.finished(reply?, target)),
            Err(_) => {
                let cause = format!("the integration did not answer within {} ms", self.limit.as_millis());
                Err(IntegrationFailure::timed_out(cause))
            }
        };
        called.map_err(|failure| if self.is_rest { failure.of_rest() } else { failure })
    }

    fn finished(&self, mut reply: Reply, target: &Target) -> Result<Response<Bytes>, IntegrationFailure> {
        // Handlers stand for functions, whose replies to a REST API are JSON by default, even without a body. Source: aws-lambda-dotnet,
        // the snapshot `V1_DefaultsToCorrectContentTYpeRest`.
        if self.is_rest && matches!(target, Target::Handler(_)) && reply.failure.is_none() {
            reply.headers.entry(CONTENT_TYPE).or_insert(JSON);
        }
        if self.is_rest && !matches!(target, Target::Mock(_) | Target::NotImplemented(_)) {
            remap(&mut reply.headers);
        }
        finished(reply)
    }

    /// Calls a Lambda function. The event holds the body twice more: as a JSON value and as its text.
    async fn invoke(&self, function: &LambdaFunction, event: &Event) -> Result<Reply, IntegrationFailure> {
        let too_long = || IntegrationFailure::new(StatusCode::PAYLOAD_TOO_LARGE, "the event is too long");
        let len = event.json_body_len();
        if len > MAX_LAMBDA_PAYLOAD_LEN {
            return Err(too_long());
        }
        let _held = self.budget.reserve(len.saturating_mul(2)).await.ok_or_else(|| self.no_room("the event"))?;
        match function.invoke(event).await {
            Ok(reply) => self.hold(reply).await,
            Err(InvokeError::TooLong) => Err(too_long()),
            Err(InvokeError::Throttled) => Err(IntegrationFailure::throttled(
                "the function is throttled: as many calls as its reserved concurrency are under way",
            )),
        }
    }

    /// Takes room for the body of a reply until it is written.
    async fn hold(&self, mut reply: Reply) -> Result<Reply, IntegrationFailure> {
        // A longer body is not sent.
        if reply.body.len() <= MAX_BODY_LEN {
            let body = std::mem::take(&mut reply.body);
            reply.body = self.budget.hold(body).await.ok_or_else(|| self.no_room("the response"))?;
        }
        Ok(reply)
    }

    fn no_room(&self, what: &str) -> IntegrationFailure {
        let limit = self.budget.limit();
        let cause = format!("{what} finds no room in time among the {limit} bytes of the server's body budget");
        IntegrationFailure::new(StatusCode::SERVICE_UNAVAILABLE, cause)
    }
}

fn not_implemented(why: &str) -> Reply {
    Reply::json(serde_json::json!({ "message": why }).to_string()).with_status(501)
}

fn finished(reply: Reply) -> Result<Response<Bytes>, IntegrationFailure> {
    let mut response = reply.into_response().map_err(IntegrationFailure::internal)?;
    if response.body().len() > MAX_BODY_LEN {
        return Err(IntegrationFailure::internal(format!("the response is longer than {MAX_BODY_LEN} bytes")));
    }
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED) {
        response.body_mut().clear();
    }
    Ok(response)
}

/// Turns a panic of `future` into a failure.
async fn catch_panic<T>(future: impl Future<Output = T>) -> Result<T, IntegrationFailure> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => {
            let cause = format!("the integration panicked: {}", panic_message(&*panic));
            Poll::Ready(Err(IntegrationFailure::internal(cause)))
        }
    })
    .await
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say why")
}
