//! The HTTP API or REST API of a stack, from the output of `cdk synth` or of SAM's transform.
//!
//! A CloudFormation template in JSON, with its assets, becomes an [`ApiDefinition`](super::ApiDefinition). All values are
//! resolved as CloudFormation resolves them. An unsupported feature is an error with its place, or a note if it does not change
//! who may call.
//!
//! | read | |
//! |---|---|
//! | stacks | the stack, the stacks nested in it, and the other stacks of the folder in the same account and region |
//! | HTTP APIs | Api, Stage, Route, Integration (`AWS_PROXY`, `HTTP_PROXY`), ApiMapping |
//! | REST APIs | RestApi, Resource, Method (`AWS_PROXY`, `HTTP_PROXY`, `MOCK`), Deployment, Stage, GatewayResponse, BasePathMapping |
//! | OpenAPI | the `Body` of an API of either kind, with the extensions that SAM writes |
//! | other resources | Function, users and roles with their policies, and names and ARNs of others |
//! | functions | `Ref`, `GetAtt`, `Join`, `Sub`, `If`, `Select`, `Split`, `FindInMap`, `Base64`, `GetAZs`, `ImportValue`, `GetStackOutput`, `Length`, `ToJsonString` |
//! | conditions | `And`, `Or`, `Not`, `Equals`, and in rules `Contains`, `EachMemberIn`, `EachMemberEquals` |
//! | answered with 501 | JWT, Lambda and Cognito authorizers, API keys, integrations with AWS services, mapping templates, VPC links |
//! | refused | OpenAPI bodies in S3, SAM before its transform, macros, modules, `ForEach`, circles, routes whose API, path or authorizer is unknown, two routes that take the same calls |
//!
//! This module does not read files: a closure supplies their bytes.
//!
//! Start with [`Assembly::read`] for `cdk.out`, or [`Stack::of_template`] for one template. [`Stack::definition`] gives the API. It
//! neither starts the functions nor makes keys for the users: give it an integration for each function with
//! [`ApiDefinition::with_functions`](super::ApiDefinition::with_functions), and the callers with
//! [`ApiDefinition::with_keys`](super::ApiDefinition::with_keys).

pub(crate) mod api;
pub(crate) mod assembly;
pub(crate) mod assets;
pub(crate) mod authorization;
pub(crate) mod budget;
pub(crate) mod condition;
pub(crate) mod definition;
pub(crate) mod deployment;
pub(crate) mod domains;
pub(crate) mod dynamic_reference;
pub(crate) mod entry;
pub(crate) mod files;
pub(crate) mod function;
pub(crate) mod functions;
pub(crate) mod http_api;
pub(crate) mod integration;
pub(crate) mod intrinsic;
pub(crate) mod left_out;
pub(crate) mod of_api;
pub(crate) mod openapi;
pub(crate) mod output;
pub(crate) mod parameter;
pub(crate) mod path;
pub(crate) mod principals;
pub(crate) mod properties;
pub(crate) mod reference;
pub(crate) mod resolver;
pub(crate) mod resource;
pub(crate) mod rest_api;
pub(crate) mod routes;
pub(crate) mod scope;
pub(crate) mod shape;
pub(crate) mod spelling;
pub(crate) mod stack;
pub(crate) mod stages;
pub(crate) mod transform;

pub use assembly::Assembly;
pub use budget::{MAX_RESOLVED_BYTES, MAX_RESOLVED_VALUES};
pub use deployment::Deployment;
pub use dynamic_reference::dynamic_reference;
pub use stack::Stack;
