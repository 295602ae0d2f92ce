//! A Lambda function made with `lambda_http`, connected to the API over the Lambda Runtime API.

use crate::api::Api;
use crate::case;
use crate::found::{self, CLIENTS};
use crate::page::ORIGIN;
use crate::table::Report;
use crate::trial::{Logged, Target, Trial};
use sig4_gateway::{FunctionConfiguration, Integration, LambdaFunction};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tokio::runtime::Runtime;

/// The program of `crates/sig4-gateway/examples/lambda_http_echo.rs`. Cargo does not build examples for one test alone. With the profile
/// and the features of `cargo test` and of CI, the example shares their builds.
fn program() -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build.args([
        "build",
        "--quiet",
        "--profile",
        "test",
        "--workspace",
        "--all-features",
        "--example",
        "lambda_http_echo",
    ]);
    assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    let folder = PathBuf::from(env!("CARGO_BIN_EXE_sig4"));
    folder.with_file_name("examples").join("lambda_http_echo")
}

/// A runtime, which ends with the test.
struct Running(Child);

impl Running {
    fn start(function: &LambdaFunction) -> Self {
        let mut command = Command::new(program());
        Self(command.envs(function.environment()).stdin(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Target for Api {
    fn url(&self, case: &case::Case) -> String {
        format!("http://{}{}", self.address(), case.job.url)
    }

    fn log(&self) -> Vec<Logged> {
        Self::log(self)
    }

    fn preflight_status(&self, _: bool) -> u16 {
        204
    }
}

#[test]
fn a_function_of_lambda_http_answers_every_client() {
    let runtime = Runtime::new().unwrap();
    let function = runtime.block_on(FunctionConfiguration::new("echo").listen("127.0.0.1:0")).unwrap();
    let running = Running::start(&function);
    let cases = case::direct();
    let mut report = Report::new(&cases);
    for mut client in found::all(CLIENTS) {
        // Each at an API of its own, for an API explains only so many refusals at once.
        let api = runtime.block_on(Api::serve(Integration::lambda(&function), 0, ORIGIN));
        let mut trial = Trial { client: &mut *client, target: &api, origin: ORIGIN };
        let cells = cases.iter().map(|case| trial.run(case)).collect();
        report.add(client.name(), cells);
        runtime.block_on(api.shut_down());
    }
    drop(running);
    report.finish(CLIENTS.len());
}
