//! No example and no snippet signs for a client that follows redirects.
//!
//! Such a client takes the session token and the body to wherever a redirect leads; `tests/tower/redirects.rs` shows it.

use std::fs;
use std::path::Path;

/// How a client of reqwest is made.
const CLIENTS: [&str; 4] = ["Client::new()", "Client::builder()", "ClientBuilder::new()", "Client::default()"];

/// The texts of the examples, the pages and the sources, each with its path.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut texts, mut open) =
        (Vec::new(), ["README.md", "docs", "examples", "src"].map(|name| root.join(name)).to_vec());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "md") {
            texts.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    texts
}

/// Where a client is made, up to the end of its statement. `SignClient` itself makes one that follows no redirects.
fn clients(text: &str) -> impl Iterator<Item = &str> {
    let signs = |at: usize| {
        text.get(..at)
            .and_then(|before| before.lines().next_back())
            .is_some_and(|line| line.contains("SignClient::new("))
    };
    let starts = CLIENTS.iter().flat_map(|made| text.match_indices(made).map(|(at, _)| at));
    let starts = starts.filter(move |at| !signs(*at));
    starts.filter_map(|at| text.get(at..)?.split(';').next())
}

#[test]
fn a_client_of_reqwest_follows_no_redirects() {
    let mut seen = 0;
    for (path, text) in texts().iter().filter(|(_, text)| text.contains("reqwest")) {
        for client in clients(text) {
            seen += 1;
            assert!(client.contains("Policy::none()"), "{path} makes a client that follows redirects: {client}");
        }
    }
    assert!(seen >= 2, "{seen}");
}

#[test]
fn one_that_follows_is_found() {
    let text = "let client = reqwest::Client::builder().build()?; let other = Client::new();";
    assert_eq!(clients(text).filter(|client| !client.contains("Policy::none()")).count(), 2);
}
