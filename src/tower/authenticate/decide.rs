//! The decision whether an authenticated caller may make a request.

use super::caller::{AuthenticatedCaller, VerifiedRequest};
use http::StatusCode;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// The default error code of a denial. Source: "Common Error Types".
const ACCESS_DENIED: &str = "AccessDeniedException";

/// Decides whether a caller with a valid signature may make the request.
///
/// The decision is made before the signature is remembered and before the inner service sees the request. It does no IO. If a
/// decision has to call a service, write it as a layer behind [`AuthenticateLayer`](super::AuthenticateLayer), which finds the
/// [`AuthenticatedCaller`] in the extensions of the request.
///
/// Closures implement this trait.
///
/// ```
/// use sig4::Credentials;
/// use sig4::tower::{AuthenticatedCaller, Decide, Denial, VerifiedRequest};
///
/// /// Allows callers to read. Writing needs a signed header.
/// struct SignedReason;
///
/// impl Decide<Credentials> for SignedReason {
///     type Permit = AuthenticatedCaller<Credentials>;
///
///     fn decide(&self, request: &VerifiedRequest<'_, Credentials>) -> Result<Self::Permit, Denial> {
///         let caller = request.caller();
///         if caller.method() == "GET" || caller.signed_header("x-reason").next().is_some() {
///             return Ok(request.authenticated());
///         }
///         Err(Denial::new("a request that writes needs a signed `x-reason` header"))
///     }
/// }
/// # fn is_a_decision<D: Decide<Credentials>>(_: D) {}
/// # is_a_decision(SignedReason);
/// ```
pub trait Decide<K>: Send + Sync {
    /// The value that the inner service finds in the extensions of an allowed request: an [`AuthenticatedCaller`], or a type
    /// that adds the findings of the decision.
    type Permit: Clone + Send + Sync + 'static;

    /// Decides about one request.
    ///
    /// # Errors
    ///
    /// If the caller may not make the request.
    fn decide(&self, request: &VerifiedRequest<'_, K>) -> Result<Self::Permit, Denial>;

    /// The grounds of a permit, for the event and the span of an allowed request. None by default.
    fn grounds<'p>(&self, permit: &'p Self::Permit) -> Grounds<'p> {
        let _ = permit;
        Grounds::new()
    }
}

/// The grounds of a permit: what was allowed, and why.
///
/// The event and the span of an allowed request show it. It must hold no secret.
///
/// ```
/// use sig4::tower::Grounds;
///
/// let grounds = Grounds::new().with_action("pets:Feed").with_resource("pet/7").with_decision(&"rule 3");
/// assert_eq!(format!("{grounds:?}"), r#"Grounds { action: Some("pets:Feed"), resource: Some("pet/7"), decision: Some("rule 3") }"#);
/// ```
#[derive(Clone, Copy, Default)]
pub struct Grounds<'p> {
    pub(super) action: Option<&'p str>,
    pub(super) resource: Option<&'p str>,
    pub(super) decision: Option<&'p (dyn fmt::Display + Sync)>,
}

impl<'p> Grounds<'p> {
    /// No grounds.
    #[must_use]
    pub const fn new() -> Self {
        Self { action: None, resource: None, decision: None }
    }

    /// Sets the action that was allowed, such as `execute-api:Invoke`.
    #[must_use]
    pub const fn with_action(mut self, action: &'p str) -> Self {
        self.action = Some(action);
        self
    }

    /// Sets the resource, such as an ARN.
    #[must_use]
    pub const fn with_resource(mut self, resource: &'p str) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Sets the decision with its reason, such as the statement that allows the request.
    #[must_use]
    pub const fn with_decision(mut self, decision: &'p (dyn fmt::Display + Sync)) -> Self {
        self.decision = Some(decision);
        self
    }
}

impl fmt::Debug for Grounds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grounds")
            .field("action", &self.action)
            .field("resource", &self.resource)
            .field("decision", &self.decision.map(ToString::to_string))
            .finish()
    }
}

impl<K, P, F> Decide<K> for F
where
    F: Fn(&VerifiedRequest<'_, K>) -> Result<P, Denial> + Send + Sync,
    P: Clone + Send + Sync + 'static,
{
    type Permit = P;

    fn decide(&self, request: &VerifiedRequest<'_, K>) -> Result<P, Denial> {
        self(request)
    }
}

/// The decision that allows every caller with a valid signature. The default of
/// [`AuthenticateLayer`](super::AuthenticateLayer).
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has no settings")]
pub struct AllowAuthenticated;

impl<K: Send + Sync + 'static> Decide<K> for AllowAuthenticated {
    type Permit = AuthenticatedCaller<K>;

    fn decide(&self, request: &VerifiedRequest<'_, K>) -> Result<Self::Permit, Denial> {
        Ok(request.authenticated())
    }
}

/// The denial of a request: the reason for the log, and the answer to the caller.
///
/// The caller gets the status, the code and the message, not the reason.
///
/// ```
/// use http::StatusCode;
/// use sig4::tower::Denial;
///
/// let denial = Denial::new("the tenant is suspended since Monday").with_message("Suspended");
/// assert_eq!(denial.to_string(), "the tenant is suspended since Monday");
/// assert_eq!((denial.status(), denial.code()), (StatusCode::FORBIDDEN, "AccessDeniedException"));
/// assert_eq!(denial.message(), "Suspended");
/// ```
#[derive(Debug)]
pub struct Denial {
    reason: Box<dyn Error + Send + Sync>,
    status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
}

impl Denial {
    /// Creates a denial with the status 403 and the code `AccessDeniedException`. The reason is a text or an error.
    #[must_use]
    pub fn new(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            reason: reason.into(),
            status: StatusCode::FORBIDDEN,
            code: Cow::Borrowed(ACCESS_DENIED),
            message: Cow::Borrowed("Forbidden"),
        }
    }

    /// Sets the status of the answer. The default is 403.
    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Sets the error code of the answer, which REST APIs send as `x-amzn-ErrorType`. The default is `AccessDeniedException`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = code.into();
        self
    }

    /// Sets the message of the answer of REST APIs. The default is `Forbidden`.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The error code of the answer.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The message of the answer.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The reason, if it is an error of type `E`.
    #[must_use]
    pub fn reason<E: Error + 'static>(&self) -> Option<&E> {
        self.reason.downcast_ref()
    }

    /// Whether REST APIs answer with IAM's spelling `Message` of the member.
    pub(super) fn is_of_iam(&self) -> bool {
        self.code == ACCESS_DENIED
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl Error for Denial {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.source()
    }
}
