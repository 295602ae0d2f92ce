"""Uploads with aiobotocore: all batches in the first argument, a line of JSON out for each, as tests/clients/job.rs says."""

import asyncio
import json
import sys

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session


async def upload(client, bucket, job):
    target = {"Bucket": bucket, "Key": job["key"]}
    with open(job["file"], "rb") as file:
        data = file.read()
        file.seek(0)
        how = job["how"]
        if how == "bytes":
            await client.put_object(Body=data, **target)
        elif how == "file":
            await client.put_object(Body=file, **target)
        elif how == "gzip":
            await client.put_object(Body=file, ContentEncoding="gzip", **target)
        else:
            await client.put_object(Body=file, ChecksumAlgorithm=how, **target)
    response = await client.get_object(**target)
    async with response["Body"] as body:
        if await body.read() != data:
            raise ValueError("it reads other bytes")


async def upload_batch(batch):
    async with get_session().create_client(
        "s3",
        endpoint_url=batch["endpoint"],
        region_name=batch["region"],
        aws_access_key_id=batch["access_key"],
        aws_secret_access_key=batch["secret_key"],
        verify=batch["authority"],
        config=AioConfig(s3={"addressing_style": "path"}, retries={"total_max_attempts": batch["attempts"]}, proxies={}),
    ) as client:
        for job in batch["jobs"]:
            error = None
            try:
                await upload(client, batch["bucket"], job)
            except Exception as failure:
                error = f"{type(failure).__name__}: {failure}"
            print(json.dumps({"bucket": batch["bucket"], "key": job["key"], "error": error}), flush=True)


for batch in json.loads(sys.argv[1]):
    asyncio.run(upload_batch(batch))
