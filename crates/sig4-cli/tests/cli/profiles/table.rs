//! Environments and shared files, with what botocore 1.44.5 makes of them and what sig4 does.

use std::collections::BTreeMap;

/// What becomes of a case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The id, the secret and the token that sign.
    Keys([String; 3]),
    /// Botocore's class of error, or text of sig4's message.
    Refused(&'static str),
}

/// Where credentials are looked for.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: &'static str,
    pub environment: BTreeMap<&'static str, String>,
    /// A profile given on the command line.
    pub profile: Option<&'static str>,
    pub credentials: Option<String>,
    pub config: Option<String>,
    pub botocore: Outcome,
    pub sig4: Outcome,
    /// Why sig4 does something else.
    pub departs: Option<&'static str>,
}

impl Case {
    fn env(mut self, name: &'static str, value: &str) -> Self {
        self.environment.insert(name, value.to_owned());
        self
    }

    /// Keys in the environment.
    fn env_keys(self) -> Self {
        self.env("AWS_ACCESS_KEY_ID", "E").env("AWS_SECRET_ACCESS_KEY", "secret-E")
    }

    fn option(mut self, profile: &'static str) -> Self {
        self.profile = Some(profile);
        self
    }

    fn credentials(mut self, text: impl Into<String>) -> Self {
        self.credentials = Some(text.into());
        self
    }

    fn config(mut self, text: impl Into<String>) -> Self {
        self.config = Some(text.into());
        self
    }

    /// Both take these keys.
    fn signs(self, id: &str, token: &str) -> Self {
        self.both(keys(id, &format!("secret-{id}"), token))
    }

    /// Both do so.
    fn both(mut self, outcome: Outcome) -> Self {
        (self.botocore, self.sig4) = (outcome.clone(), outcome);
        self
    }

    /// Both refuse.
    fn refused(mut self, botocore: &'static str, sig4: &'static str) -> Self {
        (self.botocore, self.sig4) = (Outcome::Refused(botocore), Outcome::Refused(sig4));
        self
    }

    /// They differ.
    fn departs(mut self, why: &'static str, botocore: Outcome, sig4: Outcome) -> Self {
        (self.departs, self.botocore, self.sig4) = (Some(why), botocore, sig4);
        self
    }
}

fn case(name: &'static str) -> Case {
    let none = Outcome::Refused("");
    let (environment, sig4) = (BTreeMap::new(), none.clone());
    Case { name, environment, profile: None, credentials: None, config: None, botocore: none, sig4, departs: None }
}

fn keys(id: &str, secret: &str, token: &str) -> Outcome {
    Outcome::Keys([id, secret, token].map(str::to_owned))
}

/// The settings of static keys.
fn pair(id: &str) -> String {
    format!("aws_access_key_id = {id}\naws_secret_access_key = secret-{id}\n")
}

/// A default profile with these keys, and more settings.
fn default(id: &str, more: &str) -> String {
    format!("[default]\n{}{more}", pair(id))
}

/// A file with three profiles.
fn three() -> String {
    format!("[a]\n{}[b]\n{}{}", pair("A"), pair("B"), default("D", ""))
}

pub fn cases() -> Vec<Case> {
    [names(), environment(), expirations(), tokens(), order(), roles(), files(), sections()].concat()
}

/// Which profile it is.
fn names() -> Vec<Case> {
    let named = |name, first: &str, second: &str| {
        case(name).env("AWS_DEFAULT_PROFILE", first).env("AWS_PROFILE", second).credentials(three())
    };
    let missing = "ProfileNotFound";
    vec![
        case("the default profile").credentials(three()).signs("D", ""),
        case("a profile of the environment").env("AWS_PROFILE", "b").credentials(three()).signs("B", ""),
        named("two variables", "a", "b").signs("A", ""),
        named("a missing profile and another", "c", "b").refused(missing, "AWS_DEFAULT_PROFILE is set, but neither "),
        named("an empty name before another", "", "b").departs(
            "an empty variable counts as unset",
            Outcome::Refused(missing),
            keys("B", "secret-B", ""),
        ),
        case("a missing profile").env("AWS_PROFILE", "c").credentials(three()).refused(missing, "the profile `c`"),
        case("a missing profile beside keys")
            .env_keys()
            .env("AWS_PROFILE", "c")
            .credentials(three())
            .refused(missing, "AWS_PROFILE is set, but neither "),
        case("keys beside a profile of the environment")
            .env_keys()
            .env("AWS_PROFILE", "b")
            .credentials(three())
            .signs("E", ""),
        case("keys beside a profile of the command line").env_keys().option("b").credentials(three()).signs("B", ""),
        case("a missing profile of the command line").env_keys().option("c").refused(missing, "the profile `c`"),
        case("the default profile by name, and no file").option("default").refused(missing, "the profile `default`"),
        case("an empty name").option("").credentials(three()).refused(missing, "the profile ``"),
        case("a name that a shell would run")
            .option("'; rm -rf ~ #")
            .credentials("['; rm -rf ~ #]\nlogin_session = x\n")
            .refused("MissingDependencyException", "--profile=\"'; rm -rf ~ #\" --format=env` prints them"),
        case("a name with a line end")
            .env("AWS_PROFILE", "a\nsig4: fine")
            .credentials(three())
            .refused(missing, "the profile `a\\u{a}sig4: fine`"),
    ]
}

/// Keys in the environment.
fn environment() -> Vec<Case> {
    let partial = "PartialCredentialsError";
    let identity = || case("a web identity").env("AWS_WEB_IDENTITY_TOKEN_FILE", "/t").env("AWS_ROLE_ARN", "r");
    vec![
        case("nothing").refused("none", "AWS_ACCESS_KEY_ID is not set, and neither "),
        case("keys").env_keys().signs("E", ""),
        case("keys before a file").env_keys().credentials(three()).signs("E", ""),
        case("an id alone")
            .env("AWS_ACCESS_KEY_ID", "E")
            .credentials(three())
            .refused(partial, "AWS_SECRET_ACCESS_KEY is not"),
        case("an id and an empty secret")
            .env_keys()
            .env("AWS_SECRET_ACCESS_KEY", "")
            .credentials(three())
            .refused(partial, "AWS_SECRET_ACCESS_KEY is not"),
        case("a secret alone").env("AWS_SECRET_ACCESS_KEY", "x").credentials(three()).signs("D", ""),
        case("an empty id").env_keys().env("AWS_ACCESS_KEY_ID", "").credentials(three()).signs("D", ""),
        case("a blank id").env_keys().env("AWS_ACCESS_KEY_ID", " ").departs(
            "a blank key signs nothing",
            keys(" ", "secret-E", ""),
            Outcome::Refused("AWS_ACCESS_KEY_ID is blank"),
        ),
        case("a blank secret").env_keys().env("AWS_SECRET_ACCESS_KEY", " ").departs(
            "a blank key signs nothing",
            keys("E", " ", ""),
            Outcome::Refused("AWS_SECRET_ACCESS_KEY is not"),
        ),
        identity()
            .credentials(three())
            .refused("fetched: assume-role-with-web-identity", "AWS_WEB_IDENTITY_TOKEN_FILE is set"),
        identity().credentials(three()).option("a").signs("A", ""),
        identity().env_keys().signs("E", ""),
        identity().env("AWS_WEB_IDENTITY_TOKEN_FILE", "").credentials(three()).signs("D", ""),
        case("a web identity without a role")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "/t")
            .credentials(three())
            .refused("InvalidConfigError", "AWS_WEB_IDENTITY_TOKEN_FILE is set"),
        case("a role alone").env("AWS_ROLE_ARN", "r").credentials(three()).signs("D", ""),
    ]
}

/// Keys in the environment that end. The request is of 2015-08-30T12:36:00Z, and botocore's clock is now.
fn expirations() -> Vec<Case> {
    let ends = |name, end: &str| case(name).env_keys().env("AWS_CREDENTIAL_EXPIRATION", end);
    vec![
        ends("an end to come", "2099-01-01T00:00:00Z").signs("E", ""),
        ends("an end elsewhere", "2099-01-01T00:00:00+05:00").signs("E", ""),
        ends("no end", "").signs("E", ""),
        ends("an end that is past", "2015-01-01T00:00:00Z").refused("RuntimeError", "expired"),
        ends("what is no time", "junk").refused("ParserError", "`AWS_CREDENTIAL_EXPIRATION` is not a time"),
        ends("a time of nowhere", "2099-01-01T00:00:00")
            .refused("TypeError", "`AWS_CREDENTIAL_EXPIRATION` is not a time"),
        ends("an end of keys that do not count", "2015-01-01T00:00:00Z")
            .option("a")
            .credentials(three())
            .signs("A", ""),
        case("an end without keys")
            .env("AWS_CREDENTIAL_EXPIRATION", "2015-01-01T00:00:00Z")
            .credentials(three())
            .signs("D", ""),
    ]
}

/// Session tokens, by their older name and by their own.
fn tokens() -> Vec<Case> {
    let both =
        |old: &str| case("both tokens").env_keys().env("AWS_SECURITY_TOKEN", old).env("AWS_SESSION_TOKEN", "new");
    let file = |name, more: &str| case(name).credentials(default("A", more));
    vec![
        case("a token").env_keys().env("AWS_SESSION_TOKEN", "new").signs("E", "new"),
        case("the older token").env_keys().env("AWS_SECURITY_TOKEN", "old").signs("E", "old"),
        both("old").signs("E", "old"),
        both("").signs("E", "new"),
        case("a token without keys").env("AWS_SESSION_TOKEN", "new").credentials(three()).signs("D", ""),
        file("a token in a file", "aws_session_token = new\n").signs("A", "new"),
        file("the older token in a file", "aws_security_token = old\n").signs("A", "old"),
        file("both tokens in a file", "aws_session_token = new\naws_security_token = old\n").signs("A", "old"),
        file("an empty older token in a file", "aws_security_token =\naws_session_token = new\n").signs("A", ""),
        case("the older token in the config file").config(default("A", "aws_security_token = old\n")).signs("A", "old"),
        case("a token of the other file")
            .credentials(default("A", ""))
            .config("[default]\naws_session_token = new\n")
            .signs("A", ""),
    ]
}

/// Static keys of both files, and what comes between.
fn order() -> Vec<Case> {
    let partial = "PartialCredentialsError";
    let process = "credential_process = /bin/false\n";
    let files = |name, credentials: &str, config: &str| case(name).credentials(credentials).config(config);
    let (a, c) = (default("A", ""), default("C", ""));
    vec![
        files("both files", &a, &c).signs("A", ""),
        case("the config file").config(&*c).signs("C", ""),
        files("a partial pair before a whole one", "[default]\naws_access_key_id = A\n", &c)
            .refused(partial, "has aws_access_key_id, but not aws_secret_access_key"),
        files("a secret before a pair", "[default]\naws_secret_access_key = x\n", &c).signs("C", ""),
        files("halves in two files", "[default]\naws_access_key_id = A\n", "[default]\naws_secret_access_key = x\n")
            .refused(partial, "has aws_access_key_id, but not aws_secret_access_key"),
        case("a secret alone in a file")
            .credentials("[default]\naws_secret_access_key = x\n")
            .refused("none", "has aws_secret_access_key, but not aws_access_key_id"),
        case("an empty pair")
            .credentials("[default]\naws_access_key_id =\naws_secret_access_key =\n")
            .config(&*c)
            .departs(
                "an empty key signs nothing",
                keys("", "", ""),
                Outcome::Refused("has an empty aws_access_key_id"),
            ),
        case("a process beside keys").credentials(default("A", process)).signs("A", ""),
        files("a process in the config file", &a, &format!("[default]\n{process}")).signs("A", ""),
        case("a process before keys of the config file")
            .config(default("C", process))
            .refused("CredentialRetrievalError", "`credential_process`, and only static keys"),
        files("a process in the credentials file", &format!("[default]\n{process}"), &c)
            .refused("CredentialRetrievalError", "`credential_process`, and only static keys"),
        case("an empty process")
            .config(default("C", "credential_process =\n"))
            .refused("IndexError", "`credential_process`, and only static keys"),
        case("a login beside keys").credentials(default("A", "login_session = x\n")).signs("A", ""),
        case("a login before keys of the config file")
            .config(default("C", "login_session = x\n"))
            .refused("MissingDependencyException", "`login_session`, and only static keys"),
        case("a login before a process")
            .config(format!("[default]\nlogin_session = x\n{process}"))
            .refused("MissingDependencyException", "`login_session`, and only static keys"),
    ]
}

/// Roles, web identities and single sign-on come before every static key.
fn roles() -> Vec<Case> {
    let both = |name, config: &str| case(name).credentials(default("A", "")).config(format!("[default]\n{config}"));
    vec![
        both("a role", "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = default\n")
            .refused("fetched: assume-role", "`role_arn`, and only static keys"),
        both("a role from nowhere", "role_arn = r\nsource_profile = x\n")
            .refused("InvalidConfigError", "`role_arn`, and only static keys"),
        both("an empty role", "role_arn =\n").refused("PartialCredentialsError", "`role_arn`, and only static keys"),
        case("a role in the credentials file")
            .credentials(default("A", "role_arn = r\n"))
            .refused("PartialCredentialsError", "`role_arn`, and only static keys"),
        both("a source without a role", "source_profile = x\n").signs("A", ""),
        case("a role beside keys of the environment").env_keys().config("[default]\nrole_arn = r\n").signs("E", ""),
        both("a web identity in a file", "role_arn = r\nweb_identity_token_file = f\n")
            .refused("fetched: assume-role-with-web-identity", "`web_identity_token_file`, and only static keys"),
        both("a web identity in a file without a role", "web_identity_token_file = f\n")
            .refused("InvalidConfigError", "`web_identity_token_file`, and only static keys"),
        both("an empty web identity", "role_arn = r\nweb_identity_token_file =\n").signs("A", ""),
        both("an account of single sign-on", "sso_account_id = 1\n")
            .refused("InvalidConfigError", "`sso_account_id`, and only static keys"),
        both("a role of single sign-on", "sso_role_name = r\n")
            .refused("InvalidConfigError", "`sso_role_name`, and only static keys"),
        both("single sign-on", "sso_role_name = r\nsso_account_id = 1\nsso_start_url = u\nsso_region = s\n")
            .refused("fetched: sso", "`sso_role_name`, and only static keys"),
        both("a session of single sign-on alone", "sso_session = s\nsso_start_url = u\n").signs("A", ""),
        case("a session of single sign-on and no keys")
            .config("[default]\nsso_session = s\n")
            .refused("none", "`sso_session`, and only static keys"),
    ]
}

/// Which files, and what is in them besides.
fn files() -> Vec<Case> {
    let other = |name, path: &str| case(name).env("AWS_SHARED_CREDENTIALS_FILE", path).credentials(default("A", ""));
    let malformed = |name, text: &str| case(name).credentials(text).refused("ConfigParseError", "line ");
    vec![
        other("a file below the home", "~/.aws/credentials").signs("A", ""),
        other("a file with a variable", "$HOME/.aws/credentials").signs("A", ""),
        other("a file with a variable in braces", "${HOME}/.aws/credentials").signs("A", ""),
        other("a file that is not there", "/nonexistent").refused("none", "neither /nonexistent nor "),
        other("a folder", "~/.aws").refused("none", "has the profile `default`"),
        other("another user's home", "~nobody-here/x").refused("none", "begins with another user's `~`"),
        other("an empty name of a file", "").departs(
            "an empty variable counts as unset",
            Outcome::Refused("none"),
            keys("A", "secret-A", ""),
        ),
        case("a comment after a value")
            .credentials("[default] # c\naws_access_key_id = A ; c\naws_secret_access_key: secret-A # c\n")
            .departs("a comment may end a line", keys("A ; c", "secret-A # c", ""), keys("A", "secret-A", "")),
        case("a byte order mark").credentials(format!("\u{feff}{}", default("A", ""))).departs(
            "a byte order mark is passed over",
            Outcome::Refused("ConfigParseError"),
            keys("A", "secret-A", ""),
        ),
        case("a value of two lines").credentials("[default]\naws_access_key_id = A\n  B\naws_secret_access_key = s\n").departs(
            "a key of several lines signs nothing",
            keys("A\nB", "s", ""),
            Outcome::Refused("a key of several lines"),
        ),
        case("names in other case, colons")
            .credentials("[default]\nAWS_Access_Key_Id: A\naws_secret_access_key : secret-A\n")
            .signs("A", ""),
        case("a secret in quotation marks").credentials("[default]\naws_access_key_id=A\naws_secret_access_key=\"secret-A\"\n").departs(
            "it cannot match",
            keys("A", "\"secret-A\"", ""),
            Outcome::Refused("it is in quotation marks: remove them"),
        ),
        case("nested settings, indented comments, line ends")
            .credentials("[default]\r\n s3 =\r\n   aws_access_key_id = x\r\n\r\n  # c\r\n aws_access_key_id=A\r\n aws_secret_access_key=secret-A\r")
            .signs("A", ""),
        malformed("a section twice", &[default("A", ""), default("B", "")].concat()),
        malformed("a name twice", &default("A", &pair("B"))),
        malformed("a setting before all sections", &["x = 1\n", &default("A", "")].concat()),
        malformed("a line that is nothing", &default("A", "junk\n")),
        malformed("no name", &default("A", "= x\n")),
        malformed("an empty section", &default("A", "[]\n")),
        case("a section that stands for all").credentials(format!("[DEFAULT]\n{}[default]\nx = 1\n", pair("A"))).departs(
            "it is refused",
            keys("A", "secret-A", ""),
            Outcome::Refused("`[DEFAULT]` would apply to every section"),
        ),
        case("a malformed file beside keys").env_keys().credentials("[default\n").departs(
            "files are not read for keys of the environment",
            Outcome::Refused("ConfigParseError"),
            keys("E", "secret-E", ""),
        ),
    ]
}

/// How profiles are called in the files.
fn sections() -> Vec<Case> {
    let config = |name, profile, header: &str| case(name).option(profile).config(format!("[{header}]\n{}", pair("A")));
    let missing = |case: Case| case.refused("ProfileNotFound", "has the profile `");
    let two = |name, first: &str, second: &str| {
        case(name).config(format!("[{first}]\n{}[{second}]\n{}", pair("A"), pair("B")))
    };
    vec![
        config("a profile", "a", "profile a").signs("A", ""),
        config("tabs", "a", "profile\t a ").signs("A", ""),
        config("double quotes", "a b", "profile \"a b\"").signs("A", ""),
        config("single quotes", "a b", "profile 'a b'").signs("A", ""),
        config("an escaped space", "a b", "profile a\\ b").signs("A", ""),
        missing(config("two words", "a b", "profile a b")),
        missing(config("no profile", "a", "a")),
        missing(config("another case", "A", "profile a")),
        missing(config("a space before", "a", " profile a")),
        config("the default as a profile", "default", "profile default").signs("A", ""),
        two("two defaults", "profile default", "default").signs("B", ""),
        two("two defaults the other way", "default", "profile default").signs("B", ""),
        case("a default that is replaced")
            .config(format!("[profile default]\n{}[default]\nx = 1\n", pair("A")))
            .refused("none", "has neither aws_access_key_id nor"),
        missing(
            case("a profile of the credentials file by its long name")
                .option("a")
                .credentials(format!("[profile a]\n{}", pair("A"))),
        ),
        case("a name with a space").option("a b").credentials(format!("[a b]\n{}", pair("A"))).signs("A", ""),
        case("spaces in brackets")
            .credentials(format!("[ default ]\n{}", pair("A")))
            .refused("none", "has the profile `default`"),
    ]
}
