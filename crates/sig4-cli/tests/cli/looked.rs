//! Without credentials or a region, each command says where it looked.

use crate::serve::serving::{folder, sig4};
use std::fs;
use std::process::{Command, Output};

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const URL: &str = "https://abc.execute-api.us-east-1.amazonaws.com/x";
const REQUEST: &str = "GET /x HTTP/1.1\r\nhost: abc.execute-api.us-east-1.amazonaws.com\r\nx-amz-date: 20150830T123600Z\r\n\
    authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n\r\n";

/// Every command that takes credentials, without any.
fn commands(home: &str) -> Vec<Command> {
    let request = format!("{home}/request.http");
    fs::write(&request, REQUEST).unwrap();
    let verify = |name| vec![name, "-f", request.as_str()];
    let all = [
        vec!["sign", "GET", URL],
        vec!["call", URL],
        vec!["call", "--presign", URL],
        vec!["token", "rds", "--hostname", "db.example.com", "--port", "3306", "--username", "jane"],
        vec!["token", "vault", "--global"],
        verify("verify"),
        verify("explain"),
    ];
    all.into_iter()
        .map(|arguments| {
            let mut command = sig4();
            for name in ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"] {
                command.env_remove(name);
            }
            command.env("HOME", home).args(arguments);
            command
        })
        .collect()
}

#[test]
fn each_command_without_credentials_says_where_it_looked() {
    let home = folder("looked").to_str().unwrap().to_owned();
    for mut command in commands(&home) {
        let text = said(&command.output().unwrap());
        let expected = [
            "sig4: no credentials: AWS_ACCESS_KEY_ID is not set, and neither ".to_owned(),
            "  AWS_ACCESS_KEY_ID: not set".to_owned(),
            "  profile `default`: neither --profile nor AWS_PROFILE names another".to_owned(),
            format!("  {home}/.aws/credentials: not there"),
            format!("  {home}/.aws/config: not there"),
            "  not asked: SSO, roles, credential_process, web identity, ECS, IMDS. \
             `eval \"$(aws configure export-credentials --format env)\"` gets their keys"
                .to_owned(),
            "  for an API on this machine: `eval \"$(sig4 serve --print-env)\"`".to_owned(),
        ];
        assert_eq!(text.lines().count(), expected.len(), "{command:?} {text}");
        for (line, begin) in text.lines().zip(&expected) {
            assert!(line.starts_with(begin.as_str()), "{command:?} {line}: {begin}");
        }
    }
}

#[test]
fn half_a_pair_a_profile_and_a_fetch_are_named_and_no_secret_is() {
    let home = folder("half").to_str().unwrap().to_owned();
    fs::create_dir_all(format!("{home}/.aws")).unwrap();
    fs::write(
        format!("{home}/.aws/credentials"),
        "[half]\naws_access_key_id = AKIDHALF\n[other]\naws_secret_access_key = hush-hush\n",
    )
    .unwrap();
    fs::write(format!("{home}/.aws/config"), "[profile sso]\nsso_session = s\nregion = eu-west-1\n").unwrap();
    for (environment, arguments, lines) in [
        (
            &[("AWS_ACCESS_KEY_ID", "AKID")][..],
            &[][..],
            &["AWS_ACCESS_KEY_ID: set, but AWS_SECRET_ACCESS_KEY is not"][..],
        ),
        (
            &[("AWS_SECRET_ACCESS_KEY", "hush-hush")],
            &[],
            &["AWS_ACCESS_KEY_ID: not set, although AWS_SECRET_ACCESS_KEY is", ".aws/credentials: no such profile"],
        ),
        (
            &[("AWS_PROFILE", "half")],
            &[],
            &[
                "profile `half`: AWS_PROFILE names it",
                "credentials: the profile has aws_access_key_id alone",
                "config: no such profile",
            ],
        ),
        (
            &[],
            &["--profile", "other"],
            &[
                "AWS_ACCESS_KEY_ID: not asked, because --profile names a profile",
                "credentials: the profile has aws_secret_access_key alone",
            ],
        ),
        (
            &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/")],
            &["--profile", "sso"],
            &[
                "config: the profile has no keys, and `sso_session`, which is not asked",
                "IMDS, though AWS_CONTAINER_CREDENTIALS_FULL_URI is set. ",
                "export-credentials --profile=sso --format env",
            ],
        ),
    ] {
        let mut command = commands(&home).remove(0);
        let output = command.envs(environment.iter().copied()).args(arguments).output().unwrap();
        let text = said(&output);
        assert!(!output.status.success() && text.lines().count() <= 8 && !text.contains("hush-hush"), "{text}");
        for line in lines {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}

#[test]
fn a_missing_region_says_where_it_was_looked_for() {
    let home = folder("region").to_str().unwrap().to_owned();
    let mut command = sig4();
    command.env_remove("AWS_SHARED_CREDENTIALS_FILE").env_remove("AWS_CONFIG_FILE").env("HOME", &home);
    command.args(["sign", "GET", "--service", "execute-api", "https://api.example.com/x"]);
    let text = said(&command.output().unwrap());
    for line in [
        "give --region, or set AWS_REGION\n",
        "\n  --region: not given\n",
        "\n  AWS_REGION, AWS_DEFAULT_REGION: not set\n",
        ".aws/config: not there",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.lines().count() <= 8, "{text}");
}
