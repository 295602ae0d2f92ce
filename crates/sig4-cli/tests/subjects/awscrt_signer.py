"""AWS's signers for Python as a signer of the signer protocol: a JSON object a line in, an answer a line out.

    sig4 conformance --ledger crates/sig4-cli/tests/subjects/awscrt.ledger -- python3 crates/sig4-cli/tests/subjects/awscrt_signer.py

awscrt signs requests, with Signature Version 4 and 4a. amazon-transcribe signs events, after awscrt has signed their head.
"""

import base64
import datetime
import io
import json
import sys

from amazon_transcribe.auth import Credentials
from amazon_transcribe.eventstream import EventSigner, EventStreamMessageSerializer, Int8HeaderValue, Int16HeaderValue
from amazon_transcribe.eventstream import Int32HeaderValue, Int64HeaderValue
from awscrt import auth, http

# The headers that signing sets, or replaces.
OWN = {"authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-region-set", "x-amz-security-token"}


# A host without the port that its scheme has, as clients send it, is what a service sees. awscrt leaves that to its caller.
DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# What awscrt refuses to sign.
REFUSALS = ("AWS_AUTH_SIGNING_ILLEGAL_REQUEST_HEADER", "AWS_ERROR_MALFORMED_INPUT_STRING")


class Unsupported(Exception):
    """awscrt has no such setting."""


def moment_of(timestamp):
    return datetime.datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)


def config(case, by_query):
    settings = case["settings"]
    credentials = (case["access_key"], case["secret_key"], case["session_token"])
    is_asymmetric = case["kind"] == "v4a"
    algorithm, kind, header = auth.AwsSigningAlgorithm, auth.AwsSignatureType, auth.AwsSignedBodyHeaderType
    return auth.AwsSigningConfig(
        algorithm=algorithm.V4_ASYMMETRIC if is_asymmetric else algorithm.V4,
        signature_type=kind.HTTP_REQUEST_QUERY_PARAMS if by_query else kind.HTTP_REQUEST_HEADERS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(*credentials),
        region=case["region_set"] if is_asymmetric else case["region"],
        service=case["service"],
        date=moment_of(case["timestamp"]),
        use_double_uri_encode=settings["double_encode"],
        should_normalize_uri_path=settings["normalize_path"],
        signed_body_value=auth.AwsSignedBodyValue.UNSIGNED_PAYLOAD if settings["unsigned_payload"] else None,
        signed_body_header_type=header.X_AMZ_CONTENT_SHA_256 if settings["sign_body_header"] else header.NONE,
        expiration_in_seconds=settings["expires"] if by_query else None,
        omit_session_token=settings["omit_session_token"],
    )


VALUES = {
    "boolean": bool,
    "byte": Int8HeaderValue,
    "short": Int16HeaderValue,
    "integer": Int32HeaderValue,
    "long": Int64HeaderValue,
    "string": str,
    "timestamp": lambda millis: moment_of("19700101T000000Z") + datetime.timedelta(milliseconds=millis),
    "binary": base64.b64decode,
}


def sign_events(case):
    credentials = Credentials(case["access_key"], case["secret_key"], case["session_token"])
    signature = bytes.fromhex(case["seed_signature"])
    signatures = []
    for message in case["messages"]:
        moment = moment_of(message["timestamp"])
        headers = {header["name"]: VALUES[header["type"]](header["value"]) for header in message["headers"]}
        payload = base64.b64decode(message["payload"])
        frame = b"" if message["end"] else EventStreamMessageSerializer().serialize(headers, payload)
        signer = EventSigner(case["service"], case["region"], lambda: moment)
        signature = signer.sign(frame, signature, credentials)[":chunk-signature"]
        signatures.append(signature.hex())
    return {"signatures": signatures}


def sign(case):
    if case["kind"] == "v4-event-stream":
        return sign_events(case)
    if case["kind"] not in ("v4-header", "v4-query", "v4a"):
        raise Unsupported(f"awscrt signs no {case['kind']}")
    by_query = case["mode"] == "query"
    body = base64.b64decode(case["body"])
    headers = [(name, value) for name, value in case["headers"] if name.lower() != "host"]
    own = case["host"].removesuffix(DEFAULT_PORTS[case["scheme"]])
    headers.append(("Host", next((value for name, value in case["headers"] if name.lower() == "host"), own)))
    target = case["path"] + ("" if case["query"] is None else "?" + case["query"])
    request = http.HttpRequest(case["method"], target, http.HttpHeaders(headers), io.BytesIO(body) if body else None)
    auth.aws_sign_request(request, config(case, by_query)).result(10)
    if by_query:
        return {"url": f"{case['scheme']}://{case['host']}{request.path}"}
    return {"headers": [[name, value] for name, value in request.headers if name.lower() in OWN]}


def answer(case):
    try:
        return sign(case)
    except Unsupported as reason:
        return {"unsupported": str(reason)}
    except Exception as error:
        if any(refusal in str(error) for refusal in REFUSALS):
            return {"unsupported": str(error)}
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"id": case["id"], **answer(case)}), flush=True)
