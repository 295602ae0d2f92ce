//! How `sig4 serve` starts: its address, region and account, its banner, and what it says if it cannot start.

use crate::serve::serving::{ALLOWED, SEED, Serving, folder, sig4};
use serde_json::Value;
use sig4_test_support::fixtures::fixture;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn refused(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(2), "{text}");
    text
}

fn in_folder(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = sig4();
    command.arg("serve").args(arguments).current_dir(folder);
    command
}

#[test]
fn an_address_without_a_host_is_loopback() {
    for listen in [
        &["--listen", "localhost:0"][..],
        &["--listen", ":0"],
        &["--listen", "0"],
        &["-p", "0"],
        &["--port", "0", "--host", "localhost"],
    ] {
        let mut command = sig4();
        let serving = Serving::of(command.arg("serve").args(listen));
        assert!(serving.url.starts_with("http://127.0.0.1:"), "{listen:?}: {}", serving.url);
    }
    let six = Serving::of(sig4().args(["serve", "--listen", "[::1]:0"]));
    assert!(six.url.starts_with("http://[::1]:"), "{}", six.url);
    for listen in ["a.test:3000", "localhost.a.test:0"] {
        let text = refused(sig4().args(["serve", "--listen", listen]));
        assert!(text.contains("is not an address: give `localhost`"), "{text}");
    }
    assert!(refused(sig4().args(["serve", "--listen", ":0", "--port", "0"])).contains("cannot be used with"));
}

#[test]
fn an_address_that_cannot_be_had_is_named_with_the_remedy() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let text = refused(sig4().args(["serve", "--listen", &address]));
    assert!(text.contains(&format!("{address} is in use by another program")), "{text}");
    assert!(text.contains("`--listen :0` takes a free port"), "{text}");
    if cfg!(target_os = "linux") {
        assert!(text.contains(&format!("process {};", std::process::id())), "{text}");
    }
    let foreign = refused(sig4().args(["serve", "--listen", "192.0.2.1:3000"]));
    assert!(foreign.contains("192.0.2.1 is not an address of this machine; `--listen :3000`"), "{foreign}");
}

#[test]
fn other_machines_are_warned_of_in_one_sentence() {
    let serving = Serving::start_at("0.0.0.0:0", &[]);
    let line = serving.error_with("warning: other machines reach 0.0.0.0:");
    for words in
        ["open routes", "a demo key that is printed here", "--allow-host NAME limits that", "for this machine only"]
    {
        assert!(line.contains(words), "{words}: {line}");
    }
    let port = serving.address().rsplit(':').next().unwrap().to_owned();
    let answer = |serving: &Serving, host: &str| serving.plain_to(host, "OPTIONS", "/x", "");
    assert!(answer(&serving, "any.test").starts_with("HTTP/1.1 200 "));
    drop((serving, port));
    let limited = Serving::start_at("0.0.0.0:0", &["--allow-host", "api.test"]);
    assert!(limited.error_with("warning: ").contains("under the Hosts of --allow-host (api.test)"));
    assert!(answer(&limited, "api.test").starts_with("HTTP/1.1 200 "));
    assert!(answer(&limited, "any.test").starts_with("HTTP/1.1 403 "), "another name than the given one");
    let own = Serving::start(&[]);
    own.call("/x", &[]);
    assert!(!own.errors().iter().any(|line| line.contains("warning")), "loopback is for this machine");
}

/// The first line of the banner of an API without and with a region and an account in its file.
#[test]
fn region_and_account_come_from_the_argument_the_file_or_the_environment() {
    let folder = folder("places");
    let (own, none) = (folder.join("own.toml"), folder.join("none.toml"));
    let routes = "[routes]\n\"$default\" = { echo = true }\n";
    fs::write(&own, format!("region = \"eu-central-1\"\naccount = \"111122223333\"\n{routes}")).unwrap();
    fs::write(&none, routes).unwrap();
    let (own, none) = (own.to_str().unwrap(), none.to_str().unwrap());
    let given = ["--region", "us-west-2", "--account", "999988887777"];
    for (config, arguments, variable, place) in [
        (None, &[][..], None, "region us-east-1, account 123456789012"),
        (None, &[], Some("AWS_REGION"), "region sa-east-1, account 123456789012"),
        (None, &[], Some("AWS_DEFAULT_REGION"), "region sa-east-1, account 123456789012"),
        (None, &given, Some("AWS_REGION"), "region us-west-2, account 999988887777"),
        (Some(none), &[], Some("AWS_REGION"), "region sa-east-1, account 123456789012"),
        (Some(own), &[], Some("AWS_REGION"), "region eu-central-1, account 111122223333"),
        (Some(own), &given, Some("AWS_REGION"), "region us-west-2, account 999988887777"),
    ] {
        let mut command = sig4();
        command.args(["serve", "--listen", ":0", "--demo-seed", SEED]).args(arguments);
        command.args(config.map(|config| ["--config", config]).into_iter().flatten());
        command.envs(variable.map(|name| (name, "sa-east-1")));
        let serving = Serving::of(&mut command);
        assert!(serving.banner[0].contains(place), "{place}: {}", serving.banner[0]);
        let region = place.split([' ', ',']).nth(1).unwrap();
        let mut call = sig4();
        call.env("AWS_ACCESS_KEY_ID", ALLOWED).env("AWS_SECRET_ACCESS_KEY", serving.secret(ALLOWED));
        let output = call.args(["call", "--region", region, &serving.url]).output().unwrap();
        assert!(output.status.success(), "{place}: {output:?}");
    }
    let text = refused(sig4().args(["serve", "--listen", ":0"]).env("AWS_REGION", "eu central"));
    assert!(text.contains("the region `eu central`"), "{text}");
}

#[test]
fn a_template_that_is_not_there_is_made_by_cdk_synth() {
    let folder = folder("hints");
    for (path, says) in [
        ("cdk.out", "cdk.out is not there: run `cdk synth`, which writes it"),
        ("app/cdk.out", "app/cdk.out has no manifest.json: run `cdk synth` in app"),
        ("app", "app has no manifest.json: run `cdk synth`, and then `sig4 serve --template app/cdk.out`"),
        (
            "app/cdk.json",
            "has the settings of the CDK, not a template: run `cdk synth`, and then `sig4 serve --template app/cdk.out`",
        ),
        ("done", "done has no manifest.json: run `sig4 serve --template done/cdk.out`"),
        ("done/cdk.json", "not a template: run `sig4 serve --template done/cdk.out`"),
        ("empty", "empty has no manifest.json: give the folder that `cdk synth` writes"),
        ("gone.template.json", "gone.template.json is not there: give the folder"),
        ("template.yaml", "template.yaml is YAML, and templates are read as JSON"),
    ] {
        for made in ["app/cdk.out", "empty", "done/cdk.out"] {
            fs::create_dir_all(folder.join(made)).unwrap();
        }
        for made in ["app/cdk.json", "done/cdk.json", "done/cdk.out/manifest.json", "template.yaml"] {
            fs::write(folder.join(made), "{}").unwrap();
        }
        let text = refused(&mut in_folder(&folder, &["--listen", ":0", "--template", path]));
        assert!(text.contains(says), "{path}: {text}");
    }
}

#[test]
fn an_api_of_the_folder_that_is_not_named_is_hinted_at() {
    for (file, says) in [
        ("cdk.out/manifest.json", "`sig4 serve --template cdk.out` serves its stack"),
        ("cdk.json", "`cdk synth` and then"),
        ("api.toml", "`sig4 serve --config api.toml` serves its API"),
        ("template.yaml", "cfn-flip"),
    ] {
        let folder = folder("unnamed");
        fs::create_dir_all(folder.join("cdk.out")).unwrap();
        fs::write(folder.join(file), "{}").unwrap();
        let serving = Serving::of(&mut in_folder(&folder, &["--listen", ":0"]));
        let line = serving.error_with("an echo is served, and nothing of this folder");
        assert!(line.contains(says), "{line}");
    }
}

#[test]
fn the_banner_fits_a_screen_and_its_commands_work() {
    let mut command = sig4();
    let serving = Serving::of(command.args(["serve", "--listen", ":0", "--demo-seed", SEED]));
    assert!(serving.banner.len() <= 24, "{:#?}", serving.banner);
    let line = |start: &str| serving.banner.iter().position(|line| line.trim_start().starts_with(start)).unwrap();
    let commands = serving.banner[line("export ")..serving.banner.len() - 1].join("\n");
    let bin = Path::new(env!("CARGO_BIN_EXE_sig4")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let has_curl = Command::new("curl").arg("--version").output().is_ok();
    let curl = if has_curl { "" } else { "curl() { :; }\n" };
    let output = shell(&format!("set -e\n{curl}{commands}"), &path);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let count = if has_curl { 2 } else { 1 };
    assert_eq!(text.matches("\"message\": \"hello\"").count(), count, "{text}");
}

fn shell(script: &str, path: &str) -> Output {
    let mut shell = Command::new("sh");
    for name in ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_REGION", "SIG4_DEMO_SEED"] {
        shell.env_remove(name);
    }
    shell.args(["-c", script]).env("PATH", path).stdin(Stdio::null()).output().unwrap()
}

/// The environment of the server and of the client is one shell's.
#[test]
fn one_shell_has_the_variables_the_server_and_the_client() {
    let folder = folder("one-shell");
    let bin = Path::new(env!("CARGO_BIN_EXE_sig4")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let script = format!(
        "set -e; cd '{}'; export AWS_SESSION_TOKEN=stale
        eval \"$(sig4 serve --print-env)\"
        sig4 serve --listen :0 >log 2>&1 & server=$!
        trap 'kill $server' EXIT
        for try in $(seq 200); do grep -q '^for awscurl' log && break; sleep 0.05; done
        url=$(sed -n 's/.* at \\(http[^ ]*\\) .*/\\1/p' log)
        test -z \"$AWS_SESSION_TOKEN\"; test -n \"$SIG4_DEMO_SEED\"
        sig4 call \"$url/orders\"
        eval \"$(sig4 serve --print-env=denied)\"
        sig4 call \"$url/orders\" || echo \"denied is refused: $?\"",
        folder.display()
    );
    let output = shell(&script, &path);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(text.contains("\"path\": \"/orders\"") && text.contains("denied is refused: 1"), "{output:?}");
}

#[test]
fn the_variables_of_a_file_s_user_are_printed_and_nothing_else() {
    let folder = folder("print-env");
    let users = "region = \"eu-central-1\"\n[routes]\n\"$default\" = { echo = true }\n\
        [users.alice]\naccess_keys = [{ id = \"AKIDALICE\", secret = \"it's $ecret\", active = false }, { id = \"AKIDALICE2\", secret = \"it's $ecret\" }]\n\
        [users.bob]\naccess_keys = [{ id = \"AKIDBOB\", secret = \"b\" }]\n";
    fs::write(folder.join("api.toml"), users).unwrap();
    let printed = |arguments: &[&str]| {
        let output = in_folder(&folder, &["--config", "api.toml"]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let bob = "export AWS_ACCESS_KEY_ID=AKIDBOB\nexport AWS_SECRET_ACCESS_KEY=b\nunset AWS_SESSION_TOKEN\n\
        export AWS_REGION=eu-central-1\nexport AWS_DEFAULT_REGION=eu-central-1\n";
    assert_eq!(printed(&["--print-env=bob"]), bob);
    let first = printed(&["--print-env"]);
    assert!(first.starts_with("export AWS_ACCESS_KEY_ID=AKIDALICE2\n"), "an inactive key is not handed out: {first}");
    assert!(first.contains("AWS_SECRET_ACCESS_KEY=\"it's \"'$ecret'\n"), "{first}");
    let fish = printed(&["--print-env=AKIDBOB", "--shell", "fish"]);
    assert!(fish.starts_with("set -gx AWS_ACCESS_KEY_ID 'AKIDBOB'\n"), "{fish}");
    let text = refused(&mut in_folder(&folder, &["--config", "api.toml", "--print-env=carol"]));
    assert!(text.contains("there is no user `carol` with an active access key"), "{text}");
    assert!(!text.contains("ecret"), "{text}");
    let demo = sig4().args(["serve", "--print-env"]).env("SIG4_DEMO_SEED", "it's one").output().unwrap();
    assert!(String::from_utf8(demo.stdout).unwrap().ends_with("export SIG4_DEMO_SEED=\"it's one\"\n"));
}

#[test]
fn a_user_apart_from_its_option_is_told_the_form_with_an_equals_sign() {
    let says = "a user is named after `=`: --print-env=USER";
    let text = refused(sig4().args(["serve", "--print-env", "hush"]));
    assert!(text.contains(says) && text.contains("unexpected argument") && !text.contains("hush"), "{text}");
    for others in [["--print-env", "--hush"], ["--print-env=alice", "hush"], ["hush", "--print-env"]] {
        let text = refused(sig4().arg("serve").args(others));
        assert!(!text.contains(says), "{text}");
    }
}

#[test]
fn json_has_the_banner_and_a_line_for_each_request() {
    let folder = folder("json");
    let file = folder.join("log.jsonl");
    let mut command = sig4();
    command.args(["serve", "--listen", ":0", "--demo-seed", SEED, "--json", "--access-log", file.to_str().unwrap()]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    let banner = next();
    let url = banner["url"].as_str().unwrap().to_owned();
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let host = url.strip_prefix("http://").unwrap();
    std::io::Write::write_all(&mut stream, format!("GET /x HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes()).unwrap();
    let record = next();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        (&banner["region"], &banner["account"], &banner["apiId"]),
        (&"us-east-1".into(), &"123456789012".into(), &"local".into())
    );
    assert_eq!(banner["users"][0]["accessKeyId"], ALLOWED);
    assert_eq!(banner["users"][0]["secretAccessKey"].as_str().unwrap().len(), 40);
    assert_eq!((&banner["routes"][0]["key"], &banner["routes"][0]["authorizer"]), (&"$default".into(), &"iam".into()));
    assert_eq!((&record["status"], &record["path"]), (&403.into(), &"/x".into()));
    assert_eq!(serde_json::from_str::<Value>(&fs::read_to_string(&file).unwrap()).unwrap(), record);
}

#[test]
fn json_has_no_secret_of_a_users_file() {
    let folder = folder("json-users");
    let users = "[routes]\n\"$default\" = { echo = true }\n[users.bob]\naccess_keys = [{ id = \"AKIDBOB\", secret = \"hush\" }]\n";
    fs::write(folder.join("api.toml"), users).unwrap();
    let mut child = in_folder(&folder, &["--listen", ":0", "--json", "--config", "api.toml"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let banner: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(banner["users"][0]["accessKeyId"], "AKIDBOB");
    assert!(!line.contains("hush") && !line.contains("secretAccessKey"), "{line}");
}

#[test]
fn a_body_beyond_the_budget_is_refused() {
    let serving = Serving::start(&["--body-budget", "40000"]);
    let body = |len: usize| ["{\"a\":\"", &"x".repeat(len), "\"}"].concat();
    assert!(serving.call("/x", &["-d", &body(9_000)]).contains("xxx"));
    let large = serving.call_as(ALLOWED, "/x", &["-d", &body(30_000)]);
    assert_eq!(large.status.code(), Some(1), "more than half the budget: {large:?}");
    let record = serving.next_record();
    assert!(record.contains(" 200 POST /x "), "{record}");
    let record = serving.next_record();
    assert!(record.contains(" 413 POST /x "), "{record}");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let first = |variables: &[(&str, &str)]| {
        let mut command = sig4();
        command.args(["serve", "--listen", ":0", "--demo-seed", SEED]).envs(variables.iter().copied());
        let serving = Serving::of(&mut command);
        serving.plain("GET", "/x\u{1b}[2J", "");
        serving.plain("GET", "/y", "");
        let _bad = serving.next_record();
        serving.next_record()
    };
    let (plain, forced) = (first(&[]), first(&[("CLICOLOR_FORCE", "1")]));
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    assert!(forced.contains("\u{1b}[33m403\u{1b}[0m"), "{forced:?}");
    assert!(!first(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
    assert!(!first(&[("CLICOLOR_FORCE", "0")]).contains('\u{1b}'));
}

#[test]
fn a_stacks_banner_fits_a_screen() {
    let template = fixture("shop.out").to_str().unwrap().to_owned();
    let serving = Serving::start(&["--template", &template, "--api", "Shop/Orders"]);
    assert!(serving.banner.len() <= 32, "{:#?}", serving.banner);
    let call = serving.banner.iter().find(|line| line.starts_with("  sig4 call ")).unwrap();
    assert!(call.contains(&serving.url), "{call}");
}
