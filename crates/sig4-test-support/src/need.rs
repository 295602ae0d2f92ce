//! Programs and rights that some tests need, and a record of the tests that were skipped without them.
//!
//! A test that skips itself says so on standard error, past the output capturing of the test harness. The target `skipped` of this
//! crate runs after all other test binaries of a `cargo test` and lists what they recorded. `SIG4_REQUIRE=all`, or a list such as
//! `SIG4_REQUIRE=curl,node`, turns skips into failures.

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

/// The environment variable that names what must not be missing: `all`, or names with commas between them.
pub const REQUIRE: &str = "SIG4_REQUIRE";

/// Something outside of the repository that a test needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// aiobotocore, in Python or in a folder of the build.
    Aiobotocore,
    /// aws-sdk-go-v2, built with `go`.
    AwsSdkGo,
    /// awscrt and amazon-transcribe, in Python or in a folder of the build.
    Awscrt,
    /// Lambda's runtime interface client, in Python or in a folder of the build.
    Awslambdaric,
    /// boto3, awscrt and awscli, in Python or in a folder of the build.
    Boto3,
    /// botocore, in Python or in a folder of the build.
    Botocore,
    /// Caddy.
    Caddy,
    /// `certutil` of NSS, with which Chromium is told what to trust.
    Certutil,
    /// Chromium, driven by Node.
    Chromium,
    /// curl.
    Curl,
    /// curl 7.88 of Debian 12, whose signatures are known.
    Curl788,
    /// Envoy, in a folder of the build.
    Envoy,
    /// HAProxy.
    Haproxy,
    /// The loopback address `::1`.
    Ipv6,
    /// Mangum and Powertools for AWS Lambda, in Python or in a folder of the build.
    LambdaFrameworks,
    /// minio-go, built with `go`.
    MinioGo,
    /// nginx.
    Nginx,
    /// Node.
    Node,
    /// Packages of npm, installed in a folder of the build.
    Npm,
    /// The right to start processes as another user: root, and `setpriv`.
    OtherUser,
    /// The port 5173, at which Vite serves pages.
    Port5173,
    /// Python.
    Python,
    /// rclone, in a folder of the build.
    Rclone,
    /// The server of Redis, or of Valkey.
    RedisServer,
    /// requests and requests-toolbelt, in Python or in a folder of the build.
    Requests,
    /// aws-sam-translator, in Python or in a folder of the build.
    SamTranslator,
    /// `script`, which runs a program on a terminal.
    Script,
    /// SeaweedFS, in Python or in a folder of the build.
    Seaweedfs,
    /// Makers of tokens for RDS, MSK, Bedrock, Vault and others, in Python or in a folder of the build.
    TokenMakers,
    /// Traefik, in a folder of the build.
    Traefik,
    /// valgrind.
    Valgrind,
    /// The server of Valkey, in a folder of the build.
    Valkey,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 32] = [
        Self::Aiobotocore,
        Self::AwsSdkGo,
        Self::Awscrt,
        Self::Awslambdaric,
        Self::Boto3,
        Self::Botocore,
        Self::Caddy,
        Self::Certutil,
        Self::Chromium,
        Self::Curl,
        Self::Curl788,
        Self::Envoy,
        Self::Haproxy,
        Self::Ipv6,
        Self::LambdaFrameworks,
        Self::MinioGo,
        Self::Nginx,
        Self::Node,
        Self::Npm,
        Self::OtherUser,
        Self::Port5173,
        Self::Python,
        Self::Rclone,
        Self::RedisServer,
        Self::Requests,
        Self::SamTranslator,
        Self::Script,
        Self::Seaweedfs,
        Self::TokenMakers,
        Self::Traefik,
        Self::Valgrind,
        Self::Valkey,
    ];

    /// Its name in `SIG4_REQUIRE`.
    // Inlined, it makes LLVM optimise a function that compares all names for more than six minutes: the build of the gates.
    #[inline(never)]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aiobotocore => "aiobotocore",
            Self::AwsSdkGo => "aws-sdk-go",
            Self::Awscrt => "awscrt",
            Self::Awslambdaric => "awslambdaric",
            Self::Boto3 => "boto3",
            Self::Botocore => "botocore",
            Self::Caddy => "caddy",
            Self::Certutil => "certutil",
            Self::Chromium => "chromium",
            Self::Curl => "curl",
            Self::Curl788 => "curl-7.88",
            Self::Envoy => "envoy",
            Self::Haproxy => "haproxy",
            Self::Ipv6 => "ipv6",
            Self::LambdaFrameworks => "lambda-frameworks",
            Self::MinioGo => "minio-go",
            Self::Nginx => "nginx",
            Self::Node => "node",
            Self::Npm => "npm",
            Self::OtherUser => "other-user",
            Self::Port5173 => "port-5173",
            Self::Python => "python3",
            Self::Rclone => "rclone",
            Self::RedisServer => "redis-server",
            Self::Requests => "requests",
            Self::SamTranslator => "sam-translator",
            Self::Script => "script",
            Self::Seaweedfs => "seaweedfs",
            Self::TokenMakers => "token-makers",
            Self::Traefik => "traefik",
            Self::Valgrind => "valgrind",
            Self::Valkey => "valkey",
        }
    }

    /// Whether the program of this name runs. Without it the test is skipped, and `what` says which check is left out.
    #[must_use]
    pub fn runs(self, what: &str) -> bool {
        let output = Command::new(self.name()).arg("--version").output();
        self.is_met(output.is_ok_and(|output| output.status.success()), what)
    }

    /// Gives `met` back. If it is false, the test is skipped, and `what` says which check is left out.
    #[must_use]
    pub fn is_met(self, met: bool, what: &str) -> bool {
        if !met {
            self.skip(what);
        }
        met
    }

    /// Records that the running test is skipped.
    ///
    /// # Panics
    ///
    /// If `SIG4_REQUIRE` names this need.
    pub fn skip(self, what: &str) {
        let required = Required::from_environment().unwrap_or_else(|error| panic!("{error}"));
        assert!(!required.names(self), "`{self}` is missing, and {REQUIRE} asks for it: {what}");
        let skip = Skip::new(self, what);
        // Not `eprintln!`, which the test harness captures.
        let _ = writeln!(io::stderr(), "SKIPPED {skip}");
        skip.record().expect("the target folder can be written");
    }
}

impl Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The needs that `SIG4_REQUIRE` names.
#[derive(Debug, PartialEq, Eq)]
pub struct Required(BTreeSet<Need>);

impl Required {
    /// Those of the environment.
    pub fn from_environment() -> Result<Self, String> {
        Self::parse(&std::env::var(REQUIRE).unwrap_or_default())
    }

    /// Those of a text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut required = BTreeSet::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match Need::ALL.iter().find(|need| need.name() == name) {
                Some(need) => required.extend([*need]),
                None if name == "all" => required.extend(Need::ALL),
                None => {
                    let known = Need::ALL.map(Need::name).join(", ");
                    return Err(format!("{REQUIRE} has the unknown name `{name}`; it is `all` or some of {known}"));
                }
            }
        }
        Ok(Self(required))
    }

    fn names(&self, need: Need) -> bool {
        self.0.contains(&need)
    }
}

/// A test that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    need: String,
    /// The test binary and the test.
    test: String,
    what: String,
}

impl Skip {
    fn new(need: Need, what: &str) -> Self {
        let exe = std::env::current_exe().expect("this program has a path");
        let binary = exe.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let binary = binary.rsplit_once('-').map_or(binary.as_str(), |(name, _)| name);
        // The harness names the thread after the test.
        let test = thread::current().name().unwrap_or("a thread").to_owned();
        Self { need: need.name().to_owned(), test: format!("{binary} {test}"), what: what.replace(['\n', '\t'], " ") }
    }

    fn record(&self) -> io::Result<()> {
        let path = Run::of_parent().record();
        fs::create_dir_all(path.parent().expect("it is in a folder"))?;
        let line = format!("{}\t{}\t{}\n", self.need, self.test, self.what);
        OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
    }

    fn read(line: &str) -> Option<Self> {
        let mut fields = line.split('\t').map(str::to_owned);
        Some(Self { need: fields.next()?, test: fields.next()?, what: fields.next()? })
    }
}

impl Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<11} {}: {}", self.need, self.test, self.what)
    }
}

/// The process that runs the test binaries of a `cargo test`, which is cargo.
#[derive(Debug)]
pub struct Run {
    process: u32,
}

impl Run {
    /// The run that this process belongs to.
    pub fn of_parent() -> Self {
        Self { process: std::os::unix::process::parent_id() }
    }

    /// The run of the processes that this one starts.
    pub fn of_children() -> Self {
        Self { process: std::process::id() }
    }

    /// The folder of all records, beside the test binaries.
    fn folder() -> PathBuf {
        let exe = std::env::current_exe().expect("this program has a path");
        exe.with_file_name("sig4-skipped")
    }

    fn record(&self) -> PathBuf {
        let name = format!("{}-{}", self.process, started(self.process).unwrap_or_default());
        Self::folder().join(name)
    }

    /// The skipped tests of this run so far. Removes their record, and records of runs that have ended.
    pub fn take_skipped(&self) -> BTreeSet<Skip> {
        let record = self.record();
        let text = fs::read_to_string(&record).unwrap_or_default();
        for other in fs::read_dir(Self::folder()).into_iter().flatten().flatten() {
            let name = other.file_name().to_string_lossy().into_owned();
            let process =
                name.split_once('-').and_then(|(process, start)| Some((process.parse().ok()?, start.to_owned())));
            let runs = process.is_some_and(|(process, start)| started(process).is_some_and(|s| s == start));
            if !runs || other.path() == record {
                let _ = fs::remove_file(other.path());
            }
        }
        text.lines().filter_map(Skip::read).collect()
    }
}

/// When a process started, which tells it from a later one of the same id. `None` if it has ended, or where there is no `/proc`.
fn started(process: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(19).map(str::to_owned)
}

/// The list that `cargo test` ends with.
pub fn summary(skipped: &BTreeSet<Skip>) -> String {
    if skipped.is_empty() {
        return "no test was skipped\n".to_owned();
    }
    let lines: String = skipped.iter().map(|skip| format!("  {skip}\n")).collect();
    format!("{} skipped ({REQUIRE}=all turns skips into failures):\n{lines}", skipped.len())
}
