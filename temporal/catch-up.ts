import type { PayloadCodec } from '@temporalio/common';
import type { Controls } from '../contracts/controls.js';
import type { Pool } from '../db/pool.js';
import type { Vault } from '../services/context.js';
import {
  type KnownStep,
  type RebuildContext,
  type Rebuilt,
  rebuildOrder,
} from '../services/transactions/rebuild.js';
import { knownSteps } from './known-steps.js';
import type { Runs } from './order-runs.js';

export interface CatchUpDeps {
  readonly db: Pool;
  readonly vault: Vault;
  readonly codec: PayloadCodec;
  readonly runs: Pick<Runs, 'events' | 'list'>;
  readonly controls: () => Controls;
  readonly now: () => Date;
}

/** An order in both stores. */
export interface OrderName {
  readonly transactionId: string;
  readonly workflowId: string;
}

/** The context of a rebuild at the present instant. */
export const rebuildContextOf = ({
  db,
  vault,
  controls,
  now,
}: Pick<CatchUpDeps, 'db' | 'vault' | 'controls' | 'now'>): RebuildContext => {
  const { policies } = controls();
  return { db, vault, now: now(), policyOf: (banner) => policies[banner] };
};

/**
 * Everything that the runs of an order's workflow know of it, oldest first. Throws
 * `TemporarilyUnavailable`, and when no key opens a history.
 */
const readKnownSteps = async (
  deps: Pick<CatchUpDeps, 'codec' | 'runs'>,
  { transactionId, workflowId }: OrderName,
): Promise<KnownStep[]> => {
  const steps: KnownStep[] = [];
  for (const runId of await deps.runs.list(workflowId)) {
    const events = await deps.runs.events(workflowId, runId);
    steps.push(
      ...(await knownSteps(events, transactionId, (payloads) => deps.codec.decode(payloads))),
    );
  }
  return steps;
};

/**
 * Brings a stored order to where its workflow stands. Postgres is behind a workflow only when it
 * was restored to an earlier moment; otherwise this changes nothing. A rehearsal only reports what
 * it would do. Undefined for an order that is not stored, or about which no run knows anything.
 * Throws as `readKnownSteps` does.
 */
export const catchUp = async (
  deps: CatchUpDeps,
  order: OrderName,
  isRehearsal = false,
): Promise<Rebuilt | undefined> => {
  const steps = await readKnownSteps(deps, order);
  if (steps.length === 0) return undefined;
  const context = { ...rebuildContextOf(deps), isRehearsal };
  return rebuildOrder(context, order.transactionId, steps, 'temporal');
};
