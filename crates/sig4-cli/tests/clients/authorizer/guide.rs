//! The page of the authorizer starts with files and commands that work as they stand, on other ports.

use super::upstream::Upstream;
use crate::install::{self, Need, folder};
use sig4_test_support::program::{Program, free_ports};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tokio::runtime::Runtime;

/// The ports of the page: of clients, of the authorizer, and of the service.
const SHOWN: [&str; 3] = ["8080", "9191", "9090"];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// The first code block of a language.
fn block<'p>(page: &'p str, language: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("\n```").unwrap().0
}

/// A text with the ports of this run.
fn moved(text: &str, ports: [u16; 3]) -> String {
    SHOWN.iter().zip(ports).fold(text.to_owned(), |text, (shown, port)| text.replace(shown, &port.to_string()))
}

/// What a command of the page prints.
fn printed(command: &str) -> String {
    let command = command.replace("curl ", "curl --silent --show-error --noproxy '*' ");
    let output = Command::new("sh").args(["-c", &command]).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_page_s_first_commands_serve_a_signed_request_and_refuse_an_unsigned_one() {
    let Some(envoy) = install::envoy() else { return Need::Envoy.skip("the page's first commands were not run") };
    if !Need::Curl.runs("the page's first commands were not run") {
        return;
    }
    let page = read("docs/authorizer.md");
    let runtime = Runtime::new().unwrap();
    let upstream = runtime.block_on(Upstream::start());
    let [clients, authorizer] = free_ports();
    let ports = [clients, authorizer, upstream.address.port()];
    let folder = folder("clients-authorizer-guide");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("users.json"), block(&page, "json")).unwrap();
    fs::write(folder.join("authorizer.toml"), moved(block(&page, "toml"), ports)).unwrap();
    fs::write(folder.join("envoy.yaml"), moved(&read("examples/authorizer/envoy/envoy.yaml"), ports)).unwrap();

    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.args(["authorize", "--config", "authorizer.toml"]).current_dir(&folder);
    let _authorizer = Program::start(&mut command, &folder.join("authorizer.txt"), &[authorizer]);
    let mut command = Command::new(envoy);
    command
        .args(["--disable-hot-restart", "--concurrency", "1", "-l", "warn", "-c", "envoy.yaml"])
        .current_dir(&folder);
    let _envoy = Program::start(&mut command, &folder.join("envoy.txt"), &[clients]);

    let console = moved(block(&page, "console"), ports);
    let commands: Vec<_> = console.lines().filter_map(|line| line.strip_prefix("$ curl ")).collect();
    let [signed, unsigned] = commands[..] else { panic!("{commands:?}") };
    let echo = printed(&format!("curl {signed}"));
    assert!(echo.contains("arn:aws:iam::123456789012:user/alice") && upstream.count() == 1, "{echo}");
    let refusal = printed(&format!("curl {unsigned}"));
    assert_eq!((refusal.as_str(), upstream.count()), (console.lines().last().unwrap(), 1));
}
