//! `sig4 serve` and `sig4 call`.

mod called;
mod called_tls;
mod concurrency;
#[cfg(unix)]
mod frameworks;
mod handlers;
mod inspect;
mod inspecting;
mod reload;
mod rest;
mod runtimes;
#[cfg(unix)]
mod scratch;
mod sent;
mod served;
pub(crate) mod serving;
mod stacks;
mod start;
mod synthesized;
mod tls;
mod trust;
#[cfg(unix)]
mod users;
