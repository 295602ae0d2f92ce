//! What to do if a template is not there, or if the folder has an API that is not named.

use super::args::ServeArgs;
use crate::failure::Failure;
use std::path::Path;

/// The file of `cdk synth` that lists the stacks of its folder.
const MANIFEST: &str = "manifest.json";
/// The settings of a CDK app, beside its code.
const CDK_SETTINGS: &str = "cdk.json";
/// The folder that `cdk synth` writes.
const CDK_OUT: &str = "cdk.out";

/// Refuses a path that is no template and no output of `cdk synth`, and says what to do.
pub(crate) fn check_template(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or_else(|| Path::new("."));
    if name == CDK_SETTINGS {
        let out = folder.join(CDK_OUT);
        return Err(format!("{shown} has the settings of the CDK, not a template: {}", from_synth(&out)).into());
    }
    if !path.exists() {
        let remedy = if name == CDK_OUT {
            run_synth(folder)
        } else {
            "give the folder that `cdk synth` writes, or one of its templates".to_owned()
        };
        return Err(format!("{shown} is not there: {remedy}").into());
    }
    if path.is_dir() && !path.join(MANIFEST).exists() {
        let out = path.join(CDK_OUT);
        let remedy = match (out.join(MANIFEST).exists(), path.join(CDK_SETTINGS).exists()) {
            (true, _) | (_, true) => from_synth(&out),
            _ if name == CDK_OUT => run_synth(folder),
            _ => "give the folder that `cdk synth` writes".to_owned(),
        };
        return Err(format!("{shown} has no {MANIFEST}: {remedy}").into());
    }
    if name.ends_with(".yaml") || name.ends_with(".yml") {
        let remedy = "templates are read as JSON: convert it with `cfn-flip`, or give the output of `cdk synth`";
        return Err(format!("{shown} is YAML, and {remedy}").into());
    }
    Ok(())
}

/// Serving this folder, if it is there already, else after `cdk synth`.
fn from_synth(out: &Path) -> String {
    let serve = format!("`sig4 serve --template {}`", out.display());
    match out.join(MANIFEST).exists() {
        true => format!("run {serve}"),
        false => format!("run `cdk synth`, and then {serve}"),
    }
}

fn run_synth(folder: &Path) -> String {
    match folder == Path::new(".") {
        true => "run `cdk synth`, which writes it".to_owned(),
        false => format!("run `cdk synth` in {}, which writes it", folder.display()),
    }
}

/// The sentence about an API in the current folder, if the arguments name none.
pub(crate) fn unnamed(args: &ServeArgs) -> Option<String> {
    if args.template.is_some() || args.config.is_some() {
        return None;
    }
    let serve = match () {
        () if Path::new(CDK_OUT).join(MANIFEST).exists() => "`sig4 serve --template cdk.out` serves its stack",
        () if Path::new(CDK_SETTINGS).exists() => {
            "`cdk synth` and then `sig4 serve --template cdk.out` serve its stack"
        }
        () if Path::new("api.toml").exists() => "`sig4 serve --config api.toml` serves its API",
        () if Path::new("template.yaml").exists() || Path::new("template.yml").exists() => {
            "`cfn-flip template.yaml template.json` and then `sig4 serve --template template.json` serve its template"
        }
        () => return None,
    };
    Some(format!("an echo is served, and nothing of this folder: {serve}"))
}
