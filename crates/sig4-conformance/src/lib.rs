#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]

// In the order of the imports: a file imports only from those before it.
mod error;
mod pieces;
mod case;
mod pieces_line;
mod line;
mod subject;
mod verdict;
mod difference;
mod rebuilt;
mod service;
mod pieces_judge;
mod asymmetric;
mod judge;
mod ledger;
mod report;
mod suite;

pub use case::{CaseKind, ExpectedResult, SigningCase};
pub use error::{Error, ErrorKind};
pub use ledger::Ledger;
pub use pieces::{CaseEvent, ChunkedBody, EventStream};
pub use report::{JudgedCase, RunReport};
pub use subject::{SignerAnswer, Subject};
pub use suite::Suite;
pub use verdict::{CaseFailure, CasePass, CaseVerdict, FailureCause};
