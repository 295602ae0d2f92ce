//! The authorizers of an OpenAPI definition.
//!
//! Source: "x-amazon-apigateway-authtype property" and "x-amazon-apigateway-auth object".

use crate::definition::Auth;
use crate::error::Error;
use crate::template::authorization::Authorization;
use crate::template::properties::Properties;
use crate::template::resolver::kind;
use crate::template::shape::inside;
use serde_json::Value;
use std::collections::BTreeSet;

/// The type of the scheme of IAM.
const SIGV4: &str = "awsSigv4";

/// The name that SAM writes for an operation without an authorizer. No scheme has it.
///
/// Source: aws/serverless-application-model `samtranslator/open_api/open_api.py`, `set_path_default_authorizer`.
const NONE: &str = "NONE";

/// The type of the authorizer of a scheme.
const AUTH_TYPE: &str = "x-amazon-apigateway-authtype";

const AUTH: &str = "x-amazon-apigateway-auth";

/// The security schemes of a definition.
pub(crate) struct Schemes {
    /// All names.
    names: BTreeSet<String>,
    /// Those of IAM.
    iam: BTreeSet<String>,
    /// Whether the definition has a requirement for all operations.
    has_common: bool,
}

/// Reads the schemes of a definition of version 2 or 3.
pub(crate) fn schemes(definition: &Properties<'_>) -> Result<Schemes, Error> {
    let mut all = Schemes { names: BTreeSet::new(), iam: BTreeSet::new(), has_common: false };
    let mut add = |schemes: &Properties<'_>| {
        for (name, _) in schemes.all() {
            all.names.insert(name.to_owned());
            inside(schemes, name, &mut |scheme| {
                // A value that only AWS knows is not the type of IAM.
                if scheme.known(AUTH_TYPE).ok().flatten().as_deref() == Some(SIGV4) {
                    all.iam.insert(name.to_owned());
                }
                Ok(())
            })?;
        }
        Ok(())
    };
    inside(definition, "components", &mut |components| inside(components, "securitySchemes", &mut add))?;
    inside(definition, "securityDefinitions", &mut add)?;
    let common = definition.value("security")?;
    all.has_common = common.is_some_and(|common| common.as_array().is_none_or(|items| !items.is_empty()));
    Ok(all)
}

/// The authorizer of an operation, or the reason why it is not served.
pub(crate) fn read(operation: &Properties<'_>, schemes: &Schemes) -> Result<Authorization, Error> {
    let (value, is_known) = operation.resolver.templates.watched(|| operation.value("security"));
    let place = operation.place.key("security");
    let refused = |why: String| Ok(Err(format!("{place}: {why}")));
    let of_security = match value? {
        _ if !is_known => return refused("only AWS knows a value of it".to_owned()),
        None if schemes.has_common => {
            return refused(
                "only the definition as a whole has one, and API Gateway applies it to no operation".to_owned(),
            );
        }
        None => None,
        Some(Value::Array(items)) => match of_requirements(&items, schemes) {
            Ok(auth) => auth,
            Err(why) => return refused(why),
        },
        Some(other) => return refused(format!("expected a list, not {}", kind(&other))),
    };
    let of_extension = match extension(operation)? {
        Ok(auth) => auth,
        Err(why) => return Ok(Err(why)),
    };
    match (of_security, of_extension) {
        (Some(one), Some(other)) if one != other => refused(format!("{AUTH} says otherwise")),
        (one, other) => Ok(Ok(one.or(other).unwrap_or(Auth::None))),
    }
}

/// The authorizer that the requirements of an operation are, if there is one.
fn of_requirements(items: &[Value], schemes: &Schemes) -> Result<Option<Auth>, String> {
    let mut found = None;
    for item in items {
        let names = item.as_object().filter(|names| !names.is_empty());
        let names = names.ok_or("a requirement is not an object with the name of a scheme")?;
        for (name, _) in names {
            let auth = match () {
                () if schemes.iam.contains(name) => Auth::Iam,
                () if name == NONE && !schemes.names.contains(name) => Auth::None,
                () => {
                    let what = "is not supported, and the route is not served without it";
                    return Err(format!("the authorizer `{name}` {what}"));
                }
            };
            if found.is_some_and(|found| found != auth) {
                return Err("it asks for a signature and for none".to_owned());
            }
            found = Some(auth);
        }
    }
    Ok(found)
}

/// The authorizer of the extension, if there is one.
fn extension(operation: &Properties<'_>) -> Result<Result<Option<Auth>, String>, Error> {
    let place = operation.place.key(AUTH);
    let (value, is_known) = operation.resolver.templates.watched(|| operation.value(AUTH));
    let Some(value) = value? else { return Ok(Ok(None)) };
    Ok(match value.get("type").and_then(Value::as_str) {
        Some("NONE") if is_known => Ok(Some(Auth::None)),
        Some("AWS_IAM") if is_known => Ok(Some(Auth::Iam)),
        _ => Err(format!("{place}: only the types NONE and AWS_IAM are supported")),
    })
}
