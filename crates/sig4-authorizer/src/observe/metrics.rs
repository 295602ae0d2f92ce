//! Metrics for Prometheus.
//!
//! No label has a value that a client chooses: proxies and outcomes are finite, and APIs are those of the configuration.
//!
//! Source: "Metric and label naming" and "Exposition formats" of Prometheus.

use super::traffic::{Traffic, TrafficEvent};
use crate::check::record::{CheckRecord, Observe};
use crate::keys::KeyStatus;
use crate::replay::ReplayStatus;
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram, with_local_recorder,
};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::fmt;
use std::sync::Arc;

/// The upper bounds of the classes of latencies, in seconds.
const LATENCY_BOUNDS: [f64; 14] =
    [0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The names and descriptions of counters.
const COUNTERS: [(&str, &str); 13] = [
    (KEYS_LOADS, "Times that users, keys and policies were loaded"),
    (KEYS_FAILURES, "Times that users, keys and policies could not be loaded"),
    (CHECKS, "Decisions by proxy, API and outcome"),
    (OVERLOADED, "Checks that were refused because too many were in flight"),
    (TIMED_OUT, "Checks that took longer than the limit"),
    (HANDSHAKES_FAILED, "TLS handshakes that failed"),
    (LOG_DROPPED, "Lines of the access log that were dropped because the queue was full"),
    (LOG_FAILED, "Writes of the access log that failed"),
    (REPLAY_ANSWERS, "Answers of the store of used signatures"),
    (REPLAY_ERRORS, "Errors of the store of used signatures by kind"),
    (REPLAY_RETRIES, "Questions to the store of used signatures that were asked again"),
    (REPLAY_FAILED_OPEN, "Requests that were let through because the store of used signatures did not answer"),
    (REPLAY_MICROS, "The time of all answers of the store of used signatures together, in microseconds"),
];

/// The names and descriptions of gauges.
const GAUGES: [(&str, &str); 11] = [
    (READY, "1 if the authorizer is ready"),
    (IN_FLIGHT, "Checks in flight"),
    (CONNECTIONS, "Open connections of proxies"),
    (KEYS, "Access keys that are known"),
    (KEYS_WITHOUT_KEY, "Active access keys that have neither a secret nor a key of the day, in UTC"),
    (KEYS_AGE, "Seconds since users, keys and policies were last found to be those of their files"),
    (KEYS_FAILED, "1 if the last reload of users, keys and policies failed"),
    (TLS_FAILED, "1 if the last reload of the certificate failed"),
    (REPLAY_CONNECTED, "1 if the store of used signatures can be asked"),
    (REPLAY_IN_FLIGHT, "Questions that wait for the store of used signatures"),
    (IN_FLIGHT_LIMIT, "Checks that may be in flight"),
];

const CHECKS: &str = "sig4_checks_total";
const SECONDS: &str = "sig4_check_seconds";
const OVERLOADED: &str = "sig4_checks_overloaded_total";
const TIMED_OUT: &str = "sig4_checks_timed_out_total";
const HANDSHAKES_FAILED: &str = "sig4_tls_handshakes_failed_total";
const LOG_DROPPED: &str = "sig4_access_log_dropped_total";
const LOG_FAILED: &str = "sig4_access_log_failed_total";
const REPLAY_ANSWERS: &str = "sig4_replay_answers_total";
const REPLAY_ERRORS: &str = "sig4_replay_errors_total";
const REPLAY_RETRIES: &str = "sig4_replay_retries_total";
const REPLAY_FAILED_OPEN: &str = "sig4_replay_failed_open_total";
const REPLAY_MICROS: &str = "sig4_replay_microseconds_total";
const READY: &str = "sig4_ready";
const IN_FLIGHT: &str = "sig4_checks_in_flight";
const IN_FLIGHT_LIMIT: &str = "sig4_checks_in_flight_limit";
const CONNECTIONS: &str = "sig4_connections";
const KEYS: &str = "sig4_keys";
const KEYS_WITHOUT_KEY: &str = "sig4_keys_unusable";
const KEYS_LOADS: &str = "sig4_keys_loads_total";
const KEYS_FAILURES: &str = "sig4_keys_failures_total";
const KEYS_AGE: &str = "sig4_keys_age_seconds";
const KEYS_FAILED: &str = "sig4_keys_reload_failed";
const TLS_FAILED: &str = "sig4_tls_reload_failed";
const REPLAY_CONNECTED: &str = "sig4_replay_connected";
const REPLAY_IN_FLIGHT: &str = "sig4_replay_in_flight";

/// The metrics of a server. They are its own: a process with two servers has two of them.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

/// The state at the time of a scrape.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) ready: bool,
    pub(crate) in_flight: usize,
    pub(crate) in_flight_limit: usize,
    pub(crate) connections: usize,
    pub(crate) log_dropped: u64,
    pub(crate) log_failed: u64,
    pub(crate) tls_failed: bool,
    pub(crate) keys: Option<KeyStatus>,
    pub(crate) replays: Option<ReplayStatus>,
}

impl Metrics {
    /// Metrics without values.
    pub(crate) fn new() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new().set_buckets(&LATENCY_BOUNDS)?.build_recorder();
        let handle = recorder.handle();
        let metrics = Self { recorder, handle };
        metrics.record(|| {
            COUNTERS.iter().for_each(|(name, text)| describe_counter!(*name, *text));
            GAUGES.iter().for_each(|(name, text)| describe_gauge!(*name, *text));
            describe_histogram!(SECONDS, Unit::Seconds, "The time of a decision by proxy and API");
        });
        Ok(metrics)
    }

    /// The text of all metrics.
    pub(crate) fn render(&self, sample: &Sample, traffic: &Traffic) -> String {
        self.record(|| {
            sample.record();
            for (name, event) in [
                (OVERLOADED, TrafficEvent::Overloaded),
                (TIMED_OUT, TrafficEvent::TimedOut),
                (HANDSHAKES_FAILED, TrafficEvent::HandshakeFailed),
            ] {
                counter!(name).absolute(traffic.total(event));
            }
        });
        self.handle.render()
    }

    /// Moves the latencies since the last call into their classes. Without it they would pile up until the next scrape.
    pub(crate) fn upkeep(&self) {
        self.handle.run_upkeep();
    }

    fn record(&self, values: impl FnOnce()) {
        with_local_recorder(&self.recorder, values);
    }
}

impl Sample {
    fn record(&self) {
        set(READY, u32::from(self.ready));
        set(IN_FLIGHT, small(self.in_flight));
        set(IN_FLIGHT_LIMIT, small(self.in_flight_limit));
        set(CONNECTIONS, small(self.connections));
        set(TLS_FAILED, u32::from(self.tls_failed));
        counter!(LOG_DROPPED).absolute(self.log_dropped);
        counter!(LOG_FAILED).absolute(self.log_failed);
        if let Some(status) = &self.keys {
            record_keys(status);
        }
        if let Some(status) = &self.replays {
            record_replays(status);
        }
    }
}

fn record_keys(status: &KeyStatus) {
    set(KEYS, small(status.access_keys));
    for (day, number) in [("today", status.without_key_today), ("tomorrow", status.without_key_tomorrow)] {
        gauge!(KEYS_WITHOUT_KEY, "day" => day).set(f64::from(small(number)));
    }
    gauge!(KEYS_AGE).set(status.age.as_secs_f64());
    set(KEYS_FAILED, u32::from(status.error.is_some()));
    counter!(KEYS_LOADS).absolute(status.loads);
    counter!(KEYS_FAILURES).absolute(status.failures);
}

fn record_replays(status: &ReplayStatus) {
    let counts = &status.counts;
    for (answer, number) in [
        ("first", counts.first),
        ("again", counts.again),
        ("over_quota", counts.over_quota),
        ("too_long", counts.too_long),
        ("full", counts.full),
    ] {
        counter!(REPLAY_ANSWERS, "answer" => answer).absolute(number);
    }
    for (kind, number) in &counts.errors {
        counter!(REPLAY_ERRORS, "kind" => kind.name()).absolute(*number);
    }
    counter!(REPLAY_RETRIES).absolute(counts.retries);
    counter!(REPLAY_FAILED_OPEN).absolute(counts.failed_open);
    counter!(REPLAY_MICROS).absolute(u64::try_from(counts.elapsed.as_micros()).unwrap_or(u64::MAX));
    set(REPLAY_IN_FLIGHT, small(status.in_flight));
    set(REPLAY_CONNECTED, u32::from(status.is_connected()));
}

fn set(name: &'static str, value: u32) {
    gauge!(name).set(f64::from(value));
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Observe for Arc<Metrics> {
    fn observe(&self, record: &CheckRecord) {
        let api = record.api.clone().unwrap_or_default();
        self.record(|| {
            counter!(CHECKS, "proxy" => record.proxy, "api" => api.clone(), "outcome" => record.outcome.as_str())
                .increment(1);
            histogram!(SECONDS, "proxy" => record.proxy, "api" => api).record(record.elapsed);
        });
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
