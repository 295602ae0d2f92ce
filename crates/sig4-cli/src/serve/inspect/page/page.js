// The page of `sig4 serve --inspect`. Everything that comes from a request is written as text, never as HTML.
'use strict';

// As many rows as the server keeps.
const MAX_ROWS = 500;
// The most pairs of lines that are compared to align two texts.
const MAX_COMPARED = 250000;

const byId = (id) => document.getElementById(id);
const [rows, details, stages, answer] = ['rows', 'details', 'stages', 'answer'].map(byId);

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== false && value != null) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

// ---- the list

let source = null;
let last = 0;
let opened = null;
const buttons = () => [...rows.querySelectorAll('button')];

function connect() {
  source?.close();
  source = new EventSource(`requests?after=${last}`);
  source.onopen = () => say('live');
  source.onerror = () => {
    const isOver = source.readyState === EventSource.CLOSED;
    say(isOver ? 'not connected: too many pages are open, or the server has ended. Reload the page.' : 'connecting again');
  };
  source.onmessage = (message) => add(JSON.parse(message.data));
  source.addEventListener('dropped', (message) => lost(Number(message.data), 'this page was too slow, or was hidden'));
}

function say(text) {
  if (byId('connection').textContent !== text) byId('connection').textContent = text;
}

function add(row) {
  if (row.id <= last) return;
  last = row.id;
  if (row.dropped > 0) lost(row.dropped, 'the log was too slow');
  const open = element('button', { type: 'button', tabindex: -1, 'aria-expanded': 'false' }, `${row.method} ${row.path}`);
  const cells = [
    element('td', { class: colour(row.status) }, String(row.status)),
    element('td', null, open, row.cause && element('span', { class: 'cause' }, row.cause)),
    element('td', null, caller(row)),
    element('td', { class: { allowed: 'good', refused: 'bad' }[row.decision] }, row.decision),
    element('td', null, clock(row.time)),
    element('td', { class: 'number' }, took(row.micros)),
  ];
  const line = element('tr', { class: 'new', 'data-id': row.id }, ...cells);
  line.addEventListener('click', () => show(row, open));
  put(line);
  byId('empty').hidden = true;
}

// A row in the place of those that are not there.
function lost(count, why) {
  const text = `${count} ${count === 1 ? 'request was' : 'requests were'} dropped here: ${why}`;
  put(element('tr', { class: 'lost' }, element('td', { colspan: 6 }, text)));
}

function put(line) {
  rows.prepend(line);
  while (rows.children.length > MAX_ROWS) rows.lastElementChild.remove();
  const all = buttons();
  if (!all.some((button) => button.tabIndex === 0) && all[0]) all[0].tabIndex = 0;
  byId('count').textContent = `(${all.length})`;
}

const colour = (status) => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad');
const clock = (time) => new Date(time).toISOString().slice(11, 23);
const took = (micros) => (micros < 1e6 ? `${(micros / 1000).toFixed(1)} ms` : `${(micros / 1e6).toFixed(2)} s`);

function caller(row) {
  if (!row.caller) return '–';
  return row.authenticated ? row.caller : `claims to be ${row.caller}`;
}

// One row is in the order of Tab; the arrows move it.
rows.addEventListener('keydown', (event) => {
  const all = buttons();
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  choose(all[Math.max(0, Math.min(to, all.length - 1))]);
});

function choose(button) {
  for (const other of buttons()) other.tabIndex = other === button ? 0 : -1;
  button.focus();
}

// ---- the stages of a request

async function show(row, button) {
  close();
  opened = button;
  choose(button);
  button.setAttribute('aria-expanded', 'true');
  button.closest('tr').classList.add('open');
  const found = row.details ? await load(`requests/${row.id}`) : { error: 'Nothing else is known of it.' };
  if (opened !== button) return;
  byId('details-title').replaceChildren(`${row.method} ${row.path} `, element('span', null, `${row.status}, ${caller(row)}`));
  stages.replaceChildren(...(found.error ? [note(found.error, 'bad'), ...outcome(row)] : stagesOf(found)));
  details.hidden = false;
  byId('details-title').focus();
  details.scrollIntoView({ block: 'nearest' });
}

function close() {
  if (!opened) return;
  opened.setAttribute('aria-expanded', 'false');
  opened.closest('tr')?.classList.remove('open');
  const button = opened;
  opened = null;
  details.hidden = true;
  if (button.isConnected) choose(button);
}

async function load(path, options) {
  try {
    const response = await fetch(path, options);
    return await response.json();
  } catch {
    return { error: 'The server did not answer.' };
  }
}

function stagesOf(found) {
  return [
    ...outcome(found),
    ...signature(found),
    ...pair('Request and response', [
      ['request', join(found.request)],
      ['response', join(found.response)],
    ]),
    ...(found.event ? pair('Event and reply', [['event that the integration got', found.event], ['its reply', found.reply]]) : []),
  ];
}

const join = (part) => (part.body ? `${part.head}\n${part.body}` : part.head);

function outcome(found) {
  const decided = found.statement && `${found.action}: ${found.statement}`;
  // A report of a signature that matches says nothing about the policies and the integration.
  const isTold = found.report && !found.verifies;
  return [
    decided && heading('Decision'),
    decided && note(decided, found.allowed ? 'good' : 'bad'),
    found.cause && !isTold && note(found.cause, 'bad'),
    found.remedy && !isTold && note(`Remedy: ${found.remedy}`),
  ].filter(Boolean);
}

// The signature: the two canonical requests with their differences, the report, and the string to sign.
function signature(found) {
  const { canonical, report } = found;
  if (report == null) return [];
  const explanation = [heading('Explanation'), text('the report of sig4 explain', report)];
  const last = found.string_to_sign ? [heading('String to sign'), text('the string that the service signs', found.string_to_sign)] : [];
  if (canonical.computed == null) return [...explanation, ...last];
  if (canonical.signed != null) {
    return [...compared(canonical.signed, canonical.computed, canonical.matches), ...explanation, ...last];
  }
  return [
    ...explanation,
    heading('Canonical request'),
    note('What the client signed is not known: no known mistake gives its signature.', 'warn'),
    text('the service computes', canonical.computed),
    ...last,
  ];
}

function compared(signed, computed, matches) {
  const [left, right, differing] = align(signed.split('\n'), computed.split('\n'));
  const lines = differing === 0 ? 'a secret that is not shown' : `${differing} ${differing === 1 ? 'line' : 'lines'}`;
  const verdict = matches ? note('The client signed what the service computes.', 'good') : note(`They differ in ${lines}.`, 'bad');
  const side = (title, lines) => figure(title, element('pre', { tabindex: 0, role: 'region', 'aria-label': title }, ...lines));
  const both = element('div', { class: 'pair' }, side('the client signed', left), side('the service computes', right));
  return [heading('Canonical request'), verdict, both];
}

const heading = (title) => element('h3', null, title);
const note = (content, kind) => element('p', { class: kind }, content);
const figure = (title, content) => element('figure', null, element('figcaption', null, title), content);
const text = (title, content) => figure(title, element('pre', { tabindex: 0, role: 'region', 'aria-label': title }, content));

function pair(title, sides) {
  return [heading(title), element('div', { class: 'pair' }, ...sides.map(([name, content]) => text(name, content || '(empty)')))];
}

// ---- differences

// The lines of two texts side by side, with the differing bytes marked, and the number of differing lines.
function align(left, right) {
  const out = [[], []];
  let differing = 0;
  for (const [a, b] of pairs(left, right)) {
    if (a === b) {
      for (const side of out) side.push(element('span', { class: 'line' }, a));
      continue;
    }
    differing += 1;
    const [ofA, ofB] = a == null || b == null ? [whole(a), whole(b)] : marked(a, b);
    out[0].push(element('span', { class: 'line differs' }, ...ofA));
    out[1].push(element('span', { class: 'line differs' }, ...ofB));
  }
  return [...out, differing];
}

const whole = (line) => (line == null ? [] : [element('mark', null, line)]);

// Marks what is between the beginning and the end that two lines share.
function marked(a, b) {
  const most = Math.min(a.length, b.length);
  let begin = 0;
  while (begin < most && a[begin] === b[begin]) begin += 1;
  let end = 0;
  while (end < most - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const parts = (line) => {
    const middle = element('mark', null, line.slice(begin, line.length - end));
    return [line.slice(0, begin), middle, line.slice(line.length - end)];
  };
  return [parts(a), parts(b)];
}

// Pairs equal lines, and those between them in their order.
function pairs(left, right) {
  const common = longest(left, right);
  const all = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...common, [left.length, right.length]]) {
    while (i < nextI || j < nextJ) all.push([i < nextI ? left[i++] : null, j < nextJ ? right[j++] : null]);
    if (nextI < left.length) all.push([left[i++], right[j++]]);
  }
  return all;
}

// The longest common subsequence of lines, as pairs of indexes. Texts of too many lines are compared line by line.
function longest(left, right) {
  if (left.length * right.length > MAX_COMPARED) {
    return left.map((line, at) => [at, at]).filter(([at]) => left[at] === right[at]);
  }
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const same = left[i] === right[j];
      lengths[i][j] = same ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const found = [];
  for (let [i, j] = [0, 0]; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) found.push([i++, j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

// ---- the form

byId('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const content = byId('pasted').value;
  answer.replaceChildren(note('Explaining …'));
  const headers = { 'content-type': 'application/octet-stream' };
  const found = await load('explain', { method: 'POST', headers, body: new Blob([content]) });
  const parts = found.error ? [note(found.error, 'bad')] : [...found.notes.map((line) => note(line)), ...signature(found)];
  answer.replaceChildren(...parts);
});

byId('pasted').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('form').requestSubmit();
});

byId('close').addEventListener('click', close);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') close();
});

// A hidden page needs no connection. When it is shown again, it gets what came meanwhile.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) source?.close();
  else connect();
});
if (!document.hidden) connect();
