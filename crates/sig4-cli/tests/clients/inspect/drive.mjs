// Opens the page of `sig4 serve --inspect` in Chromium and uses it as a person does, mostly with the keyboard. It reads one line of
// JSON and writes one with what it saw; `inspected.rs` judges it. It runs where the packages of `react` are installed.

import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const { page: url, api, pasted, shots } = JSON.parse((await once(createInterface({ input: process.stdin }), 'line'))[0]);

const browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS, timeout: 60_000 });
const context = await browser.newContext({ viewport: { width: 1000, height: 940 }, reducedMotion: 'reduce' });
context.setDefaultTimeout(20_000);
const seen = { problems: [], origins: [] };
const page = await context.newPage();
watch(page);

function watch(page) {
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && seen.problems.push(message.text()));
  page.on('pageerror', (error) => seen.problems.push(String(error)));
  page.on('request', (request) => seen.origins.push(new URL(request.url()).origin));
}

const row = (text) => page.locator('#rows tr', { hasText: text });
const focused = () => page.evaluate(() => document.activeElement.textContent);

// Moves to a row with the arrows, from the row that Tab leads to.
async function moveTo(text) {
  await page.locator('h1').click();
  await page.keyboard.press('Tab');
  seen.tab ??= await page.evaluate(() => document.activeElement.closest('#rows') !== null);
  await page.keyboard.press('Home');
  for (let step = 0; step < 20 && !(await focused()).includes(text); step += 1) await page.keyboard.press('ArrowDown');
  return focused();
}

async function open(text) {
  const chosen = await moveTo(text);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  await page.keyboard.press('Enter');
  await page.locator('#details').waitFor();
  const stages = await page.evaluate(() => ({
    title: document.activeElement.textContent,
    headings: [...document.querySelectorAll('#stages h3')].map((heading) => heading.textContent),
    marks: [...document.querySelectorAll('#stages figure')].map((side) => [...side.querySelectorAll('mark')].map((mark) => mark.textContent)),
    sides: Object.fromEntries([...document.querySelectorAll('#stages figure')].map((side) => [side.firstChild.textContent, side.lastChild.textContent])),
    notes: [...document.querySelectorAll('#stages p')].map((note) => note.textContent),
    expanded: document.querySelector('#rows [aria-expanded=true]')?.textContent,
  }));
  return { chosen, outline, ...stages };
}

async function close() {
  await page.keyboard.press('Escape');
  return { hidden: await page.locator('#details').isHidden(), focused: await focused() };
}

// The lowest contrast of a text with what is behind it, by the formula of WCAG 2.2, 1.4.3.
function contrast() {
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour.length === 3 || colour[3] === 1 ? colour : behind(element.parentElement);
  };
  const ratio = (element, pseudo) => {
    const [a, b] = [light(parse(getComputedStyle(element, pseudo).color)), light(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const texts = [...document.body.querySelectorAll('*')].filter((element) => hasText(element) && element.checkVisibility());
  const all = texts.map((element) => [ratio(element), element.tagName, element.className, element.textContent.slice(0, 40)]);
  all.push([ratio(document.querySelector('textarea'), '::placeholder'), 'placeholder']);
  return { count: all.length, lowest: all.sort((a, b) => a[0] - b[0])[0] };
}

// ---- the list

await page.goto(url);
await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
await row('/orders').first().waitFor();
seen.listed = await page.locator('#rows tr').allTextContents();
get(`${api}/live`, (response) => response.resume());
await row('/live').waitFor();
seen.first = await page.locator('#rows tr').first().textContent();
seen.foreign = await page.evaluate(() => document.querySelectorAll('img, iframe, #rows script, #rows b').length);
seen.snapshot = await page.locator('main').ariaSnapshot();

// ---- the stages

seen.wrong = await open('/a%20b');
seen.contrast = {};
for (const colorScheme of ['light', 'dark']) {
  await page.emulateMedia({ colorScheme });
  seen.contrast[colorScheme] = await page.evaluate(contrast);
  await page.evaluate(() => scrollTo(0, 0));
  if (shots) await page.screenshot({ path: `${shots}/inspect-${colorScheme}.png` });
}
seen.closed = await close();
seen.right = await open('/orders');
seen.hostile = await open('/hostile');
seen.afterHostile = await page.evaluate(() => [window.hacked === undefined, document.querySelectorAll('#stages script, #stages img').length]);
await close();
seen.refusedByPolicy = await open('/orders/7');
await page.setViewportSize({ width: 320, height: 700 });
seen.narrow = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
await page.setViewportSize({ width: 1000, height: 940 });
await close();

// ---- the form

await page.getByLabel('The request as text').focus();
await page.keyboard.insertText(pasted);
await page.keyboard.press('Control+Enter');
await page.locator('#answer pre').first().waitFor();
seen.answer = await page.locator('#answer').textContent();
seen.answerMarks = await page.locator('#answer mark').allTextContents();
await page.getByLabel('The request as text').fill('<b>nothing</b>');
await page.getByRole('button', { name: 'Explain' }).click();
await page.locator('#answer p.bad').waitFor();
seen.refused = await page.locator('#answer').textContent();

// ---- a reload, and a page that lost rows

await page.reload();
await row('/live').waitFor();
seen.reloaded = await page.locator('#rows tr').count();
const slow = await context.newPage();
watch(slow);
await slow.route('**/requests?*', (route) =>
  route.fulfill({ contentType: 'text/event-stream', body: 'event: dropped\ndata: 12\n\n' }));
await slow.goto(url);
await slow.locator('#rows tr.lost').first().waitFor();
seen.lost = await slow.locator('#rows tr.lost').first().textContent();
await slow.close();

// ---- pages of other origins

const other = createServer((request, response) => response.setHeader('content-type', 'text/html').end('<p>another page'));
await once(other.listen(0, '127.0.0.1'), 'listening');
const stranger = await context.newPage();
const answers = [];
stranger.on('response', (response) => response.url().startsWith(url) && answers.push(response.status()));
await stranger.goto(`http://127.0.0.1:${other.address().port}/`);
seen.stranger = await stranger.evaluate(async (url) => {
  const read = (path, options) => fetch(url + path, options).then((response) => response.type, () => 'failed');
  const all = [await read(''), await read('requests/1'), await read('requests/1', { mode: 'no-cors' })];
  all.push(await read('explain', { method: 'POST', body: 'x', mode: 'no-cors' }));
  return [...all, await read('explain', { method: 'POST', body: 'x', headers: { 'content-type': 'application/octet-stream' } })];
}, url);
await stranger.evaluate((url) => {
  document.body.innerHTML = `<form method=post enctype=text/plain action="${url}explain"><input name=x></form>`;
  document.forms[0].submit();
}, url);
await stranger.waitForURL(`${url}explain`, { waitUntil: 'commit' }).catch(() => {});
seen.strangerAnswers = answers;

// ---- the browser's own record of a refused request

const recorded = await browser.newContext({ recordHar: { path: `${shots}/recorded.har`, content: 'embed' } });
const client = await recorded.newPage();
await client.goto(api);
const [start, ...lines] = pasted.split('\r\n\r\n')[0].split('\r\n');
const headers = Object.fromEntries(lines.map((line) => line.split(': ')).filter(([name]) => !['host', 'connection', 'content-length'].includes(name)));
seen.recorded = await client.evaluate(
  ([target, headers]) => fetch(target, { headers }).then((response) => response.status), [start.split(' ')[1], headers]);
await recorded.close();

seen.origins = [...new Set(seen.origins)];
process.stdout.write(`${JSON.stringify(seen)}\n`);
await browser.close();
other.close();
process.exit();
