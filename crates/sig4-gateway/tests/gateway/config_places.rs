//! Every mistake in a configuration is reported with file, line and column.

use sig4_gateway::config::{Configuration, MAX_LEN};
use sig4_gateway::{ApiDefinition, Error, ErrorKind};
use std::io;

/// A configuration with every key, all of which are valid.
const WHOLE: &str = r#"region = "eu-central-1"
account = "111122223333"
id = "shop"
default_authorizer = "iam"
body_budget = 268435456
partition = "aws"

[stages]
"$default" = {}
v1 = { level = "info" }

[cors]
allow_origins = [
  "http://localhost:5173",
]
allow_methods = ["GET", "POST"]
allow_headers = ["authorization"]
expose_headers = ["apigw-requestid"]
max_age = 86400
allow_credentials = true

[routes]
"$default" = { function = "orders" }
"GET /echo" = { echo = true, authorizer = "none" }
"GET /pets/{id}" = { http_proxy = "http://127.0.0.1:8080/{id}", client_headers = ["x-real-ip"] }

[functions.orders]
code = "handler"
handler = "index.handler"
runtime = "nodejs22.x"
memory = 256
timeout = 10
environment = { LEVEL = "debug" }

[functions.rust]
command = "target/debug/bootstrap"

[groups.staff]
policies = ["policies/group.json"]

[users.alice]
groups = ["staff"]
path = "/staff/"
access_keys = [
  { id = "AKIDALICE", secret = "hush" },
]
policies = [
  "policies/invoke.json",
]

[users.bob]
access_keys = [{ id = "AKIDBOB", secret = "hush" }]

[[users.bob.policies]]
Statement = { Effect = "Allow", Action = "execute-api:Invoke", Resource = "*" }

[roles.deploy.sessions.ci]
access_key = { id = "ASIDCI", secret = "hush", token = "hush" }
"#;

const POLICY: &str = r#"{"Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}"#;

fn policy(_: &str) -> io::Result<String> {
    Ok(POLICY.to_owned())
}

fn read(text: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<ApiDefinition, Error> {
    Configuration::new(text).with_name("conf/api.toml").definition(read)
}

/// The line and the column of `mark` in `text`, from one.
fn position(text: &str, mark: &str) -> (usize, usize) {
    let at = text.find(mark).unwrap_or_else(|| panic!("there is no {mark} in\n{text}"));
    let (before, _) = text.split_at(at);
    (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap().chars().count() + 1)
}

#[test]
fn the_whole_configuration_is_valid() {
    read(WHOLE, &policy).unwrap().check().unwrap();
}

/// The limits themselves are valid, and so are credentials, a region and a wrapper that a function is to have on this machine.
#[test]
fn the_limits_of_a_function_are_valid() {
    for (valid, other) in [
        ("timeout = 10", "timeout = 1"),
        ("timeout = 10", "timeout = 900"),
        ("memory = 256", "memory = 128"),
        ("memory = 256", "memory = 10240"),
        ("LEVEL =", "AWS_ACCESS_KEY_ID ="),
        ("LEVEL =", "AWS_REGION ="),
        ("LEVEL =", "AWS_LAMBDA_EXEC_WRAPPER ="),
    ] {
        let text = WHOLE.replacen(valid, other, 1);
        assert_ne!(text, WHOLE);
        read(&text, &policy).unwrap_or_else(|error| panic!("{other}: {error}"));
    }
}

/// A mistake: the text that it replaces, the text with it, the text at whose place it is reported, and the words of the message.
type Mistake = (&'static str, &'static str, &'static str, &'static str);

const MISTAKES: &[Mistake] = &[
    // The text is not TOML.
    ("id = \"shop\"", "id = ", "id = \n", ""),
    ("id = \"shop\"", "id = \"shop", "\"shop", ""),
    ("id = \"shop\"", "id = \"shop\"\nid = \"other\"", "id = \"other\"", "duplicate key"),
    ("[cors]", "[cors", "[cors", ""),
    ("[users.bob]", "[users.alice]", "alice]\naccess_keys = [{ id = \"AKIDBOB\"", ""),
    ("secret = \"hush\" },\n]", "secret = \"hush\" ,\n]", "]\npolicies = [\n", ""),
    // Unknown keys.
    ("region =", "regoin =", "regoin", "the key `regoin` is not known here"),
    ("max_age", "age", "age = 86400", "`age` is not known here: allow_origins"),
    ("runtime", "run", "run = ", "`run` is not known here: code"),
    ("echo = true,", "echo = true, timeout = 3,", "timeout = 3", "`timeout` is not known"),
    ("[stages]", "[stage]", "stage]", "`stage` is not known"),
    ("echo = true,", "ecko = true,", "ecko", "`ecko` is not known"),
    ("command =", "comand =", "comand", "`comand` is not known"),
    // Values of other types.
    ("\"eu-central-1\"", "7", "7\n", "`region` is a string, not integer"),
    ("\"111122223333\"", "111122223333", "111122223333", "`account` is a string"),
    ("\"shop\"", "true", "true", "`id` is a string"),
    ("\"iam\"", "[]", "[]", "`default_authorizer` is a string"),
    ("268435456", "\"1 GiB\"", "\"1 GiB\"", "`body_budget` is a whole number"),
    ("\"$default\" = {}", "\"$default\" = 7", "7\nv1", "`$default` is a table"),
    ("level = \"info\"", "level = 1", "1 }", "`level` is a string"),
    ("\"http://localhost:5173\"", "7", "7,\n]", "`allow_origins` is a string"),
    ("[\"GET\", \"POST\"]", "\"*\"", "\"*\"\nallow", "`allow_methods` is a list of strings"),
    ("86400", "-1", "-1\nallow_credentials", "`max_age` is negative"),
    ("allow_credentials = true", "allow_credentials = \"yes\"", "\"yes\"", "true or false"),
    ("{ function = \"orders\" }", "\"orders\"", "\"orders\"\n", "`$default` is a table"),
    ("echo = true", "echo = 1", "1, auth", "`echo` is true or false"),
    ("memory = 256", "memory = 0.5", "0.5", "`memory` is a whole number"),
    ("timeout = 10", "timeout = \"10s\"", "\"10s\"", "`timeout` is a whole number"),
    ("LEVEL = \"debug\"", "LEVEL = 3", "3 }", "`LEVEL` is a string"),
    ("[\"x-real-ip\"]", "\"x-real-ip\"", "\"x-real-ip\" }", "`client_headers` is a list"),
    // Values that API Gateway would not accept.
    ("eu-central-1", "eu central", "\"eu central\"", "the region `eu central`"),
    ("\"eu-central-1\"", "\"\"", "\"\"\naccount", "the region"),
    ("111122223333", "1111", "\"1111\"", "the account: "),
    ("\"shop\"", "\"a:b\"", "\"a:b\"", "the API id `a:b`"),
    ("\"iam\"", "\"jwt\"", "\"jwt\"", "\"iam\" or \"none\", not \"jwt\""),
    ("v1 =", "\"v 1\" =", "\"v 1\"", "the name of a stage"),
    ("http://localhost:5173", "localhost:5173", "\"localhost:5173\"", "`localhost:5173` is not a valid origin"),
    ("\"http://localhost:5173\",\n", "\"https://a.test\",\n  \"*.a.test\",\n", "\"*.a.test\"", "not a valid origin"),
    ("\"http://localhost:5173\"", "\"*\"", "true\n\n[routes]", "CORS with credentials"),
    ("\"POST\"", "\"PO ST\"", "\"PO ST\"", "`PO ST` is not the name of a method"),
    ("allow_headers = [\"", "allow_headers = [\"a b", "\"a b", "is not the name of a method or header"),
    ("[\"apigw", "[\"x:apigw", "\"x:apigw", "is not the name of a method or header"),
    ("86400", "999999999", "999999999", "seconds"),
    // Routes.
    ("\"GET /echo\"", "\"FETCH /echo\"", "\"FETCH /echo\"", "`FETCH`"),
    ("\"GET /echo\"", "\"GET echo\"", "\"GET echo\"", ""),
    ("\"GET /echo\"", "\"GET /{a+}/echo\"", "\"GET /{a+}/echo\"", ""),
    ("\"GET /echo\"", "\"GET /pets/{name}\"", "\"GET /pets/{id}\"", "take the same calls"),
    ("echo = true, authorizer = \"none\"", "echo = false", "{ echo = false }", "one of `echo = true`"),
    ("echo = true", "echo = true, function = \"orders\"", "{ echo = true", "one of `echo = true`"),
    ("function = \"orders\"", "function = \"ordres\"", "\"ordres\"", "there is no [functions.ordres]"),
    ("\"none\" }", "\"NONE\" }", "\"NONE\"", "\"iam\" or \"none\", not \"NONE\""),
    ("http://127.0.0.1:8080/{id}", "127.0.0.1:8080/{id}", "\"127.0.0.1:8080/{id}\"", "upstream"),
    ("http://127.0.0.1:8080/{id}", "ftp://a.test/{id}", "\"ftp://a.test/{id}\"", "`http://` or `https://`"),
    ("8080/{id}", "8080/{name}", "\"http://127.0.0.1:8080/{name}\"", "a variable that is not in the route's path"),
    ("8080/{id}", "8080/../{id}", "\"http://127.0.0.1:8080/../{id}\"", "dot segment"),
    ("[\"x-real-ip\"]", "[\"x-real-ip\", \"a b\"]", "\"a b\"", "not a valid header name"),
    ("[\"x-real-ip\"]", "[\"authorization\"]", "\"authorization\"] }", "cannot take it from the client"),
    ("echo = true,", "echo = true, client_headers = [\"x\"],", "[\"x\"]", "belongs to an `http_proxy`"),
    // Functions.
    ("code = \"handler\"\n", "", "orders]", "one of `code` and `command`"),
    ("code = \"handler\"", "code = \"handler\"\ncommand = \"x\"", "orders]", "one of `code` and `command`"),
    ("handler = \"index.handler\"\n", "", "orders]", "has no `handler`"),
    ("timeout = 10", "timeout = 0", "0\nenv", "at least one second"),
    ("timeout = 10", "timeout = 901", "901\nenv", "at most 900"),
    ("memory = 256", "memory = 127", "127\n", "at least 128 and at most 10240 MiB"),
    ("memory = 256", "memory = 10241", "10241\n", "at least 128 and at most 10240 MiB"),
    ("\"index.handler\"", "\"\"", "\"\"\nruntime", "`handler` is empty or has white space"),
    ("\"index.handler\"", "\"index. handler\"", "\"index. handler\"", "`handler` is empty or has white space"),
    ("LEVEL =", "AWS_LAMBDA_RUNTIME_API =", "{ AWS_LAMBDA_RUNTIME_API", "`AWS_LAMBDA_RUNTIME_API` is reserved"),
    ("LEVEL =", "_HANDLER =", "{ _HANDLER", "`_HANDLER` is reserved"),
    ("LEVEL =", "\"LE=VEL\" =", "{ \"LE=VEL\"", "`LE=VEL` is not a valid environment variable"),
    // Users, groups, roles and policies.
    ("partition = \"aws\"", "partition = \"a b\"", "partition = ", "at partition"),
    ("groups = [\"staff\"]", "groups = [\"nobody\"]", "\"nobody\"", "at users.alice.groups[0]"),
    ("path = \"/staff/\"", "path = \"staff\"", "path = \"staff\"", "at users.alice.path"),
    ("access_keys = [\n", "keys = [\n", "keys = [\n", "at users.alice.keys"),
    ("{ id = \"AKIDALICE\", secret = \"hush\" }", "{ id = \"AKIDALICE\" }", "{ id = \"AKIDALICE\" }", "access_keys[0]"),
    ("id = \"AKIDBOB\"", "id = \"AKIDALICE\"", "{ id = \"AKIDALICE\", secret = \"hush\" }]", "AKIDALICE"),
    ("\"policies/invoke.json\",", "7,", "7,\n]", "users.alice.policies[0]"),
    ("Effect = \"Allow\"", "Effect = \"Alow\"", "Effect = \"Alow\"", "Alow"),
    ("Resource = \"*\"", "Resouce = \"*\"", "Resouce", "Resouce"),
    (", token = \"hush\" }", " }", "access_key = { id = \"ASIDCI\"", "there is no token"),
    ("[groups.staff]", "[groups.\"a b\"]", "\"a b\"", "groups"),
];

#[test]
fn every_mistake_is_reported_with_file_line_and_column() {
    let mut wrong = Vec::new();
    for (valid, broken, mark, says) in MISTAKES {
        let text = WHOLE.replacen(valid, broken, 1);
        assert_ne!(text, WHOLE, "{valid} is not in the configuration");
        let Err(error) = read(&text, &policy) else {
            wrong.push(format!("{broken}: it is read"));
            continue;
        };
        let said = error.to_string();
        let (line, column) = position(&text, mark);
        let is_placed = said.contains(&format!(": conf/api.toml:{line}:"))
            && (error.file(), error.line()) == (Some("conf/api.toml"), Some(line));
        // The columns of TOML's own errors are those of its parser.
        let is_exact = says.is_empty() || error.column() == Some(column);
        if !(is_placed && is_exact && said.contains(says) && !said.contains("hush")) {
            wrong.push(format!("{broken}: {line}:{column} {says:?}, not {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_mistake_in_a_policy_has_the_place_in_the_policys_file() {
    let effect = POLICY.replace("Allow", "Alow");
    for (text, place, says) in [
        (effect.as_str(), "conf/policies/invoke.json:2:", "neither \"Allow\" nor \"Deny\""),
        ("{\n  \"Statement\": [\n", "conf/policies/invoke.json:3:", ""),
        ("{\"Version\": \"2012-10-17\"}", "conf/policies/invoke.json:1:", ""),
    ] {
        let file = |name: &str| Ok(if name == "policies/invoke.json" { text } else { POLICY }.to_owned());
        let error = read(WHOLE, &file).map(|_| ()).unwrap_err();
        let said = error.to_string();
        assert!(said.contains(&format!(": {place}")) && said.contains(says), "{text}: {said}");
        assert_eq!(error.kind(), ErrorKind::InvalidDirectory);
    }
    let gone = |name: &str| match name {
        "policies/invoke.json" => Err(io::ErrorKind::NotFound.into()),
        _ => policy(name),
    };
    let said = read(WHOLE, &gone).map(|_| ()).unwrap_err().to_string();
    let (line, column) = position(WHOLE, "\"policies/invoke.json\"");
    assert!(
        said.contains(&format!(": conf/api.toml:{line}:{column}: ")) && said.contains("policies/invoke.json"),
        "{said}"
    );
}

#[test]
fn numbers_beyond_the_limits_are_reported_where_they_begin() {
    let stages: String = (0..11).map(|n| format!("s{n} = {{}}\n")).collect();
    let routes: String = (0..301).map(|n| format!("\"GET /{n}\" = {{ echo = true }}\n")).collect();
    for (text, line) in [(format!("[stages]\n{stages}"), 12), (format!("[routes]\n{routes}"), 302)] {
        let error = read(&text, &policy).map(|_| ()).unwrap_err();
        assert_eq!(error.line(), Some(line), "{error}");
    }
    let long = "#\n".repeat(MAX_LEN / 2) + "#";
    assert_eq!(read(&long, &policy).map(|_| ()).unwrap_err().line(), Some(MAX_LEN / 2 + 1));
}

fn given(configuration: Configuration<'_>) -> Configuration<'_> {
    configuration.with_region("us-west-2").with_account("999988887777")
}

fn default(configuration: Configuration<'_>) -> Configuration<'_> {
    configuration.with_default_region("sa-east-1").with_default_account("444455556666")
}

/// A region or an account that is not the configuration's has no place in it.
#[test]
fn what_is_given_beats_the_configuration_and_the_configuration_beats_a_default() {
    let whole = || Configuration::new(WHOLE).with_name("api.toml");
    let empty = || Configuration::new("").with_name("api.toml");
    let place = |api: ApiDefinition| (api.region().to_owned(), api.account().to_owned());
    for (configuration, region, account) in [
        (given(default(whole())), "us-west-2", "999988887777"),
        (default(whole()), "eu-central-1", "111122223333"),
        (default(empty()), "sa-east-1", "444455556666"),
        (empty(), "us-east-1", "123456789012"),
    ] {
        assert_eq!(place(configuration.definition(&policy).unwrap()), (region.to_owned(), account.to_owned()));
    }
    let alice = given(whole()).definition(&policy).unwrap();
    let alice = alice.directory().unwrap().find("AKIDALICE").unwrap();
    assert_eq!(alice.principal().arn(), "arn:aws:iam::999988887777:user/staff/alice");
    for error in [whole().with_region("a b"), empty().with_default_region("a b"), empty().with_default_account("1")] {
        let error = error.definition(&policy).map(|_| ()).unwrap_err();
        assert_eq!((error.kind(), error.file(), error.line()), (ErrorKind::InvalidApi, None, None), "{error}");
    }
}

#[test]
fn an_invalid_region_account_or_id_is_found_by_the_check() {
    let api = || ApiDefinition::new("us-east-1");
    for (api, says) in [
        (ApiDefinition::new("us east"), "the region `us east`"),
        (ApiDefinition::new(""), "the region ``"),
        (api().with_account("12"), "the account: "),
        (api().with_api_id("a/b"), "the API id `a/b`"),
        (api().with_api_id(""), "the API id ``"),
    ] {
        let error = api.check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidApi);
        assert!(error.to_string().contains(says), "{error}");
    }
    api().check().unwrap();
}
