//! Clients of [`reqwest`](https://docs.rs/reqwest) that sign their requests.
//!
//! [`SignClient`] wraps a client of reqwest. [`SignMiddleware`], with the feature
//! `reqwest-middleware`, is for clients of that crate. Both take their settings from a [`SignLayer`](crate::tower::SignLayer), and
//! its rules hold for them: a request to an origin that is not named is not sent, credentials come from the same
//! [providers](crate::tower::CredentialsProvider), and a retry is signed afresh. Clones share the settings and the cache of signing keys.
//!
//! Both send the target that was signed: with S3's settings, `/a+b` is signed and sent as `/a%2Bb`. A request whose URL reqwest
//! would send in a different spelling is an error of the kind [`RequestChanged`](crate::tower::ErrorKind::RequestChanged), and
//! nothing is sent.
//!
//! The feature brings reqwest without its default features, and so without TLS. Add reqwest with a feature for TLS to your own
//! manifest, such as `rustls` or `native-tls`.

mod builder;
mod client;
mod error;
mod exchange;
#[cfg(feature = "reqwest-middleware")]
mod middleware;
mod sender;

pub use builder::RequestBuilder;
pub use client::SignClient;
pub use error::Error;
#[cfg(feature = "reqwest-middleware")]
pub use middleware::SignMiddleware;
