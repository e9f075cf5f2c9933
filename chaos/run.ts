import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { dirname } from 'node:path';
import { publishPolicies } from './callers/analysts.js';
import { createClient } from './callers/client.js';
import { createAlertRule, publishRules, sendActivities } from './callers/feeds.js';
import { placeOrders } from './callers/orders.js';
import { sleep, type Storm } from './callers/storm.js';
import { checkRecord } from './check/check.js';
import { alertFrom } from './check/events.js';
import type { Finding } from './check/history.js';
import { collect, endReviews } from './collect.js';
import type { Fault } from './nemesis/fault.js';
import { healAll, rage } from './nemesis/nemesis.js';
import { untilQuiet } from './quiet.js';
import { createRecorder, type Entry } from './record.js';
import { type ChaosStack, startChaosStack } from './stack.js';

/** One run. */
export interface ChaosOptions {
  readonly seed: number;
  /** How long the storm lasts. */
  readonly seconds: number;
  readonly ordersPerSecond: number;
  /** The longest that an order may be without progress once all is healed. */
  readonly quietLimitMs: number;
  readonly faults: readonly Fault[];
  /** True for a disk of its own under `VAR_DIR`, which the storm can fill. */
  readonly hasOwnDisk?: boolean;
  /** How to find and run programs; the servers get nothing else of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The state of all servers; the caller removes it. */
  readonly folder: string;
  /** The file of the record. */
  readonly recordPath: string;
  readonly say: (part: string, text: string) => void;
  readonly signal: AbortSignal;
}

export interface ChaosResult {
  readonly findings: readonly Finding[];
  readonly entries: readonly Entry[];
}

/** A first calm, so that the storm hits a system that works. */
const calmMs = 1000;
const memberEveryMs = 4000;
const publishEveryMs = 9000;
const policyEveryMs = 7000;

/** A signal that aborts after this time, or with `signal`. */
const abortAfter = (ms: number, signal: AbortSignal): AbortSignal => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  timer.unref();
  signal.addEventListener('abort', () => controller.abort(), { once: true });
  return controller.signal;
};

const runStorm = async (options: ChaosOptions, stack: ChaosStack): Promise<Entry[]> => {
  const { seed, seconds, quietLimitMs, say, signal } = options;
  const recorder = createRecorder(options.recordPath);
  const startedAt = new Date();
  const system = `${process.platform} ${release()}, ${cpus().length} CPUs`;
  const machine = `${system}, Node ${process.version}`;
  recorder.add({ type: 'run', seed, seconds, startedAt: startedAt.toISOString(), machine });
  const client = createClient(stack, recorder);
  const calm = abortAfter(seconds * 1000 + calmMs, signal);
  const end = abortAfter(seconds * 1000 + calmMs + quietLimitMs, signal);
  // Every caller that pauses listens.
  setMaxListeners(0, signal, calm, end);
  const storm: Storm = { seed, stack, client, recorder, workflows: new Map(), calm, end };
  try {
    await createAlertRule(storm, alertFrom);
    const orders = placeOrders(storm, options.ordersPerSecond);
    const feeds = [
      sendActivities(storm, memberEveryMs),
      publishRules(storm, publishEveryMs),
      publishPolicies(storm, policyEveryMs),
    ];
    await sleep(calmMs, calm);
    await rage(storm, options.faults);
    await healAll(storm);
    say('chaos', 'the storm is over; waiting until nothing is under way');
    const plans = await orders;
    await Promise.all(feeds);
    await untilQuiet(storm, quietLimitMs, signal);
    await endReviews({ ...storm, end: signal }, plans);
    await untilQuiet(storm, quietLimitMs, signal);
    await collect(storm, plans, startedAt.getTime());
  } finally {
    await client.close();
  }
  return [...recorder.entries];
};

/**
 * Brings up Verdict, lets the storm rage, heals everything, waits until all is quiet, and checks
 * the record. Nothing is left running. Throws `StartFailure`, and what prevents a collection.
 */
export const runChaos = async (options: ChaosOptions): Promise<ChaosResult> => {
  mkdirSync(dirname(options.recordPath), { recursive: true });
  const { folder, env: given, hasOwnDisk = false, say } = options;
  const stack = await startChaosStack({ folder, given, hasOwnDisk, say });
  try {
    const entries = await runStorm(options, stack);
    options.signal.throwIfAborted();
    return { findings: checkRecord(entries), entries };
  } finally {
    await stack.stop();
  }
};
