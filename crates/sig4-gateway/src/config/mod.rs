//! An HTTP API or a REST API and its callers, as a TOML configuration.
//!
//! All keys of an HTTP API:
//!
//! ```toml
//! kind = "http"                       # or "rest"; "http" if it is not said
//! region = "us-east-1"                # what calls are signed for; us-east-1 if it is not said
//! account = "123456789012"            # who owns the API and its users
//! id = "local"                        # the API's id, as policies name it
//! default_authorizer = "iam"          # or "none"; "iam" if it is not said
//! body_budget = 268435456             # bytes of all bodies that are held at a time; 256 MiB if it is not said
//!
//! [stages]                            # "$default" by default; the name of another stage begins its paths
//! "$default" = {}
//! v1 = { level = "info" }             # its variables
//!
//! [domains."api.example.com"]         # a Host whose paths begin with a base path in place of the stage; several in `[[…]]`.
//!                                     # `--allow-host api.example.com` lets its requests in
//! base_path = "shop"                  # none if it is not said
//! stage = "v1"
//!
//! [cors]
//! allow_origins = ["http://localhost:5173"]
//! allow_methods = ["*"]
//! allow_headers = ["authorization", "content-type", "x-amz-date", "x-amz-security-token"]
//! expose_headers = ["apigw-requestid"]
//! max_age = 86400                     # seconds
//! allow_credentials = false
//!
//! [routes]                            # one integration each
//! "$default" = { function = "orders" }
//! "POST /v1" = { function = "orders", payload_format = "1.0" } # the version of the event; "2.0" if it is not said
//! "OPTIONS /{proxy+}" = { function = "orders", authorizer = "none" }
//! "GET /echo" = { echo = true }       # answers the method, the path with the stage, and the body as JSON
//! "ANY /old/{proxy+}" = { http_proxy = "http://127.0.0.1:8080/{proxy}" }
//! "GET /who" = { http_proxy = "http://127.0.0.1:8080/who", client_headers = ["x-real-ip"] } # see `Upstream`
//!
//! [functions.orders]
//! code = "handler"                    # a folder, beside this file
//! handler = "index.handler"           # as Lambda writes it
//! runtime = "nodejs22.x"              # Node runs it if it is not said
//! memory = 256                        # MiB, 128 to 10240, which it is told
//! timeout = 10                        # seconds, 1 to 900; 3 if it is not said
//! environment = { LEVEL = "debug" }   # not those that only the runtime sets, such as AWS_LAMBDA_RUNTIME_API
//! reserved_concurrency = 5            # calls at once; further ones get 503, of a REST API 500. Not limited if it is not said
//!
//! [functions.rust]
//! command = "target/debug/bootstrap"  # or any program that speaks the Lambda Runtime API
//!
//! [users.alice]                       # see `sig4_iam::Directory` for users, groups, roles and policies
//! access_keys = [{ id = "AKIDALICE", secret = "alice's secret" }]
//! policies = ["policies/invoke.json"] # a file, or the document itself
//! ```
//!
//! A REST API has the same keys, without `payload_format` and the stage and route `$default`, and these:
//!
//! ```toml
//! kind = "rest"
//! binary_media_types = ["image/*"]    # bodies that are base64 in events
//! resource_policy = "policies/api.json" # a file, or the document itself
//!
//! [stages]                            # "prod" by default; the name of the stage begins all paths
//! prod = { level = "info" }
//!
//! [cors]                              # a method OPTIONS for each resource without one, as the CDK makes it
//! allow_origins = ["http://localhost:5173", "https://app.example.com"] # the other keys as above; lists of the CDK by default
//!
//! [gateway_responses.DEFAULT_4XX]     # what errors are answered with: a header for pages of other origins
//! headers = { Access-Control-Allow-Origin = "'*'" } # a text in single quotes, or `method.request.…` and `context.…`
//!
//! [gateway_responses.ACCESS_DENIED]
//! status = 404
//! templates = { "application/json" = '{"message":$context.error.messageString}' }
//!
//! [routes]                            # the methods of the resources
//! "GET /pets/{id}" = { echo = true }
//! "ANY /old/{proxy+}" = { http_proxy = "http://127.0.0.1:8080/{proxy}" } # the value stays encoded as it was sent
//!
//! [routes."GET /health"]
//! authorizer = "none"
//! mock = { status = 200, headers = { Cache-Control = "no-store" }, body = "{}", content_type = "application/json" }
//! ```
//!
//! An unknown key and an invalid value are errors with file, line and column.

pub(crate) mod directory;
pub(crate) mod domains;
pub(crate) mod line;
pub(crate) mod rest;
pub(crate) mod sections;
pub(crate) mod table;

use super::defaults::{DEFAULT_ACCOUNT, DEFAULT_API_ID, DEFAULT_REGION};
use super::definition::{ApiDefinition, Auth};
use super::limits::DEFAULT_BODY_BUDGET;
use crate::error::Error;
use rest::Kind;
use std::fmt;
use std::io;
use table::{Source, Table};

/// The maximum length of a configuration, in bytes: 16 MiB.
pub const MAX_LEN: usize = 16 * 1024 * 1024;

/// A configuration to read: its text, its name in errors, and the region and account where it is served.
///
/// ```
/// use sig4_gateway::config::Configuration;
///
/// let read = |name: &str| std::fs::read_to_string(name);
/// let text = "region = \"eu-west-1\"\n[routes]\n\"GET /echo\" = { echo = true }";
/// let configuration = Configuration::new(text).with_name("api.toml").with_default_region("eu-central-1");
/// assert_eq!(configuration.clone().definition(&read)?.region(), "eu-west-1");
/// assert_eq!(configuration.with_region("us-west-2").definition(&read)?.region(), "us-west-2");
///
/// let error = Configuration::new("regoin = 7").with_name("api.toml").definition(&read).unwrap_err();
/// assert_eq!((error.file(), error.line(), error.column()), (Some("api.toml"), Some(1), Some(1)));
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Configuration<'t> {
    text: ConfigurationText<'t>,
    name: Option<String>,
    region: Option<String>,
    default_region: String,
    account: Option<String>,
    default_account: String,
}

/// The text, which may hold secrets.
#[derive(Clone, Copy)]
struct ConfigurationText<'t>(&'t str);

impl fmt::Debug for ConfigurationText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<'t> Configuration<'t> {
    /// The configuration with this text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self {
            text: ConfigurationText(text),
            name: None,
            region: None,
            default_region: DEFAULT_REGION.to_owned(),
            account: None,
            default_account: DEFAULT_ACCOUNT.to_owned(),
        }
    }

    /// Sets the name of the file, which errors begin with. Policy files are named from the same folder.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the region, in place of the configuration's.
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the region of a configuration without one, `us-east-1` by default.
    #[must_use]
    pub fn with_default_region(mut self, region: impl Into<String>) -> Self {
        self.default_region = region.into();
        self
    }

    /// Sets the account, twelve digits, in place of the configuration's.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Sets the account of a configuration without one, `123456789012` by default.
    #[must_use]
    pub fn with_default_account(mut self, account: impl Into<String>) -> Self {
        self.default_account = account.into();
        self
    }

    /// Reads the configuration. `read` returns the content of a policy file that it names, by its path relative to the
    /// configuration.
    ///
    /// # Errors
    ///
    /// Each has the [file](Error::file), if the configuration has a name, the [line](Error::line) and the
    /// [column](Error::column).
    ///
    /// - [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) for a text that is not TOML or too long, an unknown key, or a value of another type.
    /// - [`ErrorKind::InvalidDirectory`](crate::ErrorKind::InvalidDirectory) for users, groups, roles or policies. The file may be that of a policy.
    /// - The errors of [`ApiDefinition::check`].
    pub fn definition(&self, read: &dyn Fn(&str) -> io::Result<String>) -> Result<ApiDefinition, Error> {
        let text = self.text.0;
        let source = Source::new(text, self.name.as_deref());
        if text.len() > MAX_LEN {
            return Err(source.error(&(MAX_LEN..text.len()), format_args!("it has more than {MAX_LEN} bytes")));
        }
        let document = source.parse()?;
        let mut root = Table::new(source, document.get_ref(), document.span());
        let (own_account, own_region) = (root.text("account")?, root.text("region")?);
        let kind = rest::read_kind(&mut root)?;
        let is_here = [self.account.is_none() && own_account.is_some(), self.region.is_none() && own_region.is_some()];
        let account = self.account.clone().or(own_account).unwrap_or_else(|| self.default_account.clone());
        let region = self.region.clone().or(own_region).unwrap_or_else(|| self.default_region.clone());
        let id = root.text("id")?.unwrap_or_else(|| DEFAULT_API_ID.to_owned());
        let api = match kind {
            Kind::Http => ApiDefinition::new(&region),
            Kind::Rest => ApiDefinition::rest(&region),
        };
        let api = api.with_account(&account).with_api_id(id);
        // A value that comes from elsewhere is not in the file, and its error has no place there.
        let place = |key: &str, is_here: bool, error| if is_here { root.place(key, error) } else { error };
        let [account_is_here, region_is_here] = is_here;
        api.check_region().map_err(|error| place("region", region_is_here, error))?;
        api.check_account().map_err(|error| place("account", account_is_here, error))?;
        api.check_id().map_err(|error| root.place("id", error))?;
        let directory = directory::read(&mut root, &account, &region, read);
        let directory = directory.map_err(|error| directory::placed(&error, source, &document))?;
        let settings = rest::read_settings(&mut root, kind, source, read)?;
        let stages = sections::read_stages(&mut root, source, kind)?;
        let (stages, notes) = match kind {
            Kind::Http => (stages, Vec::new()),
            Kind::Rest => rest::with_default_stage(stages),
        };
        let domains = domains::read(&mut root, source, kind, &stages)?;
        let cors = root.table("cors")?.map(|table| sections::read_cors(table, kind)).transpose()?;
        let default = sections::read_auth(&mut root, "default_authorizer")?.unwrap_or(Auth::Iam);
        let functions = sections::read_functions(&mut root, source)?;
        let routes = sections::read_routes(&mut root, source, default, &functions, kind)?;
        let body_budget = root.number("body_budget")?.unwrap_or(DEFAULT_BODY_BUDGET);
        root.finish()?;
        let api = api.with_body_budget(body_budget);
        Ok(ApiDefinition { stages, domains, cors, routes, functions, directory, notes, rest: settings, ..api })
    }
}

impl ApiDefinition {
    /// Reads a [configuration](crate::config) of at most [`MAX_LEN`] bytes. `read` returns the content of a policy file
    /// that the configuration names, by its path relative to the configuration. [`Configuration`] has more settings.
    ///
    /// # Errors
    ///
    /// Those of [`Configuration::definition`], with the line.
    ///
    /// ```
    /// use sig4_gateway::ApiDefinition;
    ///
    /// let text = r#"
    ///     [routes]
    ///     "GET /echo" = { echo = true }
    /// "#;
    /// let api = ApiDefinition::from_toml(text, &|name| std::fs::read_to_string(name))?;
    /// assert_eq!(api.routes().next().map(|route| route.key()), Some("GET /echo"));
    /// assert!(api.directory().is_none());
    ///
    /// let text = "[cors]\nallow_origin = []";
    /// let error = ApiDefinition::from_toml(text, &|name| std::fs::read_to_string(name)).unwrap_err();
    /// assert_eq!((error.line(), error.key()), (Some(2), Some("allow_origin")));
    /// # Ok::<(), sig4_gateway::Error>(())
    /// ```
    pub fn from_toml(text: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        Configuration::new(text).definition(read)
    }
}
