//! The AWS SDK for JavaScript streams audio to a service of axum, as it does to Amazon Transcribe.

use crate::loopback::{Protocol, serve};
use crate::scene::{Keys, alice};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt;
use http::Request;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Incoming;
use sig4::Verifier;
use sig4::stream::event::{Header, Message, Messages};
use sig4::tower::{AuthenticateLayer, BodyFailure, RefusalKind};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use tokio::process::Command;
use tower::{Layer, ServiceExt};

/// Answers each event with a transcript that names the number of its bytes.
async fn transcript(body: Body) -> Response {
    let answers = Messages::new(body.into_data_stream()).map(|event| {
        let len = event.map_err(io::Error::other)?.payload().len();
        let json = format!(r#"{{"Transcript": {{"Results": [{{"ResultId": "{len} bytes"}}]}}}}"#);
        let headers =
            [(":message-type", "event"), (":event-type", "TranscriptEvent"), (":content-type", "application/json")];
        let answer = headers.into_iter().try_fold(Message::new(json), |answer, (name, value)| {
            Header::new(name, value).map(|header| answer.with_header(header))
        });
        answer.and_then(|answer| answer.encode()).map_err(io::Error::other)
    });
    Response::builder()
        .header("content-type", "application/vnd.amazon.eventstream")
        .body(Body::from_stream(answers))
        .unwrap()
}

/// What happens to the frames of the request on the way: the frame of this number is changed or repeated.
#[derive(Clone, Copy)]
enum Fault {
    None,
    Changed(usize),
    Repeated(usize),
}

fn on_the_way(body: Incoming, fault: Fault) -> Body {
    let frames = body.into_data_stream().enumerate().map(move |(number, piece)| {
        piece.map(|piece| match fault {
            Fault::Changed(changed) if changed == number => {
                let mut changed = piece.to_vec();
                let middle = changed.len() / 2;
                changed[middle] ^= 1;
                Frame::data(Bytes::from(changed))
            }
            Fault::Repeated(repeated) if repeated == number => Frame::data([&piece[..], &piece].concat().into()),
            _ => Frame::data(piece),
        })
    });
    Body::new(StreamBody::new(frames))
}

/// The lines that the client prints, and the failures of bodies.
async fn stream(client: &Path, secret: &str, fault: Fault) -> (Vec<String>, Vec<RefusalKind>) {
    let failures = Arc::new(Mutex::new(Vec::new()));
    let failed = Arc::clone(&failures);
    let layer = AuthenticateLayer::new(Verifier::new("us-east-1", "transcribe").unwrap(), Keys)
        .with_streaming_body()
        .on_body_failure(move |failure: &BodyFailure<'_>| failed.lock().unwrap().push(failure.kind()));
    let service = layer.layer(axum::Router::new().route("/stream-transcription", axum::routing::post(transcript)));
    let service = service.map_request(move |request: Request<Incoming>| request.map(|body| on_the_way(body, fault)));
    let origin = serve(Protocol::Http2, service).await;
    let mut command = Command::new("node");
    command.arg(client.join("transcribe.mjs")).args([&origin, alice().access_key_id(), secret]);
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    let lines = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    (lines, std::mem::take(&mut failures.lock().unwrap()))
}

#[tokio::test]
async fn the_sdk_for_javascript_streams_and_is_answered_event_by_event() {
    let folder = |of: &str| PathBuf::from(of);
    let sources = folder(env!("CARGO_MANIFEST_DIR")).join("../../tests/tower/transcribe");
    let client = install::npm(&sources, &folder(env!("CARGO_TARGET_TMPDIR")).join("client-transcribe"));
    let Some(client) = client else { return Need::Npm.skip("no SDK streams events") };
    let answers: Vec<_> = (1..6).map(|number| format!("{number}000 bytes")).collect();
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    let (lines, failures) = stream(&client, secret, Fault::None).await;
    assert_eq!((lines.concat(), failures), (answers.concat() + "complete", vec![]));
    let (lines, failures) = stream(&client, "another secret", Fault::None).await;
    assert_eq!((lines.concat(), failures), ("error 403".to_owned(), vec![]));
    for fault in [Fault::Changed(2), Fault::Repeated(1)] {
        let (lines, failures) = stream(&client, secret, fault).await;
        let (last, before) = lines.split_last().unwrap();
        assert!(answers.starts_with(before) && before.len() < 5, "{lines:?}");
        assert_eq!((last.as_str(), failures.len()), ("error in the stream", 1), "{lines:?} {failures:?}");
    }
}
