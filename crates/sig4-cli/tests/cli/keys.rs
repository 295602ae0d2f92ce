//! `sig4 keys derive`.

use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The worked example of AWS's documentation, "Deriving the signing key".
const AWS_EXAMPLE: &str =
    "AKIDEXAMPLE 20150830/us-east-1/iam/aws4_request c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";

struct Scene(tempfile::TempDir);

impl Scene {
    fn new() -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        let keys = |id: &str, more: &str| format!(r#"{{"id": "{id}", "secret": "{SECRET}"{more}}}"#);
        let users = format!(
            r#"{{"account": "123456789012", "users": {{"alice": {{"policies": ["all.json"], "access_keys": [{}, {}]}}}},
            "roles": {{"deploy": {{"sessions": {{"ci": {{"access_key": {}}}}}}}}}}}"#,
            keys("AKIDEXAMPLE", ""),
            keys("AKIDOLD", r#", "active": false"#),
            keys("ASIACI00000000000001", r#", "token": "IQoJb3JpZ2luX2Vj""#),
        );
        fs::write(scene.path("users.json"), users).unwrap();
        let all = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
        fs::write(scene.path("all.json"), all).unwrap();
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the command; nothing that it ever prints has the secret or the token.
    fn derive(&self, arguments: &[&str]) -> (Output, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
        command.env_clear().stdin(Stdio::null()).args(["keys", "derive"]).arg(self.path("users.json")).args(arguments);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr.clone()).unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned() + &said;
        assert!(!shown.contains(SECRET) && !shown.contains("IQoJ"), "{shown}");
        (output, said)
    }

    fn printed(&self, arguments: &[&str]) -> String {
        let (output, said) = self.derive(arguments);
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let (output, said) = self.derive(arguments);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        said
    }
}

const ONE_DAY: [&str; 6] = ["--region", "us-east-1", "--service", "iam", "--from", "20150830"];

fn lines(printed: &str) -> Vec<&str> {
    printed.lines().filter(|line| line.starts_with('A')).collect()
}

#[test]
fn the_keys_are_those_of_the_documentation_of_aws() {
    let printed = Scene::new().printed(&[&ONE_DAY[..], &["--days", "1", "--access-key-id", "AKIDEXAMPLE"]].concat());
    assert_eq!(lines(&printed), [AWS_EXAMPLE]);
}

#[test]
fn keys_are_per_access_key_day_region_and_service() {
    let scene = Scene::new();
    let more = ["--region", "eu-west-1", "--service", "execute-api", "--days", "3"];
    let (output, said) = scene.derive(&[&ONE_DAY[..], &more].concat());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines(&printed).len(), 2 * 3 * 2 * 2, "two active access keys, three days, two regions and services");
    assert!(printed.contains("\nkeys 24\n"), "{printed}");
    assert!(printed.contains("ASIACI00000000000001 20150901/eu-west-1/execute-api/aws4_request "), "{printed}");
    assert!(!printed.contains("AKIDOLD"), "inactive");
    assert!(said.contains("the access key AKIDOLD is inactive, and gets no keys"), "{said}");
    assert!(said.contains("keys: 24, access keys: 2, days: 20150830 to 20150901 in UTC"), "{said}");
}

#[test]
fn without_days_a_week_before_today_and_two_days_after_it_are_derived() {
    let scene = Scene::new();
    let printed = scene.printed(&["--region", "us-east-1", "--access-key-id", "AKIDEXAMPLE"]);
    let days: Vec<_> = lines(&printed).iter().map(|line| line[12..20].to_owned()).collect();
    assert_eq!(days.len(), 10);
    let now = time::OffsetDateTime::now_utc();
    let today = sig4::Timestamp::new(now).unwrap().day().to_string();
    // The day may have changed since.
    assert!(days[7] == today || days[8] == today, "{days:?}");
    assert!(printed.contains("/us-east-1/execute-api/aws4_request"), "{printed}");
}

#[test]
fn a_file_is_its_owners_alone_and_replaced_in_one_step() {
    let scene = Scene::new();
    let out = scene.path("day-keys.txt");
    fs::write(&out, "earlier").unwrap();
    let held_open = fs::File::open(&out).unwrap();
    let printed = scene.printed(&[&ONE_DAY[..], &["--out", out.to_str().unwrap()]].concat());
    assert_eq!(printed, "");
    assert!(fs::read_to_string(&out).unwrap().contains(AWS_EXAMPLE));
    assert_eq!(std::io::read_to_string(held_open).unwrap(), "earlier", "the earlier file is not written to");
    assert_eq!(mode(&out), 0o600);
    assert_eq!(fs::read_dir(scene.0.path()).unwrap().count(), 3, "no file is left behind");
    let into_nothing = scene.path("nowhere").join("day-keys.txt");
    let said = scene.refused(&[&ONE_DAY[..], &["--out", into_nothing.to_str().unwrap()]].concat());
    assert!(said.contains("cannot write "), "{said}");
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(not(unix))]
const fn mode(_: &Path) -> u32 {
    0o600
}

#[test]
fn mistakes_are_told() {
    let scene = Scene::new();
    for (arguments, words) in [
        (&["--from", "20150830"][..], "--region"),
        (&["--region", "us-east-1", "--from", "2015"], "expected YYYYMMDD"),
        (&["--region", "us-east-1", "--days", "0"], "0 is not in 1..=366"),
        (&["--region", "us-east-1", "--days", "300"], "an access key id has more than 256 keys"),
        (&["--region", "us-east-1a"], "us-east-1a"),
        (&["--region", "us-east-1", "--region", "us-east-1"], "stands twice"),
        (&["--region", "us-east-1", "--access-key-id", "AKIDNOBODY"], "has no access key AKIDNOBODY"),
        (&["--region", "us-east-1", "--access-key-id", "AKIDOLD"], "has no active access key to derive from"),
    ] {
        let said = scene.refused(arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    fs::write(scene.path("users.json"), "{").unwrap();
    assert!(scene.refused(&["--region", "us-east-1"]).contains("users.json"));
    fs::remove_file(scene.path("users.json")).unwrap();
    assert!(scene.refused(&["--region", "us-east-1"]).contains("No such file"));
}

/// Signs a text with each derived key, and with botocore, which derives its own from the secret.
const BOTOCORE: &str = r#"
import hashlib, hmac, sys, types
from botocore.auth import SigV4Auth
from botocore.credentials import Credentials
for line in sys.stdin:
    id, scope, key = line.split()
    day, region, service, _ = scope.split('/')
    request = types.SimpleNamespace(context={'timestamp': day + 'T000000Z'})
    own = SigV4Auth(Credentials(id, sys.argv[1]), service, region).signature('text', request)
    print(scope, own == hmac.new(bytes.fromhex(key), b'text', hashlib.sha256).hexdigest())
"#;

#[test]
fn the_keys_sign_as_botocore_does_with_the_secret() {
    let Some(python) = install::botocore(Path::new(env!("CARGO_TARGET_TMPDIR"))) else {
        Need::Botocore.skip("day keys and botocore");
        return;
    };
    let arguments = ["--region", "eu-central-1", "--from", "20240228", "--days", "3", "--access-key-id", "AKIDEXAMPLE"];
    let printed = Scene::new().printed(&arguments);
    let mut command = Command::new(python);
    command.args(["-c", BOTOCORE, SECRET]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines(&printed).join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let same =
        ["20240228", "20240229", "20240301"].map(|day| format!("{day}/eu-central-1/execute-api/aws4_request True\n"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), same.concat());
}

/// The rename that puts the keys in place would lose the secrets of the users file, and put a file in place of `/dev/null`.
#[cfg(unix)]
#[test]
fn neither_the_users_file_nor_a_device_is_replaced_by_keys() {
    let scene = Scene::new();
    let users = fs::read_to_string(scene.path("users.json")).unwrap();
    std::os::unix::fs::symlink("users.json", scene.path("link.json")).unwrap();
    for name in ["users.json", "link.json"] {
        let said = scene.refused(&["--region", "us-east-1", "--out", scene.path(name).to_str().unwrap()]);
        assert!(said.contains("users.json is the users file: name another file"), "{said}");
        assert_eq!(fs::read_to_string(scene.path(name)).unwrap(), users);
    }
    let pipe = scene.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let said = scene.refused(&["--region", "us-east-1", "--out", pipe.to_str().unwrap()]);
    assert!(said.contains("pipe: it is not a regular file"), "{said}");
    assert!(!fs::metadata(&pipe).unwrap().is_file(), "it is still a pipe");
}
