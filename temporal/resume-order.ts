import type { Payload, PayloadCodec } from '@temporalio/common';
import type { Controls } from '../contracts/controls.js';
import type { Pool } from '../db/pool.js';
import type { OpenOrder } from '../db/sweeps.js';
import { findOrderState } from '../services/transactions/decisions.js';
import { recordVerdict } from '../services/cases/verdicts.js';
import { recordWithdrawal } from '../services/cases/withdrawals.js';
import type { Vault } from '../services/context.js';
import { findOpenOrder } from '../services/transactions/receive.js';
import { loadTransaction } from '../services/transactions/records.js';
import { catchUp } from './catch-up.js';
import type { ScreeningClient } from './order-client.js';
import { type ScreeningPolicy, screeningInputOf } from './order-input.js';
import type { Runs } from './order-runs.js';
import { unstoredEnding } from './unstored-ending.js';

export interface ResumeDeps {
  readonly db: Pool;
  readonly vault: Vault;
  readonly codec: PayloadCodec;
  readonly screening: Pick<ScreeningClient, 'recheck' | 'start'>;
  readonly runs: Pick<Runs, 'events' | 'list'>;
  readonly policy: ScreeningPolicy;
  readonly controls: () => Controls;
  readonly now: () => Date;
}

/** Stores a verdict or withdrawal that the ended run accepted but did not store. */
const storeEnding = async (
  deps: ResumeDeps,
  { transactionId, workflowId }: OpenOrder,
  runId: string,
): Promise<void> => {
  const { round } = await findOrderState(deps, transactionId);
  const events = await deps.runs.events(workflowId, runId);
  const decode = (payloads: Payload[]) => deps.codec.decode(payloads);
  const ending = await unstoredEnding(events, round, decode);
  if (ending === undefined) return;
  const now = deps.now();
  if (ending.kind === 'withdrawal') {
    await recordWithdrawal({ db: deps.db, now }, { transactionId, actor: ending.message.actor });
    return;
  }
  const { source, message } = ending;
  await recordVerdict(
    { ...deps, now },
    {
      transactionId,
      round,
      outcome: message.recommendationCode,
      source,
      reviewer: message.reviewer ?? source,
      remarks: message.remarks ?? '',
    },
  );
};

export interface ResumeOptions {
  /** A run of the order that was broken off. What people sent to it is stored first. */
  readonly endedRunId?: string;
  /** Terminates the blocking run, called once the order is loaded and a new run can start. */
  readonly end?: () => Promise<void>;
  /** True when a run under this id has completed although the order is still open. */
  readonly isAfterCompleted?: boolean;
}

/**
 * Starts the workflow of a stored order. A running one stays, unless `end` terminates it. No
 * accepted verdict is lost, and the new run continues from the order's status; an order that the
 * ended run had brought to its end needs none. Throws `ScreeningEnded` when the workflow has
 * completed, and `TemporarilyUnavailable`.
 */
export const resumeOrder = async (
  deps: ResumeDeps,
  order: OpenOrder,
  { endedRunId, end, isAfterCompleted = false }: ResumeOptions = {},
): Promise<void> => {
  const { transactionId } = order;
  const { transaction, receivedAt } = await loadTransaction(deps, transactionId);
  await end?.();
  if (endedRunId !== undefined) {
    await catchUp(deps, order);
    const current = await findOpenOrder(deps, transactionId);
    if (current === undefined) return;
    const isOpen = current.status === 'in_review' || current.status === 'oms_rejected';
    if (isOpen) await storeEnding(deps, current, endedRunId);
  }
  const input = screeningInputOf(
    transactionId,
    transaction,
    receivedAt,
    deps.policy,
    deps.controls(),
  );
  await deps.screening.start(input, isAfterCompleted);
};
