"""botocore as a signer of the signer protocol: a JSON object a line in, an answer a line out.

    sig4 conformance --ledger crates/sig4-cli/tests/subjects/botocore.ledger -- python3 crates/sig4-cli/tests/subjects/botocore_signer.py
"""

import base64
import datetime
import json
import sys

import botocore.auth as auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# The headers that signing sets, or replaces.
OWN = {"authorization", "date", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"}


class Unsupported(Exception):
    """botocore has no such setting."""


def at(timestamp):
    """Has botocore's clock stand still."""
    moment = datetime.datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ")
    if hasattr(auth, "get_current_datetime"):
        auth.get_current_datetime = lambda *args, **kwargs: moment
    else:

        class Still(datetime.datetime):
            @classmethod
            def utcnow(cls):
                return moment

        auth.datetime = type("module", (), {"datetime": Still})


def signer(case, credentials):
    settings = case["settings"]
    paths = (settings["double_encode"], settings["normalize_path"])
    if paths not in ((True, True), (False, False)):
        raise Unsupported("a path is encoded again and normalised, or neither")
    if settings["omit_session_token"]:
        raise Unsupported("the session token is always signed")
    is_s3 = not settings["double_encode"]
    place = (credentials, case["service"], case["region"])
    if case["kind"] == "v4-header":
        return (auth.S3SigV4Auth if is_s3 else auth.SigV4Auth)(*place)
    if case["body"]:
        raise Unsupported("presigning moves a body into the query")
    if is_s3 != settings["unsigned_payload"]:
        raise Unsupported("a presigned URL leaves the body unsigned for S3 and nowhere else")
    kind = auth.S3SigV4QueryAuth if is_s3 else auth.SigV4QueryAuth
    return kind(*place, expires=settings["expires"])


def sign(case):
    at(case["timestamp"])
    credentials = Credentials(case["access_key"], case["secret_key"], case["session_token"])
    chosen = signer(case, credentials)
    body = base64.b64decode(case["body"])
    request = AWSRequest(method=case["method"], url=case["url"], data=body)
    for name, value in case["headers"]:
        request.headers[name] = value
    settings = case["settings"]
    s3 = {"payload_signing_enabled": not settings["unsigned_payload"]}
    request.context["payload_signing_enabled"] = not settings["unsigned_payload"]
    request.context["client_config"] = type("Config", (), {"s3": s3})
    if settings["sign_body_header"] and settings["double_encode"] and not settings["unsigned_payload"]:
        request.headers["X-Amz-Content-SHA256"] = chosen.payload(request)
    reported = {}
    compute = chosen.canonical_request

    def canonical_request(request):
        reported["canonical_request"] = compute(request)
        return reported["canonical_request"]

    chosen.canonical_request = canonical_request
    chosen.add_auth(request)
    if case["kind"] == "v4-query":
        return {**reported, "url": request.url}
    added = [[name, value] for name, value in request.headers.items() if name.lower() in OWN]
    return {**reported, "headers": added, "authorization": request.headers["Authorization"]}


def answer(case):
    if case["kind"] not in ("v4-header", "v4-query"):
        return {"unsupported": f"botocore's signers have no {case['kind']}"}
    try:
        return sign(case)
    except Unsupported as reason:
        return {"unsupported": str(reason)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"id": case["id"], **answer(case)}), flush=True)
