// Loaded into the SDK's workflow threads before the SDK itself; docs/decisions/0018 says why.
const v8 = require('node:v8');
const vm = require('node:vm');
const { parentPort, workerData } = require('node:worker_threads');

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

/** True while the watch of the process (`worker/workflow-watch.ts`) limits the running request. */
let isWatched = false;
const { runInContext } = vm.Script.prototype;

/** A time limit costs a thread for each call; a call outside of a watched request keeps its own. */
vm.Script.prototype.runInContext = function runWithoutOwnLimit(context, options) {
  const passed = isWatched ? { ...options, timeout: undefined } : options;
  return runInContext.call(this, context, passed);
};

/** The requests of the SDK that run workflow code, all of it before their first `await`. */
const watched = new Set(['create-workflow', 'activate-workflow', 'dispose-workflow']);

/** Shared with the process: the number of the running request, 0 between requests. */
const running = new Int32Array(workerData.running);
let count = 0;

const { on, postMessage } = parentPort;
let handle = () => undefined;

/** The run of the step that was asked for last: a thread takes one request after the other. */
let runId;
/** Answers that wait for their sink calls, by the request that reads these. */
const waiting = new Map();

/** After each step the SDK asks for its sink calls. They go with the answer, which saves a hop. */
const postWithSinkCalls = (answer) => {
  const requestId = `sink calls after ${answer.requestId}`;
  waiting.set(requestId, answer);
  handle({ requestId, input: { type: 'extract-sink-calls', runId } });
};

parentPort.postMessage = function postAnswer(message, transfer) {
  const answer = waiting.get(message.requestId);
  if (answer !== undefined) {
    waiting.delete(message.requestId);
    postMessage.call(this, { ...answer, sinkCalls: message.result.output?.calls });
  } else if (message.result?.output?.type === 'activation-completion') {
    postWithSinkCalls(message);
  } else {
    postMessage.call(this, message, transfer);
  }
};

/** What was cut off ended without `finally`. The process hears what has come before. */
const confirmCut = (cut) => {
  isWatched = false;
  Atomics.store(running, 0, 0);
  waiting.clear();
  postMessage.call(parentPort, { cut });
};

const watchRequests = (listener) => (message) => {
  const { cut, input } = message;
  if (cut !== undefined) return confirmCut(cut);
  if (!watched.has(input?.type)) return listener(message);
  ({ runId } = input);
  count = (count % 1_000_000) + 1;
  isWatched = true;
  Atomics.store(running, 0, count);
  try {
    return listener(message);
  } finally {
    isWatched = false;
    Atomics.store(running, 0, 0);
  }
};

parentPort.on = function onWatched(event, listener) {
  if (event !== 'message') return on.call(this, event, listener);
  handle = listener;
  return on.call(this, event, watchRequests(listener));
};
