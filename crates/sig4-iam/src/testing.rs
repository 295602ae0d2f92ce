//! Directories and a layer for the tests of a service, beside the requests of [`sig4::testing`].
//!
//! ```
//! use axum::{Router, body::Body, routing::get};
//! use http::Request;
//! use sig4::testing::signed;
//! use sig4_iam::testing;
//! use tower::{Layer, ServiceExt};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let pets = || Router::new().route("/pets", get("a list of pets"));
//! let app = testing::layer(testing::directory()).layer(pets());
//! assert_eq!(app.oneshot(signed(Request::get("/pets").body(Body::empty())?)).await?.status(), 200);
//!
//! let reader = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke",
//!     "Resource": "arn:aws:execute-api:*:*:*/*/GET/dogs"}}"#;
//! let app = testing::layer(testing::directory_with_policy(reader)).layer(pets());
//! assert_eq!(app.oneshot(signed(Request::get("/pets").body(Body::empty())?)).await?.status(), 403);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **For tests only.** The keys are the published examples of AWS's documentation, which everybody knows, and the clock stands in 2015.
//! Enable the feature `testing` in `[dev-dependencies]`, and never elsewhere.
#![allow(clippy::expect_used, clippy::missing_panics_doc, clippy::panic, reason = "a test that cannot go on fails")]

use crate::tower::{AuthorizeLayer, ExecuteApi};
use crate::{Directory, Identity, Policies, Policy, Principal};
use sig4::testing;

/// The account of the callers and of the API.
pub const ACCOUNT: &str = "123456789012";

/// The id of the API that [`layer`] authorizes.
pub const API_ID: &str = "a1b2c3d4e5";

/// The name of the user who has [`sig4::testing::credentials`].
pub const USER: &str = "alice";

/// The names of the role and of the session that has [`sig4::testing::session_credentials`].
pub const ROLE: &str = "tester";
/// See [`ROLE`].
pub const SESSION: &str = "test-run";

/// A policy that allows everything.
pub const ALLOW_ALL: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;

/// A directory whose callers may do everything.
#[must_use]
pub fn directory() -> Directory {
    directory_with_policy(ALLOW_ALL)
}

/// A directory whose callers have this policy, a JSON document: the user [`USER`], and the session [`SESSION`] of [`ROLE`].
///
/// # Panics
///
/// If the policy is not valid.
#[must_use]
#[track_caller]
pub fn directory_with_policy(json: &str) -> Directory {
    let policy = Policy::parse("test", json).unwrap_or_else(|error| panic!("the policy of a test: {error}"));
    directory_with_policies(&Policies::new().with_identity(policy))
}

/// A directory whose callers have these policies, boundaries and service control policies.
#[must_use]
pub fn directory_with_policies(policies: &Policies) -> Directory {
    let user = Principal::user(ACCOUNT, USER).expect("account and name are valid");
    let session = Principal::role_session(ACCOUNT, ROLE, SESSION).expect("account and names are valid");
    let identity = |credentials, principal| Identity::new(credentials, principal).with_policies(policies.clone());
    let directory = Directory::new(ACCOUNT).with_identity(identity(testing::credentials(), user));
    let directory = directory.and_then(|it| it.with_identity(identity(testing::session_credentials(), session)));
    directory.expect("the two keys have different ids")
}

/// The API that [`layer`] authorizes.
#[must_use]
pub fn api() -> ExecuteApi {
    ExecuteApi::new(testing::REGION, ACCOUNT, API_ID)
}

/// A layer that authorizes [signed](sig4::testing::signed) requests of the directory's callers: with [`sig4::testing::verifier`],
/// [`api`] and the clock [`sig4::testing::now`].
#[must_use]
pub fn layer(directory: Directory) -> AuthorizeLayer<Directory> {
    AuthorizeLayer::new(testing::verifier(), directory, api()).with_clock(testing::now)
}
