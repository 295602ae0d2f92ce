//! What the tests install: pinned packages in folders of the build, so that nothing is installed twice.

pub use sig4_test_support::install::succeeds;
pub use sig4_test_support::need::Need;

use std::path::{Path, PathBuf};

/// A folder that outlives the test.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The sources of a client.
pub fn sources(client: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(client)
}

/// The folder in which a client of Node lies together with its packages, as its lock file pins them.
pub fn npm(client: &str) -> Option<PathBuf> {
    sig4_test_support::install::npm(&sources(client), &folder(&format!("client-{client}")))
}

/// The Python that has botocore.
pub fn botocore() -> Option<String> {
    sig4_test_support::install::botocore(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// The Python that has awscrt and amazon-transcribe.
pub fn awscrt() -> Option<String> {
    sig4_test_support::install::awscrt(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// The Python that has aws-sam-translator.
pub fn sam_translator() -> Option<String> {
    sig4_test_support::install::sam_translator(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// The Python that has other makers of tokens.
pub fn token_makers() -> Option<String> {
    sig4_test_support::install::token_makers(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// The program of Envoy.
pub fn envoy() -> Option<PathBuf> {
    sig4_test_support::install::envoy(Path::new(env!("CARGO_TARGET_TMPDIR")))
}
