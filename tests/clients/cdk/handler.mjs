// The function of the stack: it answers what it was asked.
export async function handler(event) {
  const { method, path } = event.requestContext.http;
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method, path, body: body ?? null }),
  };
}
