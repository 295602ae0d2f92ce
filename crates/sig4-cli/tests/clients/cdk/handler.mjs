// The function of the stack: it answers what it was asked, and a browser's preflight with nothing.
export const handler = async (e) => {
  const { method, path } = e.requestContext.http;
  if (method === 'OPTIONS') {
    return { statusCode: 204 };
  }
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ method, path, body: e.body ? JSON.parse(e.body) : '' }, null, 4),
  };
};
