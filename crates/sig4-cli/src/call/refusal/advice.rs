//! Advice that fits the topic of an answer.
//!
//! Advice for a signature that does not match never names policies, and advice for a policy never names clock, key or region: the
//! service checks the signature before it asks the policies.

use super::exchange::Exchange;
use super::topic::Topic;
use crate::shell;
use std::fmt;

/// How many minutes the clocks may differ at API Gateway.
const WINDOW_MINUTES: i64 = 5;
/// The prefix of temporary access key ids.
///
/// Source: "IAM identifiers", unique id prefixes.
const TEMPORARY: &str = "ASIA";
/// The command that shows whether credentials are valid, and whose they are.
const WHO_AM_I: &str = "aws sts get-caller-identity";
/// The command that gets new keys of a session into the environment.
const NEW_KEYS: &str = "eval \"$(aws configure export-credentials --format env)\"";

/// One thing to look at.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Advice {
    /// What it is about: `policy`, `clock`, `key` and so on. Scripts may rely on it.
    pub(super) about: &'static str,
    pub(super) text: String,
    /// A command that shows whether it is the cause, safe to paste.
    pub(super) command: Option<String>,
}

fn advice(about: &'static str, text: impl Into<String>) -> Advice {
    Advice { about, text: text.into(), command: None }
}

impl Advice {
    fn with_command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.text)?;
        match &self.command {
            Some(command) => write!(f, ": `{command}`"),
            None => Ok(()),
        }
    }
}

impl Exchange<'_> {
    /// The advice for a topic, the likeliest cause first.
    pub(super) fn advice(&self, topic: Topic) -> Vec<Advice> {
        let lines = match topic {
            Topic::Signature => vec![Some(self.secret()), Some(changed_on_the_way())],
            Topic::Clock => vec![self.clock()],
            Topic::Scope => vec![self.place()],
            Topic::Key => vec![self.token(), Some(self.key())],
            Topic::Session => vec![Some(session())],
            Topic::Form => vec![Some(changed_on_the_way())],
            Topic::Policy => vec![self.policy()],
            Topic::ExplicitDeny => vec![Some(self.explicit_deny())],
            Topic::RestRoute => vec![Some(self.rest_route()), Some(changed_on_the_way())],
            Topic::RestForbidden => vec![Some(api_key()), Some(self.rest_host()), Some(firewall())],
            Topic::Bare => return self.bare(),
            Topic::HttpRoute => vec![Some(self.http_route())],
            Topic::Preflight => vec![Some(preflight())],
            Topic::Authorizer => vec![Some(self.authorizer())],
            Topic::Throttle => vec![Some(throttle())],
            Topic::Integration => vec![Some(self.integration())],
            Topic::NotServed => vec![Some(not_served())],
            Topic::Timeout => vec![Some(self.timeout())],
            Topic::Unknown => vec![Some(unknown())],
        };
        lines.into_iter().flatten().collect()
    }

    /// The advice where an HTTP API says `Forbidden` and nothing else.
    fn bare(&self) -> Vec<Advice> {
        // Such a clock or token alone makes the service refuse.
        if let Some(certain) = self.clock().or_else(|| self.token_is_missing()) {
            return vec![certain, self.log()];
        }
        if self.is_local() {
            let likely = vec![self.log(), changed_on_the_way()];
            return likely.into_iter().chain(self.policy()).chain(self.place()).collect();
        }
        let lines = [self.policy(), self.token(), Some(self.key()), self.place(), Some(self.log())];
        lines.into_iter().flatten().collect()
    }

    /// The clocks, if they differ by more than the service accepts.
    fn clock(&self) -> Option<Advice> {
        let seconds = self.seconds_ahead()?;
        let minutes = seconds.abs() / 60;
        let way = if seconds > 0 { "ahead of" } else { "behind" };
        let text =
            format!("{minutes} min {way} the server's, and up to {WINDOW_MINUTES} min are accepted: set it right");
        (minutes >= WINDOW_MINUTES).then(|| advice("clock", text))
    }

    fn is_temporary(&self) -> bool {
        self.access_key_id.starts_with(TEMPORARY)
    }

    fn token_is_missing(&self) -> Option<Advice> {
        let text = "a temporary key (ASIA…) is nothing without its session token, and none is set";
        (self.is_temporary() && !self.has_token).then(|| advice("token", text).with_command(NEW_KEYS))
    }

    fn token(&self) -> Option<Advice> {
        self.token_is_missing().or_else(|| match (self.is_temporary(), self.has_token) {
            (false, true) => Some(advice(
                "token",
                "a session token was sent with a key that is not temporary (ASIA…): unset the token",
            )),
            (true, true) => Some(session()),
            _ => None,
        })
    }

    fn key(&self) -> Advice {
        let text = format!(
            "{} may be deleted or inactive: this shows whose it is, or that it is not valid",
            self.access_key_id
        );
        advice("key", text).with_command(WHO_AM_I)
    }

    fn secret(&self) -> Advice {
        let text = format!(
            "the secret may not be that of {}: with the same variables or profile, this fails too if it is not",
            self.access_key_id
        );
        advice("secret", text).with_command(WHO_AM_I)
    }

    /// Region and service, unless the host confirms them.
    fn place(&self) -> Option<Advice> {
        if self.is_scope_confirmed() {
            return None;
        }
        let signed = format!("signed for {} in {}", self.service, self.region);
        if self.is_local() {
            return Some(advice("place", format!("{signed}: is it the region that the server prints at its start?")));
        }
        let host = shell::quoted(self.host);
        let text = format!("{signed}, which the host does not confirm: give --region with the API's own region");
        Some(match host.filter(|_| self.is_execute_api() && self.api_id().is_none()) {
            Some(host) => advice("place", text + ", the one in which this finds the domain")
                .with_command(format!("aws apigatewayv2 get-domain-name --domain-name {host} --region REGION")),
            None => advice("place", text),
        })
    }

    /// What a policy has to allow.
    fn policy(&self) -> Option<Advice> {
        if !self.is_execute_api() {
            return Some(advice("policy", "the signature is right: allow the action on the resource for the caller"));
        }
        let arn = self.arn()?;
        let text = format!("the caller needs execute-api:Invoke on {arn} (or a named stage in place of $default)");
        if self.is_local() {
            return Some(advice("policy", text));
        }
        Some(match shell::quoted(&arn.replace(":*:", ":ACCOUNT:")) {
            Some(arn) => {
                advice("policy", text + "; this evaluates the caller's policies").with_command(simulation(&arn))
            }
            None => advice("policy", text),
        })
    }

    fn explicit_deny(&self) -> Advice {
        let text = "a Deny statement applies, and it wins over every Allow: look in the policy that the message names, else in the \
                    caller's policies, the API's resource policy, a permissions boundary and the organization's policies";
        let arn = self.arn().filter(|_| self.is_execute_api());
        match arn.and_then(|arn| shell::quoted(&arn.replace(":*:", ":ACCOUNT:"))) {
            Some(arn) => advice("policy", text).with_command(simulation(&arn)),
            None => advice("policy", text),
        }
    }

    fn log(&self) -> Advice {
        if self.is_local() {
            return advice(
                "log",
                "the server's log has the cause; `sig4 serve` tells it to this command too, unless it has --no-explain, a proxy is \
                 between, or it does not know the Host (--allow-host)",
            );
        }
        advice("log", "the API's access log has the cause, if its format has $context.authorizer.error")
            .with_command("aws logs tail LOG-GROUP --since 5m")
    }

    fn rest_route(&self) -> Advice {
        let text = format!(
            "a REST API says this of a method and a path that it does not have: compare {} {}",
            self.method, self.path
        );
        match self.control("apigateway get-resources --rest-api-id", "items[].[path,resourceMethods]") {
            Some(command) => advice("route", text + " (without the stage) with its resources").with_command(command),
            None => advice("route", text + " with its stages and resources"),
        }
    }

    fn rest_host(&self) -> Advice {
        let text = "the host leads to no API: a custom domain without a mapping for the path, or an API whose own endpoint is disabled";
        match shell::quoted(self.host).filter(|_| self.api_id().is_none()) {
            Some(host) => {
                let command =
                    format!("aws apigateway get-base-path-mappings --domain-name {host} --region {}", self.region());
                advice("host", text).with_command(command)
            }
            None => match self.control("apigateway get-rest-api --rest-api-id", "disableExecuteApiEndpoint") {
                Some(command) => advice("host", text).with_command(command),
                None => advice("host", text),
            },
        }
    }

    fn http_route(&self) -> Advice {
        if self.is_local() {
            let text = format!(
                "the API has no route for {} {}; the server prints its stages and routes at its start",
                self.method, self.path
            );
            return advice("route", text);
        }
        let text = format!(
            "the API has no stage or route for {} {}; a named stage is the first segment of the path, and $default has none",
            self.method, self.path
        );
        match self.control("apigatewayv2 get-routes --api-id", "Items[].RouteKey") {
            Some(command) => advice("route", text).with_command(command),
            None => advice("route", text),
        }
    }

    fn authorizer(&self) -> Advice {
        let text = "401 comes of a JWT or Lambda authorizer, and IAM answers 403: the route does not use AWS_IAM";
        match self.control("apigatewayv2 get-routes --api-id", "Items[].[RouteKey,AuthorizationType]") {
            Some(command) => advice("authorizer", text).with_command(command),
            None => advice("authorizer", text),
        }
    }

    fn integration(&self) -> Advice {
        let text = "the call was let in, and the integration failed: the function crashed, its response has not the right form, or the \
                    API may not invoke it";
        if self.is_local() {
            return advice("integration", format!("{text}; the server prints the function's output"));
        }
        advice("integration", text).with_command("aws logs tail /aws/lambda/FUNCTION --since 5m")
    }

    fn timeout(&self) -> Advice {
        let text =
            "the call was let in, and the integration did not answer in time (30 s at an HTTP API, 29 s at a REST API)";
        if self.is_local() {
            return advice("integration", format!("{text}; the server prints the function's output"));
        }
        advice("integration", text).with_command("aws logs tail /aws/lambda/FUNCTION --since 5m")
    }

    /// A command about the API, if the host names it.
    fn control(&self, command: &str, query: &str) -> Option<String> {
        let id = shell::quoted(self.api_id()?)?;
        Some(format!("aws {command} {id} --region {} --query '{query}'", self.region()))
    }

    fn region(&self) -> String {
        shell::quoted(self.region).unwrap_or_else(|| "REGION".to_owned())
    }
}

fn simulation(arn: &str) -> String {
    format!(
        "aws iam simulate-principal-policy --policy-source-arn ARN-OF-USER-OR-ROLE --action-names execute-api:Invoke --resource-arns {arn}"
    )
}

fn session() -> Advice {
    advice("token", "keys of a session that is over are refused: get new ones").with_command(NEW_KEYS)
}

fn changed_on_the_way() -> Advice {
    advice(
        "proxy",
        "a proxy may have changed Host, or changed or removed other headers, the path or the query: -v shows what was sent",
    )
}

fn api_key() -> Advice {
    advice("api-key", "the method may require an API key: send it with -H 'x-api-key: KEY'")
        .with_command("aws apigateway get-api-keys --query 'items[].[name,enabled]'")
}

fn firewall() -> Advice {
    advice("firewall", "a web ACL of AWS WAF may block the request")
        .with_command("aws wafv2 list-web-acls --scope REGIONAL")
}

fn preflight() -> Advice {
    advice(
        "cors",
        "browsers send a preflight without a signature, and the route has an authorizer: configure CORS, and add a route \
         `OPTIONS /{proxy+}` without an authorizer if a $default or ANY route takes OPTIONS",
    )
}

fn not_served() -> Advice {
    advice(
        "route",
        "`sig4 serve` does not support the route's authorizer or integration: the body says which. Call the route at AWS; other \
         routes are served here",
    )
}

fn throttle() -> Advice {
    advice(
        "throttle",
        "the rate limit of the stage, of the account or of a usage plan is reached: wait, and retry with a pause that grows",
    )
}

fn unknown() -> Advice {
    advice("response", "it has none of the forms of AWS: a proxy or the application itself may have refused the call")
}
