//! The clients, and what each is known to send.

use crate::aws_sdk_rust::AwsSdkRust;
use crate::commands::{OneByOne, Program, awscli, rclone};
use crate::files::Size;
use crate::installed;
use crate::job::Upload;
use crate::trial::run;
use std::process::Command;

const HASH: &str = "hash";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const CHUNKS: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const CHUNKS_AND_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

const fn upload(how: &'static str, size: Size, http: &'static str, https: &'static str) -> Upload {
    Upload { how, size, payload: [http, https], is_covered: [true, true] }
}

#[test]
fn boto3() {
    let Some(python) = installed::boto3() else { return };
    let program = Program(Box::new(move || {
        let mut command = Command::new(&python);
        command.arg(installed::boto3_program());
        command
    }));
    run(
        &program,
        &[
            upload("bytes", Size::Small, HASH, UNSIGNED_TRAILER),
            upload("file", Size::Chunks, HASH, UNSIGNED_TRAILER),
            upload("CRC32", Size::Chunks, HASH, UNSIGNED_TRAILER),
            upload("CRC32C", Size::Chunks, HASH, UNSIGNED_TRAILER),
            upload("CRC64NVME", Size::Chunks, HASH, UNSIGNED_TRAILER),
            upload("SHA1", Size::Chunks, HASH, UNSIGNED_TRAILER),
            upload("SHA256", Size::Chunks, HASH, UNSIGNED_TRAILER),
            upload("parts", Size::Parts, HASH, UNSIGNED_TRAILER),
        ],
    );
}

#[test]
fn aws_s3_cp() {
    let Some(python) = installed::boto3() else { return };
    let client = OneByOne(Box::new(move |endpoint, upload, file| awscli(&python, endpoint, upload, file)));
    run(
        &client,
        &[upload("small", Size::Small, HASH, UNSIGNED_TRAILER), upload("parts", Size::Parts, HASH, UNSIGNED_TRAILER)],
    );
}

#[test]
fn aws_sdk_js() {
    let Some(folder) = installed::js() else { return };
    let program = Program(Box::new(move || {
        let mut command = Command::new("node");
        command.arg("upload.mjs").current_dir(&folder);
        command
    }));
    run(
        &program,
        &[
            upload("bytes", Size::Small, HASH, HASH),
            upload("stream", Size::Chunks, UNSIGNED_TRAILER, UNSIGNED_TRAILER),
            upload("parts", Size::Parts, HASH, HASH),
        ],
    );
}

#[test]
fn minio_go() {
    let Some(program) = installed::minio_go() else { return };
    let program = Program(Box::new(move || Command::new(&program)));
    run(
        &program,
        &[
            upload("known", Size::Chunks, CHUNKS, UNSIGNED),
            upload("unknown", Size::Parts, CHUNKS, UNSIGNED),
            upload("trailer", Size::Parts, CHUNKS_AND_TRAILER, UNSIGNED_TRAILER),
        ]
        .map(|upload| Upload { is_covered: [true, upload.payload[1] != UNSIGNED], ..upload }),
    );
}

#[test]
fn rclone_copyto() {
    if installed::rclone().is_none() {
        return;
    }
    run(
        &OneByOne(Box::new(rclone)),
        &[upload("small", Size::Small, UNSIGNED, UNSIGNED), upload("parts", Size::Parts, HASH, HASH)]
            .map(|upload| Upload { is_covered: upload.payload.map(|payload| payload != UNSIGNED), ..upload }),
    );
}

#[test]
fn aws_sdk_rust() {
    run(
        &AwsSdkRust,
        &[
            upload("bytes", Size::Small, HASH, HASH),
            upload("stream", Size::Chunks, CHUNKS_AND_TRAILER, UNSIGNED_TRAILER),
        ],
    );
}
