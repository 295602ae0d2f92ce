"""Uploads with the commands of awscli, one after the other: `aws s3 cp` and, to read again, `aws s3api get-object`.

All batches in the first argument, a line of JSON out for each, as tests/clients/job.rs says. One process runs all commands, because each
would otherwise import awscli.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import threading

from awscli.clidriver import create_clidriver

driver = create_clidriver()


def aws(batch, *arguments):
    """Runs `aws` with these arguments, and raises what it wrote to standard error if it fails."""
    os.environ["AWS_ACCESS_KEY_ID"] = batch["access_key"]
    os.environ["AWS_SECRET_ACCESS_KEY"] = batch["secret_key"]
    os.environ["AWS_MAX_ATTEMPTS"] = str(batch["attempts"])
    common = ["--endpoint-url", batch["endpoint"], "--region", batch["region"]]
    if batch["authority"]:
        common += ["--ca-bundle", batch["authority"]]
    words = io.StringIO()
    with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
        status = driver.main(common + list(arguments))
    if status:
        raise RuntimeError(words.getvalue())


def pipe(path):
    """The end of a pipe that gives the bytes of a file once."""
    read, write = os.pipe()

    def feed():
        with open(path, "rb") as source, open(write, "wb") as sink:
            sink.write(source.read())

    threading.Thread(target=feed, daemon=True).start()
    return open(read)


def upload(batch, job):
    target = f"s3://{batch['bucket']}/{job['key']}"
    how, _, algorithm = job["how"].partition("-")
    options = ["--only-show-errors"] + (["--checksum-algorithm", algorithm] if algorithm else [])
    if how == "gzip":
        options += ["--content-encoding", "gzip"]
    if how == "stdin":
        with pipe(job["file"]) as sys.stdin:
            aws(batch, "s3", "cp", *options, "-", target)
    else:
        aws(batch, "s3", "cp", *options, job["file"], target)


def compare(batch, job):
    with tempfile.NamedTemporaryFile() as target, open(job["file"], "rb") as file:
        aws(batch, "s3api", "get-object", "--bucket", batch["bucket"], "--key", job["key"], target.name)
        if target.read() != file.read():
            raise ValueError("it reads other bytes")


for batch in json.loads(sys.argv[1]):
    for job in batch["jobs"]:
        error = None
        try:
            upload(batch, job)
            compare(batch, job)
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
        print(json.dumps({"bucket": batch["bucket"], "key": job["key"], "error": error}), flush=True)
