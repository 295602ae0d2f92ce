// Builds the page, serves it, opens it in Chromium and uses it as a person does: a job a line in, an answer a line out,
// as tests/clients/main.rs says. The first line out says where the page is served; it is served at another origin as well.

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

// The page of an origin, and what the browser's console said of it.
async function open(origin) {
  if (!pages.has(origin)) {
    const page = await context.newPage();
    const said = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(origin);
    pages.set(origin, { page, said });
  }
  return pages.get(origin);
}

async function fill(page, job) {
  const texts = {
    url: job.url,
    accessKey: job.access_key,
    secretKey: job.secret_key,
    sessionToken: job.session_token,
    region: job.region,
    service: job.service,
    body: job.body,
  };
  for (const [name, text] of Object.entries(texts)) {
    await page.locator(`[name=${name}]`).fill(text);
  }
  await page.locator('[name=method]').selectOption(job.method);
  await page.locator('[name=sign]').setChecked(job.sign);
}

async function send(job) {
  const { page, said } = await open(job.foreign ? foreign.origin : own.origin);
  await fill(page, job);
  said.length = 0;
  await page.getByRole('button', { name: 'Send' }).click();
  const reply = page.locator('#reply:is([data-state=answered], [data-state=failed])');
  const { state, status, id } = await reply.evaluate((element) => ({ ...element.dataset }));
  const body = await reply.locator('pre').textContent();
  if (job.screenshot) await page.screenshot({ path: job.screenshot });
  if (state === 'failed') return { error: [body, ...said].join('\n') };
  return { status: Number(status), headers: { 'apigw-requestid': id }, body };
}

say({ origin: own.origin });
for await (const line of createInterface({ input: process.stdin })) {
  say(await send(JSON.parse(line)).catch((error) => ({ error: `${error.name}: ${error.message}` })));
}
await browser.close();
await Promise.all([own.server.close(), foreign.server.close()]);
