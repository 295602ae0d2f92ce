//! The configuration file.

mod kubernetes;

use sig4_authorizer::config::Config;
use sig4_authorizer::{Assembly, ErrorKind};
use std::fs;
use std::path::Path;

/// The smallest configuration.
pub(crate) const SMALL: &str = r#"
[[api]]
name = "pets"
region = "us-east-1"
account = "123456789012"
id = "abc"

[keys]
users = "users.json"
"#;

const SECTIONS: [&str; 7] = ["listen", "api", "keys", "replay", "upstream", "limits", "log"];

fn example() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/authorizer/authorizer.toml");
    fs::read_to_string(path).unwrap()
}

fn message(text: &str) -> String {
    Config::parse(text).unwrap_err().to_string()
}

/// The keys of a section, as the reader names them after an unknown one.
fn keys_of(section: &str) -> Vec<String> {
    let header = if section == "api" { "[[api]]".to_owned() } else { format!("[{section}]") };
    let message = message(&format!("{header}\nnope = 1\n"));
    let (_, expected) = message.split_once("expected").unwrap();
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The lines of a section of the example.
fn lines_of<'e>(example: &'e str, section: &str) -> Vec<&'e str> {
    let is_header = |line: &str| line.starts_with('[');
    let begin = |line: &&str| line.trim_matches(['[', ']']) == section && is_header(line);
    let lines = example.lines().skip_while(|line| !begin(line)).skip(1);
    lines.take_while(|line| !is_header(line)).collect()
}

#[test]
fn the_example_is_valid_and_has_every_key() {
    let example = example();
    assert_eq!(Config::parse(&example).unwrap().api_names().collect::<Vec<_>>(), ["pets"]);
    for section in SECTIONS {
        let lines = lines_of(&example, section);
        for key in keys_of(section) {
            let is_it = |line: &&&str| line.trim_start_matches("# ").starts_with(&format!("{key} = "));
            assert_eq!(lines.iter().filter(is_it).count(), 1, "[{section}] {key}");
        }
    }
}

#[test]
fn the_optional_keys_of_the_example_are_valid_too() {
    let is_key = |line: &str| {
        let name = line.strip_prefix("# ").and_then(|line| line.split_once(" = ")).map(|(name, _)| name);
        name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') && name != "folder")
    };
    let lines = example()
        .lines()
        .map(|line| if is_key(line) { line.trim_start_matches("# ").to_owned() } else { line.to_owned() })
        .collect::<Vec<_>>();
    let text = lines.join("\n").replace("store = \"memory\"", "store = \"redis\"");
    assert!(text.contains("\nurl_file = ") && text.contains("\nclient_ca = "), "{text}");
    Config::parse(&text).unwrap();
}

#[test]
fn an_error_has_its_line_and_column() {
    for (text, expected) in [
        ("[listen]\nadress = \"x\"", "line 2, column 1: unknown field `adress`, expected one of `address`"),
        ("[limits]\n  check_timeout = \"5 s\"", "line 2, column 19: expected a time such as"),
        ("[limits]\nstreams = -1", "line 2, column 11: invalid value"),
        ("[listen\n", "line 1, column 8: "),
        ("[[api]]\nname = \"a\"\n", "line 1, column 1: missing field `region`"),
        ("[[api]]\nanswers = \"soap\"\n", "line 2, column 11: unknown variant `soap`"),
        ("é = 1", "line 1, column "),
    ] {
        let message = message(text);
        assert!(message.starts_with(&format!("invalid configuration: {expected}")), "{text}: {message}");
    }
}

#[test]
fn combinations_without_a_meaning_are_refused() {
    for (more, expected) in [
        ("[listen]\ncertificate = \"c\"", "`certificate` without `private_key`"),
        ("[listen]\nprivate_key = \"c\"", "`private_key` without `certificate`"),
        ("[listen]\nclient_ca = \"c\"", "`client_ca` without `certificate` and `private_key`"),
        ("[replay]\nstore = \"redis\"", "without `url_file`"),
        ("[replay]\nurl_file = \"u\"", "that only the store \"redis\" reads"),
        ("[replay]\ncapacity = 0", "`capacity` is 0"),
        ("[replay]\nkey_quota = 0", "`key_quota` is 0"),
        ("[replay]\nstore = \"redis\"\nurl_file = \"u\"\ntimeout = \"9s\"", "not shorter than `check_timeout`"),
        ("[limits]\nconnections = 0", "`connections` is 0"),
        ("[limits]\nhead_timeout = \"0s\"", "`head_timeout` is zero"),
        ("[limits]\nbody_bytes = 99999999", "`body_bytes` is 99999999, expected 1 to 16777216"),
        ("[log]\nqueue = 0", "`queue` is 0"),
        ("[[api]]\nname = \"pets\"\nregion = \"a\"\naccount = \"1\"\nid = \"x\"", "two APIs have the name `pets`"),
    ] {
        let message = message(&format!("{SMALL}\n{more}\n"));
        assert!(message.contains(expected), "{more}: {message}");
    }
    assert!(message("").contains("there is no [[api]]"));
}

#[test]
fn parts_that_a_configuration_names_are_read_before_it_serves() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _within = runtime.enter();
    for (text, kind, expected) in [
        (SMALL.replace("users.json", "/nowhere/users.json"), ErrorKind::InvalidKeys, "/nowhere/users.json"),
        (
            SMALL.replace("123456789012", "1234"),
            ErrorKind::InvalidConfig,
            "the API `pets`: `account` is not twelve digits",
        ),
        (SMALL.replace("us-east-1", "us east"), ErrorKind::InvalidConfig, "the API `pets`: "),
        (SMALL.replace("id = ", "service = \"a/b\"\nid = "), ErrorKind::InvalidConfig, "the API `pets`: "),
        (SMALL.replace("id = ", "exempt = [\"GET\"]\nid = "), ErrorKind::InvalidConfig, "the exempt route `GET`"),
        (
            SMALL.replace("id = ", "resource_policy = \"/nowhere/p.json\"\nid = "),
            ErrorKind::InvalidConfig,
            "/nowhere/p.json",
        ),
        (
            format!("{SMALL}[listen]\ncertificate = \"/nowhere/c\"\nprivate_key = \"/nowhere/k\""),
            ErrorKind::InvalidTls,
            "/nowhere/k",
        ),
        (format!("{SMALL}[upstream]\nprefix = \"x-amz-\""), ErrorKind::InvalidConfig, "x-amz-"),
        (
            format!("{SMALL}[replay]\nstore = \"redis\"\nurl_file = \"/nowhere/u\""),
            ErrorKind::InvalidConfig,
            "/nowhere/u",
        ),
        (format!("{SMALL}[log]\naccess_log = \"/nowhere/log\""), ErrorKind::InvalidConfig, "/nowhere/log"),
    ] {
        let config = Config::parse(&text).unwrap();
        // Only the keys themselves need their file.
        let error = match kind {
            ErrorKind::InvalidKeys => Assembly::of(&config).unwrap_err(),
            _ => Assembly::of_keys(&config, sig4_iam::Directory::new("123456789012")).unwrap_err(),
        };
        assert!(error.kind() == kind && error.to_string().contains(expected), "{text}: {error}");
    }
}

#[test]
fn a_time_or_a_number_of_another_form_is_no_default() {
    for text in
        ["[limits]\nping_timeout = 5", "[limits]\nstreams = \"5\"", "[log]\nqueue = 1.5", "[replay]\nstore = \"Redis\""]
    {
        assert!(Config::parse(&format!("{SMALL}{text}")).is_err(), "{text}");
    }
}

/// Each of these would refuse every request, and no log would name the line.
#[test]
fn values_that_no_request_can_have_are_refused() {
    for (line, expected) in [
        ("hosts = [\"https://pets.example.com/\"]", "`https://pets.example.com/` is not a host"),
        ("hosts = [\"*.example.com\"]", "`*.example.com` is not a host"),
        ("hosts = [\"\"]", "`` is not a host"),
        ("authority = \"https://pets.example.com\"", "`https://pets.example.com` is not a host"),
        ("window = \"0s\"", "the API `pets`: `window` is zero"),
    ] {
        let message = message(&SMALL.replace("id = ", &format!("{line}\nid = ")));
        assert!(message.contains(expected), "{line}: {message}");
    }
    assert!(message(&SMALL.replace("\"abc\"", "\"\"")).contains("the API `pets`: `id` is empty"));
    for host in ["pets.example.com:8443", "[::1]:8443", "localhost"] {
        Config::parse(&SMALL.replace("id = ", &format!("hosts = [\"{host}\"]\nid = "))).unwrap();
    }
}

/// A device tells no length: `/dev/zero` would fill the memory, and a pipe in place of a certificate would hold a reload for ever.
#[cfg(unix)]
#[test]
fn a_device_is_neither_a_configuration_nor_a_certificate() {
    let error = Config::read("/dev/zero").unwrap_err().to_string();
    assert!(error.contains("/dev/zero: the file has more than 1048576 bytes"), "{error}");
    let text = format!("{SMALL}[listen]\ncertificate = \"/dev/null\"\nprivate_key = \"/dev/null\"");
    let config = Config::parse(&text).unwrap();
    let error = Assembly::of_keys(&config, sig4_iam::Directory::new("123456789012")).unwrap_err();
    assert_eq!(error.to_string(), "invalid certificate or key: /dev/null: it is not a regular file");
}

/// A replica that finds such a mistake later serves, and refuses every request.
#[test]
fn files_of_the_replay_store_are_read_before_it_serves() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _within = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("url", "rediss://127.0.0.1:1/");
    write("empty", "\n");
    write("long", &"x".repeat(5000));
    write("not-utf-8", "");
    fs::write(folder.path().join("not-utf-8"), [0xff, b'\n']).unwrap();
    write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    write("none.pem", "no certificate\n");
    for (line, expected) in [
        ("password_file = \"nowhere\"", "nowhere: "),
        ("password_file = \"empty\"", "empty: the password is empty"),
        ("password_file = \"long\"", "long: it is longer than 4096 bytes"),
        ("password_file = \"not-utf-8\"", "not-utf-8: it is not UTF-8"),
        ("password_file = \".\"", "it is not a regular file"),
        ("password_file = \"/dev/zero\"", "/dev/zero: it is not a regular file"),
        ("root_certificates = \"nowhere\"", "nowhere: "),
        ("root_certificates = \"broken.pem\"", "[replay] "),
        ("root_certificates = \"none.pem\"", "there is no `BEGIN CERTIFICATE` in the root certificates"),
        ("root_certificates = \"/dev/zero\"", "/dev/zero: it is not a regular file"),
        ("url_file = \"/dev/zero\" #", "/dev/zero: it is not a regular file"),
    ] {
        let url = if line.starts_with("url_file") { "" } else { "url_file = \"url\"\n" };
        let text = format!("{SMALL}[replay]\nstore = \"redis\"\n{url}{line}\n");
        write("authorizer.toml", &text);
        let config = Config::read(folder.path().join("authorizer.toml")).unwrap();
        let error = Assembly::of_keys(&config, sig4_iam::Directory::new("123456789012")).unwrap_err();
        let is_told = error.kind() == ErrorKind::InvalidConfig && error.to_string().contains(expected);
        assert!(is_told, "{line}: {error}");
        assert!(!error.to_string().contains("xxxx"), "{error}");
    }
}

/// A deny of the calls of API Gateway would not apply to those of another service.
#[test]
fn a_resource_policy_of_another_service_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    let allow = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    for (resource, is_valid) in [
        ("execute-api:/*/GET/closed", false),
        ("arn:aws:execute-api:*:*:*/*/GET/closed", false),
        ("arn:aws:inventory:*:*:*/*/GET/closed", true),
    ] {
        let deny = format!(r#"{{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "{resource}"}}"#);
        fs::write(&file, format!(r#"{{"Statement": [{allow}, {deny}]}}"#)).unwrap();
        let assembled = |service: &str| {
            let text = SMALL.replace("id = ", &format!("{service}resource_policy = {file:?}\nid = "));
            Assembly::of_keys(&Config::parse(&text).unwrap(), sig4_iam::Directory::new("123456789012"))
        };
        let own = assembled("service = \"inventory\"\n");
        assert_eq!(own.is_ok(), is_valid, "{resource}");
        if let Err(error) = own {
            assert!(error.to_string().contains("it names `execute-api`, and `service` is `inventory`"), "{error}");
        }
        assert!(assembled("").is_ok() && assembled("service = \"execute-api\"\n").is_ok(), "{resource}");
    }
}

#[test]
fn addresses_that_nothing_can_listen_on_are_refused() {
    for (lines, expected) in [
        ("address = \"localhost\"", "[listen] `address` is `localhost`, expected a host and a port"),
        ("address = \"localhost:\"", "expected a host and a port"),
        ("address = \":9191\"", "expected a host and a port"),
        ("address = \"localhost:99999\"", "expected a host and a port"),
        ("address = \"http://localhost:1\"", "expected a host and a port"),
        ("admin = \"9192\"", "[listen] `admin` is `9192`, expected a host and a port"),
        ("address = \"127.0.0.1:9191\"\nadmin = \"127.0.0.1:9191\"", "[listen] `address` and `admin` are the same"),
    ] {
        let message = message(&format!("{SMALL}[listen]\n{lines}\n"));
        assert!(message.contains(expected), "{lines}: {message}");
    }
    for address in ["127.0.0.1:0", "[::1]:9191", "localhost:9191", "0.0.0.0:9191", "[::]:9191"] {
        Config::parse(&format!("{SMALL}[listen]\naddress = \"{address}\"\nadmin = \"127.0.0.1:0\"\n")).unwrap();
    }
    // Two ports that the system chooses are not the same.
    Config::parse(&format!("{SMALL}[listen]\naddress = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n")).unwrap();
}
