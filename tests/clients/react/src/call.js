import { AwsClient } from 'aws4fetch';

// Signs a call with what was typed in, and sends it; aws4fetch's own settings, its retries too.
export async function call(given) {
  const body = given.method === 'GET' ? undefined : given.body;
  const request = { method: given.method, body, headers: body ? { 'content-type': 'application/json' } : {} };
  const response = await (given.sign ? client(given).fetch(given.url, request) : fetch(given.url, request));
  return { status: response.status, id: response.headers.get('apigw-requestid'), body: await response.text() };
}

function client({ accessKey, secretKey, sessionToken, region, service }) {
  return new AwsClient({
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    sessionToken: sessionToken || undefined,
    region,
    service,
  });
}
