// Builds the page, serves it, opens it in Chromium and uses it as a person does: a job a line in, an answer a line out,
// as crates/sig4-cli/tests/clients/main.rs says. The first line out says where the page is served; it is served at another origin as well.

import { chromium } from 'playwright-core';
import { createInterface } from 'node:readline';
import { build, preview } from 'vite';

const PORT = 5173;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function serve(port, strictPort) {
  const server = await preview({ logLevel: 'silent', preview: { host: 'localhost', port, strictPort } });
  return { server, origin: server.resolvedUrls.local[0].replace(/\/$/, '') };
}

// Else Vite ends the process when standard input ends, with the browser still there.
process.env.CI = 'true';

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

await build({ logLevel: 'warn' });
const own = await serve(PORT, true).catch(() => serve(PORT + 1, false));
const foreign = await serve(PORT + 100, false);
const browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS, timeout: 60_000 });
const context = await browser.newContext({ viewport: { width: 900, height: 1000 } });
context.setDefaultTimeout(30_000);

const pages = new Map();

// The page of an origin, what the browser's console said of it, and the protocols of the responses that it got, those to preflights too.
async function open(origin) {
  if (!pages.has(origin)) {
    const page = await context.newPage();
    const said = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(origin);
    const protocols = new Set();
    const session = await context.newCDPSession(page);
    session.on('Network.responseReceived', ({ response }) => protocols.add(response.protocol));
    await session.send('Network.enable');
    pages.set(origin, { page, said, protocols });
  }
  return pages.get(origin);
}

// Types in what a person types, and sets what the page was not built for.
async function fill(page, job) {
  const { url, method, region, service, sign, presigned, session_token: token } = job;
  await page.evaluate((instead) => (window.instead = instead), { url, method, region, service, sign, presigned, token });
  const texts = { id: job.access_key, secret: job.secret_key, message: job.body && JSON.parse(job.body).message };
  for (const [name, text] of Object.entries(texts)) {
    await page.locator(`[name=${name}]`).fill(text);
  }
}

async function send(job) {
  const { page, said, protocols } = await open(job.foreign ? foreign.origin : own.origin);
  // Chromium draws a page behind another one once a second.
  await page.bringToFront();
  await fill(page, job);
  said.length = 0;
  protocols.clear();
  await page.getByRole('button', { name: 'Send' }).click();
  const answer = page.locator('code:is([data-state=answered], [data-state=failed])');
  const { state, status } = await answer.evaluate((element) => ({ ...element.dataset }));
  const body = await answer.textContent();
  if (job.screenshot) await page.screenshot({ path: job.screenshot });
  return state === 'failed' ? { error: [body, ...said].join('\n') }
    : { status: Number(status), headers: { ':protocol': [...protocols].join(' ') }, body };
}

say({ origin: own.origin });
for await (const line of createInterface({ input: process.stdin })) {
  say(await send(JSON.parse(line)).catch((error) => ({ error: `${error.name}: ${error.message}` })));
}
await browser.close();
await Promise.all([own.server.close(), foreign.server.close()]);
