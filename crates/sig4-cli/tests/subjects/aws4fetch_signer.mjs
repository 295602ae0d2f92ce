// aws4fetch as a signer of the signer protocol: a JSON object a line in, an answer a line out.
//
//     sig4 conformance --ledger crates/sig4-cli/tests/subjects/aws4fetch.ledger -- node crates/sig4-cli/tests/subjects/aws4fetch_signer.mjs
//
// It is looked for in the folder that AWS4FETCH names, else where Node looks.

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const folder = process.env.AWS4FETCH;
const { AwsV4Signer } = await import(
  folder ? pathToFileURL(`${folder}/node_modules/aws4fetch/dist/aws4fetch.esm.mjs`).href : 'aws4fetch'
);

function unsupported(settings, isS3, kind) {
  if (!isS3 && !(settings.double_encode && settings.normalize_path)) {
    return 'outside S3 a path is encoded again and normalised';
  }
  if (isS3 && (settings.double_encode || settings.normalize_path)) {
    return 'for S3 a path is decoded and encoded once';
  }
  if (kind === 'v4-query' && settings.unsigned_payload !== isS3) {
    return 'a presigned URL leaves the body unsigned for S3 and nowhere else';
  }
  return null;
}

function hasOtherHost(request) {
  return request.headers.some(([name, value]) => name.toLowerCase() === 'host' && value.trim() !== request.host);
}

async function sign(request) {
  if (!['v4-header', 'v4-query'].includes(request.kind)) return { unsupported: `there is no ${request.kind}` };
  const { settings } = request;
  const isS3 = request.service === 's3';
  const reason = hasOtherHost(request)
    ? 'the host is always that of the URL'
    : unsupported(settings, isS3, request.kind);
  if (reason) return { unsupported: reason };
  const body = Buffer.from(request.body, 'base64');
  const headers = new Headers(request.headers);
  const url = new URL(request.url);
  if (request.kind === 'v4-query') {
    url.searchParams.set('X-Amz-Expires', settings.expires);
  } else if (settings.unsigned_payload) {
    headers.set('X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD');
  } else if (settings.sign_body_header) {
    headers.set('X-Amz-Content-Sha256', createHash('sha256').update(body).digest('hex'));
  }
  const signer = new AwsV4Signer({
    method: request.method,
    url,
    headers,
    body,
    accessKeyId: request.access_key,
    secretAccessKey: request.secret_key,
    sessionToken: request.session_token ?? undefined,
    service: request.service,
    region: request.region,
    datetime: request.timestamp,
    signQuery: request.kind === 'v4-query',
    appendSessionToken: settings.omit_session_token,
  });
  const canonicalRequest = await signer.canonicalString();
  const signed = await signer.sign();
  if (request.kind === 'v4-query') {
    return { canonical_request: canonicalRequest, url: signed.url.href };
  }
  return {
    canonical_request: canonicalRequest,
    headers: [...signed.headers],
    target: signed.url.pathname + signed.url.search,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const answer = await sign(request).catch((error) => ({ error: `${error.name}: ${error.message}` }));
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`);
}
