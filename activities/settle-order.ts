import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { OmsUnavailable } from '../partners/oms/client.js';
import { atPresent } from '../services/context.js';
import { reopenCase } from '../services/cases/rounds.js';
import {
  buildRecord,
  type RecordToSettle,
  type TransactionRecord,
} from '../services/transactions/records.js';
import { findOrderState, type OrderState } from '../services/transactions/decisions.js';
import { markSettled, type SettlementAction } from '../services/transactions/settlement.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeats } from './heartbeats.js';
import { refuseEarlierRound, refuseOpenRound } from './postgres-behind.js';

export interface SettleOrderInput {
  readonly transactionId: string;
  readonly banner: string;
  readonly orderId: string;
  /** The workflow's own value. The stored outcome decides. */
  readonly action: SettlementAction;
  readonly round: number;
  readonly reviewExpireAfterMs: number;
  /** OMS gets no call before: it gave no answer, and may have asked for a pause. */
  readonly notBeforeMs?: number;
}

/**
 * The answer of OMS; `not_due` when there is nothing to settle because the order's status differs.
 */
export type SettleOrderResult = (
  | { readonly kind: 'done' | 'not_due' }
  | { readonly kind: 'refused'; readonly dueAtMs: number }
) & {
  /** The order's status afterwards. Absent in results of an earlier version. */
  readonly standing?: OrderState;
};

/** The answer of OMS in the workflow task of the decision. */
export type SettleAtOnceResult =
  | SettleOrderResult
  | { readonly kind: 'unavailable'; readonly notBeforeMs: number };

/**
 * The time for OMS, by attempt. A lost answer is noticed after 3 s and not after ten: OMS knows
 * the repeat by its key. A slow OMS gets more time with each attempt. The last stays below the
 * activity's own timeout, so that a slow OMS is reported by its error type.
 */
const omsTimeoutsMs = [3000, 6000, 10_000] as const;
const omsTimeoutMs = (attempt: number): number => omsTimeoutsMs[attempt - 1] ?? 10_000;

/** OMS should hear of the decision by the answer to its own call first. */
const afterAnswerMs = 20;

/** A quarter of the heartbeat timeout. An OMS that answers sooner costs no heartbeat. */
const heartbeatEveryMs = 1000;

/**
 * A `Retry-After` below this (0, or a past date) does not shorten our own growing pauses. Temporal
 * would read 0 as an end of all retries.
 */
const retryAfterMinMs = 1000;

/** OMS is unavailable: Temporal retries, after `Retry-After` when OMS sent one. */
const retryLater = (retryAfterMs = 0): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'OmsUnavailable',
    message: 'OMS did not take the settlement; it is tried again',
    category: 'BENIGN',
    ...(retryAfterMs < retryAfterMinMs ? {} : { nextRetryDelay: retryAfterMs }),
  });

/** Throws what `work` throws, an OMS that gave no answer as Temporal has to retry it. */
const retriedByTemporal = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OmsUnavailable ? retryLater(error.retryAfterMs) : error;
  }
};

const finals = {
  accept: { action: 'process', status: 'processed' },
  reject: { action: 'cancel', status: 'cancelled' },
} as const;

/** The order must not be settled, or no longer: OMS gets no call. */
const notSettling = (standing: OrderState, dueAtMs: number): SettleOrderResult => {
  switch (standing.status) {
    case 'processed':
    case 'cancelled':
      return { kind: 'done', standing };
    case 'oms_rejected':
      return { kind: 'refused', dueAtMs: standing.dueAtMs ?? dueAtMs, standing };
    default:
      return { kind: 'not_due', standing };
  }
};

interface OrderToSettle {
  readonly record: TransactionRecord;
  readonly workflowId: string;
  readonly action: SettlementAction;
  /** How long OMS may take. */
  readonly timeoutMs: number;
}

type SettleDeps = Pick<ActivityDeps, 'db' | 'vault' | 'oms' | 'pace' | 'reports' | 'now'>;

const callOms = async (deps: SettleDeps, orderId: string, order: OrderToSettle) => {
  const { record, workflowId, action, timeoutMs } = order;
  const { cancellationSignal: signal } = Context.current();
  const startedAt = performance.now();
  const calling = deps.oms.settle({
    ...{ action, orderId, record, signal, timeoutMs },
    idempotencyKey: `${workflowId}:${action}`,
  });
  const result = await calling.catch((error: unknown) => {
    if (!(error instanceof OmsUnavailable)) throw error;
    deps.pace.heard(undefined);
    deps.reports.settled(action, 'unavailable');
    if (error.isUnauthorized) deps.reports.alarm('oms_unauthorized');
    throw error;
  });
  deps.pace.heard(performance.now() - startedAt);
  deps.reports.settled(action, result.kind);
  return result;
};

const refused = async (
  deps: SettleDeps,
  order: Pick<SettleOrderInput, 'transactionId' | 'banner' | 'action' | 'round'> & {
    readonly dueAtMs: number;
  },
  { status, reason }: { readonly status: number; readonly reason: string | null },
): Promise<void> => {
  deps.reports.alarm('oms_refused');
  await reopenCase(atPresent(deps), {
    transactionId: order.transactionId,
    banner: order.banner,
    round: order.round + 1,
    action: order.action,
    omsStatus: status,
    omsReason: reason,
    dueAt: new Date(order.dueAtMs),
  });
};

/**
 * Has OMS process or cancel the order, by its stored outcome. A workflow that was reset may hold
 * another one; an alarm reports that. It may run twice: OMS recognises the call by its idempotency
 * key, and an order that must not be settled, or no longer, is not sent. Fails while Postgres is
 * behind the workflow. An order that this process has just decided is not read again: only its
 * workflow moves it on.
 */
const settleWithin = async (
  deps: SettleDeps,
  input: SettleOrderInput,
  { timeoutMs, decided }: { timeoutMs: number; decided?: RecordToSettle | undefined },
): Promise<SettleOrderResult> => {
  const { transactionId } = input;
  const stored = decided ?? (await buildRecord(deps, transactionId));
  const { record, round } = stored;
  const dueAtMs = deps.now().getTime() + input.reviewExpireAfterMs;
  const outcome = record.decision.recommendationCode;
  if (stored.status === 'settling') {
    refuseEarlierRound({ status: stored.status, outcome, round, dueAtMs: null }, input.round);
  }
  if (outcome !== 'review' && finals[outcome].action !== input.action) {
    deps.reports.alarm('settlement_contradicts', { transactionId });
  }
  if (stored.status !== 'settling' || outcome === 'review') {
    const standing = await findOrderState(deps, transactionId);
    return notSettling(refuseOpenRound(standing, input.round), dueAtMs);
  }
  const { action, status } = finals[outcome];
  const order = { record, workflowId: stored.workflowId, action, timeoutMs };
  const result = await callOms(deps, input.orderId, order);
  if (result.kind === 'done') {
    const noted = await markSettled(atPresent(deps), transactionId, action);
    if (noted) return { kind: 'done', standing: { status, outcome, round, dueAtMs: null } };
  } else {
    await refused(deps, { ...input, round, action, dueAtMs }, result);
  }
  return notSettling(await findOrderState(deps, transactionId), dueAtMs);
};

/**
 * The settlement on its own task queue: see `settleWithin`. Temporal retries it for ever. A first
 * attempt that comes too early ends at once and is retried in time; the second then has the pause
 * and the time limit of a second.
 */
export const settleOrder =
  (deps: SettleDeps) =>
  (input: SettleOrderInput): Promise<SettleOrderResult> =>
    retriedByTemporal(() => {
      const { attempt } = Context.current().info;
      const earlyMs = (input.notBeforeMs ?? 0) - deps.now().getTime();
      if (attempt === 1 && earlyMs > 0) throw retryLater(Math.max(earlyMs, retryAfterMinMs));
      const settle = () => settleWithin(deps, input, { timeoutMs: omsTimeoutMs(attempt) });
      return withHeartbeats(settle, { everyMs: heartbeatEveryMs });
    });

/**
 * The settlement in the workflow task of the decision: see `settleWithin`. One short try, whose
 * result says when OMS may be called again: `settleOrder` follows.
 */
export const settleAtOnce =
  (deps: SettleDeps & Pick<ActivityDeps, 'justDecided'>) =>
  (input: SettleOrderInput): Promise<SettleAtOnceResult> =>
    deps.pace.atOnce(async () => {
      const decided = deps.justDecided.take(input.transactionId);
      await pause(afterAnswerMs);
      try {
        return await settleWithin(deps, input, { timeoutMs: omsTimeoutMs(1), decided });
      } catch (error) {
        if (!(error instanceof OmsUnavailable)) throw error;
        const pauseMs = Math.max(error.retryAfterMs ?? 0, retryAfterMinMs);
        return { kind: 'unavailable', notBeforeMs: deps.now().getTime() + pauseMs };
      }
    });
