//! The API to serve: from a CDK stack, from a configuration, or an echo without either.

use super::args::ServeArgs;
use super::sources::Sources;
use crate::failure::Failure;
use crate::variable::variable;
use sig4_gateway::template::{Assembly, Deployment, Stack};
use sig4_gateway::{ApiDefinition, DEFAULT_REGION};
use std::io;
use std::path::{Path, PathBuf};

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
        match (&args.template, &args.config) {
            (Some(path), _) => of_template(path, args, sources),
            (None, Some(path)) => of_config(path, sources),
            (None, None) => {
                let api = ApiDefinition::from_toml(ECHO, &|_| Err(io::ErrorKind::NotFound.into()))?;
                Ok(Self { title: "an echo".to_owned(), api, folder: PathBuf::from(".") })
            }
        }
    }
}

fn of_config(path: &Path, sources: &Sources) -> Result<Described, Failure> {
    let (api, folder) = read_config(path, sources)?;
    Ok(Described { title: path.display().to_string(), api, folder })
}

/// A configuration, and its folder.
pub(crate) fn read_config(path: &Path, sources: &Sources) -> Result<(ApiDefinition, PathBuf), Failure> {
    let text = sources.read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let folder = folder_of(path);
    Ok((parse_config(&path.display().to_string(), &text, &folder, sources)?, folder))
}

/// Parses a configuration. Errors call it `name`; the files that it names are in `folder`.
pub(crate) fn parse_config(name: &str, text: &str, folder: &Path, sources: &Sources) -> Result<ApiDefinition, Failure> {
    let read = |name: &str| sources.read(&folder.join(name));
    Ok(ApiDefinition::from_toml(text, &read).map_err(|error| format!("{name}: {error}"))?)
}

fn of_template(path: &Path, args: &ServeArgs, sources: &Sources) -> Result<Described, Failure> {
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
        None => {
            variable("AWS_REGION")?.or(variable("AWS_DEFAULT_REGION")?).unwrap_or_else(|| DEFAULT_REGION.to_owned())
        }
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

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
