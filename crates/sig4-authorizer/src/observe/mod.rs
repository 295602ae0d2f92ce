//! What operators see: metrics and the access log.
//!
//! | What | File |
//! |---|---|
//! | a decision as a line of JSON | `log_line` |
//! | the lines in a file or on standard output | `access_log` |
//! | decisions, latencies and the state of the stores for Prometheus | `metrics` |
//! | what the server counts beside decisions | `traffic` |

mod access_log;
mod log_line;
mod metrics;
mod traffic;

pub(crate) use access_log::{AccessLog, AccessLogTarget};
pub(crate) use metrics::{Metrics, Sample};
pub(crate) use traffic::{Traffic, TrafficEvent};
