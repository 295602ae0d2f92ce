//! A stack that `cdk synth` writes again while it is served.

use crate::serve::handlers::call;
use crate::serve::reload::{hammer, until};
use crate::serve::serving::{Serving, folder, has_node};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// What the server says of files that it cannot use, and of those that it serves from then on.
const NOT_LOADED: &str = "not loaded again, and served as before: ";
const LOADED: &str = "loaded again: App";

/// The template of one version: its function is in the asset of the version.
fn template(version: &str) -> Value {
    let api = json!({"Ref": "Mine"});
    let function = json!({"Type": "AWS::Lambda::Function",
        "Metadata": {"aws:asset:path": format!("asset.{version}"), "aws:asset:property": "Code"},
        "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler", "Timeout": 30,
            "Code": {"S3Bucket": "assets", "S3Key": format!("{version}.zip")}}});
    let integration = json!({"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"ApiId": api,
        "IntegrationType": "AWS_PROXY", "IntegrationUri": {"Fn::GetAtt": ["F", "Arn"]}, "PayloadFormatVersion": "2.0"}});
    let route = |key: &str| {
        json!({"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": api, "RouteKey": key,
            "AuthorizationType": "NONE", "Target": {"Fn::Join": ["", ["integrations/", {"Ref": "I"}]]}}})
    };
    json!({"Resources": {"Mine": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}},
        "F": function, "I": integration, "R": route("GET /"), "S": route(&format!("GET /{version}"))}})
}

/// Writes a version as `cdk synth` does, a file after the other in place: the asset, the template and the manifest. `seen` is called
/// with each file that the server reads and whether it is whole: half of it is there before the rest is.
fn synthesize(out: &Path, version: &str, seen: &dyn Fn(&str, bool)) {
    let asset = out.join(format!("asset.{version}"));
    fs::create_dir_all(&asset).unwrap();
    fs::write(asset.join("index.js"), format!("exports.handler = async () => '{version}';")).unwrap();
    let stack = json!({"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": "App.template.json"}});
    let manifest = json!({"version": "48.0.0", "artifacts": {"App": stack}});
    for (name, text) in [("App.template.json", template(version).to_string()), ("manifest.json", manifest.to_string())]
    {
        for part in [text.get(..text.len() / 2).unwrap(), &text] {
            fs::write(out.join(name), part).unwrap();
            seen(name, part == text);
        }
    }
}

/// Half a file is noted and not loaded; the calls go on with what was loaded before.
#[test]
fn a_stack_that_is_written_again_file_by_file_is_served_whole_or_as_before() {
    if !has_node() {
        return;
    }
    let out = folder("synthesized").join("cdk.out");
    fs::create_dir_all(&out).unwrap();
    let at_once = |_: &str, _: bool| {};
    synthesize(&out, "one", &at_once);
    let serving = Serving::start(&["--template", out.to_str().unwrap(), "--watch"]);
    assert_eq!(call(&serving, "/"), (200, "one".to_owned()));
    let (over, address) = (AtomicBool::new(false), serving.address().to_owned());
    let answers = thread::scope(|scope| {
        let callers: Vec<_> = (0..2).map(|_| scope.spawn(|| hammer(&address, &over))).collect();
        synthesize(&out, "two", &|name, is_whole| {
            let line = serving.error_with(if is_whole { LOADED } else { NOT_LOADED });
            assert!(is_whole || line.contains(name), "{line}");
            let version = if name == "manifest.json" || is_whole { "two" } else { "one" };
            assert_eq!(call(&serving, "/"), (200, version.to_owned()), "{name} {is_whole}");
        });
        synthesize(&out, "three", &at_once);
        until(&serving, "the third version", || call(&serving, "/").1 == "three");
        over.store(true, Ordering::Relaxed);
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect::<BTreeSet<_>>()
    });
    let expected = ["one", "two", "three"].map(|version| (200, version.to_owned()));
    assert_eq!(answers, expected.into(), "{:?}", serving.errors());
    assert_eq!((call(&serving, "/three").0, call(&serving, "/one").0), (200, 404));
}
