//! The clients, and what each is known to send.

use crate::aws_sdk_rust::AwsSdkRust;
use crate::commands::{Program, Rclone};
use crate::files::{CHUNKS as A_FEW, EDGES, PARTS, SMALL};
use crate::installed;
use crate::job::{CHUNKS, CHUNKS_AND_TRAILER, HASH, UNSIGNED, UNSIGNED_TRAILER, Upload};
use crate::trial::run;
use std::path::PathBuf;
use std::process::Command;

const CHECKSUMS: [&str; 5] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

const fn upload(how: &'static str, size: usize, http: &'static str, https: &'static str) -> Upload {
    Upload::new(how, size, http, https)
}

/// An upload with each checksum.
fn checksums(http: &'static str, https: &'static str) -> impl Iterator<Item = Upload> {
    CHECKSUMS.into_iter().map(move |how| upload(how, A_FEW, http, https))
}

/// An upload of each length at which writers of chunks go wrong.
fn edges(how: &'static str, http: &'static str, https: &'static str) -> impl Iterator<Item = Upload> {
    EDGES.into_iter().map(move |size| upload(how, size, http, https))
}

fn python(python: String, program: PathBuf) -> Program {
    let mut command = Command::new(python);
    command.arg(program);
    Program(command)
}

#[test]
fn boto3() {
    let Some(found) = installed::boto3() else { return };
    let mut uploads = vec![
        upload("bytes", SMALL, HASH, UNSIGNED_TRAILER),
        upload("file", A_FEW, HASH, UNSIGNED_TRAILER).retried(),
        upload("gzip", SMALL, HASH, UNSIGNED_TRAILER),
        upload("pipe", SMALL, HASH, UNSIGNED_TRAILER),
        upload("pipe", PARTS, HASH, UNSIGNED_TRAILER),
        upload("parts", PARTS, HASH, UNSIGNED_TRAILER).retried(),
        upload("parts-CRC64NVME", PARTS, HASH, UNSIGNED_TRAILER),
        upload("parts-SHA256", PARTS, HASH, UNSIGNED_TRAILER),
    ];
    uploads.extend(checksums(HASH, UNSIGNED_TRAILER));
    uploads.extend(edges("file", HASH, UNSIGNED_TRAILER));
    let seen = run(&mut python(found, installed::python_program("boto3/upload.py")), &uploads);
    assert!(seen.contains("Expect: 100-continue"), "no upload waited for the store's leave");
}

#[test]
fn aws_s3_cp() {
    let Some(found) = installed::boto3() else { return };
    let uploads = [
        upload("cp", 0, HASH, UNSIGNED_TRAILER),
        upload("cp", SMALL, HASH, UNSIGNED_TRAILER),
        upload("cp", A_FEW, HASH, UNSIGNED_TRAILER).retried(),
        upload("cp", PARTS, HASH, UNSIGNED_TRAILER),
        upload("gzip", SMALL, HASH, UNSIGNED_TRAILER),
        upload("stdin", SMALL, HASH, UNSIGNED_TRAILER),
        upload("stdin", PARTS, HASH, UNSIGNED_TRAILER),
        upload("cp-CRC32", SMALL, HASH, UNSIGNED_TRAILER),
        upload("cp-CRC32C", PARTS, HASH, UNSIGNED_TRAILER),
        upload("cp-CRC64NVME", SMALL, HASH, UNSIGNED_TRAILER),
        upload("cp-SHA1", SMALL, HASH, UNSIGNED_TRAILER),
        upload("cp-SHA256", SMALL, HASH, UNSIGNED_TRAILER),
    ];
    run(&mut python(found, installed::python_program("boto3/cp.py")), &uploads);
}

#[test]
fn aiobotocore() {
    let Some(found) = installed::aiobotocore() else { return };
    let mut uploads = vec![
        upload("bytes", SMALL, HASH, UNSIGNED_TRAILER),
        upload("file", A_FEW, HASH, UNSIGNED_TRAILER).retried(),
        upload("gzip", SMALL, HASH, UNSIGNED_TRAILER),
    ];
    // Its other checksums need another package.
    uploads.extend(["CRC32", "SHA1", "SHA256"].map(|how| upload(how, A_FEW, HASH, UNSIGNED_TRAILER)));
    uploads.extend(edges("file", HASH, UNSIGNED_TRAILER));
    run(&mut python(found, installed::python_program("aiobotocore/upload.py")), &uploads);
}

#[test]
fn aws_sdk_js() {
    let Some(folder) = installed::js() else { return };
    let mut command = Command::new("node");
    command.arg("upload.mjs").current_dir(&folder);
    let mut uploads = vec![
        upload("bytes", SMALL, HASH, HASH),
        upload("bytes", A_FEW, HASH, HASH).retried(),
        upload("stream", A_FEW, UNSIGNED_TRAILER, UNSIGNED_TRAILER),
        upload("gzip", A_FEW, UNSIGNED_TRAILER, UNSIGNED_TRAILER),
        upload("parts", PARTS, HASH, HASH).retried(),
        upload("parts-SHA256", PARTS, HASH, HASH),
        upload("unknown", SMALL, HASH, HASH),
        upload("unknown", PARTS, HASH, HASH),
    ];
    uploads.extend(checksums(UNSIGNED_TRAILER, UNSIGNED_TRAILER));
    uploads.extend(edges("stream", UNSIGNED_TRAILER, UNSIGNED_TRAILER));
    run(&mut Program(command), &uploads);
}

#[test]
fn minio_go() {
    let Some(program) = installed::minio_go() else { return };
    let mut uploads = vec![
        upload("known", A_FEW, CHUNKS, UNSIGNED).retried(),
        upload("unknown", PARTS, CHUNKS, UNSIGNED),
        upload("gzip", A_FEW, CHUNKS, UNSIGNED),
        upload("trailer", PARTS, CHUNKS_AND_TRAILER, UNSIGNED_TRAILER),
    ];
    uploads.extend(edges("known", CHUNKS, UNSIGNED));
    run(&mut Program(Command::new(program)), &uploads);
}

#[test]
fn rclone() {
    let Some(program) = installed::rclone() else { return };
    let uploads = [
        upload("copy", 0, UNSIGNED, UNSIGNED),
        upload("copy", SMALL, UNSIGNED, UNSIGNED),
        upload("copy", PARTS, HASH, UNSIGNED).retried(),
        upload("stdin", SMALL, UNSIGNED, UNSIGNED),
    ];
    run(&mut Rclone(&program), &uploads);
}

#[test]
fn aws_sdk_rust() {
    let mut uploads = vec![
        upload("bytes", SMALL, HASH, HASH),
        upload("stream", A_FEW, CHUNKS_AND_TRAILER, UNSIGNED_TRAILER).retried(),
        upload("stream", PARTS, CHUNKS_AND_TRAILER, UNSIGNED_TRAILER),
        upload("once", A_FEW, CHUNKS_AND_TRAILER, UNSIGNED_TRAILER),
        upload("gzip", A_FEW, CHUNKS_AND_TRAILER, UNSIGNED_TRAILER),
    ];
    uploads.extend(checksums(CHUNKS_AND_TRAILER, UNSIGNED_TRAILER));
    uploads.extend(edges("stream", CHUNKS_AND_TRAILER, UNSIGNED_TRAILER));
    run(&mut AwsSdkRust, &uploads);
}
