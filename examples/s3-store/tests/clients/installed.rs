//! The clients that can be had on this machine.

use sig4_test_support::install::{self, succeeds};
use sig4_test_support::need::Need;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that outlives the test.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn sources(client: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(client)
}

/// The Python that has boto3, awscrt and awscli.
pub fn boto3() -> Option<String> {
    or_skip(install::boto3(Path::new(env!("CARGO_TARGET_TMPDIR"))), Need::Boto3)
}

/// The Python that has aiobotocore.
pub fn aiobotocore() -> Option<String> {
    or_skip(install::aiobotocore(Path::new(env!("CARGO_TARGET_TMPDIR"))), Need::Aiobotocore)
}

/// A program in Python.
pub fn python_program(name: &str) -> PathBuf {
    sources(name)
}

/// The folder of the program of the AWS SDK for JavaScript.
pub fn js() -> Option<PathBuf> {
    or_skip(install::npm(&sources("js"), &folder("client-js")), Need::Npm)
}

/// The program of minio-go, from Debian's packages.
pub fn minio_go() -> Option<PathBuf> {
    let program = folder("client-minio-go");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg("upload.go").current_dir(sources("go"));
    let cache = folder("client-go-cache");
    build.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", cache).env("GOFLAGS", "");
    or_skip(succeeds(&mut build).then_some(program), Need::MinioGo)
}

/// rclone.
pub fn rclone() -> Option<PathBuf> {
    or_skip(install::rclone(Path::new(env!("CARGO_TARGET_TMPDIR"))), Need::Rclone)
}

fn or_skip<T>(found: Option<T>, need: Need) -> Option<T> {
    need.is_met(found.is_some(), "it is not there, and cannot be installed").then_some(found).flatten()
}
