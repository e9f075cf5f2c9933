import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import {
  beginApplying,
  type CaseDecisionRow,
  type DecisionEnd,
  endCaseDecision,
  findCaseDecision,
  findLateDecisions,
} from '../../db/case-decisions.js';
import { findRoundEnd, insertCaseEvent, listCaseWork, lockCase } from '../../db/case-work.js';
import { finishDue, postponeDue, takeDue } from '../../db/due.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type Context, system } from '../context.js';
import { openDecisionRemarks } from './sealed-texts.js';
import { giveVerdict, type SubmitVerdict } from './verdicts.js';

/** Longer than a verdict takes to reach the workflow, or to be given up. */
const leaseMs = 30_000;

/** A workflow that is being started takes a second or two. */
const pauseMs = (attempts: number): number =>
  Math.min(30_000, 500 * 2 ** Math.min(attempts - 1, 10));

type ApplyContext = Context<'vault' | 'now', Pool>;

export interface ApplyParts {
  readonly submitVerdict: SubmitVerdict;
  /** Starts the workflow of an order whose workflow is gone. */
  readonly recoverMissing: (transactionId: string) => Promise<void>;
  readonly limit: number;
}

/** How one decision ended; `later` when it could not be applied now. */
type Applied =
  | Pick<DecisionEnd, 'state' | 'failure'>
  | 'later'
  /** A fault of ours, such as a missing key: it must not block others. */
  | { readonly fault: unknown };

/** When a decision is due again, if at all, and the fault that prevented it. */
interface Left {
  readonly dueAgain: Date | null;
  readonly fault?: unknown;
}

const failed = (failure: string) => ({ state: 'failed', failure }) as const;
const applied = { state: 'applied' } as const;

/** How a decision ends whose review is over: as applied if the outcome is the same. */
const endedAlready = async (
  { db }: ApplyContext,
  { transaction_id, round, outcome }: CaseDecisionRow,
  status: string,
): Promise<Applied> => {
  const end = await findRoundEnd(db, transaction_id, round);
  if (end !== undefined) return end.outcome === outcome ? applied : failed('decided_otherwise');
  return failed(status === 'withdrawn' ? 'withdrawn' : 'review_ended');
};

/** Gives a decision to the order's workflow as the reviewer's verdict. */
const give = async (
  context: ApplyContext,
  { submitVerdict, recoverMissing }: ApplyParts,
  row: CaseDecisionRow,
): Promise<Applied> => {
  const { transaction_id: transactionId, outcome, round } = row;
  const actor = { name: row.decided_by };
  const remarks = openDecisionRemarks(context.vault, row);
  const verdict = { transactionId, recommendationCode: outcome, remarks, round };
  const result = await giveVerdict({ ...context, actor }, submitVerdict, verdict);
  switch (result.kind) {
    case 'taken':
      return applied;
    case 'conflict':
      return failed('decided_otherwise');
    case 'withdrawn':
    case 'unknown_transaction':
      return failed(result.kind);
    case 'workflow_missing':
      await recoverMissing(transactionId);
      return 'later';
    case 'try_again':
      return 'later';
    default:
      return result satisfies never;
  }
};

const apply = async (
  context: ApplyContext,
  parts: ApplyParts,
  row: CaseDecisionRow,
): Promise<Applied> => {
  const [work] = await listCaseWork(context.db, [row.case_id]);
  if (work === undefined) return failed('unknown_transaction');
  if (work.status === 'closed' || work.round !== row.round) {
    return endedAlready(context, row, work.transaction_status);
  }
  // Its review is open: somebody else must still confirm it.
  if (row.state === 'awaiting_second') return 'later';
  return give(context, parts, row);
};

/** Ends a decision; a failure is recorded with its reason. */
const end = (
  { db: pool, now: at }: ApplyContext,
  row: CaseDecisionRow,
  { state, failure }: Pick<DecisionEnd, 'state' | 'failure'>,
): Promise<void> =>
  inTransaction(pool, async (db) => {
    await lockCase(db, row.case_id);
    const ended = { state, by: system.name, at, ...(failure !== undefined && { failure }) };
    const from = ['awaiting_second', 'pending', 'applying'] as const;
    const isEnded = await endCaseDecision(db, row.decision_id, from, ended);
    if (!isEnded || failure === undefined) return;
    await insertCaseEvent(db, 'decision_failed', {
      ...{ at, actor: system.name, object: row.transaction_id },
      details: {
        ...{ caseId: row.case_id, decisionId: row.decision_id },
        ...{ outcome: row.outcome, by: row.decided_by, failure },
      },
    });
  });

/** Applies one leased decision. */
const applyTaken = async (
  context: ApplyContext,
  parts: ApplyParts,
  { decisionId, attempts, hasBegun }: { decisionId: string; attempts: number; hasBegun: boolean },
): Promise<Left> => {
  const row = await findCaseDecision(context.db, decisionId);
  // Another process's clock is ahead: the reviewer keeps the whole time.
  if (row?.state === 'pending') return { dueAgain: row.undo_until };
  const isWaiting = row?.state === 'awaiting_second';
  if (row === undefined || !(hasBegun || isWaiting)) return { dueAgain: null };
  const result = await apply(context, parts, row).catch(
    (error: unknown): Applied =>
      error instanceof TemporarilyUnavailable ? 'later' : { fault: error },
  );
  const later = new Date(context.now.getTime() + pauseMs(attempts));
  if (result === 'later') return { dueAgain: isWaiting ? null : later };
  if ('fault' in result) return { dueAgain: later, fault: result.fault };
  await end(context, row, result);
  return { dueAgain: null };
};

/** The result of a batch. */
export interface AppliedBatch {
  readonly taken: number;
  readonly faults: readonly unknown[];
}

/**
 * Applies decisions whose undo window has passed: gives each to its order's workflow as `POST
 * /decision` does, at most `limit` at once. What the workflow cannot take now is tried again after
 * a growing pause. A crash in between changes nothing: the decision is applied later.
 */
export const applyDueDecisions = async (
  context: ApplyContext,
  parts: ApplyParts,
): Promise<AppliedBatch> => {
  const { db, now } = context;
  const { limit } = parts;
  const work = await takeDue(db, 'case_decisions', { now, limit, leaseMs });
  const keys = work.rows.map(({ key }) => key);
  const begun = new Set(keys.length === 0 ? [] : await beginApplying(db, keys, now));
  const faults = await Promise.all(
    work.rows.map(async ({ key, attempts }) => {
      const hasBegun = begun.has(key);
      const given = { decisionId: key, attempts, hasBegun };
      const { dueAgain, fault } = await applyTaken(context, parts, given);
      if (dueAgain === null) await finishDue(db, work, [key]);
      else await postponeDue(db, work, [key], dueAgain);
      return fault === undefined ? [] : [fault];
    }),
  );
  return { taken: keys.length, faults: faults.flat() };
};

/** The number of waiting decisions, and how long the oldest is overdue, in milliseconds. */
export const unappliedAge = async ({
  db,
  now,
}: Context<'now'>): Promise<{ readonly waiting: number; readonly oldestMs: number }> => {
  const { waiting, oldestAt } = await findLateDecisions(db);
  const oldestMs = oldestAt === null ? 0 : Math.max(0, now.getTime() - oldestAt.getTime());
  return { waiting, oldestMs };
};
