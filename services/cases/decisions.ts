import { randomUUID } from 'node:crypto';
import {
  type CaseDecisionRow,
  confirmCaseDecision,
  endCaseDecision,
  insertCaseDecision,
} from '../../db/case-decisions.js';
import { insertCaseEvent, setClaim } from '../../db/case-work.js';
import type { Pool, Queryable } from '../../db/pool.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { Context } from '../context.js';
import {
  type CaseRefusal,
  changeCase,
  changeOpenCase,
  isOfOpenReview,
  liveClaimOf,
  type LockedCase,
} from './change.js';
import { needsSecond, reasonsFor, reviewRulesOf } from './review-rules.js';
import { sealDecisionRemarks } from './sealed-texts.js';

/** A decision that has not been applied yet. */
export interface WaitingDecision {
  readonly decisionId: string;
  readonly outcome: 'accept' | 'reject';
  readonly reasonCode: string;
  readonly by: string;
  readonly at: Date;
  /** Who confirmed it as the second person. */
  readonly confirmedBy: string | null;
  /** Until then it can be undone; null while it waits for a second person. */
  readonly undoUntil: Date | null;
  readonly state: 'pending' | 'awaiting_second' | 'applying';
}

/** What a reviewer decides. */
export interface DecisionRequest {
  readonly recommendationCode: 'accept' | 'reject';
  /** One of the banner's codes for this outcome. */
  readonly reasonCode: string;
  readonly remarks?: string | undefined;
}

export type DecisionContext = Context<'vault' | 'settings' | 'actor' | 'now', Pool> & {
  /** How long a decision can be undone before the workflow gets it; milliseconds. */
  readonly undoWindowMs: number;
};

/** Why this decision is not possible, although the case is open and free. */
export type DecisionRefusal =
  /** The banner has no such code; the ones that it has. */
  | { readonly kind: 'unknown_reason'; readonly known: readonly string[] }
  /** The caller has decided it: somebody else has to confirm it. */
  | { readonly kind: 'needs_another_person' };

export type DecisionResult =
  | { readonly kind: 'pending'; readonly decision: WaitingDecision }
  | DecisionRefusal
  | CaseRefusal;

const printLive = (row: CaseDecisionRow): Omit<WaitingDecision, 'state'> => ({
  decisionId: row.decision_id,
  outcome: row.outcome,
  reasonCode: row.reason_code,
  by: row.decided_by,
  at: row.decided_at,
  confirmedBy: row.confirmed_by,
  undoUntil: row.undo_until,
});

/** A live decision as others see it; undefined when it has ended. */
export const showWaiting = (row: CaseDecisionRow): WaitingDecision | undefined => {
  const { state } = row;
  const isLive = state === 'pending' || state === 'awaiting_second' || state === 'applying';
  return isLive ? { ...printLive(row), state } : undefined;
};

const undoUntilOf = ({ now, undoWindowMs }: DecisionContext): Date =>
  new Date(now.getTime() + undoWindowMs);

/** Ends a waiting decision that a new one replaces. */
const replace = async (
  { actor, now: at }: DecisionContext,
  db: Queryable,
  live: CaseDecisionRow | undefined,
): Promise<void> => {
  if (live === undefined) return;
  await endCaseDecision(db, live.decision_id, ['awaiting_second', 'pending'], {
    state: 'replaced',
    by: actor.name,
    at,
  });
};

/** Since when the caller has held a case; null if not. */
const claimedAtOf = ({ actor, now }: DecisionContext, row: LockedCase['row']): Date | null =>
  liveClaimOf(row, now)?.by === actor.name ? row.claimed_at : null;

/** Stores a decision that waits for the end of its undo window or for a second person. */
const store = async (
  context: DecisionContext,
  db: Queryable,
  { row, live }: LockedCase,
  request: DecisionRequest,
): Promise<WaitingDecision> => {
  const { actor, now: at, vault } = context;
  const decisionId = randomUUID();
  const undoUntil = needsSecond(context.settings, row) ? null : undoUntilOf(context);
  const { recommendationCode: outcome, reasonCode } = request;
  const remarks = maskCardNumbers(request.remarks ?? '');
  await replace(context, db, live);
  await insertCaseDecision(db, {
    ...{ decisionId, caseId: row.case_id, round: row.round, outcome, reasonCode },
    remarks: sealDecisionRemarks(vault, decisionId, remarks),
    ...{ by: actor.name, at, undoUntil, claimedAt: claimedAtOf(context, row) },
  });
  const state = undoUntil === null ? 'awaiting_second' : 'pending';
  await insertCaseEvent(db, 'decision_pending', {
    ...{ at, actor: actor.name, object: row.transaction_id },
    details: {
      ...{ caseId: row.case_id, decisionId, outcome, reasonCode, state },
      ...(live && { replaced: live.decision_id }),
    },
  });
  const waiting = { decisionId, outcome, reasonCode, by: actor.name, at, undoUntil };
  return { ...waiting, confirmedBy: null, state };
};

/** Releases a waiting decision, because a second person has decided the same. */
const confirm = async (
  context: DecisionContext,
  db: Queryable,
  row: LockedCase['row'],
  live: CaseDecisionRow,
): Promise<WaitingDecision> => {
  const { actor, now: at } = context;
  const { transaction_id: object } = row;
  const undoUntil = undoUntilOf(context);
  const claimedAt = claimedAtOf(context, row);
  await confirmCaseDecision(db, live.decision_id, { by: actor.name, at, claimedAt, undoUntil });
  await insertCaseEvent(db, 'decision_pending', {
    ...{ at, actor: actor.name, object },
    details: {
      ...{ caseId: live.case_id, decisionId: live.decision_id, outcome: live.outcome },
      ...{ reasonCode: live.reason_code, state: 'pending', confirms: live.decided_by },
    },
  });
  return { ...printLive(live), confirmedBy: actor.name, undoUntil, state: 'pending' };
};

/** The decision that waits for a second person in this round of the review. */
const waitingOf = ({ row, live }: LockedCase): CaseDecisionRow | undefined =>
  live?.round === row.round ? live : undefined;

/** Refuses a reason that the banner does not have, and a second decision by the same person. */
export const refuseDecision = (
  { settings, actor }: Context<'settings' | 'actor'>,
  locked: LockedCase,
  request: DecisionRequest,
): DecisionRefusal | undefined => {
  const rules = reviewRulesOf(settings, locked.row.banner);
  const known = reasonsFor(rules, request.recommendationCode).map(({ code }) => code);
  if (!known.includes(request.reasonCode)) return { kind: 'unknown_reason', known };
  const waiting = waitingOf(locked);
  const isRepeat =
    waiting?.outcome === request.recommendationCode && waiting.decided_by === actor.name;
  return isRepeat ? { kind: 'needs_another_person' } : undefined;
};

/** Whether this decision would wait for a second person. */
export const wouldAwaitSecond = (
  { settings }: Context<'settings'>,
  locked: LockedCase,
  { recommendationCode }: DecisionRequest,
): boolean =>
  needsSecond(settings, locked.row) && waitingOf(locked)?.outcome !== recommendationCode;

/**
 * Decides a case. The workflow gets the decision when the undo window has passed. Where the banner
 * wants a second person, it gets the decision after somebody else has decided the same; another
 * outcome replaces the waiting one. Of two people who decide at the same instant, one gets
 * `already_decided` or `claimed_by_another`.
 */
export const decideCase = (
  context: DecisionContext,
  caseId: string,
  request: DecisionRequest,
): Promise<DecisionResult> =>
  changeOpenCase<DecisionResult>(context, caseId, async (db, locked) => {
    const refusal = refuseDecision(context, locked, request);
    if (refusal !== undefined) return refusal;
    const waiting = waitingOf(locked);
    const decision =
      waiting?.outcome === request.recommendationCode
        ? await confirm(context, db, locked.row, waiting)
        : await store(context, db, locked, request);
    // The case is off the caller's desk; a second person may take it.
    await setClaim(db, caseId, null);
    return { kind: 'pending', decision };
  });

/** The result of an undo. */
export type UndoResult =
  | { readonly kind: 'undone' }
  /** There is no decision, a worker has begun to apply it, or decisions act at once. */
  | { readonly kind: 'not_undoable' }
  /** A verdict from elsewhere, a withdrawal or a refusal by OMS came before the decision. */
  | { readonly kind: 'review_ended' }
  /** Somebody else has decided; a lead may undo it. */
  | { readonly kind: 'decided_by_another'; readonly by: string }
  | { readonly kind: 'unknown' };

const isTooLate = ({ state, undo_until: until, decided_at: at }: CaseDecisionRow): boolean =>
  state === 'applying' || (until !== null && until <= at);

/**
 * Takes back a decision that no worker has begun to apply. Whoever decided or confirmed it may do
 * so; with `isLead`, anybody may. The caller then holds the case again.
 */
export const undoDecision = (
  context: Context<'actor' | 'now', Pool> & { readonly claimTtlMs: number },
  caseId: string,
  { isLead }: { readonly isLead: boolean },
): Promise<UndoResult> =>
  changeCase<UndoResult>(context, caseId, async (db, { row, live }) => {
    const { actor, now: at, claimTtlMs } = context;
    if (live === undefined || isTooLate(live)) return { kind: 'not_undoable' };
    if (!isOfOpenReview(live, row)) return { kind: 'review_ended' };
    const own = [live.decided_by, live.confirmed_by].includes(actor.name);
    if (!own && !isLead) return { kind: 'decided_by_another', by: live.decided_by };
    const end = { state: 'undone', by: actor.name, at } as const;
    const from = ['awaiting_second', 'pending'] as const;
    if (!(await endCaseDecision(db, live.decision_id, from, end))) return { kind: 'not_undoable' };
    const until = new Date(at.getTime() + claimTtlMs);
    await setClaim(db, caseId, { by: actor.name, at, until });
    await insertCaseEvent(db, 'decision_undone', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId, decisionId: live.decision_id, outcome: live.outcome },
    });
    return { kind: 'undone' };
  });
