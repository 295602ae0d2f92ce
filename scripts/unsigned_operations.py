#!/usr/bin/env python3
"""Reads out of botocore which operations leave their body out of the signature, and writes a table that a test compares sig4 with.

Run it from the root of the repository, in the virtual environment of `hosts.py`:

    target/hosts/bin/python scripts/unsigned_operations.py

It writes `tests/it/unsigned_operations.tsv`: signing name, method, path, `unsigned` or `signed`, and name of every operation of the services
that have such an operation.

To move to a later version of botocore: change VERSION of `hosts.py`, run both scripts, read the difference, run the tests.
"""

import gzip
import json
from pathlib import Path

import botocore

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(botocore.__file__).parent / "data"

# The endpoint rules of S3 sign this operation for another service than the model says.
OTHER_NAMES = {"WriteGetObjectResponse": "s3-object-lambda"}


def models():
    for path in sorted(DATA.glob("*/*/service-2.json.gz")):
        with gzip.open(path) as file:
            yield json.load(file)


def operations(model):
    metadata = model["metadata"]
    name = metadata.get("signingName", metadata["endpointPrefix"])
    for operation in model["operations"].values():
        is_unsigned = operation.get("authtype") == "v4-unsigned-body" or bool(operation.get("unsignedPayload"))
        path = operation["http"]["requestUri"].partition("?")[0]
        signing_name = OTHER_NAMES.get(operation["name"], name)
        yield signing_name, operation["http"]["method"], path, "unsigned" if is_unsigned else "signed", operation["name"]


def main():
    every = {row for model in models() for row in operations(model)}
    services = {row[0] for row in every if row[3] == "unsigned"}
    rows = sorted(row for row in every if row[0] in services)
    head = f"# Every operation of the services with a body that is not signed, from botocore {botocore.__version__}."
    text = "\n".join([head, *("\t".join(row) for row in rows)]) + "\n"
    (ROOT / "tests/it/unsigned_operations.tsv").write_text(text)


main()
