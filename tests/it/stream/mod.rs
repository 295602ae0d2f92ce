//! Bodies in chunks: what is decoded, and every way in which a body is refused.

mod attacks;
mod clients;
mod decoded;
mod deviations;
mod heads;
mod model;
mod upload;
