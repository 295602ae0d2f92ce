// Uploads with the AWS SDK for JavaScript: all jobs in the first argument, a line of JSON out for each, as tests/clients/job.rs says.
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";

const given = JSON.parse(process.argv[2]);
const client = new S3Client({
  endpoint: given.endpoint,
  region: given.region,
  credentials: { accessKeyId: given.access_key, secretAccessKey: given.secret_key },
  forcePathStyle: true,
  maxAttempts: 1,
});

async function upload(job) {
  const target = { Bucket: given.bucket, Key: job.key };
  if (job.how === "bytes") {
    return client.send(new PutObjectCommand({ ...target, Body: await readFile(job.file) }));
  }
  const Body = createReadStream(job.file);
  if (job.how === "parts") {
    return new Upload({ client, params: { ...target, Body } }).done();
  }
  const { size } = await stat(job.file);
  return client.send(new PutObjectCommand({ ...target, Body, ContentLength: size }));
}

for (const job of given.jobs) {
  const error = await upload(job).then(() => null, (failure) => String(failure));
  console.log(JSON.stringify({ key: job.key, error }));
}
