"""Uploads with boto3: all batches in the first argument, a line of JSON out for each, as tests/clients/job.rs says."""

import json
import os
import sys
import threading

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config


def make_client(batch):
    return boto3.client(
        "s3",
        endpoint_url=batch["endpoint"],
        region_name=batch["region"],
        aws_access_key_id=batch["access_key"],
        aws_secret_access_key=batch["secret_key"],
        verify=batch["authority"],
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": batch["attempts"]}, proxies={}),
    )


def pipe(path):
    """The end of a pipe that gives the bytes of a file once."""
    read, write = os.pipe()

    def feed():
        with open(path, "rb") as source, open(write, "wb") as sink:
            sink.write(source.read())

    threading.Thread(target=feed, daemon=True).start()
    return open(read, "rb")


def upload(client, bucket, job):
    key, how, path = job["key"], job["how"], job["file"]
    name, _, algorithm = how.partition("-")
    extra = {"ChecksumAlgorithm": algorithm} if algorithm else {}
    if name == "parts":
        parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
        client.upload_file(path, bucket, key, ExtraArgs=extra, Config=parts)
    elif name == "pipe":
        with pipe(path) as source:
            client.upload_fileobj(source, bucket, key)
    elif name == "bytes":
        with open(path, "rb") as file:
            client.put_object(Bucket=bucket, Key=key, Body=file.read())
    else:
        extra |= {"gzip": {"ContentEncoding": "gzip"}}.get(name, {})
        with open(path, "rb") as file:
            client.put_object(Bucket=bucket, Key=key, Body=file, **extra)


def compare(client, bucket, job):
    with open(job["file"], "rb") as file:
        if client.get_object(Bucket=bucket, Key=job["key"])["Body"].read() != file.read():
            raise ValueError("it reads other bytes")


for batch in json.loads(sys.argv[1]):
    client, bucket = make_client(batch), batch["bucket"]
    for job in batch["jobs"]:
        error = None
        try:
            upload(client, bucket, job)
            compare(client, bucket, job)
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
        print(json.dumps({"bucket": bucket, "key": job["key"], "error": error}), flush=True)
