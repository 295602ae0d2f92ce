//! The integration of a route.

use super::event::Event;
use super::mock::MockIntegration;
use super::reply::Reply;
use super::route::RouteKey;
use super::server::lambda::LambdaFunction;
use super::upstream::Upstream;
use crate::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// A future reply.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// The integration of a route: a Rust closure, a Lambda function, an upstream or an echo.
///
/// Clones are the same integration.
#[derive(Clone)]
pub struct Integration(pub(crate) Target);

#[derive(Clone)]
pub(crate) enum Target {
    Echo,
    Function(String),
    Handler(Arc<dyn Fn(Event) -> Answering + Send + Sync>),
    Lambda(LambdaFunction),
    Mock(Arc<MockIntegration>),
    NotImplemented(String),
    Proxy(Upstream),
    Unattached,
}

/// The kind of an [`Integration`], with its definition.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum IntegrationKind<'i> {
    /// A response that repeats method, path and body as JSON.
    Echo,
    /// The function of this name in the definition, for which [no integration](crate::ApiDefinition::with_functions) is
    /// set yet: 404.
    Function(&'i str),
    /// A Rust closure.
    Handler,
    /// An upstream.
    HttpProxy(&'i Upstream),
    /// A Lambda function.
    Lambda,
    /// A response without a backend.
    Mock(&'i MockIntegration),
    /// 501 with this reason: the route requires an authorizer or an integration that is not supported here.
    NotImplemented(&'i str),
    /// No integration: 404.
    Unattached,
}

impl Integration {
    /// An async closure that gets the event. It returns a [`Reply`], a text, a status, or a `Result` of these. An error or a
    /// panic is answered with 500. If the client disconnects or the time limit is reached, the closure's future is dropped.
    ///
    /// ```
    /// use sig4_gateway::{Event, Integration};
    ///
    /// let hello = Integration::handler(|event: Event| async move { format!("hello from {}", event.raw_path()) });
    /// let parse = Integration::handler(|event: Event| async move {
    ///     let number: u32 = event.text().unwrap_or_default().parse()?;
    ///     Ok::<_, std::num::ParseIntError>(format!("{}", number + 1))
    /// });
    /// # let _ = (hello, parse);
    /// ```
    pub fn handler<H, F>(handler: H) -> Self
    where
        H: Fn(Event) -> F + Send + Sync + 'static,
        F: Future + Send + 'static,
        F::Output: Into<Reply>,
    {
        let handler = Arc::new(handler);
        Self(Target::Handler(Arc::new(move |event| {
            let handler = Arc::clone(&handler);
            // The closure is called inside the future, so that its panic is the future's panic.
            Box::pin(async move { handler(event).await.into() })
        })))
    }

    /// A Lambda function: any runtime that connects to its address.
    #[must_use]
    pub fn lambda(function: &LambdaFunction) -> Self {
        Self(Target::Lambda(function.clone()))
    }

    /// An upstream. It gets the request, and the client gets its response. Variables of the route's path are in braces:
    /// `http://localhost:3000/{proxy}`. As in API Gateway, the rest of the path is not added to the URL.
    ///
    /// Not forwarded are hop-by-hop headers, the signature and the session token of an authorized request, and headers that
    /// upstreams trust as set by a proxy: see [`Upstream::with_client_header`]. An invalid URL is reported when the API is
    /// served.
    #[must_use]
    pub fn http_proxy(upstream: impl Into<Upstream>) -> Self {
        Self(Target::Proxy(upstream.into()))
    }

    /// A JSON response, indented by four spaces, that repeats the call: `{"method": …, "path": …, "body": …}`.
    ///
    /// The body is the received JSON with its members in order, or `""` without a body. Text that is not JSON becomes a string,
    /// and bytes that are not UTF-8 become a string in base64. A handler in JavaScript does the same with `JSON.stringify({
    /// method, path, body: body ? JSON.parse(body) : "" }, null, 4)`.
    #[must_use]
    pub const fn echo() -> Self {
        Self(Target::Echo)
    }

    /// A response without a backend, as REST APIs have it.
    #[must_use]
    pub fn mock(mock: MockIntegration) -> Self {
        Self(Target::Mock(Arc::new(mock)))
    }

    /// No integration: the route answers 404, like a route of API Gateway without an integration.
    #[must_use]
    pub const fn unattached() -> Self {
        Self(Target::Unattached)
    }

    /// An integration that cannot be served on this machine: the route answers 501 with the reason in the body.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, Integration};
    ///
    /// let api = ApiDefinition::new("us-east-1").route("POST /queue", Integration::not_implemented("SQS is not supported"));
    /// assert!(api.check().is_ok());
    /// ```
    #[must_use]
    pub fn not_implemented(why: impl Into<String>) -> Self {
        Self(Target::NotImplemented(why.into()))
    }

    /// The function with this name in the definition.
    pub(crate) fn function(name: impl Into<String>) -> Self {
        Self(Target::Function(name.into()))
    }

    /// The kind of integration.
    ///
    /// ```
    /// use sig4_gateway::{Integration, IntegrationKind};
    ///
    /// assert_eq!(Integration::not_implemented("a VPC link").kind(), IntegrationKind::NotImplemented("a VPC link"));
    /// ```
    #[must_use]
    pub fn kind(&self) -> IntegrationKind<'_> {
        match &self.0 {
            Target::Echo => IntegrationKind::Echo,
            Target::Function(name) => IntegrationKind::Function(name),
            Target::Handler(_) => IntegrationKind::Handler,
            Target::Lambda(_) => IntegrationKind::Lambda,
            Target::Mock(mock) => IntegrationKind::Mock(mock),
            Target::NotImplemented(why) => IntegrationKind::NotImplemented(why),
            Target::Proxy(upstream) => IntegrationKind::HttpProxy(upstream),
            Target::Unattached => IntegrationKind::Unattached,
        }
    }

    /// Refuses an integration that cannot serve the route.
    pub(crate) fn check(&self, key: &RouteKey) -> Result<(), Error> {
        match &self.0 {
            Target::Mock(mock) => mock.check(),
            Target::Proxy(upstream) => upstream.check(key.variables()),
            _ => Ok(()),
        }
    }
}

impl From<Upstream> for Integration {
    fn from(upstream: Upstream) -> Self {
        Self::http_proxy(upstream)
    }
}

impl From<&LambdaFunction> for Integration {
    fn from(function: &LambdaFunction) -> Self {
        Self::lambda(function)
    }
}

impl fmt::Debug for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Lambda(function) => write!(f, "Integration({function:?})"),
            _ => write!(f, "Integration({:?})", self.kind()),
        }
    }
}
