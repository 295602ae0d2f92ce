"""awscrt, AWS's signer in C, as a signer of the signer protocol for Signature Version 4a: a JSON object a line in, an answer a line out.

    sig4 conformance --kind v4a -- python3 crates/sig4-cli/tests/subjects/awscrt_signer.py
"""

import base64
import datetime
import io
import json
import sys

from awscrt import auth, http

# The headers that signing sets.
OWN = {"authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-region-set", "x-amz-security-token"}


def sign(case):
    settings, body = case["settings"], base64.b64decode(case["body"])
    at = datetime.datetime.strptime(case["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    credentials = (case["access_key"], case["secret_key"], case["session_token"])
    is_query = case["mode"] == "query"
    kind, body_header = auth.AwsSignatureType, auth.AwsSignedBodyHeaderType
    unsigned = auth.AwsSignedBodyValue.UNSIGNED_PAYLOAD if settings["unsigned_payload"] else None
    config = auth.AwsSigningConfig(
        auth.AwsSigningAlgorithm.V4_ASYMMETRIC,
        kind.HTTP_REQUEST_QUERY_PARAMS if is_query else kind.HTTP_REQUEST_HEADERS,
        auth.AwsCredentialsProvider.new_static(*credentials),
        case["region_set"],
        case["service"],
        date=at,
        use_double_uri_encode=settings["double_encode"],
        should_normalize_uri_path=settings["normalize_path"],
        signed_body_value=unsigned,
        signed_body_header_type=body_header.X_AMZ_CONTENT_SHA_256 if settings["sign_body_header"] else body_header.NONE,
        expiration_in_seconds=settings["expires"] if is_query else None,
        omit_session_token=settings["omit_session_token"],
    )
    target = case["path"] + ("" if case["query"] is None else "?" + case["query"])
    headers = [(name, value) for name, value in case["headers"]]
    if all(name.lower() != "host" for name, _ in headers):
        headers.insert(0, ("Host", case["host"]))
    request = http.HttpRequest(case["method"], target, http.HttpHeaders(headers), io.BytesIO(body) if body else None)
    signed = auth.aws_sign_request(request, config).result(20)
    if is_query:
        return {"url": f"{case['scheme']}://{case['host']}{signed.path}"}
    return {"headers": [[name, value] for name, value in signed.headers if name.lower() in OWN]}


def answer(case):
    if case["kind"] != "v4a":
        return {"unsupported": f"this signs no {case['kind']}"}
    if not case["path"] and case["query"] is None:
        return {"unsupported": "awscrt takes no empty target"}
    try:
        return sign(case)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"id": case["id"], **answer(case)}), flush=True)
