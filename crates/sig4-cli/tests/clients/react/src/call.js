import { AwsClient } from 'aws4fetch';

// What the page is built for. Tests call other APIs with it, and vary one thing at a time.
const BUILT = {
  url: import.meta.env.VITE_API_URL,
  method: 'POST',
  region: 'us-east-1',
  service: 'execute-api',
  sign: true,
  presigned: false,
};

// Signs the call with what was typed in, and sends it; aws4fetch's own settings, its retries too.
export async function call({ id, secret, message }) {
  const { url, method, region, service, token, sign, presigned } = { ...BUILT, ...window.instead };
  const aws = new AwsClient({ accessKeyId: id, secretAccessKey: secret, sessionToken: token, region, service });
  const request =
    method === 'GET'
      ? { method }
      : { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ message }) };
  const response = await (sign ? aws.fetch(url, { ...request, aws: { signQuery: presigned } }) : fetch(url, request));
  return { status: response.status, text: await response.text() };
}
