//! References: to parameters, to what CloudFormation knows of itself, and to resources.
//!
//! Source: "Ref", "Fn::GetAtt" and "Pseudo parameters reference" in the CloudFormation User Guide, and the "Return values" of the
//! resource types.

use super::place::Place;
use super::resolver::{Resolver, kind};
use crate::error::Error;
use serde_json::Value;

/// The types of resources that this reads.
pub(crate) const API: &str = "AWS::ApiGatewayV2::Api";
pub(crate) const FUNCTION: &str = "AWS::Lambda::Function";
const ALIAS: &str = "AWS::Lambda::Alias";
const VERSION: &str = "AWS::Lambda::Version";
pub(crate) const STAGE: &str = "AWS::ApiGatewayV2::Stage";

/// Properties that name a resource, whatever its type.
const NAMES: [&str; 10] = [
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
];

impl Resolver<'_> {
    /// What `Ref` gives.
    pub(crate) fn reference(&self, arguments: &Value, place: &Place<'_>) -> Result<Option<Value>, Error> {
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
            API => self.deployment.api_id().to_owned(),
            STAGE => self.property(name, resource, "StageName")?.unwrap_or_else(|| name.to_owned()),
            ALIAS | VERSION => self.qualified_function(name, resource)?,
            _ => self.physical_name(name, resource)?,
        };
        self.made(text, place)
    }

    fn pseudo_parameter(&self, name: &str, place: &Place<'_>) -> Result<Option<Value>, Error> {
        let deployment = self.deployment;
        let text = match name {
            "NoValue" => return Ok(None),
            "NotificationARNs" => return Ok(Some(Value::Array(Vec::new()))),
            "AccountId" => deployment.account().to_owned(),
            "Partition" => deployment.partition().to_owned(),
            "Region" => deployment.region().to_owned(),
            "StackId" => self.arn("cloudformation", &format!("stack/{}/local", self.stack)),
            "StackName" => self.stack.to_owned(),
            "URLSuffix" => deployment.url_suffix().to_owned(),
            _ => return Err(place.error(format_args!("there is no pseudo parameter `AWS::{name}`"))),
        };
        self.made(text, place)
    }

    /// What `Fn::GetAtt` gives: of `[resource, attribute]` or of `"resource.attribute"`.
    pub(crate) fn attribute(&self, arguments: &Value, place: &Place<'_>) -> Result<Option<Value>, Error> {
        let parts = match arguments {
            Value::String(text) => {
                text.split_once('.').map(|(name, attribute)| (name.to_owned(), attribute.to_owned()))
            }
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(name), attribute] => Some((name.clone(), self.text(attribute, &place.element(1))?)),
                _ => None,
            },
            _ => None,
        };
        let (name, attribute) = parts.ok_or_else(|| place.error("expected a resource and its attribute"))?;
        let resource = self.resource(&name, place)?;
        let text = self.attribute_of(&name, resource, &attribute)?;
        self.made(text, place)
    }

    fn attribute_of(&self, name: &str, resource: &Value, attribute: &str) -> Result<String, Error> {
        let deployment = self.deployment;
        match (resource_type(resource), attribute) {
            (FUNCTION, "Arn") => self.function_arn(name, resource),
            (API, "ApiId") => Ok(deployment.api_id().to_owned()),
            (API, "ApiEndpoint") => {
                let host = [deployment.api_id(), "execute-api", deployment.region(), deployment.url_suffix()];
                Ok(format!("https://{}", host.join(".")))
            }
            (ALIAS, "AliasArn") | (VERSION, "FunctionArn") => self.qualified_function(name, resource),
            ("AWS::IAM::Role", "Arn") => {
                let role = self.physical_name(name, resource)?;
                Ok(format!("arn:{}:iam::{}:role/{role}", deployment.partition(), deployment.account()))
            }
            ("AWS::DynamoDB::Table", "Arn") => {
                Ok(self.arn("dynamodb", &format!("table/{}", self.physical_name(name, resource)?)))
            }
            ("AWS::S3::Bucket", "Arn") => {
                Ok(format!("arn:{}:s3:::{}", deployment.partition(), self.physical_name(name, resource)?))
            }
            ("AWS::SQS::Queue", "Arn") => Ok(self.arn("sqs", &self.physical_name(name, resource)?)),
            (of_type, _) => {
                let stand_in = format!("{name}.{attribute}");
                self.note(format!("`{attribute}` of {name} ({of_type}) is not known here: `{stand_in}` stands for it"));
                Ok(stand_in)
            }
        }
    }

    /// A resource that is there.
    fn resource(&self, name: &str, place: &Place<'_>) -> Result<&Value, Error> {
        let resource = self.entry("Resources", name);
        let resource = resource.ok_or_else(|| place.error(format_args!("there is no `{name}` to refer to")))?;
        match self.is_there(name, resource)? {
            true => Ok(resource),
            false => Err(place.error(format_args!("`{name}` is not there: its condition does not hold"))),
        }
    }

    /// Whether a resource's condition holds, if it has one.
    pub(crate) fn is_there(&self, name: &str, resource: &Value) -> Result<bool, Error> {
        let resources = Place::root("Resources");
        let place = resources.member(name);
        self.budget.steps(1, &place)?;
        match resource.get("Condition") {
            None => Ok(true),
            Some(Value::String(condition)) => self.condition(condition, &place.member("Condition")),
            Some(other) => Err(place.member("Condition").error(format_args!("expected a name, not {}", kind(other)))),
        }
    }

    /// A resource's property as text, if it has it.
    pub(crate) fn property(&self, name: &str, resource: &Value, property: &str) -> Result<Option<String>, Error> {
        let Some(value) = resource.get("Properties").and_then(|properties| properties.get(property)) else {
            return Ok(None);
        };
        let key = (name.to_owned(), property.to_owned());
        if let Some(known) = self.properties.borrow().get(&key) {
            return Ok(known.clone());
        }
        let resources = Place::root("Resources");
        let (place, properties);
        place = resources.member(name);
        properties = place.member("Properties");
        let at = properties.member(property);
        let found = self.guarded(name, &at, || match self.resolve(value, &at)? {
            Some(value) => self.text(&value, &at).map(Some),
            None => Ok(None),
        })?;
        self.properties.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    /// The name that a resource gets: its own, or one that CloudFormation would begin so.
    pub(crate) fn physical_name(&self, name: &str, resource: &Value) -> Result<String, Error> {
        for property in NAMES {
            if let Some(given) = self.property(name, resource, property)? {
                return Ok(given);
            }
        }
        match resource_type(resource) {
            // What stands for an id is the logical one: it is unique in the template.
            of_type if of_type.starts_with("AWS::ApiGatewayV2::") => Ok(name.to_owned()),
            _ => Ok(format!("{}-{name}", self.stack)),
        }
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

    /// The ARN of what lies in the deployment's region and account.
    fn arn(&self, service: &str, resource: &str) -> String {
        let deployment = self.deployment;
        let place = [deployment.partition(), service, deployment.region(), deployment.account(), resource];
        format!("arn:{}", place.join(":"))
    }
}

/// The type of a resource.
pub(crate) fn resource_type(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}
