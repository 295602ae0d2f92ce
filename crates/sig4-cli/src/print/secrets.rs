//! The secrets given to this process, and whether output may show them.

use sig4::Credentials;
use sig4::redact::Redactor;
use std::env;
use std::ffi::OsString;
use std::sync::{PoisonError, RwLock};

/// Environment variables with a secret.
///
/// Sources: "Environment variables supported by the AWS SDKs and Tools"; `AWS_SECRET_KEY` is an older name in the AWS SDK for Java;
/// `sig4 serve --help`.
const VARIABLES: [&str; 6] = [
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "SIG4_DEMO_SEED",
];
/// Prefixes of further variables: bearer tokens of services, and the secrets of users.
const BEGINNINGS: [&str; 2] = ["AWS_BEARER_TOKEN_", "SIG4_SECRET_"];

/// `None` until the first secret is given.
static REDACTOR: RwLock<Option<Redactor>> = RwLock::new(None);

/// Shows secrets from now on.
pub(crate) fn show() {
    change(|_| Redactor::off());
}

/// Whether secrets are shown.
pub(crate) fn are_shown() -> bool {
    with(Redactor::is_off)
}

/// Redacts `secret` in all later output.
pub(crate) fn keep(secret: &str) {
    change(|redactor| redactor.with_secret(secret));
}

/// Redacts the values beside the names of secrets in a text.
pub(crate) fn keep_those_in(text: &str) {
    change(|redactor| redactor.with_secrets_in(text));
}

/// Redacts the secret key and the session token, and returns the credentials.
pub(crate) fn kept(credentials: Credentials) -> Credentials {
    change(|redactor| redactor.with_credentials(&credentials));
    credentials
}

/// Redacts the value of a header, if the header carries a secret.
pub(crate) fn keep_header(name: &str, value: &str) {
    change(|redactor| redactor.with_header(name, value));
}

/// Redacts the secrets in the environment.
pub(crate) fn keep_environment() {
    in_environment().filter_map(|(_, value)| value.into_string().ok()).for_each(|secret| keep(&secret));
}

/// The environment variables with a secret, and their values.
pub(crate) fn in_environment() -> impl Iterator<Item = (OsString, OsString)> {
    let is_secret =
        |name: &str| VARIABLES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning));
    env::vars_os().filter(move |(name, _)| name.to_str().is_some_and(is_secret))
}

/// The text without secrets.
pub(crate) fn redact(text: &str) -> String {
    with(|redactor| redactor.redact(text))
}

/// The text without secrets, except this signature.
pub(crate) fn redact_but(signature: &str, text: &str) -> String {
    with(|redactor| redactor.clone().with_shown(signature).redact(text))
}

/// The text without the secrets given to the process.
pub(crate) fn redact_given(text: &str) -> String {
    with(|redactor| redactor.redact_given(text))
}

fn with<T>(read: impl FnOnce(&Redactor) -> T) -> T {
    let redactor = REDACTOR.read().unwrap_or_else(PoisonError::into_inner);
    match &*redactor {
        Some(redactor) => read(redactor),
        None => read(&Redactor::new()),
    }
}

fn change(change: impl FnOnce(Redactor) -> Redactor) {
    let mut redactor = REDACTOR.write().unwrap_or_else(PoisonError::into_inner);
    let changed = match redactor.take() {
        Some(off) if off.is_off() => off,
        given => change(given.unwrap_or_default()),
    };
    *redactor = Some(changed);
}
