//! References: to parameters, to pseudo parameters, and to resources.
//!
//! Source: "Ref", "Fn::GetAtt" and "Pseudo parameters reference" in the CloudFormation User Guide, and the "Return values" of the
//! resource types.

use super::path::TemplatePath;
use super::resolver::{Resolver, kind};
use super::resource::{
    ACCESS_KEY, ALIAS, API, FUNCTION, MANAGED_POLICY, REST_API, REST_STAGE, STAGE, VERSION, is_api_type, resource_type,
};
use crate::error::Error;
use serde_json::Value;
use sig4_iam::JsonPath;

/// The prefix of the ids of APIs that are not served.
const NOT_SERVED: &str = "/other";

/// The prefixes of the types of the resources of an API.
const OF_HTTP_API: &str = "AWS::ApiGatewayV2::";
const OF_REST_API: &str = "AWS::ApiGateway::";

/// Properties that name a resource of any type.
const NAMES: [&str; 11] = [
    "FunctionName",
    "TableName",
    "BucketName",
    "QueueName",
    "TopicName",
    "RoleName",
    "LogGroupName",
    "StreamName",
    "SecretName",
    "UserName",
    "GroupName",
];

impl Resolver<'_> {
    /// The value of `Ref`.
    pub(crate) fn reference(&self, arguments: &Value, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        let Some(name) = arguments.as_str() else {
            return Err(place.error(format_args!("expected a name, not {}", kind(arguments))));
        };
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return self.pseudo_parameter(pseudo, place);
        }
        if let Some(parameter) = self.entry("Parameters", name) {
            return self.parameter(name, parameter, place);
        }
        let resource = self.resource(name, place)?;
        let text = match resource_type(resource) {
            API | REST_API => self.api_id(name, place)?,
            STAGE | REST_STAGE => self.property(name, resource, "StageName")?.unwrap_or_else(|| name.to_owned()),
            "AWS::ApiGateway::DomainName" | "AWS::ApiGatewayV2::DomainName" => {
                self.property(name, resource, "DomainName")?.unwrap_or_else(|| name.to_owned())
            }
            ALIAS | VERSION => self.qualified_function(name, resource)?,
            _ => self.physical_name(name, resource)?,
        };
        self.made(text, place)
    }

    fn pseudo_parameter(&self, name: &str, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        let deployment = self.deployment;
        let text = match name {
            "NoValue" => return Ok(None),
            "NotificationARNs" => return Ok(Some(Value::Array(Vec::new()))),
            "AccountId" => deployment.account().to_owned(),
            "Partition" => deployment.partition().to_owned(),
            "Region" => deployment.region().to_owned(),
            "StackId" => self.arn("cloudformation", &format!("stack/{}/local", self.stack())),
            "StackName" => self.stack().to_owned(),
            "URLSuffix" => deployment.url_suffix().to_owned(),
            _ => return Err(place.error(format_args!("there is no pseudo parameter `AWS::{name}`"))),
        };
        self.made(text, place)
    }

    /// The value of `Fn::GetAtt`: of `[resource, attribute]` or `"resource.attribute"`.
    pub(crate) fn attribute(&self, arguments: &Value, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        let parts = match arguments {
            Value::String(text) => {
                text.split_once('.').map(|(name, attribute)| (name.to_owned(), attribute.to_owned()))
            }
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(name), attribute] => Some((name.clone(), self.text(attribute, &place.index(1))?)),
                _ => None,
            },
            _ => None,
        };
        let (name, attribute) = parts.ok_or_else(|| place.error("expected a resource and its attribute"))?;
        let resource = self.resource(&name, place)?;
        let text = self.attribute_of(&name, resource, &attribute, place)?;
        self.made(text, place)
    }

    fn attribute_of(
        &self,
        name: &str,
        resource: &Value,
        attribute: &str,
        place: &JsonPath<'_>,
    ) -> Result<String, Error> {
        let deployment = self.deployment;
        let output = attribute.strip_prefix("Outputs.").and_then(|output| self.nested_output(name, output, place));
        if let Some(output) = output {
            return output;
        }
        match (resource_type(resource), attribute) {
            (FUNCTION, "Arn") => self.function_arn(name, resource),
            (REST_API, "RootResourceId") => Ok(root_resource_id(&self.api_id(name, place)?)),
            (REST_API, "RestApiId") => self.api_id(name, place),
            (of_type, "ResourceId" | "DeploymentId" | "AuthorizerId") if of_type.starts_with(OF_REST_API) => {
                self.physical_name(name, resource)
            }
            (API, "ApiId") => self.api_id(name, place),
            (API, "ApiEndpoint") => {
                let id = self.api_id(name, place)?;
                let host = [id.as_str(), "execute-api", deployment.region(), deployment.url_suffix()];
                Ok(format!("https://{}", host.join(".")))
            }
            (ALIAS, "AliasArn") | (VERSION, "FunctionArn") => self.qualified_function(name, resource),
            ("AWS::IAM::Role", "Arn") => self.iam_arn("role", name, resource),
            ("AWS::IAM::User", "Arn") => self.iam_arn("user", name, resource),
            ("AWS::IAM::Group", "Arn") => self.iam_arn("group", name, resource),
            ("AWS::DynamoDB::Table", "Arn") => {
                Ok(self.arn("dynamodb", &format!("table/{}", self.physical_name(name, resource)?)))
            }
            ("AWS::S3::Bucket", "Arn") => {
                Ok(format!("arn:{}:s3:::{}", deployment.partition(), self.physical_name(name, resource)?))
            }
            ("AWS::SQS::Queue", "Arn") => Ok(self.arn("sqs", &self.physical_name(name, resource)?)),
            (of_type, _) => {
                let stand_in = match attribute.ends_with("Arn") {
                    // A policy may name it, and a policy must contain valid ARNs.
                    true => self.arn(&service_of(of_type), &self.physical_name(name, resource)?),
                    false => format!("{name}.{attribute}"),
                };
                self.templates.stands_in();
                self.note(format!("`{attribute}` of {name} ({of_type}) is not known here: `{stand_in}` stands for it"));
                Ok(stand_in)
            }
        }
    }

    /// A resource whose condition holds.
    fn resource(&self, name: &str, place: &JsonPath<'_>) -> Result<&Value, Error> {
        let resource = self.entry("Resources", name);
        let resource = resource.ok_or_else(|| place.error(format_args!("there is no `{name}` to refer to")))?;
        match self.is_there(name, resource)? {
            true => Ok(resource),
            false => Err(place.error(format_args!("`{name}` is not there: its condition does not hold"))),
        }
    }

    /// Whether a resource's condition holds, if it has one.
    pub(crate) fn is_there(&self, name: &str, resource: &Value) -> Result<bool, Error> {
        let resources = self.scope.root("Resources");
        let place = resources.key(name);
        self.budget.steps(1, &place)?;
        match resource.get("Condition") {
            None => Ok(true),
            Some(Value::String(condition)) => self.condition(condition, &place.key("Condition")),
            Some(other) => Err(place.key("Condition").error(format_args!("expected a name, not {}", kind(other)))),
        }
    }

    /// A resource's property as text, if present.
    pub(crate) fn property(&self, name: &str, resource: &Value, property: &str) -> Result<Option<String>, Error> {
        let Some(value) = resource.get("Properties").and_then(|properties| properties.get(property)) else {
            return Ok(None);
        };
        let key = (name.to_owned(), property.to_owned());
        if let Some(known) = self.remembered(&key) {
            return Ok(known);
        }
        let resources = self.scope.root("Resources");
        let (place, properties);
        place = resources.key(name);
        properties = place.key("Properties");
        let at = properties.key(property);
        self.remember(key, || {
            self.guarded(name, &at, || match self.resolve(value, &at)? {
                Some(value) => self.text(&value, &at).map(Some),
                None => Ok(None),
            })
        })
    }

    /// The physical name of a resource: its own, or one in the style of CloudFormation.
    pub(crate) fn physical_name(&self, name: &str, resource: &Value) -> Result<String, Error> {
        // An access key has a property for the name of its user, which is not its own name.
        let names = if resource_type(resource) == ACCESS_KEY { [].as_slice() } else { &NAMES };
        for property in names {
            if let Some(given) = self.property(name, resource, property)? {
                return Ok(given);
            }
        }
        match resource_type(resource) {
            // The logical id, which is unique in the template, is used in place of an id.
            of_type if of_type.starts_with(OF_HTTP_API) || of_type.starts_with(OF_REST_API) => Ok(match self.index {
                0 => name.to_owned(),
                _ => format!("{}/{name}", self.stack()),
            }),
            MANAGED_POLICY => self.managed_policy_arn(name, resource),
            _ => {
                self.templates.stands_in();
                Ok(format!("{}-{name}", self.stack()))
            }
        }
    }

    /// The id of an API. An API that is not served never has the id of the served one.
    fn api_id(&self, name: &str, place: &JsonPath<'_>) -> Result<String, Error> {
        let served = self.deployment.api_id();
        match self.templates.api() {
            None => Err(place.error("it depends on which API is served")),
            Some((index, logical_id)) if index == self.index && logical_id == name => Ok(served.to_owned()),
            Some(_) => {
                let id = if self.index == 0 { name.to_owned() } else { format!("{}/{name}", self.stack()) };
                Ok(if id == served { id + NOT_SERVED } else { id })
            }
        }
    }

    /// Whether this template has the API with an id that [`Self::api_id`] gives.
    pub(crate) fn has_api(&self, id: &str) -> bool {
        let id = id.strip_suffix(NOT_SERVED).unwrap_or(id);
        let name = match self.index {
            0 => Some(id),
            _ => id.strip_prefix(self.stack()).and_then(|rest| rest.strip_prefix('/')),
        };
        name.and_then(|name| self.entry("Resources", name)).is_some_and(|resource| is_api_type(resource_type(resource)))
    }

    /// The ARN of a user, a group or a role.
    fn iam_arn(&self, kind: &str, name: &str, resource: &Value) -> Result<String, Error> {
        let path = self.property(name, resource, "Path")?.unwrap_or_else(|| "/".to_owned());
        let entity = self.physical_name(name, resource)?;
        let deployment = self.deployment;
        Ok(format!("arn:{}:iam::{}:{kind}{path}{entity}", deployment.partition(), deployment.account()))
    }

    /// The ARN of a managed policy of the stack.
    fn managed_policy_arn(&self, name: &str, resource: &Value) -> Result<String, Error> {
        let path = self.property(name, resource, "Path")?.unwrap_or_else(|| "/".to_owned());
        let policy = self.property(name, resource, "ManagedPolicyName")?;
        let policy = policy.unwrap_or_else(|| format!("{}-{name}", self.stack()));
        let deployment = self.deployment;
        Ok(format!("arn:{}:iam::{}:policy{path}{policy}", deployment.partition(), deployment.account()))
    }

    /// The ARN of a function.
    pub(crate) fn function_arn(&self, name: &str, resource: &Value) -> Result<String, Error> {
        Ok(self.arn("lambda", &format!("function:{}", self.physical_name(name, resource)?)))
    }

    /// The ARN of a function's alias or version.
    fn qualified_function(&self, name: &str, resource: &Value) -> Result<String, Error> {
        let function = self.property(name, resource, "FunctionName")?.unwrap_or_default();
        let qualifier = self.property(name, resource, "Name")?.unwrap_or_else(|| "1".to_owned());
        let is_arn = function.starts_with("arn:");
        let arn = if is_arn { function } else { self.arn("lambda", &format!("function:{function}")) };
        Ok(format!("{arn}:{qualifier}"))
    }

    /// The ARN of a resource in the deployment's region and account.
    fn arn(&self, service: &str, resource: &str) -> String {
        let deployment = self.deployment;
        let place = [deployment.partition(), service, deployment.region(), deployment.account(), resource];
        format!("arn:{}", place.join(":"))
    }
}

/// The id of the root resource of a REST API. No other resource has it: neither a logical id nor a stack's name has a colon.
pub(crate) fn root_resource_id(api_id: &str) -> String {
    [api_id, ":root"].concat()
}

/// The service of a type: `kinesis` for `AWS::Kinesis::Stream`.
fn service_of(of_type: &str) -> String {
    of_type.split("::").nth(1).unwrap_or_default().to_ascii_lowercase()
}
