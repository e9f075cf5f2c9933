// Loaded into the SDK's workflow threads before the SDK itself; docs/decisions/0018 says why.
const v8 = require('node:v8');
const vm = require('node:vm');
const { parentPort } = require('node:worker_threads');

/**
 * The SDK catches this and runs without stack traces of promises. Its warning would be no JSON
 * line and tell nothing new, so it is dropped. Node's own async hooks keep the real function.
 */
const createHook = () => {
  const { warn } = console;
  Object.assign(console, { warn: () => Object.assign(console, { warn }) });
  throw new Error('stack traces of promises are switched off');
};
v8.promiseHooks = { ...v8.promiseHooks, createHook };

/** True while the time limit of the whole request applies. */
let isLimited = false;
const { runInContext } = vm.Script.prototype;

/** A time limit costs a thread for each call; a call outside of a limited request keeps its own. */
vm.Script.prototype.runInContext = function runWithoutOwnLimit(context, options) {
  const passed = isLimited ? { ...options, timeout: undefined } : options;
  return runInContext.call(this, context, passed);
};

let request = () => undefined;
Object.defineProperty(globalThis, '__verdictRequest', { value: () => request() });
const script = new vm.Script('globalThis.__verdictRequest()');

/** Calls `act`, and throws as soon as its synchronous part has taken `timeout` milliseconds. */
const withinLimit = (timeout, act) => {
  request = act;
  isLimited = true;
  try {
    return script.runInThisContext({ timeout });
  } finally {
    isLimited = false;
  }
};

/** The requests of the SDK that run workflow code, all of it before their first `await`. */
const limited = new Set(['create-workflow', 'activate-workflow', 'dispose-workflow']);

let limitMs;

/** Requests that were cut off. Their error was their answer, and the SDK ends at a second one. */
const cutOff = new Set();

const { on, postMessage } = parentPort;
parentPort.postMessage = function postOnce(message, transfer) {
  // The limit may pass just when the work is done: its own answer then comes afterwards.
  if (!cutOff.delete(message.requestId)) postMessage.call(this, message, transfer);
};

/**
 * A request that is cut off in the middle of its work never answers, so its error is reported here,
 * as the SDK does it.
 */
const limitRequests = (listener) => (message) => {
  const { requestId, input } = message;
  if (input?.type === 'init') limitMs = input.isolateExecutionTimeoutMs;
  if (limitMs === undefined || !limited.has(input?.type)) return listener(message);
  try {
    return withinLimit(limitMs, () => listener(message));
  } catch ({ message: text, name, stack }) {
    const result = { type: 'error', message: text, name, stack };
    parentPort.postMessage({ requestId, result }, []);
    return cutOff.add(requestId);
  }
};

parentPort.on = function onLimited(event, listener) {
  return on.call(this, event, event === 'message' ? limitRequests(listener) : listener);
};
