import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

/** How often the watch looks while a request takes its longest time. */
const looks = 5;

/**
 * Ends the code that a thread runs, also a loop that never yields, as a debugger does it. The
 * thread goes on with its next message. What runs just then, or next, ends without a trace:
 * neither `catch` nor `finally` see it.
 */
const endRunningCode = async (threadId: number): Promise<void> => {
  // A Node without an inspector must be able to load this file; it watches no thread.
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  await new Promise<void>((resolve) => {
    let isThere = false;
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      // Its other id counts the threads of this session.
      if (!workerInfo.title.startsWith(`[worker ${threadId}]`)) return;
      isThere = true;
      const message = JSON.stringify({ id: 1, method: 'Runtime.terminateExecution' });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    });
    session.on('NodeWorker.receivedMessageFromWorker', () => resolve());
    session.on('NodeWorker.detachedFromWorker', () => resolve());
    // Calls back once it has told of the threads that run.
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, () => {
      if (!isThere) resolve();
    });
  });
  // The thread may answer while `enable` still runs, which goes on with the session. To end the
  // session before it returns crashes the process.
  await nextTurn();
  await new Promise<void>((resolve) => session.post('NodeWorker.disable', () => resolve()));
  await nextTurn();
  session.disconnect();
};

/** A watched thread. */
interface Watched {
  readonly thread: Worker;
  /** Shared with the thread: the number of its running request, 0 between requests. */
  readonly running: SharedArrayBuffer;
  /** The limit of one request. */
  readonly limitMs: number;
  /** Notifies the thread of a cut. Repeated until it confirms: the notice may be cut off too. */
  readonly notify: () => void;
}

export interface ThreadWatch {
  /** The thread has had the notice of a cut. */
  readonly confirmed: () => void;
}

/**
 * Watches a workflow thread until it ends, and cuts off a request that runs for longer than its
 * limit, and up to a fifth more. A process that was stopped looks once when it goes on, so its
 * requests keep their time. One timer does it for all requests; a limit of Node's own would cost
 * each request a thread.
 */
export const watchThread = ({ thread, running, limitMs, notify }: Watched): ThreadWatch => {
  const current = new Int32Array(running);
  let seen = 0;
  let times = 0;
  let isCutting = false;
  let isConfirmed = true;
  const look = async (): Promise<void> => {
    if (!isConfirmed) notify();
    const now = Atomics.load(current, 0);
    times = now !== 0 && now === seen ? times + 1 : 0;
    seen = now;
    if (times < looks || isCutting) return;
    isCutting = true;
    await endRunningCode(thread.threadId);
    isCutting = false;
    times = 0;
    isConfirmed = false;
    notify();
  };
  const watch = setInterval(() => void look(), limitMs / looks).unref();
  thread.once('exit', () => clearInterval(watch));
  return {
    confirmed: () => {
      isConfirmed = true;
    },
  };
};
