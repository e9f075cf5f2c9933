import { setTimeout as pause } from 'node:timers/promises';
import { tellOutcome } from '../activities/tell-sardine.js';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { Logger } from '../runtime/logger.js';
import type { Runs } from '../temporal/order-runs.js';
import { createOwedFeedback } from '../services/transactions/feedback.js';
import { repeat, warnUnlessEnding } from './repeat.js';

const lookEveryMs = 60_000;

/** The order's own workflow tells of it, within a second as a rule. */
const afterMs = 30_000;

/** One by one, these take some seconds while Sardine is well. */
const atOnce = 100;

/** So many in a row that Sardine did not take: the next look tries others. */
const failuresMax = 5;

/** Between two looks at Temporal: a backlog must not be in its way. */
const betweenMs = 20;

export type OutcomeDeps = Parameters<typeof tellOutcome>[0] & { readonly runs: Pick<Runs, 'look'> };

/** Tells what no workflow will tell any more; returns how many were told. */
const tellShare = async (
  deps: OutcomeDeps,
  owed: Awaited<ReturnType<ReturnType<typeof createOwedFeedback>>>,
  signal: AbortSignal,
): Promise<number> => {
  let told = 0;
  let failures = 0;
  for (const { transactionId, workflowId, since } of owed) {
    if (signal.aborted || failures >= failuresMax) break;
    const run = await deps.runs.look(workflowId);
    if (run.kind !== 'running') {
      const outcome = { transactionId, sinceMs: since.getTime(), signal };
      const result = await tellOutcome(deps, outcome).catch((error: unknown) => {
        if (signal.aborted || error instanceof TemporarilyUnavailable) throw error;
        // A row that cannot be opened keeps back no other.
        return { later: 'a fault of ours' } as const;
      });
      failures = typeof result === 'object' ? failures + 1 : 0;
      if (result === 'sent') told += 1;
    }
    await pause(betweenMs);
  }
  return told;
};

/**
 * Tells Sardine how orders ended whose workflow is gone before it could: somebody has terminated
 * it, or Temporal lost its data. At once and each minute until `signal` aborts; a look that failed
 * is made again. Nothing to do where Sardine is not set up.
 */
export const tellOutcomes = async (
  deps: OutcomeDeps,
  parts: { readonly logger: Logger; readonly signal: AbortSignal },
  everyMs = lookEveryMs,
): Promise<void> => {
  const { signal, logger } = parts;
  if (deps.sardine === undefined) return;
  const nextShare = createOwedFeedback(atOnce);
  const look = async (): Promise<void> => {
    const before = new Date(deps.now().getTime() - afterMs);
    const told = await tellShare(deps, await nextShare(deps, before), signal);
    if (told > 0) logger.info({ told }, 'Sardine was told how orders ended');
  };
  await repeat(look, {
    everyMs,
    signal,
    onFault: warnUnlessEnding(parts, 'the ends of orders could not be told'),
  });
};
