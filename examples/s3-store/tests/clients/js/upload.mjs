// Uploads with the AWS SDK for JavaScript: all batches in the first argument, a line of JSON out for each, as tests/clients/job.rs says.
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";

const clientFor = (batch) => new S3Client({
  endpoint: batch.endpoint,
  region: batch.region,
  credentials: { accessKeyId: batch.access_key, secretAccessKey: batch.secret_key },
  forcePathStyle: true,
  maxAttempts: batch.attempts,
});

// A stream whose length is not known before its end.
async function* pieces(file) {
  yield* createReadStream(file, { highWaterMark: 10_007 });
}

async function upload(client, target, job) {
  if (job.how === "bytes") {
    return client.send(new PutObjectCommand({ ...target, Body: await readFile(job.file) }));
  }
  if (job.how === "unknown") {
    return new Upload({ client, params: { ...target, Body: Readable.from(pieces(job.file)) } }).done();
  }
  const Body = createReadStream(job.file);
  if (job.how.startsWith("parts")) {
    const [, ChecksumAlgorithm] = job.how.split("-");
    return new Upload({ client, params: { ...target, Body, ChecksumAlgorithm } }).done();
  }
  const { size } = await stat(job.file);
  const more = { stream: {}, gzip: { ContentEncoding: "gzip" } }[job.how] ?? { ChecksumAlgorithm: job.how };
  return client.send(new PutObjectCommand({ ...target, ...more, Body, ContentLength: size }));
}

async function compare(client, target, job) {
  const { Body } = await client.send(new GetObjectCommand(target));
  if (!(await readFile(job.file)).equals(await Body.transformToByteArray())) {
    throw new Error("it reads other bytes");
  }
}

for (const batch of JSON.parse(process.argv[2])) {
  const [client, { bucket }] = [clientFor(batch), batch];
  for (const job of batch.jobs) {
    const target = { Bucket: bucket, Key: job.key };
    const done = upload(client, target, job).then(() => compare(client, target, job));
    const error = await done.then(() => null, (failure) => String(failure));
    console.log(JSON.stringify({ bucket, key: job.key, error }));
  }
}
