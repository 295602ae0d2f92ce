//! A signer that speaks the signer protocol: it answers each line with one line.

use super::process::{Process, without_secrets};
use crate::failure::Failure;
use crate::printable;
use serde_json::{Map, Value};
use sig4_conformance::{CaseKind, SignerAnswer, SigningCase};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 16 << 20;
/// How many unread lines may wait.
const UNASKED: usize = 16;
/// How many characters of an invalid line are shown.
const SHOWN: usize = 80;
/// How long a signer may take to end after its output ended.
const TO_END: Duration = Duration::from_millis(200);

/// A signer process and the lines to and from it.
#[derive(Debug)]
pub(super) struct Driver {
    process: Process,
    requests: Sender<String>,
    answers: Receiver<Vec<u8>>,
    timeout: Duration,
}

impl Driver {
    pub(super) fn start(command: &[String], timeout: Duration) -> Result<Self, Failure> {
        let (program, arguments) = command.split_first().ok_or("there is no command")?;
        let mut process =
            Process::start(without_secrets(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let stdin = process.child.stdin.take().ok_or("the signer has no standard input")?;
        let stdout = process.child.stdout.take().ok_or("the signer has no standard output")?;
        let (requests, to_write) = channel();
        let (read, answers) = sync_channel(UNASKED);
        // Each direction has its own thread, so a signer that does not read cannot block the runner.
        thread::spawn(move || write_lines(stdin, &to_write));
        thread::spawn(move || read_lines(stdout, &read));
        Ok(Self { process, requests, answers, timeout })
    }

    /// The answer to one case. After an error the process must not be used again.
    pub(super) fn ask(&mut self, case: &SigningCase) -> Result<SignerAnswer, Failure> {
        // If the writer has ended, the signer has too, and receiving reports it.
        let _ended = self.requests.send(printable::json(&case.to_json()).into_owned());
        let line = match self.answers.recv_timeout(self.timeout) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("no answer within {} s", self.timeout.as_secs()).into());
            }
            Err(RecvTimeoutError::Disconnected) => return Err(self.how_it_ended().into()),
        };
        let Ok(Value::Object(object)) = serde_json::from_slice(&line) else {
            let shown: String = String::from_utf8_lossy(&line).trim_end().chars().take(SHOWN).collect();
            return Err(format!("the answer is not a JSON object: `{shown}`").into());
        };
        match object.get("id").and_then(Value::as_str) {
            Some(id) if id == case.id() => Ok(answer(case, &object)),
            Some(id) => Err(format!("the answer is to `{id}`, which was not asked").into()),
            None => Err("the answer has no `id`".into()),
        }
    }

    fn how_it_ended(&mut self) -> String {
        let status = self.process.wait(Instant::now() + TO_END);
        let ended = status.map_or_else(|| "it closed its output".to_owned(), |status| status.to_string());
        format!("the signer ended ({ended}){}", self.process.last_words())
    }
}

fn write_lines(mut stdin: ChildStdin, lines: &Receiver<String>) {
    for line in lines {
        if writeln!(stdin, "{line}").and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, lines: &SyncSender<Vec<u8>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = stdout.by_ref().take(LONGEST_ANSWER).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) || lines.send(line).is_err() {
            return;
        }
    }
}

/// The answer in an object of the protocol. The field `unsupported` gives the reason for a case that the signer does not support.
fn answer(case: &SigningCase, object: &Map<String, Value>) -> SignerAnswer {
    let text = |field: &str| object.get(field).and_then(Value::as_str);
    if let Some(reason) = text("unsupported") {
        return SignerAnswer::unsupported(reason);
    }
    if let Some(error) = text("error") {
        return SignerAnswer::failed(error);
    }
    let none = || "the answer holds no signature".to_owned();
    let alone = || text("signature").map(SignerAnswer::signature);
    let signed = match case.kind() {
        CaseKind::Chunked => chunks(object),
        CaseKind::Events => texts(object, "signatures").map(SignerAnswer::events),
        _ if case.expires().is_some() => text("url").map(SignerAnswer::url).or_else(alone).ok_or_else(none),
        _ => added(object).or_else(alone).ok_or_else(none),
    };
    let signed = signed.unwrap_or_else(SignerAnswer::failed);
    let signed =
        match object.get("public_key").map(|key| [key.get("x"), key.get("y")].map(|of| of.and_then(Value::as_str))) {
            Some([Some(x), Some(y)]) => signed.with_public_key(x, y),
            _ => signed,
        };
    let signed = text("target").into_iter().fold(signed, SignerAnswer::with_target);
    text("canonical_request").into_iter().fold(signed, SignerAnswer::with_canonical_request)
}

/// The headers that the signer added, including `authorization`.
fn added(object: &Map<String, Value>) -> Option<SignerAnswer> {
    let pair = |pair: &Value| match pair.as_array().map(Vec::as_slice) {
        Some([Value::String(name), Value::String(value)]) => Some((name.clone(), value.clone())),
        _ => None,
    };
    let list = object.get("headers").and_then(Value::as_array);
    let mut headers: Vec<_> = list.into_iter().flatten().filter_map(pair).collect();
    let name = http::header::AUTHORIZATION.as_str();
    if !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
        headers.push((name.to_owned(), object.get("authorization")?.as_str()?.to_owned()));
    }
    Some(SignerAnswer::headers(headers))
}

/// The signatures of a body in chunks, or which of them is missing.
fn chunks(object: &Map<String, Value>) -> Result<SignerAnswer, String> {
    let seed = object.get("seed_signature").and_then(Value::as_str).ok_or("the answer has no `seed_signature`")?;
    let signatures = texts(object, "chunk_signatures")?;
    let trailer = match object.get("trailer_signature") {
        None | Some(Value::Null) => None,
        Some(Value::String(signature)) => Some(signature.clone()),
        Some(_) => return Err("`trailer_signature` is neither a text nor null".to_owned()),
    };
    Ok(SignerAnswer::chunks(seed, signatures, trailer))
}

/// A list of texts.
fn texts(object: &Map<String, Value>, field: &str) -> Result<Vec<String>, String> {
    let list = object.get(field).and_then(Value::as_array).map(|list| list.iter().map(Value::as_str));
    let texts = list.and_then(|list| list.map(|text| text.map(str::to_owned)).collect());
    texts.ok_or_else(|| format!("the answer has no `{field}`, a list of texts"))
}
