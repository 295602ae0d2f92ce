"""The SAM transform, offline: python3 sam-transform.py template.yaml > stack.template.json

The package is `pip install aws-sam-translator pyyaml`. AWS runs the same code when the template is deployed. The output is written for the
folder of the template, in which the functions' folders lie. `sig4 serve --template stack.template.json` serves it.
"""

import json, os, sys
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

class ManagedPolicies:
    def load(self):
        return {}

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
template = yaml_parse(open(sys.argv[1]).read())
common = template.get("Globals", {}).get("Function", {})
folders = {}
for name, resource in template["Resources"].items():
    own = resource.get("Properties", {})
    code = own.get("CodeUri", common.get("CodeUri"))
    if resource["Type"] == "AWS::Serverless::Function" and isinstance(code, str) and "InlineCode" not in own:
        folders[name] = code
        own["CodeUri"] = "s3://not-uploaded/code"
made = transform(template, {}, ManagedPolicies())
for name, folder in folders.items():
    made["Resources"][name]["Metadata"] = {"aws:asset:path": folder}
json.dump(made, sys.stdout, indent=1)
