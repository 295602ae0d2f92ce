//! The stages of an API.
//!
//! Source: `AWS::ApiGatewayV2::Stage`, `AWS::ApiGateway::Stage` and `AWS::ApiGateway::Deployment` in the CloudFormation User Guide.

use super::files::invalid;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{ApiKind, DEPLOYMENT, REST_STAGE, STAGE};
use super::scope::TemplateSet;
use crate::error::Error;
use crate::stage::{self, Stage};

/// The stage of a REST API that has none. The CDK names its stage so.
const DEFAULT_OF_REST: &str = "prod";

/// Properties of a REST API's stage that are not applied.
const NOT_APPLIED: [&str; 4] = ["CacheClusterEnabled", "CanarySetting", "ClientCertificateId", "MethodSettings"];

/// The stages, and the deployment of the first one.
pub(crate) struct Stages {
    pub(crate) stages: Vec<Stage>,
    pub(crate) deployment_id: Option<String>,
}

/// A stage, and its deployment if it names one.
type Found = (Stage, Option<String>);

/// The stages of the API: all of them, or the one that the deployment chooses.
pub(crate) fn read(templates: &TemplateSet<'_>, deployed: &[Resolver<'_>], kind: ApiKind) -> Result<Stages, Error> {
    let of_type = if kind == ApiKind::Http { STAGE } else { REST_STAGE };
    let mut found = all(deployed, kind, of_type, |stage, _| read_stage(stage, kind))?;
    if kind == ApiKind::Rest {
        add_of_deployments(deployed, &mut found)?;
    }
    let names = found.iter().map(|(stage, _)| stage.name()).collect::<Vec<_>>().join(", ");
    match templates.deployment.stage() {
        Some(wanted) if !found.is_empty() => {
            found.retain(|(stage, _)| stage.name() == wanted);
            if found.is_empty() {
                return Err(invalid(format!("the API has no stage `{wanted}`, but {names}")));
            }
        }
        wanted if found.is_empty() => {
            let default = if kind == ApiKind::Http { stage::DEFAULT } else { DEFAULT_OF_REST };
            let stage = Stage::new(wanted.unwrap_or(default));
            templates.note(match kind {
                ApiKind::Http => "the API has no stage, and is served as if it were deployed to one".to_owned(),
                ApiKind::Rest => {
                    format!("the API has no stage, and is served as if it were deployed to `{}`", stage.name())
                }
            });
            found.push((stage, None));
        }
        _ => {}
    }
    let deployment_id = found.first().and_then(|(_, deployment)| deployment.clone());
    Ok(Stages { stages: found.into_iter().map(|(stage, _)| stage).collect(), deployment_id })
}

/// The API's resources of a type.
fn all<T>(
    deployed: &[Resolver<'_>],
    kind: ApiKind,
    of_type: &str,
    read: impl Fn(&Properties<'_>, &str) -> Result<Option<T>, Error>,
) -> Result<Vec<T>, Error> {
    let mut found = Vec::new();
    for resolver in deployed {
        let resources = resolver.scope.root("Resources");
        for (name, resource) in resolver.or_noted(resolver.of_type(of_type))?.unwrap_or_default() {
            let at = resources.key(name);
            let properties = Properties::new(resolver, resource.get("Properties"), at.key("Properties"))?;
            if resolver.or_noted(properties.is_of_api(kind))? == Some(true) {
                let id = resolver.physical_name(name, resource)?;
                found.extend(read(&properties, &id)?);
            }
        }
    }
    Ok(found)
}

fn read_stage(stage: &Properties<'_>, kind: ApiKind) -> Result<Option<Found>, Error> {
    let (variables, deployment_id) = match kind {
        ApiKind::Http => (stage.named_texts("StageVariables")?, None),
        ApiKind::Rest => (stage.named_texts("Variables")?, stage.text("DeploymentId")?),
    };
    if kind == ApiKind::Rest {
        for property in NOT_APPLIED {
            if stage.has(property)? {
                stage.resolver.note(format!("{} is not applied", stage.place.key(property)));
            }
        }
    }
    let named = Stage::new(stage.required("StageName")?);
    let made = variables.into_iter().fold(named, |stage, (name, value)| stage.with_variable(name, value));
    Ok(Some((made, deployment_id)))
}

/// Adds the stage that a deployment makes itself, if no resource is a stage of the API. SAM's deployments make an unused stage
/// `Stage` beside the stages of the template.
///
/// Source: aws/serverless-application-model#168.
fn add_of_deployments(deployed: &[Resolver<'_>], found: &mut Vec<Found>) -> Result<(), Error> {
    let made = all(deployed, ApiKind::Rest, DEPLOYMENT, |deployment, id| {
        let Some(name) = deployment.text("StageName")? else { return Ok(None) };
        let description = Properties::new(
            deployment.resolver,
            deployment.raw("StageDescription"),
            deployment.place.key("StageDescription"),
        )?;
        let variables = description.named_texts("Variables")?;
        let stage =
            variables.into_iter().fold(Stage::new(name), |stage, (name, value)| stage.with_variable(name, value));
        Ok(Some((stage, Some(id.to_owned()))))
    })?;
    if found.is_empty() {
        found.extend(made);
        return Ok(());
    }
    for (stage, _) in made.iter().filter(|(made, _)| found.iter().all(|(stage, _)| stage.name() != made.name())) {
        let what = "is left out: the API has stages of the type AWS::ApiGateway::Stage";
        if let Some(resolver) = deployed.first() {
            resolver.note(format!("the stage `{}`, which a deployment makes, {what}", stage.name()));
        }
    }
    Ok(())
}
