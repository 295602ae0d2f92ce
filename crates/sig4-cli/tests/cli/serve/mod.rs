//! `sig4 serve`, `sig4 call`, and what they read: templates of the CDK and configurations.

mod called;
mod config;
mod handlers;
mod intrinsics;
#[cfg(unix)]
mod scratch;
mod sent;
mod served;
pub(crate) mod serving;
mod stacks;
mod template;
mod trust;
#[cfg(unix)]
mod users;
