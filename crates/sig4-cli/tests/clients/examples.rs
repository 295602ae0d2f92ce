//! The calls that `sig4 serve --examples` prints are pasted into a shell, each with its client.

use crate::install::{botocore, folder, npm};
use sig4_test_support::need::Need;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const SIG4: &str = env!("CARGO_BIN_EXE_sig4");

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn sig4() -> Command {
    let mut command = Command::new(SIG4);
    command.env("SIG4_DEMO_SEED", "examples").env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION");
    command
}

/// Starts an echo, and returns its URL.
fn serve() -> (Server, String) {
    let mut child = sig4().args(["serve", "--listen", ":0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = first.split(' ').find(|word| word.starts_with("http://")).unwrap().to_owned();
    // A server whose output nobody reads would wait.
    std::thread::spawn(move || lines.for_each(drop));
    (Server(child), url)
}

/// Pastes a call into a shell with the variables of `--print-env`, in a folder.
fn paste(call: &str, folder: &Path, variables: &[(&str, &str)]) -> String {
    let bin = Path::new(SIG4).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let script = format!("eval \"$(sig4 serve --print-env)\"\n{call}");
    let mut shell = Command::new("timeout");
    shell.args(["120", "sh", "-c", &script]).current_dir(folder).env("PATH", path).env("SIG4_DEMO_SEED", "examples");
    // A token that is left over from elsewhere is unset.
    shell.env("AWS_SESSION_TOKEN", "stale").env("NO_PROXY", "*").envs(variables.iter().copied()).stdin(Stdio::null());
    let output = shell.output().unwrap();
    assert!(output.status.success(), "{call}\n{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_example_of_serve_calls_the_api() {
    let (_server, url) = serve();
    let address = url.strip_prefix("http://").unwrap();
    let printed = sig4().args(["serve", "--examples", "--listen", address]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let calls: Vec<(&str, &str)> = printed.split("\n# ").skip(1).map(|call| call.split_once('\n').unwrap()).collect();
    assert_eq!(calls.len(), 6, "{printed}");
    let scratch = folder("examples");
    fs::create_dir_all(&scratch).unwrap();
    for (client, call) in calls {
        let output = match client.split([' ', ':']).next().unwrap() {
            "sig4" => paste(call, &scratch, &[]),
            "curl" if Need::Curl.runs("the example for curl") => paste(call, &scratch, &[]),
            "Node" => match npm("node") {
                Some(packages) => paste(call, &packages, &[]),
                None => {
                    Need::Npm.skip("the example for Node");
                    continue;
                }
            },
            "Python" => match botocore() {
                Some(python) => paste(&call.replacen("python3", &python, 1), &scratch, &[]),
                None => {
                    Need::Botocore.skip("the example for Python");
                    continue;
                }
            },
            "Go" => {
                let go = scratch.join("cache");
                let variables = [
                    ("GO111MODULE", "off"),
                    ("GOPATH", "/usr/share/gocode"),
                    ("GOCACHE", go.to_str().unwrap()),
                    ("GOFLAGS", ""),
                ];
                let has_signer = Path::new("/usr/share/gocode/src/github.com/aws/aws-sdk-go-v2").is_dir();
                let has_go = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
                if !Need::AwsSdkGo.is_met(has_go && has_signer, "the example for Go") {
                    continue;
                }
                paste(call, &scratch, &variables)
            }
            // It is a command around botocore, which is called above.
            "awscurl" => {
                assert!(call.contains("--service execute-api --region \"$AWS_REGION\" -X POST"), "{call}");
                continue;
            }
            _ => continue,
        };
        assert!(output.contains("\"message\": \"hello\""), "{client}: {output}");
    }
}
