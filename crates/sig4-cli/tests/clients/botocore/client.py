"""A client made with botocore's signers and its HTTP session: a job a line in, an answer a line out, as crates/sig4-cli/tests/clients/main.rs says."""

import json
import sys

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from botocore.session import get_session

# It trusts what AWS_CA_BUNDLE names, as clients of botocore do, and takes no proxy of the environment.
SESSION = URLLib3Session(verify=get_session().get_config_variable("ca_bundle") or True, timeout=30)


def send(job):
    body = job["body"].encode()
    request = AWSRequest(method=job["method"], url=job["url"], headers=job["headers"], data=body)
    if job["sign"]:
        credentials = Credentials(job["access_key"], job["secret_key"], job["session_token"] or None)
        auth = SigV4QueryAuth if job["presigned"] else SigV4Auth
        auth(credentials, job["service"], job["region"]).add_auth(request)
    response = SESSION.send(request.prepare())
    headers = {name.lower(): value for name, value in response.headers.items()}
    return {"status": response.status_code, "headers": headers, "body": response.content.decode()}


for line in sys.stdin:
    try:
        answer = send(json.loads(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
