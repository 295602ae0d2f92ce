//! The record against the HTTP implementation that reads the same stream: whatever comes, no name is spelled in another way than the
//! request had it.
//!
//! The value of every header is its name as it was spelled, so that a request itself says what is right.

use super::{HeadRecord, RecordedStream};
use crate::limits::MAX_READ_HEAD;
use crate::received_names::{ReceivedNames, Spelling};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

type Seen = Vec<(HeaderMap, Option<ReceivedNames>)>;

/// The requests that the HTTP implementation reads from `bytes`, which arrive in pieces of these lengths, again and again.
fn seen(bytes: &[u8], lens: &[usize]) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let (record, all) = (HeadRecord::default(), Arc::clone(&seen));
    let names = record.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (names, all) = (names.take(request.headers()), Arc::clone(&all));
        async move {
            let (head, body) = request.into_parts();
            all.lock().unwrap().push((head.headers, names));
            let _ = body.collect().await;
            let mut response = Response::new(Full::<Bytes>::default());
            // The implementation would end with a tunnel, which the gateway refuses.
            if head.method == Method::CONNECT {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
            Ok::<_, Infallible>(response)
        }
    });
    let exchange = async {
        let (client, server) = tokio::io::duplex(64 * 1024);
        let mut builder = http1::Builder::new();
        builder.half_close(true).max_buf_size(MAX_READ_HEAD);
        let serving = builder.serve_connection(TokioIo::new(RecordedStream::new(server, record)), service);
        let (mut from, mut to) = tokio::io::split(client);
        let write = async {
            let (mut rest, mut lens) = (bytes, lens.iter().cycle());
            while !rest.is_empty() {
                let (piece, behind) = rest.split_at((*lens.next().unwrap()).clamp(1, rest.len()));
                if to.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
                rest = behind;
            }
            let _ = to.shutdown().await;
        };
        let mut answers = Vec::new();
        let _ = tokio::join!(serving, write, from.read_to_end(&mut answers));
    };
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), exchange).await }).expect("an end");
    Arc::into_inner(seen).unwrap().into_inner().unwrap()
}

/// Whether a name of a request is known. It is never wrong.
fn check(seen: &Seen) -> Vec<bool> {
    for (headers, names) in seen {
        let Some(names) = names else { continue };
        for name in headers.keys() {
            let first = headers[name].to_str().unwrap();
            if first.eq_ignore_ascii_case(name.as_str()) {
                assert_eq!(Spelling::of_client(Version::HTTP_11, Some(names)).spell(name), first);
            }
        }
    }
    seen.iter().map(|(_, names)| names.is_some()).collect()
}

/// A name in any case.
fn spelled() -> impl Strategy<Value = String> {
    let case = |(name, upper): (&'static str, u32)| {
        let letter = |(place, c): (usize, char)| if upper >> place & 1 == 1 { c.to_ascii_uppercase() } else { c };
        name.chars().enumerate().map(letter).collect()
    };
    (prop::sample::select(vec!["x-a", "x-name", "accept", "te", "cookie"]), any::<u32>()).prop_map(case)
}

/// A body, with its framing headers: what looks like a request is likely in it.
fn body() -> impl Strategy<Value = (String, String)> {
    let text =
        || prop::sample::select(vec!["", "a", "\r\n\r\n", "GET /e HTTP/1.1\r\nX-A: evil\r\n\r\n", "\n0\r\n\r\n"]);
    let line = prop::sample::select(vec!["\r\n", ";x=\"y\"\r\n", " ;a\r\n"]);
    let chunk = (text(), line).prop_map(|(text, line)| match text.len() {
        0 => String::new(),
        len => format!("{len:x}{line}{text}\r\n"),
    });
    let trailer = prop::sample::select(vec!["", "X-A: trailer\r\n", "a: b\r\nHOST: x\r\n"]);
    let chunks = (prop::collection::vec(chunk, 0..4), trailer)
        .prop_map(|(chunks, trailer)| format!("{}0\r\n{trailer}\r\n", chunks.concat()));
    let coding = prop::sample::select(vec!["Transfer-Encoding: chunked", "TRANSFER-encoding: gzip, Chunked"]);
    prop_oneof![
        Just((String::new(), String::new())),
        text().prop_map(|text| (format!("Content-LENGTH: {}\r\n", text.len()), text.to_owned())),
        text()
            .prop_map(|text| (format!("expect: 100-continue\r\ncontent-length: {}\r\n", text.len()), text.to_owned())),
        (coding, chunks).prop_map(|(coding, chunks)| (format!("{coding}\r\n"), chunks)),
    ]
}

fn request() -> impl Strategy<Value = String> {
    let names = prop::collection::vec(spelled(), 0..5);
    let start = prop::sample::select(vec!["GET / HTTP/1.1\r\n", "\r\nPOST /a HTTP/1.1\r\n", "CONNECT a:1 HTTP/1.1\n"]);
    (start, names, prop::sample::select(vec!["\r\n", "\n"]), body()).prop_map(|(start, names, end, (framing, body))| {
        let lines: String = names.iter().map(|name| format!("{name}:  {name} {end}")).collect();
        format!("{start}Host: Host\r\n{lines}{framing}{end}{body}")
    })
}

/// Up to three changes of the structure: bytes that end lines, fold them, or belong to sizes are put in, or taken out.
fn change() -> impl Strategy<Value = Vec<(prop::sample::Index, Option<&'static str>)>> {
    let inserted =
        vec!["\n", "\r", "\r\n", " ", "\r\n ", ":", ";", "0", "f", "\r\n\r\n", "\n\n", "Upgrade: h2c\r\n", "\0"];
    prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(prop::sample::select(inserted))), 0..4)
}

/// Takes a byte of a line end out, or puts something before or behind one.
fn changed(mut text: String, changes: &[(prop::sample::Index, Option<&'static str>)]) -> String {
    for (index, inserted) in changes {
        let ends: Vec<_> = text.match_indices(['\r', '\n']).map(|(place, _)| place).collect();
        let Some(place) = (!ends.is_empty()).then(|| ends[index.index(ends.len())]) else { continue };
        match inserted {
            Some(inserted) => text.insert_str(place, inserted),
            None => drop(text.remove(place)),
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_name_of_well_formed_requests_is_known(
        requests in prop::collection::vec(request(), 1..6), lens in prop::collection::vec(1_usize..200, 1..4)
    ) {
        let known = check(&seen(requests.concat().as_bytes(), &lens));
        prop_assert_eq!(known, vec![true; requests.len()], "{:?}", requests);
    }

    #[test]
    fn no_name_is_wrong_whatever_comes(
        requests in prop::collection::vec(request(), 1..6), changes in change(),
        lens in prop::collection::vec(1_usize..200, 1..4)
    ) {
        check(&seen(changed(requests.concat(), &changes).as_bytes(), &lens));
    }
}

/// Found by these properties: the HTTP implementation does not end a line of a trailer with LF alone.
#[test]
fn a_line_of_a_trailer_ends_with_cr_lf() {
    let text = "POST / HTTP/1.1\r\nHost: Host\r\ntransfer-encoding: chunked\r\n\r\n0\r\nt: v\n\r\n\
        GET /e HTTP/1.1\r\nHost: Host\r\nX-NAME: X-NAME\r\n\r\n\
        GET / HTTP/1.1\r\nHost: Host\r\nx-name: x-name\r\n\r\n";
    let seen = seen(text.as_bytes(), &[4096]);
    assert_eq!((seen.len(), check(&seen)), (2, vec![true, true]));
}

/// Many heads that wait cost as much each as few.
#[test]
fn heads_that_wait_are_not_counted_again() {
    let head = b"GET / HTTP/1.1\n\n";
    let time = |heads: usize| {
        let (record, started) = (HeadRecord::default(), Instant::now());
        (0..heads).for_each(|_| record.read(head));
        for _ in 0..20_000 {
            assert!(record.take(&HeaderMap::new()).is_some());
            record.read(head);
        }
        started.elapsed()
    };
    // Other tests take time of the processor as well.
    let is_linear = |_| time(MAX_READ_HEAD / head.len()) < time(1) * 6;
    assert!((0..5).any(is_linear), "as many heads as are kept cost more each than one");
}
