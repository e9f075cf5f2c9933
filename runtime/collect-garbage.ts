import type { Session } from 'node:inspector';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';

const collect = 'HeapProfiler.collectGarbage';

/** A thread that is busy for longer collects later; a start does not wait for it. */
const threadsMs = 2000;

const collectHere = (session: Session): Promise<void> =>
  new Promise((resolve) => session.post(collect, () => resolve()));

/** The same in the threads that this one has started, such as those of workflows. */
const collectInThreads = async (session: Session): Promise<void> => {
  const ends = new Map<string, () => void>();
  const collected: Promise<void>[] = [];
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
    collected.push(new Promise((resolve) => ends.set(sessionId, resolve)));
    const message = JSON.stringify({ id: 1, method: collect });
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  });
  session.on('NodeWorker.receivedMessageFromWorker', (event) => {
    ends.get(event.params.sessionId)?.();
  });
  session.on('NodeWorker.detachedFromWorker', (event) => ends.get(event.params.sessionId)?.());
  // Calls back after it has told of the threads that run.
  await new Promise<void>((resolve) => {
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, () => resolve());
  });
  await Promise.race([Promise.all(collected), pause(threadsMs, undefined, { ref: false })]);
  // A thread may have answered within a call of the inspector, which must return before.
  await nextTurn();
  await new Promise<void>((resolve) => session.post('NodeWorker.disable', () => resolve()));
  await nextTurn();
};

/**
 * After a collection that gives memory back, V8 starts the next one when the heap has grown by a
 * tenth. In a worker that begins to decide ten orders a second, these came after 1.4 and 3.4 s, and
 * an order of each moment took 30 to 50 ms longer. With this much there was one, after six seconds.
 */
const growthPercent = 60;

/** Lets V8 choose. */
const usualGrowthPercent = 0;

const setGrowth = (percent: number): void =>
  setFlagsFromString(`--heap-growing-percent=${percent}`);

/** V8 reads its flags for all threads as it ends a collection, and then sets the next limit. */
const lettingHeapsGrow = async (work: () => Promise<void>): Promise<void> => {
  setGrowth(growthPercent);
  try {
    await work();
  } finally {
    setGrowth(usualGrowthPercent);
  }
};

/**
 * Collects all garbage of this process and gives its memory back, which blocks each thread for 50
 * to 150 ms. By itself V8 takes minutes for that, and several times the processor time. `gc()`
 * would keep the space for new objects, 33 MB a thread. Never rejects: where it fails, the memory
 * stays.
 */
export const collectGarbage = async (): Promise<void> => {
  try {
    const inspector = await import('node:inspector');
    const session = new inspector.Session();
    session.connect();
    await lettingHeapsGrow(async () => {
      await collectInThreads(session);
      await collectHere(session);
    });
    session.disconnect();
  } catch {
    // A Node without an inspector.
  }
};

const pace = {
  /** How long each look at this thread lasts. */
  everyMs: 10_000,
  /** The share of a look in which the thread worked: ten orders a second, and hardly any. */
  rush: 0.03,
  quiet: 0.015,
  /** No order of a rush that only pauses shall wait for a collection. */
  quietLooks: 3,
};

/**
 * Collects the garbage of this process once after each rush, when it has been quiet for half a
 * minute. Does not keep the process running.
 */
export const collectAfterRushes = ({ everyMs, rush, quiet, quietLooks } = pace): void => {
  let since = performance.eventLoopUtilization();
  let hadRush = false;
  let quietFor = 0;
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, since);
    since = now;
    hadRush ||= utilization >= rush;
    quietFor = utilization <= quiet ? quietFor + 1 : 0;
    if (!hadRush || quietFor < quietLooks) return;
    hadRush = false;
    void collectGarbage();
  }, everyMs).unref();
};

/** Collects the garbage of the start, and from now on that of each rush. */
export const collectAtRest = async (): Promise<void> => {
  await collectGarbage();
  collectAfterRushes();
};
