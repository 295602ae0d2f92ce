// A client made with aws4fetch: a job a line in, an answer a line out, as crates/sig4-cli/tests/clients/main.rs says.

import { AwsClient } from 'aws4fetch';
import { createInterface } from 'node:readline';

async function send(job) {
  const aws = new AwsClient({
    accessKeyId: job.access_key,
    secretAccessKey: job.secret_key,
    sessionToken: job.session_token || undefined,
    region: job.region,
    service: job.service,
  });
  const request = { method: job.method, headers: job.headers, body: job.body || undefined };
  const signed = { ...request, aws: { signQuery: job.presigned } };
  const response = await (job.sign ? aws.fetch(job.url, signed) : fetch(job.url, request));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await send(JSON.parse(line)).catch((error) => ({ error: `${error.name}: ${error.message}` }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
