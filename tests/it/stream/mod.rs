//! Bodies in chunks: what is decoded, and every way in which a body is refused.

mod clients;
mod decoded;
mod heads;
mod upload;
