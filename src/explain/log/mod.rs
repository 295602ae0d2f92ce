//! The canonical requests and strings to sign in a client's debug log.
//!
//! Every signer writes them in its own frame: after a label, in quotes, with a time before each line, as JSON. The blocks
//! themselves have one form. So they are found by their form, and the frame around them is cut off.

// Lowest first, as in `explain`.
pub(crate) mod lines;
pub(crate) mod frame;
pub(crate) mod blocks;
pub(crate) mod clients;
pub(crate) mod masked;
pub(crate) mod client_log;
