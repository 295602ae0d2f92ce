//! The secrets that this process was given, and whether they may be shown.

use sig4::Credentials;
use sig4::redact::Redactor;
use std::env;
use std::ffi::OsString;
use std::sync::{PoisonError, RwLock};

/// Variables with a secret.
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
/// What the names of further ones begin with: bearer tokens of services, and the secrets of users.
const BEGINNINGS: [&str; 2] = ["AWS_BEARER_TOKEN_", "SIG4_SECRET_"];

/// `None` if nothing was given yet.
static REDACTOR: RwLock<Option<Redactor>> = RwLock::new(None);

/// Shows secrets from now on.
pub(crate) fn show() {
    change(|_| Redactor::off());
}

/// Whether secrets are shown.
pub(crate) fn are_shown() -> bool {
    with(Redactor::is_off)
}

/// Does not show `secret`, wherever it stands.
pub(crate) fn keep(secret: &str) {
    change(|redactor| redactor.with_secret(secret));
}

/// Does not show the values that stand beside the names of secrets in a text.
pub(crate) fn keep_those_in(text: &str) {
    change(|redactor| redactor.with_secrets_in(text));
}

/// The credentials, of which the secret key and the session token are not shown.
pub(crate) fn kept(credentials: Credentials) -> Credentials {
    change(|redactor| redactor.with_credentials(&credentials));
    credentials
}

/// Does not show the value of a header that carries a secret.
pub(crate) fn keep_header(name: &str, value: &str) {
    change(|redactor| redactor.with_header(name, value));
}

/// Does not show the secrets in the environment.
pub(crate) fn keep_environment() {
    in_environment().filter_map(|(_, value)| value.into_string().ok()).for_each(|secret| keep(&secret));
}

/// The variables of the environment with a secret, and their values.
pub(crate) fn in_environment() -> impl Iterator<Item = (OsString, OsString)> {
    let is_secret =
        |name: &str| VARIABLES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning));
    env::vars_os().filter(move |(name, _)| name.to_str().is_some_and(is_secret))
}

/// The text without secrets.
pub(crate) fn redact(text: &str) -> String {
    with(|redactor| redactor.redact(text))
}

/// The text without secrets, but with this signature.
pub(crate) fn redact_but(signature: &str, text: &str) -> String {
    with(|redactor| redactor.clone().with_shown(signature).redact(text))
}

/// The text without the secrets that were given.
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
