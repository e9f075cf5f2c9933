import type { Payload, PayloadCodec } from '@temporalio/common';
import type { Controls } from '../contracts/controls.js';
import type { Pool } from '../db/pool.js';
import type { OrderUnderWay } from '../db/sweeps.js';
import { findStanding } from '../services/transactions/decisions.js';
import { recordVerdict } from '../services/cases/verdicts.js';
import { recordWithdrawal } from '../services/cases/withdrawals.js';
import type { Vault } from '../services/context.js';
import { loadTransaction } from '../services/transactions/load.js';
import type { ScreeningClient } from './order-client.js';
import { type ScreeningPolicy, screeningInputOf } from './order-input.js';
import type { Runs } from './order-runs.js';
import { unstoredEnding } from './unstored-ending.js';

export interface TakeUpDeps {
  readonly db: Pool;
  readonly vault: Vault;
  readonly codec: PayloadCodec;
  readonly screening: Pick<ScreeningClient, 'recheck' | 'start'>;
  readonly runs: Pick<Runs, 'events'>;
  readonly policy: ScreeningPolicy;
  readonly controls: () => Controls;
  readonly now: () => Date;
}

/** Stores a verdict or a withdrawal that the ended run had taken, and Postgres does not know. */
const storeEnding = async (
  deps: TakeUpDeps,
  { transactionId, workflowId }: OrderUnderWay,
  runId: string,
): Promise<void> => {
  const { round } = await findStanding(deps, transactionId);
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

export interface TakeUpWay {
  /** A run of the order that was broken off: what people had told it is stored first. */
  readonly endedRunId?: string;
  /** Ends the run that stands in the way, once it is sure that another can be begun. */
  readonly end?: () => Promise<void>;
  /** A run under this id has ended well, and yet the order is under way. */
  readonly isAfterCompleted?: boolean;
}

/**
 * Starts the workflow of a stored order; one that runs is left alone, unless `end` ends it. No
 * verdict that was taken is lost, and the new run goes on where the order then stands. Throws
 * `ScreeningEnded` when the workflow has ended well, and `TemporarilyUnavailable`.
 */
export const takeUp = async (
  deps: TakeUpDeps,
  order: OrderUnderWay,
  { endedRunId, end, isAfterCompleted = false }: TakeUpWay = {},
): Promise<void> => {
  const { transactionId } = order;
  const { transaction, receivedAt } = await loadTransaction(deps, transactionId);
  await end?.();
  const isOpen = order.status === 'in_review' || order.status === 'oms_rejected';
  if (isOpen && endedRunId !== undefined) await storeEnding(deps, order, endedRunId);
  const input = screeningInputOf(
    transactionId,
    transaction,
    receivedAt,
    deps.policy,
    deps.controls(),
  );
  await deps.screening.start(input, isAfterCompleted);
};
