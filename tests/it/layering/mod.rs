//! Imports in `src/` and in `crates/*/src` run down only.

mod graph;

use graph::Graph;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules, lowest first, as `lib.rs` lists them.
const ORDER: &[&str] = &[
    "bytes",
    "crypto",
    "printable",
    "pasted",
    "authority",
    "error",
    "service_error",
    "algorithm",
    "name",
    "endpoint",
    "time",
    "scope",
    "region_set",
    "session_token",
    "credentials",
    "expires",
    "payload",
    "body",
    "request",
    "settings",
    "signature",
    "canonical",
    "string_to_sign",
    "key",
    "auth",
    "sign",
    "s3_session",
    "verify",
    "post_policy",
    "token",
    "stream",
    "redact",
    "explain",
    "config_files",
    "tower",
    "reqwest",
    "testing",
];

/// Folders and files of the rim that may know a clock, a file or a socket, by crate. The other crates are all rim.
const RIM: &[(&str, &[&str])] = &[("sig4", &["config_files/", "tower/clock.rs"]), ("sig4-gateway", &["server/"])];

/// Wire literals that stand once in `src/`, in this file.
const LITERALS: &[(&str, &str)] = &[
    ("\"aws4_request\"", "scope.rs"),
    ("\"AWS4-HMAC-SHA256\"", "algorithm.rs"),
    ("\"AWS4\"", "algorithm.rs"),
    ("\"UNSIGNED-PAYLOAD\"", "payload.rs"),
    ("\"X-Amz-Signature\"", "name.rs"),
    ("\"X-Amz-Credential\"", "name.rs"),
    ("\"x-amz-content-sha256\"", "name.rs"),
    ("\"x-amz-date\"", "name.rs"),
    ("\"x-amz-decoded-content-length\"", "name.rs"),
    ("\"x-amz-trailer\"", "name.rs"),
    ("\"x-amz-trailer-signature\"", "stream/wire.rs"),
    ("\"aws-chunked\"", "stream/wire.rs"),
    (";chunk-signature=", "stream/wire.rs"),
    ("\"x-amz-security-token\"", "name.rs"),
    ("\"host\"", "name.rs"),
    ("\"aws-cn\"", "endpoint/partition.rs"),
    ("\"aws-eusc\"", "endpoint/partition.rs"),
    ("\":date\"", "stream/event/envelope.rs"),
    ("\":chunk-signature\"", "stream/event/envelope.rs"),
    ("Credential=", "auth/header.rs"),
    ("SignedHeaders=", "auth/header.rs"),
];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file of the library with its path below `src/` and its lines of code: no comments, no tests.
fn files() -> Vec<(String, Vec<String>)> {
    files_below(&src())
}

/// The same for the sources of any crate.
fn files_below(src: &Path) -> Vec<(String, Vec<String>)> {
    let (mut files, mut open) = (Vec::new(), vec![src.to_path_buf()]);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
        if name == "lib.rs" || !name.ends_with(".rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        files.push((name, lines.map(str::to_owned).collect()));
    }
    files
}

fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn rank(module: &str) -> usize {
    ORDER.iter().position(|m| *m == module).unwrap_or_else(|| panic!("`{module}` has no place in ORDER"))
}

/// The modules that a line names after `crate::`.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
}

#[test]
fn imports_run_down_only() {
    for (file, lines) in files() {
        let own = rank(module(&file));
        for (line, to) in lines.iter().flat_map(|line| imports(line).map(move |to| (line, to))) {
            assert!(rank(to) <= own, "{file} must not import `{to}`: {line}");
        }
    }
}

/// The crates of the workspace by their names, and the folders of their sources.
fn crates() -> Vec<(String, PathBuf)> {
    let mut crates = vec![("sig4".to_owned(), src())];
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("crates")).into_iter().flatten() {
        let folder = entry.unwrap().path();
        crates.push((folder.file_name().unwrap().to_str().unwrap().to_owned(), folder.join("src")));
    }
    crates.sort();
    crates
}

#[test]
fn no_files_import_one_another() {
    for (name, src) in crates() {
        let graph = Graph::read(&src);
        let (files, imports) = graph.size();
        let circles = graph.circles();
        println!("{name}: {files} files, {imports} imports, circles: {circles:#?}");
        assert!(files > 1, "the sources of {name} are there");
        assert_eq!(circles, Vec::<Vec<String>>::new(), "{name}");
    }
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let graph = Graph::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/layering/circles"));
    assert_eq!(graph.circles(), [vec!["a", "b"], vec!["room", "room::child"], vec!["x", "y", "z"]]);
}

#[test]
fn lib_rs_lists_the_modules_in_the_order_that_is_checked() {
    let text = fs::read_to_string(src().join("lib.rs")).unwrap();
    let name = |line: &'static str| line.strip_prefix("pub(crate) mod ").or_else(|| line.strip_prefix("pub mod "));
    let listed: Vec<_> = text.leak().lines().filter_map(|line| name(line)?.strip_suffix(';')).collect();
    assert_eq!(listed, ORDER);
}

#[test]
fn bytes_know_nothing_of_aws_and_only_the_rim_of_clocks_and_environments() {
    for (file, lines) in files() {
        let text = lines.join("\n").to_lowercase();
        if file.starts_with("bytes/") || file.starts_with("crypto/") {
            assert!(!text.contains("amz") && !text.contains("aws"), "{file}");
        }
    }
    for (name, src) in crates() {
        if let Some((_, rim)) = RIM.iter().find(|(of, _)| *of == name) {
            assert_no_rim(&name, &src, rim);
        }
    }
}

/// Holds that no file but those of the rim uses a clock, a file, an environment or a socket.
fn assert_no_rim(name: &str, src: &Path, rim: &[&str]) {
    let files = files_below(src);
    assert!(files.len() > 20, "the sources of {name} are there");
    for (file, lines) in files {
        let text = lines.join("\n").to_lowercase();
        if rim.iter().any(|place| file.starts_with(place)) {
            continue;
        }
        for rim in ["now_utc", "systemtime::now", "instant::now", "std::env", "std::fs", "std::net"] {
            assert!(!text.contains(rim), "{name}: {file} uses {rim}");
        }
    }
}

#[test]
fn every_wire_literal_stands_once() {
    let files = files();
    for (literal, home) in LITERALS {
        let at: Vec<_> = files.iter().filter(|(_, lines)| lines.iter().any(|l| l.contains(literal))).collect();
        let at: Vec<_> = at.into_iter().map(|(file, _)| file.as_str()).collect();
        assert_eq!(at, [*home], "{literal}");
    }
    let gateway = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/sig4-gateway/src"));
    let mut of_account = gateway.iter().filter(|(_, lines)| lines.iter().any(|l| l.contains("\"123456789012\"")));
    assert_eq!(of_account.next().map(|(file, _)| file.as_str()), Some("defaults.rs"));
    assert_eq!(of_account.next(), None);
}

/// Every line of every crate with its file, as far as it is code.
fn every_line() -> Vec<(PathBuf, String)> {
    let mut lines = Vec::new();
    let tests = |name: &str| name == "sig4-test-support";
    let mut open: Vec<PathBuf> = crates().into_iter().filter(|(name, _)| !tests(name)).map(|(_, src)| src).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.extend(code.map(|line| (path.clone(), line.to_owned())));
    }
    assert!(lines.len() > 10_000, "{}", lines.len());
    lines
}

#[test]
fn no_partition_is_written_by_hand() {
    for (path, line) in every_line() {
        assert!(!line.contains("arn:aws"), "{}: the partition follows from the region: {line}", path.display());
    }
}

/// What reaches the terminal. Only the printer of the binary does: it knows secrets and the controls of terminals.
const TERMINAL: [&str; 9] =
    ["stdout()", "stderr()", "print!(", "println!(", "eprint!(", "eprintln!(", "dbg!(", "Stdio::inherit", "/dev/tty"];

#[test]
fn only_the_printer_reaches_the_terminal() {
    let mut lines = every_line();
    // Asking whether there is a terminal shows nothing on it.
    let shows = |line: &str| line.replace("stdout().is_terminal()", "").replace("stderr().is_terminal()", "");
    lines.retain(|(_, line)| TERMINAL.iter().any(|way| shows(line).contains(way)));
    let printer = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/sig4-cli/src/print");
    // The access log of a server escapes its lines itself, and has no secret.
    lines.retain(|(path, _)| !path.ends_with("sig4-authorizer/src/observe/access_log.rs"));
    let (of_printer, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(path, _)| path.starts_with(&printer));
    assert!(others.is_empty(), "{} is the one way: {others:#?}", printer.display());
    assert!(of_printer.len() > 3, "{of_printer:?}");
}

#[test]
fn no_file_is_longer_than_500_lines_and_none_is_a_drawer() {
    for (file, lines) in crates().into_iter().flat_map(|(_, src)| files_below(&src)) {
        assert!(lines.len() <= 500, "{file}: {} lines", lines.len());
        assert!(
            !["utils", "helpers", "common", "types", "misc"].iter().any(|d| file.contains(&format!("{d}.rs"))),
            "{file}"
        );
    }
}
