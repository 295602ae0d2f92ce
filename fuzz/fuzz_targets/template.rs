#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4_gateway::template::{Assembly, Deployment, Stack};
use sig4_gateway::{ApiDefinition, ErrorKind, Integration};
use std::io;

// A template, a manifest and a configuration of anybody's come to an API that is checked, or to an error of their own kind.
fuzz_target!(|text: &str| {
    let read = |_: &str| Ok::<_, io::Error>(text.to_owned());
    let deployment = Deployment::new("us-east-1").with_parameter("P", "a,b");
    let stack = Stack::of_template("T.template.json", &read);
    for outcome in [stack.and_then(|stack| stack.definition(&Deployment::new("r"))), nested(text, &deployment)] {
        match outcome {
            Ok(api) => drop(api.with_functions(|_| Integration::echo()).check()),
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidTemplate),
        }
    }
    let _ = Assembly::read(&|name| if name == "manifest.json" { Ok(text.to_owned()) } else { Ok("{}".to_owned()) });
    if let Ok(api) = ApiDefinition::from_toml(text, &read) {
        drop(api.with_functions(|_| Integration::echo()).check());
    }
});

/// The text as a value that a function's environment needs.
fn nested(text: &str, deployment: &Deployment) -> Result<ApiDefinition, sig4_gateway::Error> {
    let template = format!(
        r#"{{"Parameters": {{"P": {{"Type": "CommaDelimitedList"}}}}, "Conditions": {{"C": {text}}},
        "Mappings": {{"M": {{"a": {{"b": {text}}}}}}},
        "Resources": {{"A": {{"Type": "AWS::ApiGatewayV2::Api"}},
        "I": {{"Type": "AWS::ApiGatewayV2::Integration", "Properties": {{"IntegrationType": "AWS_PROXY",
            "IntegrationUri": {{"Fn::GetAtt": ["F", "Arn"]}}}}}},
        "R": {{"Type": "AWS::ApiGatewayV2::Route", "Properties": {{"ApiId": {{"Ref": "A"}}, "RouteKey": "$default",
            "Target": {{"Ref": "I"}}}}}},
        "F": {{"Type": "AWS::Lambda::Function", "Properties": {{"Code": {{"ZipFile": ""}},
            "Environment": {{"Variables": {{"V": {text}}}}}}}}}}}}}"#
    );
    Stack::of_template("T.template.json", &|_| Ok(template.clone()))?.definition(deployment)
}
