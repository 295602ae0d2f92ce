//! The call of an integration: within its time, and whatever it does.

use super::handler::Live;
use super::lambda::{Invoked, LambdaFunction};
use crate::gateway::echo;
use crate::gateway::event::Event;
use crate::gateway::integration::Target;
use crate::gateway::limits::{MAX_BODY_LEN, MAX_LAMBDA_PAYLOAD_LEN};
use crate::gateway::reply::Reply;
use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;
use http::request::Parts;
use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// The answer of an integration, or the status that the gateway answers with in its place and why.
pub(super) type Integrated = Result<(StatusCode, HeaderMap, Bytes), (StatusCode, String)>;

impl Live {
    /// Calls the integration of a route. `variables` are those of the path, decoded.
    pub(super) async fn integrate(
        &self,
        target: &Target,
        event: Event,
        head: &Parts,
        variables: &[(String, &str)],
    ) -> Integrated {
        let limit = self.timeouts().integration;
        let answered = async {
            match target {
                Target::Echo => self.held(echo::reply(&event)).await,
                Target::NotImplemented(why) => self.held(not_implemented(why)).await,
                Target::Handler(handler) => self.held(handler(event).await).await,
                Target::Lambda(function) => self.invoke(function, &event).await,
                Target::Proxy(upstream) => self.forward(upstream, event, head, variables).await,
                Target::Function(_) | Target::Unattached => {
                    Err((StatusCode::NOT_FOUND, "the route has no integration".to_owned()))
                }
            }
        };
        match tokio::time::timeout(limit, guarded(answered)).await {
            Ok(Ok(Ok(reply))) => finished(reply),
            Ok(Ok(Err(made))) => Err(made),
            Ok(Err(why)) => Err((StatusCode::INTERNAL_SERVER_ERROR, why)),
            Err(_) => Err((
                StatusCode::SERVICE_UNAVAILABLE,
                format!("the integration did not answer within {} ms", limit.as_millis()),
            )),
        }
    }
}

impl Live {
    /// Calls a Lambda function, whose event is the body once more: in a value, and in the text made of it.
    async fn invoke(&self, function: &LambdaFunction, event: &Event) -> Result<Reply, (StatusCode, String)> {
        let too_long = || (StatusCode::PAYLOAD_TOO_LARGE, "the event is too long".to_owned());
        let len = event.json_body_len();
        if len > MAX_LAMBDA_PAYLOAD_LEN {
            return Err(too_long());
        }
        let _held = self.budget().take(len.saturating_mul(2)).await.ok_or_else(|| self.no_room("the event"))?;
        match function.invoke(event).await {
            Invoked::Replied(reply) => self.held(reply).await,
            Invoked::TooLong => Err(too_long()),
        }
    }

    /// The answer, whose body takes its room until it is written.
    async fn held(&self, mut reply: Reply) -> Result<Reply, (StatusCode, String)> {
        // One that is too long is not sent.
        if reply.body.len() <= MAX_BODY_LEN {
            let body = std::mem::take(&mut reply.body);
            reply.body = self.budget().hold(body).await.ok_or_else(|| self.no_room("the answer"))?;
        }
        Ok(reply)
    }

    fn no_room(&self, what: &str) -> (StatusCode, String) {
        let limit = self.budget().limit();
        let why = format!("{what} finds no room in time among the {limit} bytes of the server's body budget");
        (StatusCode::SERVICE_UNAVAILABLE, why)
    }
}

fn not_implemented(why: &str) -> Reply {
    Reply::json(serde_json::json!({ "message": why }).to_string()).with_status(501)
}

fn finished(reply: Reply) -> Integrated {
    let failed = |why| (StatusCode::INTERNAL_SERVER_ERROR, why);
    let (status, headers, mut body) = reply.finished().map_err(failed)?;
    if body.len() > MAX_BODY_LEN {
        return Err(failed(format!("the answer is longer than {MAX_BODY_LEN} bytes")));
    }
    if matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED) {
        body.clear();
    }
    Ok((status, headers, body))
}

/// What an integration of whatever kind gives, or that it panicked.
async fn guarded<T>(answering: impl Future<Output = T>) -> Result<T, String> {
    let mut answering = pin!(answering);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(format!("the integration panicked: {}", words(&*panic)))),
    })
    .await
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say why")
}
