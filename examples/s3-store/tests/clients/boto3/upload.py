"""Uploads with boto3: all jobs in the first argument, a line of JSON out for each, as tests/clients/job.rs says."""

import json
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

given = json.loads(sys.argv[1])
client = boto3.client(
    "s3",
    endpoint_url=given["endpoint"],
    region_name=given["region"],
    aws_access_key_id=given["access_key"],
    aws_secret_access_key=given["secret_key"],
    verify=given["authority"],
    config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}),
)


def upload(job):
    target = {"Bucket": given["bucket"], "Key": job["key"]}
    if job["how"] == "parts":
        parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
        client.upload_file(job["file"], given["bucket"], job["key"], Config=parts)
        return
    with open(job["file"], "rb") as file:
        if job["how"] == "bytes":
            client.put_object(Body=file.read(), **target)
        elif job["how"] == "file":
            client.put_object(Body=file, **target)
        else:
            client.put_object(Body=file, ChecksumAlgorithm=job["how"], **target)


for job in given["jobs"]:
    error = None
    try:
        upload(job)
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    print(json.dumps({"key": job["key"], "error": error}), flush=True)
