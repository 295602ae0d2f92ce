//! What a person does with the page, and a picture of it.

use crate::api::Api;
use crate::callers::READER;
use crate::case::{At, post};
use crate::client::Client;
use crate::found;
use crate::install::folder;
use crate::job::Job;
use crate::page::Page;
use crate::retries::asks_again;
use sig4_gateway::Integration;
use std::fs;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// Where the pictures are kept.
fn picture(name: &str) -> PathBuf {
    let pictures = folder("../clients");
    fs::create_dir_all(&pictures).unwrap();
    pictures.join(name)
}

#[test]
fn a_person_types_a_message_and_reads_the_answer() {
    let Some(mut page) = found::or_skip(Page::open()) else { return };
    let runtime = Runtime::new().unwrap();
    let api = runtime.block_on(Api::serve(Integration::echo(), 0, &page.origin));
    let url = format!("http://{}/", api.address());

    let shown = picture("react.png");
    let answer = page.call(&Job { url: url.clone(), screenshot: Some(shown.clone()), ..post(At::Root) }).unwrap();
    let echo =
        "{\n    \"method\": \"POST\",\n    \"path\": \"/\",\n    \"body\": {\n        \"message\": \"hello\"\n    }\n}";
    assert_eq!((answer.status, answer.body.as_str()), (200, echo));
    assert!(fs::read(&shown).unwrap().starts_with(b"\x89PNG"));

    // Somebody who may only read: the page can tell, since the refusal has the headers that let it.
    let shown = picture("react-denied.png");
    let answer = page.call(&Job { url, keys: READER, screenshot: Some(shown), ..post(At::Root) }).unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (403, r#"{"message":"Forbidden"}"#));

    asks_again(&mut page, &api);
    runtime.block_on(api.shut_down());
}
