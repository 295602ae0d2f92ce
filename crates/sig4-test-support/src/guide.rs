//! The pages of `docs/`, whose code blocks are compiled and run as documentation tests.

#[doc = include_str!("../../../docs/authorizer.md")]
pub mod authorizer {}

#[doc = include_str!("../../../docs/cdk.md")]
pub mod cdk {}

#[doc = include_str!("../../../docs/conformance.md")]
pub mod conformance {}

#[doc = include_str!("../../../docs/explaining.md")]
pub mod explaining {}

#[doc = include_str!("../../../docs/http-api.md")]
pub mod http_api {}

#[doc = include_str!("../../../docs/iam.md")]
pub mod iam {}

#[doc = include_str!("../../../docs/layer.md")]
pub mod layer {}

#[doc = include_str!("../../../docs/limits.md")]
pub mod limits {}

#[doc = include_str!("../../../docs/output.md")]
pub mod output {}

#[doc = include_str!("../../../docs/performance.md")]
pub mod performance {}

#[doc = include_str!("../../../docs/presigning.md")]
pub mod presigning {}

#[doc = include_str!("../../../docs/README.md")]
pub mod readme {}

#[doc = include_str!("../../../docs/rest-api.md")]
pub mod rest_api {}

#[doc = include_str!("../../../docs/scaling.md")]
pub mod scaling {}

#[doc = include_str!("../../../docs/serve.md")]
pub mod serve {}

#[doc = include_str!("../../../docs/sign-layer.md")]
pub mod sign_layer {}

#[doc = include_str!("../../../docs/signing.md")]
pub mod signing {}

#[doc = include_str!("../../../docs/streaming.md")]
pub mod streaming {}

#[doc = include_str!("../../../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../../../docs/tokens.md")]
pub mod tokens {}

#[doc = include_str!("../../../docs/verifying.md")]
pub mod verifying {}
