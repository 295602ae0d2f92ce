//! The methods of an API definition that only REST APIs have.

use super::ApiDefinition;
use crate::gateway_response::GatewayResponse;
use sig4::tower::ApiType;
use sig4_iam::ResourcePolicy;

/// A REST API.
impl ApiDefinition {
    /// A REST API in a region, without stages and methods. [`with_stage`](Self::with_stage) adds a stage, of which it needs at least
    /// one, and [`route`](Self::route) a method: `GET /pets/{id}`. [`with_tls`](Self::with_tls) has a whole test.
    ///
    /// The differences from an HTTP API:
    ///
    /// - The name of the stage is always part of the path, and there is no stage `$default` and no route `$default`.
    /// - `{proxy+}` does not match the path of its parent: `/pets/{proxy+}` matches `/pets/1`, not `/pets/` and not `/pets`.
    /// - Functions get events of payload format 1.0, in which paths are encoded as they were sent.
    /// - Refused callers get the reason, and a path without a method is answered with 403, `Missing Authentication Token`.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, Auth, Integration};
    ///
    /// let api = ApiDefinition::rest("us-east-1").with_stage("prod").route_with("GET /pets/{id}", Auth::None, Integration::echo());
    /// assert!(api.is_rest());
    /// api.check()?;
    /// # Ok::<(), sig4_gateway::Error>(())
    /// ```
    #[must_use]
    pub fn rest(region: impl Into<String>) -> Self {
        Self { api_type: ApiType::RestApi, ..Self::new(region) }
    }

    /// Whether it is a REST API.
    #[must_use]
    pub const fn is_rest(&self) -> bool {
        matches!(self.api_type, ApiType::RestApi)
    }

    /// Sets the resource policy of a REST API. For an HTTP API it is an error of [`check`](Self::check).
    ///
    /// A caller of the API's account needs an `Allow` of a policy of its own or of the resource policy, and a caller of another account
    /// needs both. Anonymous callers, at a method with [`Auth::None`](crate::Auth::None), need a statement whose principal is `*`. A
    /// `Deny` wins. The short form of a resource, `execute-api:/STAGE/METHOD/PATH`, is this API's.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, ErrorKind};
    /// use sig4_iam::ResourcePolicy;
    ///
    /// let policy = ResourcePolicy::parse("api", r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
    ///     "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/GET/*"}}"#)?;
    /// ApiDefinition::rest("us-east-1").with_stage("prod").with_resource_policy(policy.clone()).check()?;
    /// let error = ApiDefinition::new("us-east-1").with_resource_policy(policy).check().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidApi);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Source: "How API Gateway resource policies affect authorization workflow".
    #[must_use]
    pub fn with_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.rest.resource_policy = Some(policy);
        self
    }

    /// Adds a gateway response of a REST API: the status, headers and body of an error that the gateway itself makes. A later one of
    /// the same type replaces an earlier one. For an HTTP API it is an error of [`check`](Self::check). See [`GatewayResponse`].
    #[must_use]
    pub fn with_gateway_response(mut self, response: GatewayResponse) -> Self {
        self.rest.gateway_responses.retain(|earlier| earlier.response_type() != response.response_type());
        self.rest.gateway_responses.push(response);
        self
    }

    /// Sets the binary media types of a REST API: `image/png`, `image/*` or `*/*`. A body of such a type goes into an event in base64,
    /// and a function's base64 is decoded for a client that accepts the type.
    #[must_use]
    pub fn with_binary_media_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.rest.binary_media_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// The resource policy of a REST API, if it has one.
    #[must_use]
    pub const fn resource_policy(&self) -> Option<&ResourcePolicy> {
        self.rest.resource_policy.as_ref()
    }

    /// The gateway responses of a REST API.
    pub fn gateway_responses(&self) -> impl Iterator<Item = &GatewayResponse> {
        self.rest.gateway_responses.iter()
    }

    /// The binary media types of a REST API.
    pub fn binary_media_types(&self) -> impl Iterator<Item = &str> {
        self.rest.binary_media_types.iter().map(String::as_str)
    }
}
