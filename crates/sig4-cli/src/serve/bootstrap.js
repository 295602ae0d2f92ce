// Runs an unmodified Lambda handler: fetches events from the Lambda Runtime API, one after another.
//
// Source: "Using the Lambda runtime API for custom runtimes"; "Define Lambda function handler in Node.js".
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { Worker } = require('node:worker_threads');

const env = process.env;
const [hostname, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const PREFIX = '/2018-06-01/runtime';

// The server holds the other end of the standard input: where that is closed, the server is gone.
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();
process.stdin.unref?.();

// A handler that blocks its thread does not see that end, so a second thread sees it too. It waits a moment, in which a process
// that is not blocked exits by itself. It gets no environment: NODE_OPTIONS could load other code into it.
const WATCHER = `
  const over = () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200);
  const { Socket } = require('node:net');
  new Socket({ fd: 0, readable: true, writable: false }).on('end', over).on('error', over).resume();
`;
new Worker(WATCHER, { eval: true, env: {}, execArgv: [] }).on('error', console.error).unref();

function call(method, place, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = { agent, hostname, port, method, path: PREFIX + place, headers: { ...headers, ...length } };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject).end(body);
  });
}

function described(error) {
  const known = error instanceof Error;
  return {
    errorType: known ? error.name : typeof error,
    errorMessage: known ? error.message : String(error),
    trace: known ? String(error.stack).split('\n') : [],
  };
}

const gone = () => process.exit(1);

function postError(place, error) {
  const fault = described(error);
  console.error(error);
  const headers = { 'content-type': 'application/json', 'lambda-runtime-function-error-type': fault.errorType };
  return call('POST', place, JSON.stringify(fault), headers);
}

// On Lambda there is nothing above the function's folder. So a package.json above it, such as that of the CDK app which wrote
// it, must not say what kind of module its files are.
const root = path.resolve(env.LAMBDA_TASK_ROOT ?? '.');
const saysNothing = (file) => {
  const folders = [];
  for (let at = path.dirname(file); at.startsWith(root); at = path.dirname(at)) folders.push(at);
  return folders.length > 0 && !folders.some((each) => fs.existsSync(path.join(each, 'package.json')));
};
const loadAsUsual = Module._extensions['.js'];
Module._extensions['.js'] = (module, file) =>
  saysNothing(file) ? module._compile(fs.readFileSync(file, 'utf8'), file) : loadAsUsual(module, file);

// The file as what it is; with nothing that says it, as CommonJS unless it is written as an ES module.
async function imported(file) {
  if (file.endsWith('.js') && saysNothing(file)) {
    try {
      return Module.createRequire(file)(file);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return import(pathToFileURL(file).href);
}

async function load() {
  const named = /^(.*?)([^/.]+)\.(.+)$/.exec(env._HANDLER ?? '');
  if (!named) throw new Error(`the handler "${env._HANDLER}" is not written as file.export`);
  const [, folder, file, name] = named;
  const base = path.resolve(root, folder, file);
  const found = ['.js', '.mjs', '.cjs'].map((ending) => base + ending).find((each) => fs.existsSync(each));
  if (!found) throw new Error(`there is no ${base}.js, .mjs or .cjs`);
  const module = await imported(found);
  const member = (from) => name.split('.').reduce((each, key) => each?.[key], from);
  const handler = member(module) ?? member(module.default);
  if (typeof handler !== 'function') throw new Error(`${found} does not export the function "${name}"`);
  return handler;
}

function contextOf(headers, finish) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: finish,
    fail: (error) => finish(error),
    succeed: (value) => finish(null, value),
  };
}

// What the handler returns, promises, or gives to its callback; null if its work ends with none of these.
function invoke(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const idle = () => resolve(null);
    const settle = (then) => (value) => {
      process.removeListener('beforeExit', idle);
      then(value);
    };
    const finish = (error, value) => (error ? settle(reject)(error) : settle(resolve)(value ?? null));
    process.once('beforeExit', idle);
    try {
      const returned = handler(event, contextOf(headers, finish), finish);
      if (typeof returned?.then === 'function') returned.then(settle(resolve), settle(reject));
    } catch (error) {
      settle(reject)(error);
    }
  });
}

// A handler that hangs is ended with its process, as Lambda does; the server has answered by then.
function endAt(deadline) {
  const over = () => {
    console.error(`Task timed out: the handler did not finish before its deadline`);
    process.exit(1);
  };
  return setTimeout(over, deadline - Date.now() + 100).unref();
}

async function run() {
  const handler = await load().catch((error) => postError('/init/error', error).then(gone, gone));
  for (;;) {
    const next = await call('GET', '/invocation/next').catch(gone);
    const id = next.headers['lambda-runtime-aws-request-id'];
    const timer = endAt(Number(next.headers['lambda-runtime-deadline-ms']));
    const crash = (error) => postError(`/invocation/${id}/error`, error).then(gone, gone);
    process.once('uncaughtException', crash);
    try {
      env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
      const answer = JSON.stringify((await invoke(handler, JSON.parse(next.body), next.headers)) ?? null);
      await call('POST', `/invocation/${id}/response`, answer, { 'content-type': 'application/json' }).catch(gone);
    } catch (error) {
      await postError(`/invocation/${id}/error`, error).catch(gone);
    }
    clearTimeout(timer);
    process.removeListener('uncaughtException', crash);
  }
}

run();
