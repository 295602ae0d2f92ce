//! An API whose requests are checked.

use super::answers::AnswerProfile;
use crate::error::{Error, ErrorKind};
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::request::Parts;
use http::{HeaderName, Method};
use sig4::Verifier;
use sig4::tower::{PathReading, check_method};
use sig4_iam::ResourcePolicy;
use sig4_iam::tower::{ExecuteApi, PolicyAuthorizer};

/// What makes a request with `OPTIONS` a preflight request.
///
/// Source: "Fetch Standard" of WHATWG, CORS-preflight fetch.
const PREFLIGHT: [HeaderName; 2] = [ORIGIN, ACCESS_CONTROL_REQUEST_METHOD];

/// An API: the hosts that it is called at, how its requests are verified, and the resources that policies name.
///
/// ```
/// use sig4_authorizer::{AnswerProfile, Api};
/// use sig4_iam::tower::ExecuteApi;
///
/// let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc"))?
///     .with_hosts(["pets.example"])
///     .with_answers(AnswerProfile::RestApi)
///     .with_public_path("GET", "/health")?
///     .with_preflight_exempt(true)
///     .with_body_check(true);
/// assert_eq!(api.name(), "pets");
/// # Ok::<(), sig4_authorizer::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Api {
    pub(super) name: String,
    pub(super) hosts: Vec<String>,
    pub(super) verifier: Verifier,
    pub(super) policies: PolicyAuthorizer,
    pub(super) answers: AnswerProfile,
    pub(super) checks_body: bool,
    preflight: bool,
    public: Vec<(Method, String)>,
}

impl Api {
    /// An API with a name. Its requests are those of the service of `api`, `execute-api` by default, in its region.
    ///
    /// A deny of `GET` also denies `HEAD`, and a deny of `/a` also denies `/a/`, because servers often treat them as one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the region or the service is invalid.
    pub fn new(name: impl Into<String>, api: ExecuteApi) -> Result<Self, Error> {
        let verifier = Verifier::new(api.region(), api.service())
            .map_err(|error| Error::new(ErrorKind::InvalidConfig, error.to_string()).with_source(error))?;
        Ok(Self::of_service(name, verifier, PolicyAuthorizer::new(api)))
    }

    /// An API of another service: `verifier` knows how its requests are signed, and `policies` maps a request to the action and the
    /// resource that policies name ([`PolicyAuthorizer::with_resource_mapper`]).
    ///
    /// ```
    /// use sig4::{Credentials, Signer, Verifier};
    /// use sig4_authorizer::{Api, Authorizer, CheckBody, CheckRequest, Verdict};
    /// use sig4_iam::tower::{PolicyAuthorizer, ResourceAction};
    /// use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let mapper = |caller: &sig4::verify::Caller<'_>, path: &str| {
    ///     let action = if caller.method() == "GET" { "s3:GetObject" } else { "s3:PutObject" };
    ///     ResourceAction::new(action, format!("arn:aws:s3:::{}", path.trim_start_matches('/'))).with_account("123456789012")
    /// };
    /// let photos = Api::of_service(
    ///     "photos",
    ///     Verifier::new("us-east-1", "s3")?,
    ///     PolicyAuthorizer::with_resource_mapper(mapper),
    /// );
    /// let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
    ///     "Resource": "arn:aws:s3:::photos/*"}}"#;
    /// let alice = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let identity = Identity::new(alice.clone(), Principal::user("123456789012", "alice")?)
    ///     .with_policies(Policies::new().with_identity(Policy::parse("photos", policy)?));
    /// let authorizer = Authorizer::new(photos, Directory::new("123456789012").with_identity(identity)?);
    ///
    /// for (method, allowed) in [("GET", true), ("DELETE", false)] {
    ///     let uri = "https://store.example/photos/cat.jpg";
    ///     let mut request = http::Request::builder().method(method).uri(uri).body("")?;
    ///     Signer::new("us-east-1", "s3")?.sign(&mut request, &alice, time::OffsetDateTime::now_utc())?;
    ///     let (parts, _) = request.into_parts();
    ///     let (verdict, record) = authorizer.check("envoy", CheckRequest::new(parts, CheckBody::Absent)).await;
    ///     assert_eq!(matches!(verdict, Verdict::Allowed(_)), allowed, "{record:?}");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_service(name: impl Into<String>, verifier: Verifier, policies: PolicyAuthorizer) -> Self {
        Self {
            name: name.into(),
            hosts: Vec::new(),
            verifier,
            policies: policies.with_other_names_denied(true),
            answers: AnswerProfile::default(),
            checks_body: false,
            preflight: false,
            public: Vec::new(),
        }
    }

    /// Sets the hosts that select the API (case-insensitive). A host without a port stands for all its ports. An API with hosts refuses
    /// requests to all others, also if the proxy names the API. Without a host it takes every request whose host is not that of
    /// another API.
    #[must_use]
    pub fn with_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.hosts = hosts.into_iter().map(|host| host.into().to_ascii_lowercase()).collect();
        self
    }

    /// Sets the authority that clients sign, if the proxy sees a different one.
    #[must_use]
    pub fn with_authority(self, authority: impl Into<String>) -> Self {
        self.map_verifier(|verifier| verifier.with_authority(authority))
    }

    /// Changes settings of the verifier, such as the [window](Verifier::with_window).
    #[must_use]
    pub fn map_verifier(mut self, change: impl FnOnce(Verifier) -> Verifier) -> Self {
        self.verifier = change(self.verifier);
        self
    }

    /// Adds the resource-based policy.
    #[must_use]
    pub fn with_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.policies = self.policies.with_resource_policy(policy);
        self
    }

    /// Sets the form of the answers to refused requests.
    #[must_use]
    pub const fn with_answers(mut self, answers: AnswerProfile) -> Self {
        self.answers = answers;
        self
    }

    /// Sets whether the upstream checks bodies, with [`BodyCheckLayer`](sig4::tower::BodyCheckLayer) or in its own way. The default is
    /// `false`: a request whose body the proxy does not send is refused.
    #[must_use]
    pub const fn with_body_check(mut self, checks: bool) -> Self {
        self.checks_body = checks;
        self
    }

    /// Sets whether preflight requests of browsers pass without a signature: `OPTIONS` with `Origin` and
    /// `Access-Control-Request-Method`. The default is `false`.
    #[must_use]
    pub const fn with_preflight_exempt(mut self, exempt: bool) -> Self {
        self.preflight = exempt;
        self
    }

    /// Adds a method and a path, as it is sent, that need no signature. The upstream gets such a request without a caller, also if it is
    /// signed. By default every request needs one.
    ///
    /// ```
    /// use sig4_authorizer::Api;
    /// use sig4_iam::tower::ExecuteApi;
    ///
    /// let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc"))?.with_public_path("GET", "/health")?;
    /// assert!(api.clone().with_public_path("get", "/health").is_err());
    /// assert!(api.with_public_path("GET", "/a/../health").is_err());
    /// # Ok::<(), sig4_authorizer::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the method is not in capitals, or if the path is
    /// [ambiguous](sig4::tower::AuthenticateLayer#paths), so that no request could have it.
    pub fn with_public_path(mut self, method: &str, path: &str) -> Result<Self, Error> {
        let invalid = |error: &dyn std::fmt::Display| {
            Error::new(ErrorKind::InvalidConfig, format!("the public path `{method} {path}`: {error}"))
        };
        let public = Method::try_from(method).map_err(|error| invalid(&error))?;
        check_method(&public).map_err(|error| invalid(&error))?;
        PathReading::Unambiguous.read(&self.verifier, path).map_err(|error| invalid(&error))?;
        self.public.push((public, path.to_owned()));
        Ok(self)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a request with an unambiguous path needs no signature.
    pub(super) fn exempts(&self, parts: &Parts) -> bool {
        let is_preflight =
            || parts.method == Method::OPTIONS && PREFLIGHT.iter().all(|name| parts.headers.contains_key(name));
        let is_public = |(method, path): &(Method, String)| parts.method == *method && parts.uri.path() == path;
        (self.preflight && is_preflight()) || self.public.iter().any(is_public)
    }
}
