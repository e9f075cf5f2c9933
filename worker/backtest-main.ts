import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { createPool } from '../db/pool.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import { loadConfig } from '../runtime/config.js';
import { loadLookups } from '../runtime/lookups.js';
import { createVault } from '../runtime/vault.js';
import { evaluatePart } from '../services/backtests/evaluate.js';
import { countFitPart } from '../services/learned-points/count.js';
import { fitCountedOrders } from '../services/learned-points/fit.js';
import type { FromThread, ThreadTask, ToThread } from './backtest-thread.js';

// The thread that `backtest-thread.ts` starts: a composition root with few connections of its own.

/** A page takes some ten milliseconds to read, but far longer on a busy database. */
const databaseTimeoutMs = 60_000;

/** On Linux each thread has its own priority: threads that answer orders go first. */
const niceness = 10;

const config = loadConfig(process.env);
const deps = {
  db: createPool({
    databaseUrl: config.DATABASE_URL.reveal(),
    connections: 2,
    timeoutMs: databaseTimeoutMs,
  }),
  vault: createVault(config.payloadKeys),
  tokeniser: createTokeniser(config.cardKeys, config.partnerTokenKey),
  settings: config.settings,
  lookups: loadLookups(config.lookupFiles),
};
if (process.platform === 'linux') setPriority(niceness);

const running = new Map<number, AbortController>();
const send = (message: FromThread): void => parentPort?.postMessage(message, []);

const perform = (task: ThreadTask, signal: AbortSignal): Promise<void> => {
  switch (task.name) {
    case 'evaluatePart':
      return evaluatePart(deps, { ...task, signal });
    case 'countFitPart':
      return countFitPart(deps, { ...task, signal });
    case 'fitPoints':
      return fitCountedOrders(deps, { ...task, signal });
    default:
      return task satisfies never;
  }
};

const run = async ({ job, task }: ToThread & { kind: 'run' }) => {
  const ending = new AbortController();
  running.set(job, ending);
  try {
    await perform(task, ending.signal);
    send({ job });
  } catch (error) {
    send({ job, fault: error instanceof Error ? error.name : 'Error' });
  } finally {
    running.delete(job);
  }
};

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'run') void run(message);
  else running.get(message.job)?.abort();
});
