//! `docs/signing.md` shows the functions of the examples, which are compiled and run, and each is short.

use std::fs;
use std::path::Path;

/// The most lines of a function, from its signature to its brace.
const MAX_LINES: usize = 12;

const EXAMPLES: [&str; 6] = [
    "examples/client_attohttpc.rs",
    "examples/client_hyper_util.rs",
    "examples/client_reqwest.rs",
    "examples/client_reqwest_middleware.rs",
    "examples/client_ureq.rs",
    "examples/downstream/aws-config-client/src/main.rs",
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The imports of an example and its function `call`.
fn shown(example: &str) -> String {
    let (_, rest) = example.split_once("\nuse ").unwrap();
    let (imports, rest) = rest.split_once("fn call(").unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    format!("use {imports}fn call({body}\n}}\n")
}

#[test]
fn the_page_shows_what_runs() {
    let page = read("docs/signing.md");
    for path in EXAMPLES {
        let shown = shown(&read(path));
        assert!(page.contains(&format!("\n{shown}```\n")), "docs/signing.md does not show {path}:\n{shown}");
        let function = shown.lines().skip_while(|line| !line.contains("fn call(")).count();
        assert!((7..=MAX_LINES).contains(&function), "{path} has {function} lines");
    }
}

#[test]
fn the_checks_run_every_example() {
    let checks = read(".ci/run");
    let names: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(names.len() >= 5, "{names:?}");
    for name in names {
        assert!(checks.contains(&format!(" {name}")), "{name} does not run in .ci/run");
        let is_client = name.starts_with("client_");
        assert_eq!(EXAMPLES.contains(&format!("examples/{name}.rs").as_str()), is_client, "{name}");
    }
}
