import type { CaseWorkRow } from '../../db/case-work.js';
import { findRoundEnd, lockCase } from '../../db/case-work.js';
import { type CaseDecisionRow, listLiveDecisions } from '../../db/case-decisions.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import type { Actor, Context } from '../context.js';

/** Somebody else works on the case. */
export interface ClaimedByAnother {
  readonly kind: 'claimed_by_another';
  readonly by: string;
  readonly until: Date;
}

/** Somebody has decided the case, or is about to. */
export interface AlreadyDecided {
  readonly kind: 'already_decided';
  readonly by: string;
  readonly at: Date;
  readonly outcome: 'accept' | 'reject';
}

/** Why a case cannot be worked on. */
export type CaseRefusal =
  | ClaimedByAnother
  | AlreadyDecided
  /** Closed without a verdict: the order was withdrawn. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'unknown' };

/** A case while a change holds its lock. */
export interface LockedCase {
  readonly row: CaseWorkRow;
  /** The decision that has not ended. */
  readonly live: CaseDecisionRow | undefined;
}

/** The claim of a case, unless it has ended by itself. */
export const liveClaimOf = (
  { claimed_by: by, claim_until: until }: Pick<CaseWorkRow, 'claimed_by' | 'claim_until'>,
  now: Date,
): { readonly by: string; readonly until: Date } | undefined =>
  by === null || until === null || until <= now ? undefined : { by, until };

/** Refuses when somebody else has claimed the case. */
export const refuseUnlessFree = (
  { row }: Pick<LockedCase, 'row'>,
  actor: Actor,
  now: Date,
): ClaimedByAnother | undefined => {
  const claim = liveClaimOf(row, now);
  return claim === undefined || claim.by === actor.name
    ? undefined
    : { kind: 'claimed_by_another', ...claim };
};

/** Whether a decision is about the review of the case that is open now. */
export const isOfOpenReview = (
  { round }: Pick<CaseDecisionRow, 'round'>,
  row: Pick<CaseWorkRow, 'status' | 'round'>,
): boolean => row.status === 'open' && row.round === round;

const decidedBy = ({ decided_by, decided_at, outcome }: CaseDecisionRow): AlreadyDecided => ({
  kind: 'already_decided',
  by: decided_by,
  at: decided_at,
  outcome,
});

/** How the latest round of a closed case ended. */
const endOf = async (db: Queryable, row: CaseWorkRow): Promise<CaseRefusal> => {
  const verdict = await findRoundEnd(db, row.transaction_id, row.round);
  return verdict === undefined ? { kind: 'closed' } : { kind: 'already_decided', ...verdict };
};

/** Refuses when the case is closed or decided; one that waits for a second person is neither. */
export const refuseUnlessOpen = async (
  db: Queryable,
  { row, live }: LockedCase,
): Promise<CaseRefusal | undefined> => {
  if (row.status === 'closed') return endOf(db, row);
  if (live === undefined || live.state === 'awaiting_second') return undefined;
  const isOfEarlierRound = live.round !== row.round && live.state === 'pending';
  return isOfEarlierRound ? undefined : decidedBy(live);
};

/** Reads a case that the caller has locked, or reads it as it is now. */
export const withLive = async (db: Queryable, row: CaseWorkRow): Promise<LockedCase> => {
  const [live] = await listLiveDecisions(db, [row.case_id]);
  return { row, live };
};

/**
 * Changes a case in one database transaction, while its lock keeps others out. `change` gets the
 * transaction and the case, and returns the result.
 */
export const changeCase = <T>(
  { db: pool }: Context<never, Pool>,
  caseId: string,
  change: (db: Queryable, locked: LockedCase) => Promise<T>,
): Promise<T | { readonly kind: 'unknown' }> =>
  inTransaction<T | { readonly kind: 'unknown' }>(pool, async (db) => {
    const row = await lockCase(db, caseId);
    if (row === undefined) return { kind: 'unknown' };
    return change(db, await withLive(db, row));
  });

/** As `changeCase`, for a change that needs an open, undecided case that nobody else holds. */
export const changeOpenCase = <T>(
  context: Context<'actor' | 'now', Pool>,
  caseId: string,
  change: (db: Queryable, locked: LockedCase) => Promise<T>,
): Promise<T | CaseRefusal> =>
  changeCase<T | CaseRefusal>(context, caseId, async (db, locked) => {
    const refusal =
      (await refuseUnlessOpen(db, locked)) ?? refuseUnlessFree(locked, context.actor, context.now);
    return refusal ?? change(db, locked);
  });
