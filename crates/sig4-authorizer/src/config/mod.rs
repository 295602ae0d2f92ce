//! The configuration of an authorizer in one TOML file.
//!
//! `examples/authorizer/authorizer.toml` describes every key. Relative paths are relative to the folder of the file. The file holds no
//! secret: keys, passwords and private keys are in files that it names.

mod api;
mod file;
mod keys;
mod limits;
mod listen;
mod log;
mod replay;
mod time_span;
mod upstream;

pub use file::Config;
pub(crate) use limits::Limits;
pub(crate) use listen::Listen;
pub(crate) use replay::ReplayStoreKind;
