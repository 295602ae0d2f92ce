//! `sig4 serve` and `sig4 call`.

mod called;
mod handlers;
#[cfg(unix)]
mod scratch;
mod sent;
mod served;
pub(crate) mod serving;
mod stacks;
mod trust;
#[cfg(unix)]
mod users;
