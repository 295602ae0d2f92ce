//! The client with credentials from the environment, against the server beside it.

use sig4::Credentials;
use std::process::Output;

const KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Runs the program with nothing but these variables, and no files and no metadata service.
async fn run(origin: &str, variables: &[(&str, &str)]) -> Output {
    tokio::process::Command::new(env!("CARGO_BIN_EXE_aws-config-client"))
        .arg(origin)
        .env_clear()
        .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_environments_key_signs() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let app = axum_server::app("eu-central-1", [Credentials::new(KEY_ID, SECRET).unwrap()]).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });

    let region = ("AWS_REGION", "eu-central-1");
    let key_id = ("AWS_ACCESS_KEY_ID", KEY_ID);
    let output = run(&origin, &[region, key_id, ("AWS_SECRET_ACCESS_KEY", SECRET)]).await;
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "AKIDEXAMPLE ordered 5 bytes\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    for (variables, words) in [
        (vec![region, key_id, ("AWS_SECRET_ACCESS_KEY", "a guess")], "403"),
        (vec![key_id, ("AWS_SECRET_ACCESS_KEY", SECRET)], "no region"),
        (vec![region], "Credentials"),
    ] {
        let output = run(&origin, &variables).await;
        let shown = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && shown.contains(words) && !shown.contains(SECRET), "{shown}");
    }
}
