//! The API to serve: from a CDK stack, from a configuration, or an echo without either.

use super::args::ServeArgs;
use super::hint;
use super::sources::Sources;
use crate::failure::Failure;
use crate::variable::variable;
use sig4_gateway::config::Configuration;
use sig4_gateway::template::{Assembly, Deployment, Stack};
use sig4_gateway::{ApiDefinition, DEFAULT_REGION};
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The API without `--template` and `--config`.
const ECHO: &str = "\
    [cors]
    allow_origins = [\"*\"]
    allow_methods = [\"*\"]
    allow_headers = [\"authorization\", \"content-type\", \"x-amz-date\", \"x-amz-security-token\"]
    [routes]
    \"$default\" = { echo = true }
    \"OPTIONS /{proxy+}\" = { echo = true, authorizer = \"none\" }
";

/// An API, and the folder of the files that it names.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) title: String,
    pub(crate) api: ApiDefinition,
    pub(crate) folder: PathBuf,
}

impl Described {
    /// Reads the API that the arguments name.
    pub(crate) fn read(args: &ServeArgs, sources: &Sources) -> Result<Self, Failure> {
        let described = match (&args.template, &args.config) {
            (Some(path), _) => of_template(path, args, sources)?,
            (None, Some(path)) => of_config(path, args, sources)?,
            (None, None) => {
                let configuration = in_place(Configuration::new(ECHO), args)?;
                let api = configuration.definition(&|_| Err(io::ErrorKind::NotFound.into()))?;
                Self { title: "an echo".to_owned(), api, folder: PathBuf::from(".") }
            }
        };
        Ok(described)
    }
}

fn of_config(path: &Path, args: &ServeArgs, sources: &Sources) -> Result<Described, Failure> {
    let text = read_file(path, sources)?;
    let (name, folder) = (path.display().to_string(), folder_of(path));
    let configuration = in_place(Configuration::new(&text).with_name(&name), args)?;
    let api = configuration.definition(&below(&folder, sources))?;
    Ok(Described { title: name, api, folder })
}

/// The configuration with region and account: an argument beats the configuration, which beats the environment.
fn in_place<'t>(mut configuration: Configuration<'t>, args: &ServeArgs) -> Result<Configuration<'t>, Failure> {
    if let Some(region) = &args.region {
        configuration = configuration.with_region(region);
    } else if let Some(region) = region_of_environment()? {
        configuration = configuration.with_default_region(region);
    }
    if let Some(account) = &args.account {
        configuration = configuration.with_account(account);
    }
    Ok(configuration)
}

/// The API of a file with users. Without an account of its own, its users are of the account and region of `api`.
pub(crate) fn read_users(path: &Path, api: &ApiDefinition, sources: &Sources) -> Result<ApiDefinition, Failure> {
    let text = Zeroizing::new(read_file(path, sources)?);
    parse_users(&path.display().to_string(), &text, &folder_of(path), api, sources)
}

/// Parses a file with users. Errors call it `name`; the files that it names are in `folder`.
pub(crate) fn parse_users(
    name: &str,
    text: &str,
    folder: &Path,
    api: &ApiDefinition,
    sources: &Sources,
) -> Result<ApiDefinition, Failure> {
    let configuration = Configuration::new(text).with_name(name);
    let configuration = configuration.with_default_region(api.region()).with_default_account(api.account());
    Ok(configuration.definition(&below(folder, sources))?)
}

fn read_file(path: &Path, sources: &Sources) -> Result<String, Failure> {
    sources.read(path).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}

/// Reads the files below a folder.
fn below<'s>(folder: &'s Path, sources: &'s Sources) -> impl Fn(&str) -> io::Result<String> + 's {
    move |name| sources.read(&folder.join(name))
}

fn of_template(path: &Path, args: &ServeArgs, sources: &Sources) -> Result<Described, Failure> {
    hint::check_template(path)?;
    let is_folder = path.is_dir();
    let folder = if is_folder { path.to_owned() } else { folder_of(path) };
    let read = |name: &str| sources.read(&folder.join(name));
    let stack = if is_folder {
        Assembly::read(&read)?.stack(args.stack.as_deref())?.clone()
    } else {
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("the template's name is not UTF-8")?;
        Stack::of_template(name, &read)?
    };
    let api = stack.definition(&deployment(&stack, args)?)?;
    Ok(Described { title: stack.display_name().to_owned(), api, folder })
}

/// The deployment: from the command line, else from the synthesized stack.
fn deployment(stack: &Stack, args: &ServeArgs) -> Result<Deployment, Failure> {
    let region = match args.region.as_deref().or_else(|| stack.region()) {
        Some(region) => region.to_owned(),
        None => region_of_environment()?.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
    };
    let mut deployment = Deployment::new(region);
    if let Some(account) = args.account.as_deref().or_else(|| stack.account()) {
        deployment = deployment.with_account(account);
    }
    if let Some(api) = &args.api {
        deployment = deployment.with_api(api);
    }
    if let Some(stage) = &args.stage {
        deployment = deployment.with_stage(stage);
    }
    let parameters = args.parameters.iter();
    Ok(parameters.fold(deployment, |deployment, (name, value)| deployment.with_parameter(name, value)))
}

fn region_of_environment() -> Result<Option<String>, Failure> {
    Ok(variable("AWS_REGION")?.or(variable("AWS_DEFAULT_REGION")?))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
