"""Answers each line {"home", "environment", "profile"} with the credentials that botocore finds there."""

import json
import os
import sys

# A login needs awscrt. Where it is installed, the answer would differ.
sys.modules["awscrt"] = None

import botocore.session

# What it fetches is not fetched: that there is something to fetch is the answer.
STATIC = ("env", "shared-credentials-file", "config-file")


def answer(case):
    os.environ.clear()
    os.environ.update(case["environment"], HOME=case["home"], AWS_EC2_METADATA_DISABLED="true")
    try:
        found = botocore.session.Session(profile=case["profile"]).get_credentials()
        if found is None:
            return {"refused": "none"}
        if found.method not in STATIC:
            return {"refused": "fetched: " + found.method}
        keys = found.get_frozen_credentials()
        return {"id": keys.access_key, "secret": keys.secret_key, "token": keys.token or ""}
    except Exception as error:
        return {"refused": type(error).__name__}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
