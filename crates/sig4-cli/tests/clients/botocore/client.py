"""A client made with botocore's signer and urllib: a job a line in, an answer a line out, as crates/sig4-cli/tests/clients/main.rs says."""

import json
import sys
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# Straight to the server, whatever proxy the environment names.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(job):
    body = job["body"].encode()
    request = AWSRequest(method=job["method"], url=job["url"], headers=job["headers"], data=body)
    if job["sign"]:
        credentials = Credentials(job["access_key"], job["secret_key"], job["session_token"] or None)
        SigV4Auth(credentials, job["service"], job["region"]).add_auth(request)
    prepared = request.prepare()
    wire = urllib.request.Request(prepared.url, body or None, dict(prepared.headers.items()), method=job["method"])
    try:
        response = OPENER.open(wire, timeout=30)
    except urllib.error.HTTPError as refused:
        response = refused
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return {"status": response.status, "headers": headers, "body": response.read().decode()}


for line in sys.stdin:
    try:
        answer = send(json.loads(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
