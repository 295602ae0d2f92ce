//! Bodies that were changed, judged by a second decoder: `model.py`, which reads whole bodies and shares nothing with sig4.

use super::decoded::MARKERS;
use super::upload::{Chain, SECRET, TIME, Upload, in_pieces, verifier};
use crate::vector::Received;
use proptest::prelude::{any, prop};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sig4::payload::Streaming;
use sig4::stream::{Checksum, ChecksumAlgorithm};
use sig4_test_support::need::Need;
use std::io::Write;
use std::process::{Command, Stdio};

const BODIES: usize = 3000;

/// What is done to a body: a number that says which, and two places.
type Change = (u8, prop::sample::Index, prop::sample::Index, u8);

fn upload(marker: Streaming, data: &[u8], chunk_len: usize, checksum: usize, more: bool) -> Upload {
    let mut upload = Upload::new(marker, data, chunk_len);
    if marker.has_trailer() {
        let mut value = Checksum::new(ChecksumAlgorithm::ALL[checksum]);
        value.update(data);
        upload.trailers = vec![(value.algorithm().header().to_owned(), value.finish().to_string())];
        if more {
            upload.trailers.insert(0, ("x-amz-meta-a".to_owned(), "one two".to_owned()));
        }
    }
    upload
}

/// The bodies: as they were signed, with other ends of lines, with frames moved, and with bytes changed.
fn bodies() -> Vec<(Upload, Received)> {
    let case = (
        prop::sample::select(MARKERS.to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
        1_usize..20,
        0..5_usize,
        any::<bool>(),
        prop::collection::vec(any::<Change>(), 0..4),
    );
    let mut runner = TestRunner::deterministic();
    let mut next = || {
        let (marker, data, chunk_len, checksum, more, changes) = case.new_tree(&mut runner).unwrap().current();
        let upload = upload(marker, &data, chunk_len, checksum, more);
        let (head, frames) = upload.frames();
        let body = changed(frames, &changes);
        (upload, Received { body, ..head })
    };
    (0..BODIES).map(|_| next()).collect()
}

fn changed(mut frames: Vec<Vec<u8>>, changes: &[Change]) -> Vec<u8> {
    for (how, a, b, _) in changes {
        let (a, b) = (a.index(frames.len()), b.index(frames.len()));
        match how % 12 {
            0 => frames.swap(a, b),
            1 => frames[a] = frames[b].clone(),
            2 => frames[a].clear(),
            3 => frames.insert(a, frames[b].clone()),
            4 => as_minio_go(&mut frames),
            5 => frames[a].make_ascii_uppercase(),
            _ => {}
        }
    }
    let mut body = frames.concat();
    for (how, a, b, byte) in changes {
        let (a, framing) = (a.index(body.len() + 1), b"\r\n \t:;=0a-"[b.index(10)]);
        match how % 12 {
            6 => body.insert(a, framing),
            7 if a < body.len() => body[a] = *byte,
            8 if a < body.len() => drop(body.remove(a)),
            9 => body.truncate(a),
            10 => body.truncate(body.len().saturating_sub(2)),
            _ => {}
        }
    }
    body
}

/// Fields that end with LF alone, and CR and LF after them.
fn as_minio_go(frames: &mut Vec<Vec<u8>>) {
    let is_field = |frame: &Vec<u8>| frame.starts_with(b"x-amz-") && !frame.starts_with(b"x-amz-trailer-signature");
    let mut last = None;
    for (at, frame) in frames.iter_mut().enumerate().filter(|(_, frame)| is_field(frame)) {
        frame.retain(|byte| *byte != b'\r');
        last = Some(at);
    }
    if let Some(last) = last {
        frames.insert(last + 1, b"\r\n".to_vec());
    }
}

fn question(upload: &Upload, request: &Received) -> Value {
    let declared: Vec<_> = upload.trailers.iter().map(|(name, _)| name).collect();
    json!({
        "marker": upload.marker.as_str(), "secret": SECRET, "time": TIME, "seed": Chain::after(request).seed(),
        "scope": format!("{}/us-east-1/s3/aws4_request", TIME.split_once('T').unwrap().0), "decoded": upload.data.len(),
        "declared": declared, "body": hex::encode(&request.body),
    })
}

/// What the model answers.
fn answers(questions: &str) -> Vec<Value> {
    let mut python = Command::new("python3");
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/stream/model.py"));
    let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, questions) = (child.stdin.take().unwrap(), questions.to_owned());
    let writing = std::thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_body_is_judged_as_a_second_decoder_judges_it() {
    if !Need::Python.runs("bodies in chunks are judged by a second decoder") {
        return;
    }
    let (bodies, verifier) = (bodies(), verifier());
    let questions: Vec<_> = bodies.iter().map(|(upload, request)| question(upload, request).to_string()).collect();
    let answers = answers(&(questions.join("\n") + "\n"));
    assert_eq!(answers.len(), bodies.len());
    let mut accepted = [0; MARKERS.len()];
    for ((upload, request), answer) in bodies.iter().zip(&answers) {
        let shown = || format!("{} {:?}", upload.marker, String::from_utf8_lossy(&request.body));
        for len in [1, request.body.len().max(1)] {
            let (out, end) = in_pieces(&verifier, request, len);
            assert_eq!(end.is_ok(), answer["accepted"] == true, "{}: {end:?}", shown());
            if end.is_ok() || upload.marker.is_signed() {
                assert_eq!(hex::encode(out), answer["out"], "{}", shown());
            }
        }
        let at = MARKERS.iter().position(|marker| *marker == upload.marker).unwrap();
        accepted[at] += usize::from(answer["accepted"] == true);
    }
    assert!(
        accepted.iter().all(|count| (150..BODIES / 3 - 150).contains(count)),
        "{accepted:?}: both verdicts are common"
    );
}
