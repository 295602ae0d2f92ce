//! `sig4 token`. The signatures are those of other implementations: `tests/it/token` of `sig4` says which.

use serde_json::Value;
use std::process::{Command, Output, Stdio};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// `sig4` with these arguments, the example's credentials, and nothing else in its environment.
fn sig4(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", SECRET);
    command.args(arguments).args(["--at", "20150830T123600Z"]);
    command
}

/// Runs the command; nothing that it ever prints has the secret key.
fn output(command: &mut Command) -> (Output, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!String::from_utf8_lossy(&output.stdout).contains(SECRET) && !said.contains(SECRET), "{output:?}");
    (output, said)
}

/// The only line that a command prints, which says nothing besides.
fn token(command: &mut Command) -> String {
    let (output, said) = output(command);
    assert!(output.status.success() && said.is_empty(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{line}");
    line.to_owned()
}

fn refused(command: &mut Command) -> String {
    let (output, said) = output(command);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    said
}

const RDS: &str = "db.cluster-abc.eu-west-1.rds.amazonaws.com";
const IOT: &str = "abc-ats.iot.us-east-1.amazonaws.com";

#[test]
fn every_service_prints_its_token() {
    for (arguments, end) in [
        (
            &["rds", "--hostname", RDS, "--port", "3306", "--username", "jane_doe"][..],
            "=8e097e5e515b608ecc184029e630fe3bd30a0d63182e082a8ac57090b67f66ff",
        ),
        (
            &["dsql", "--hostname", "abc.dsql.us-east-1.on.aws", "--admin", "--expires", "3600"],
            "=2606ef1baad1ca7d96d86494771177516a2de425641a44beef3b0e7eea762c10",
        ),
        (
            &["elasticache", "--cache", "my-cache", "--username", "user-01", "--serverless", "--region", "us-east-1"],
            "=4b33addb87fd2c05abe91d809d9524555dc88f0b466d89dcb07dd6617d8e09f5",
        ),
        (
            &["memorydb", "--cluster-name", "my-cache", "--username", "user-01", "--region", "us-east-1"],
            "=66e33b49b71c696cc1a74a1373bdb8674b352b45f2555dc069375afda9c3e74c",
        ),
        (&["iot", "--endpoint", IOT], "=0047a9f726badd4f033aff2da7700f436abc0fce80cfa7cd241532c313b8d7b6"),
        (
            &["websocket", "wss://abc.execute-api.us-east-1.amazonaws.com/prod?room=a%20b"],
            "=3599885d6293aa69e95e8ef6abea2c4328920102513ca91d7edd2119e3ec3a42",
        ),
        (&["websocket", "wss://localhost:8443/prod", "--region", "us-east-1", "--expires", "9"], ""),
        (
            &["bedrock", "--region", "us-west-2"],
            "ZTlkMjNmNjBjNGY0ZjFlY2YyYjBkZDI0OTAzM2YzMGZlNDU2N2IzZjcwMmUxZGY5ODc5YmY2OWI4MjQ1Y2YyYyZWZXJzaW9uPTE=",
        ),
    ] {
        let token = token(&mut sig4(&[&["token"], arguments].concat()));
        assert!(token.ends_with(end), "{arguments:?}: {token}");
    }
}

#[test]
fn the_region_comes_from_the_environment_too() {
    let msk = token(sig4(&["token", "msk"]).env("AWS_REGION", "eu-west-1"));
    assert_eq!(msk, token(&mut sig4(&["token", "msk", "--region", "eu-west-1"])));
    assert!(msk.starts_with("aHR0cHM6Ly9rYWZrYS5ldS13ZXN0LTEuYW1hem9uYXdzLmNvbS8_"), "{msk}");
    let said = refused(&mut sig4(&["token", "msk"]));
    assert!(said.starts_with("sig4: no region: give --region, or set AWS_REGION\n"), "{said}");
}

/// A host is the same in any case, and a database may have the name of a region.
#[test]
fn the_region_of_a_host_is_that_of_the_service() {
    let rds = |host: &str| {
        let mut command = sig4(&["token", "rds", "--hostname", host, "--port", "3306", "--username", "jane_doe"]);
        token(command.env("AWS_REGION", "us-east-2"))
    };
    assert_eq!(rds(RDS), rds(&RDS.to_ascii_uppercase()));
    let named = rds("us-east-1.abc.eu-west-1.rds.amazonaws.com");
    assert!(named.contains("%2Feu-west-1%2Frds-db%2F"), "{named}");
    assert!(rds("[::1]").contains("%2Fus-east-2%2F"));
}

#[test]
fn json_says_when_the_token_ends() {
    let arguments = ["token", "bedrock", "--region", "us-west-2", "--format", "json", "--expires", "60"];
    let json: Value = serde_json::from_str(&token(&mut sig4(&arguments))).unwrap();
    assert_eq!((&json["expiration"], &json["region"]), (&"2015-08-30T12:37:00Z".into(), &"us-west-2".into()));
    assert_eq!(json["access_key_id"], "AKIDEXAMPLE");
    assert!(json["token"].as_str().unwrap().starts_with("bedrock-api-key-"));
}

/// What kubectl reads is what `aws eks get-token` prints.
#[test]
fn kubectl_gets_an_exec_credential() {
    let eks = ["token", "eks", "--cluster-name", "my-cluster", "--region", "us-west-2"];
    let plain = token(&mut sig4(&eks));
    let json = [&eks[..], &["--format", "json"]].concat();
    let expected = |version: &str| -> Value {
        serde_json::json!({
            "kind": "ExecCredential",
            "apiVersion": version,
            "spec": {},
            "status": {"expirationTimestamp": "2015-08-30T12:50:00Z", "token": plain},
        })
    };
    let (v1, beta) = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");
    assert_eq!(serde_json::from_str::<Value>(&token(&mut sig4(&json))).unwrap(), expected(beta));
    let info = format!(r#"{{"kind":"ExecCredential","apiVersion":"{v1}","spec":{{"interactive":false}}}}"#);
    let asked = token(sig4(&json).env("KUBERNETES_EXEC_INFO", info));
    assert_eq!(serde_json::from_str::<Value>(&asked).unwrap(), expected(v1));
    let (output, said) = output(sig4(&json).env("KUBERNETES_EXEC_INFO", "{"));
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), expected(beta));
    assert!(said.contains("KUBERNETES_EXEC_INFO asks for no version"), "{said}");
}

#[test]
fn the_plain_token_of_eks_does_not_read_kubectls_variable() {
    let eks = ["token", "eks", "--cluster-name", "my-cluster", "--region", "us-west-2"];
    token(sig4(&eks).env("KUBERNETES_EXEC_INFO", "{"));
}

#[test]
fn vault_gets_the_body_of_a_login() {
    let login = ["token", "vault", "--global", "--role", "dev", "--server-id", "vault.example.com"];
    let json: Value = serde_json::from_str(&token(&mut sig4(&login))).unwrap();
    assert_eq!((&json["role"], &json["iam_http_request_method"]), (&"dev".into(), &"POST".into()));
    assert_eq!(json["iam_request_url"], "aHR0cHM6Ly9zdHMuYW1hem9uYXdzLmNvbS8=");
    let both = refused(sig4(&["token", "vault", "--global", "--region", "eu-west-1"]).env("AWS_REGION", "eu-west-1"));
    assert!(both.contains("cannot be used with"), "{both}");
}

/// Notes are on standard error: a token in `$(…)` is never mixed with them.
#[test]
fn temporary_credentials_end_a_token() {
    let mut command = sig4(&["token", "iot", "--endpoint", IOT]);
    let (with, said) = output(command.env("AWS_SESSION_TOKEN", "a+b"));
    assert!(String::from_utf8(with.stdout).unwrap().ends_with("&X-Amz-Security-Token=a%2Bb\n"));
    assert!(said.starts_with("sig4: the token ends when the session token does, "), "{said}");
    let (shortened, said) = output(command.env("AWS_CREDENTIAL_EXPIRATION", "2015-08-30T12:40:00Z"));
    assert!(String::from_utf8(shortened.stdout).unwrap().contains("&X-Amz-Expires=240&"));
    assert_eq!(said, "sig4: the token ends with its credentials, at 2015-08-30T12:40:00Z\n");
    let ended = refused(command.env("AWS_CREDENTIAL_EXPIRATION", "2015-08-30T12:36:00Z"));
    assert!(ended.starts_with("sig4: expired credentials: "), "{ended}");
}

#[test]
fn mistakes_say_what_to_write() {
    for (arguments, words) in [
        (
            &["rds", "--hostname", "https://db.example.com", "--port", "3306", "--username", "jane"][..],
            "write the host alone",
        ),
        (&["rds", "--hostname", "db.example.com:3306", "--port", "3306", "--username", "jane"], "write the host alone"),
        (&["rds", "--hostname", RDS, "--port", "3306", "--username", ""], "invalid name: the user is empty"),
        (&["rds", "--hostname", RDS, "--port", "0", "--username", "jane"], "invalid host: the port is 0"),
        (&["elasticache", "--cache", "a.b", "--username", "u", "--region", "us-east-1"], "it is not the endpoint"),
        (&["websocket", "https://abc.execute-api.us-east-1.amazonaws.com/prod"], "begins with `wss://`"),
        (&["websocket", "wss://abc.execute-api.us-east-1.amazonaws.com/a b"], "percent-encoded"),
        (&["bedrock", "--region", "us-east-1", "--expires", "43201"], "43201 s are more than the 43200 s"),
        (&["eks", "--cluster-name", "my cluster", "--region", "us-east-1"], "visible ASCII"),
    ] {
        let said = refused(&mut sig4(&[&["token"], arguments].concat()));
        assert!(
            said.starts_with("sig4: ") && said.contains(words) && said.lines().count() == 1,
            "{arguments:?}: {said}"
        );
    }
}

/// The request to Redshift has the signature of botocore 1.43.11, `SigV4Auth`, as `sig4 call` would send it too, and so has
/// that of `Redshift`.
#[test]
fn a_request_in_place_of_a_token() {
    let sign =
        |arguments: &[&[&str]]| token_lines(&mut sig4(&[&["sign", "POST"], arguments.concat().as_slice()].concat()));
    let form = [
        "https://redshift.us-east-1.amazonaws.com/",
        "-d",
        "Action=GetClusterCredentialsWithIAM",
        "-d",
        "Version=2012-12-01",
        "-d",
        "ClusterIdentifier=my-cluster",
        "-d",
        "DbName=dev",
    ];
    assert!(sign(&[&form]).contains("Signature=45cdec0ff6abb3a3724009f80dd8d8b1999eb752ce2ed4196c7aa19b02c8b4cc"));
    let content_type = ["-H", "content-type: application/x-www-form-urlencoded; charset=utf-8"];
    let as_boto3 = sign(&[&form, &["-d", "DurationSeconds=900"], &content_type]);
    assert!(as_boto3.contains("Signature=038820399e5f4f6c6a8fbf13789eddc96aed0ad71b18f25dcf4b663a890f62e8"));
}

/// What `sig4 sign` prints.
fn token_lines(command: &mut Command) -> String {
    let (output, said) = output(command);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}
