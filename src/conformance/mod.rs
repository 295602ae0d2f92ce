//! Checks other signers: AWS's two published suites and a corpus of requests on which real signers agree, as data.
//!
//! A signer in Rust is checked in its own tests, with `sig4` as a dev-dependency with the feature `conformance`. Here it is
//! sig4's own:
//!
//! ```
//! use sig4::conformance::{Answer, Case, Ledger, Suite};
//!
//! fn sign(case: &Case) -> Answer {
//!     let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
//!     let signer = case.signer(); // of the region and service, with the settings that the case asks for
//!     if let Some(expires) = case.expires() {
//!         let presigned = signer.presign_view(&view, &payload, case.credentials(), expires, now);
//!         return presigned.map_or_else(|e| Answer::failed(e.to_string()), |signed| Answer::url(signed.url()));
//!     }
//!     let signed = signer.sign_view(&view, &payload, case.credentials(), now);
//!     signed.map_or_else(|e| Answer::failed(e.to_string()), |signed| Answer::headers(signed.headers()))
//! }
//!
//! let outcome = Suite::all().run(&mut sign, &Ledger::empty());
//! assert!(outcome.is_as_expected(), "{outcome}");
//! ```
//!
//! A case passes if the signature is the expected one. Another one passes too if a service would accept it, say because
//! fewer headers are signed, and its [notes](Pass::notes) tell. What would be refused fails with the causes that
//! [`Explainer`](crate::explain::Explainer) names. Failures that are known stand in a [`Ledger`]; if one of them passes, the run
//! fails as well.
//!
//! Bodies in chunks, event streams and SigV4a are not among the cases.

mod case;
mod difference;
mod judge;
mod ledger;
mod line;
mod outcome;
mod rebuilt;
mod service;
mod subject;
mod suite;
mod verdict;

pub use case::{Case, Expected, Kind};
pub use ledger::Ledger;
pub use outcome::{Judged, Outcome};
pub use subject::{Answer, Subject};
pub use suite::Suite;
pub use verdict::{Failure, Pass, Verdict};
