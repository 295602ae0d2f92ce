//! The README, the guide and the crates' READMEs show the same on a code host as in `rustdoc`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let below = |folder: &str| fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = below("").chain(below("docs")).collect();
    pages.extend(below("crates").map(|folder| folder.join("README.md")));
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md") && page.is_file());
    let changes = Path::new("CHANGELOG.md").file_name();
    pages.retain(|page| page.file_name() != changes);
    pages.sort();
    pages.into_iter().map(|page| (page.clone(), fs::read_to_string(page).unwrap())).collect()
}

/// What a code host does not understand in a page: each line with its number and what is wrong with it.
fn unreadable(page: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    let (mut fence, mut is_rust) = (false, false);
    for (number, line) in (1..).zip(page.lines()) {
        if let Some(language) = line.strip_prefix("```") {
            fence = !fence;
            is_rust = fence && language.starts_with("rust");
            if is_rust && language != "rust" {
                found.push((number, "a code block with attributes, such as `ignore`"));
            }
        } else if is_rust && (line.trim_start().starts_with("# ") || line.trim() == "#") {
            found.push((number, "a hidden line: write a whole program"));
        } else if !fence
            && (has_bare_link(line) || ["(crate::", "(Self::", "(super::"].iter().any(|l| line.contains(l)))
        {
            found.push((number, "an intra-doc link: write the name without brackets, or link a file"));
        }
    }
    found
}

/// Whether a line has ``[`…`]`` without a target.
fn has_bare_link(line: &str) -> bool {
    let ends = line.match_indices("`]").map(|(at, end)| line.get(at + end.len()..).unwrap_or_default());
    line.contains("[`") && ends.into_iter().any(|rest| !rest.starts_with(['(', '[', ':']))
}

#[test]
fn no_page_has_hidden_lines_or_intra_doc_links() {
    let pages = pages();
    assert!(pages.len() > 15, "{}", pages.len());
    let found = |(path, text): &(PathBuf, String)| {
        let page = path.display().to_string();
        unreadable(text).into_iter().map(move |(line, what)| format!("{page}:{line}: {what}")).collect::<Vec<_>>()
    };
    let found: Vec<_> = pages.iter().flat_map(found).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn each_kind_of_unreadable_line_is_found() {
    for (page, lines) in [
        ("```rust\n# use a;\n#\n#[test]\nlet a = 1;\n```", vec![2, 3]),
        ("```rust,ignore\na\n```", vec![1]),
        ("```toml\n# a comment\n```\n# A heading", vec![]),
        ("See [`Signer`].", vec![1]),
        ("See [`Signer`](crate::Signer), [`sig4`](crates/sig4), [`a`][b], `b[0]`.", vec![1]),
        ("[`sig4`](crates/sig4), [`a`][b], `b[0]`.", vec![]),
    ] {
        assert_eq!(unreadable(page).into_iter().map(|(line, _)| line).collect::<Vec<_>>(), lines, "{page}");
    }
}

/// The Rust sources below the folders of tests, and of the library with its unit tests.
fn tests() -> String {
    let mut open = vec![root().join("tests"), root().join("src")];
    open.extend(fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path().join("tests")));
    let mut text = String::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(&path).unwrap();
        }
    }
    text
}

#[test]
fn the_tests_that_the_threat_model_names_are_there() {
    let (tests, page) = (tests(), fs::read_to_string(root().join("SECURITY.md")).unwrap());
    let quoted = page.split('`').skip(1).step_by(2);
    let names = quoted
        .filter(|name| name.matches('_').count() > 3 && !name.contains(|c: char| !(c.is_alphanumeric() || c == '_')));
    let mut count = 0;
    for name in names {
        count += 1;
        assert!(tests.contains(&format!("fn {name}(")), "SECURITY.md names the test `{name}`, which does not exist");
    }
    assert!(count > 30, "{count}");
}

/// Pages for reference: tables, and rules with their reasons.
const REFERENCE: [&str; 6] = ["README.md", "limits.md", "output.md", "performance.md", "serve.md", "sign-layer.md"];

#[test]
fn each_page_of_the_guide_starts_with_the_finished_thing() {
    for (path, text) in pages() {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.parent().unwrap().ends_with("docs") && !REFERENCE.contains(&name) {
            let before = text.split("\n## ").next().unwrap();
            assert!(before.contains("\n```"), "{name}: no program and no command before the first heading");
        }
    }
}

#[test]
fn the_index_names_every_page() {
    let index = fs::read_to_string(root().join("docs/README.md")).unwrap();
    for (path, _) in pages() {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.parent().unwrap().ends_with("docs") && name != "README.md" {
            assert!(index.contains(&format!("]({name})")), "docs/README.md does not name {name}");
        }
    }
}
